//! Floor 5: the messages of artifact resolution. May import `base`, `xml` and `assertion`.

#![cfg_attr(not(test), allow(dead_code, reason = "the artifact binding that sends these is not built"))]

use super::request_abstract::RequestAbstract;
use super::status_response::StatusResponse;
use crate::xml::names::samlp;
use crate::xml::schema::text;
use crate::xml::{Element, ElementReader, KeptElement, SchemaError, Writer};

/// The message that an artifact stands for is asked for [Core §3.5.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactResolve {
    /// What all requests have.
    pub request: RequestAbstract,
    /// The artifact as it was received; its form isn't checked.
    pub artifact: String,
}

impl ArtifactResolve {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::ARTIFACT_RESOLVE)?;
        let request = RequestAbstract::read(&mut reader)?;
        let artifact = text(reader.required(samlp::ARTIFACT)?)?;
        reader.finish()?;
        Ok(Self { request, artifact })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::ARTIFACT_RESOLVE);
        self.request.write_attributes(writer);
        self.request.write_children(writer);
        writer.text_element(samlp::ARTIFACT, &self.artifact);
        writer.end();
    }
}

/// The message that an artifact stands for, if there is one [Core §3.5.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactResponse {
    /// What all responses have. Success without a message means that there is none (any more).
    pub status_response: StatusResponse,
    /// The message as it was. Its own signature is to be checked on the received document, not on this copy.
    pub message: Option<KeptElement>,
}

impl ArtifactResponse {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let (status_response, message) = Self::read_parts(element)?;
        Ok(Self { status_response, message: message.map(KeptElement::read) })
    }

    /// The envelope, and the message where it stands in the received document.
    pub(crate) fn read_parts(
        element: Element<'_>,
    ) -> Result<(StatusResponse, Option<Element<'_>>), SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::ARTIFACT_RESPONSE)?;
        let status_response = StatusResponse::read(&mut reader)?;
        let message = reader.next_any()?;
        reader.finish()?;
        Ok((status_response, message))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::ARTIFACT_RESPONSE);
        self.status_response.write_attributes(writer);
        self.status_response.write_children(writer);
        if let Some(message) = &self.message {
            message.write(writer);
        }
        writer.end();
    }
}
