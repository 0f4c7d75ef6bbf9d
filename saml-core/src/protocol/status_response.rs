//! Floor 5: what all responses share. May import `base`, `xml` and `assertion`.

use super::consent::Consent;
use super::extensions::Extensions;
use super::status::Status;
use crate::assertion::Issuer;
use crate::base::{MessageId, SamlInstant};
use crate::xml::names::{ds, saml, samlp};
use crate::xml::schema::{VERSION, id, instant, optional, optional_uri, optional_word, version};
use crate::xml::{ElementReader, SchemaError, Writer};

/// What all responses have, the schema's `StatusResponseType` [Core §3.2.2].
///
/// The version is always 2.0. A signature is not part of the value. It is skipped in its place, directly after the
/// issuer, and refused elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusResponse {
    /// The name of this response.
    pub id: MessageId,
    /// The request that it answers; absent if it answers none.
    pub in_response_to: Option<MessageId>,
    /// When it was made.
    pub issue_instant: SamlInstant,
    /// Where it was sent.
    pub destination: Option<String>,
    /// Whether the principal agreed.
    pub consent: Option<Consent>,
    /// Who answers.
    pub issuer: Option<Issuer>,
    /// Optional content.
    pub extensions: Option<Extensions>,
    /// How the request went.
    pub status: Status,
}

impl StatusResponse {
    /// The parts that the rules of a profile look at, without those that SAML leaves open.
    pub(crate) fn judged(self) -> Self {
        let status = Status { detail: Vec::new(), ..self.status };
        Self { extensions: None, status, ..self }
    }

    /// Reads the shared attributes and the first children. The parts of a derived type stay in the reader.
    pub(super) fn read(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        version(reader)?;
        let id_value = reader.parse_required_attribute("ID", id)?;
        let in_response_to = reader.parse_attribute("InResponseTo", id)?;
        let issue_instant = reader.parse_required_attribute("IssueInstant", instant)?;
        let destination = reader.attribute("Destination").map(optional_uri);
        let consent = reader.attribute("Consent").map(optional_word(Consent::from_uri));
        let issuer = optional(reader, saml::ISSUER, Issuer::read)?;
        reader.optional(ds::SIGNATURE)?;
        let extensions = optional(reader, samlp::EXTENSIONS, Extensions::read)?;
        let status = Status::read(reader.required(samlp::STATUS)?)?;
        Ok(Self {
            id: id_value,
            in_response_to,
            issue_instant,
            destination,
            consent,
            issuer,
            extensions,
            status,
        })
    }

    pub(super) fn write_attributes(&self, writer: &mut Writer) {
        writer.attribute("ID", self.id.as_str());
        writer.attribute_opt("InResponseTo", self.in_response_to.as_ref().map(MessageId::as_str));
        writer.attribute("Version", VERSION);
        writer.attribute("IssueInstant", &self.issue_instant.to_string());
        writer.attribute_opt("Destination", self.destination.as_deref());
        writer.attribute_opt("Consent", self.consent.as_ref().map(Consent::uri));
    }

    pub(super) fn write_children(&self, writer: &mut Writer) {
        if let Some(issuer) = &self.issuer {
            issuer.write(writer);
        }
        writer.signature_slot(self.id.as_str());
        if let Some(extensions) = &self.extensions {
            extensions.write(writer);
        }
        self.status.write(writer);
    }
}
