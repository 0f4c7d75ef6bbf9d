//! Floor 5: the messages of single logout. May import `base`, `xml` and `assertion`.

use super::request_abstract::RequestAbstract;
use super::status_response::StatusResponse;
use crate::assertion::SubjectIdentifier;
use crate::base::{SamlInstant, uri_vocabulary};
use crate::xml::names::samlp;
use crate::xml::schema::{any_number, instant, text, write_instant};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

uri_vocabulary! {
    /// Why a session ends [Core §3.7.3].
    LogoutReason {
        /// The principal wants it.
        User = "urn:oasis:names:tc:SAML:2.0:logout:user",
        /// An administrator wants it.
        Admin = "urn:oasis:names:tc:SAML:2.0:logout:admin",
        /// It ran out at the session authority.
        GlobalTimeout = "urn:oasis:names:tc:SAML:2.0:logout:global-timeout",
        /// It ran out at a session participant.
        SpTimeout = "urn:oasis:names:tc:SAML:2.0:logout:sp-timeout",
    }
}

/// A session of a principal is to end [Core §3.7.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutRequest {
    /// What all requests have.
    pub request: RequestAbstract,
    /// Why.
    pub reason: Option<LogoutReason>,
    /// When the request loses its meaning.
    pub not_on_or_after: Option<SamlInstant>,
    /// Whose sessions.
    pub identifier: SubjectIdentifier,
    /// Which of them, as the `AuthnStatement` named them; none means all.
    pub session_indexes: Vec<String>,
}

impl LogoutRequest {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::LOGOUT_REQUEST)?;
        let reason = reader.attribute("Reason").map(LogoutReason::from_uri);
        let not_on_or_after = reader.parse_attribute("NotOnOrAfter", instant)?;
        let request = RequestAbstract::read(&mut reader)?;
        let identifier = SubjectIdentifier::read_required(&mut reader)?;
        let session_indexes = any_number(&mut reader, samlp::SESSION_INDEX, text)?;
        reader.finish()?;
        Ok(Self { request, reason, not_on_or_after, identifier, session_indexes })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::LOGOUT_REQUEST);
        self.request.write_attributes(writer);
        writer.attribute_opt("Reason", self.reason.as_ref().map(LogoutReason::uri));
        write_instant(writer, "NotOnOrAfter", self.not_on_or_after);
        self.request.write_children(writer);
        self.identifier.write(writer);
        for session_index in &self.session_indexes {
            writer.text_element(samlp::SESSION_INDEX, session_index);
        }
        writer.end();
    }
}

/// How a logout went [Core §3.7.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutResponse {
    /// What all responses have; there is nothing more.
    pub status_response: StatusResponse,
}

impl LogoutResponse {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::LOGOUT_RESPONSE)?;
        let status_response = StatusResponse::read(&mut reader)?;
        reader.finish()?;
        Ok(Self { status_response })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::LOGOUT_RESPONSE);
        self.status_response.write_attributes(writer);
        self.status_response.write_children(writer);
        writer.end();
    }
}
