//! Floor 5: what all requests share. May import `base`, `xml` and `assertion`.

use super::consent::Consent;
use super::extensions::Extensions;
use crate::assertion::Issuer;
use crate::base::{MessageId, SamlInstant};
use crate::xml::names::{ds, saml, samlp};
use crate::xml::schema::{VERSION, id, instant, optional, optional_uri, optional_word, version};
use crate::xml::{ElementReader, SchemaError, Writer};

/// What all requests have, the schema's `RequestAbstractType` [Core §3.2.1].
///
/// The version is always 2.0. A signature is not part of the value. It is skipped in its place, directly after the
/// issuer, and refused elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestAbstract {
    /// The name of this request, which the response gives back.
    pub id: MessageId,
    /// When it was made.
    pub issue_instant: SamlInstant,
    /// Where it was sent.
    pub destination: Option<String>,
    /// Whether the principal agreed.
    pub consent: Option<Consent>,
    /// Who asks.
    pub issuer: Option<Issuer>,
    /// Optional content.
    pub extensions: Option<Extensions>,
}

impl RequestAbstract {
    /// Reads the shared attributes and the first children. The parts of a derived type stay in the reader.
    pub(super) fn read(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        version(reader)?;
        let id = reader.parse_required_attribute("ID", id)?;
        let issue_instant = reader.parse_required_attribute("IssueInstant", instant)?;
        let destination = reader.attribute("Destination").map(optional_uri);
        let consent = reader.attribute("Consent").map(optional_word(Consent::from_uri));
        let issuer = optional(reader, saml::ISSUER, Issuer::read)?;
        reader.optional(ds::SIGNATURE)?;
        let extensions = optional(reader, samlp::EXTENSIONS, Extensions::read)?;
        Ok(Self { id, issue_instant, destination, consent, issuer, extensions })
    }

    pub(super) fn write_attributes(&self, writer: &mut Writer) {
        writer.attribute("ID", self.id.as_str());
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
    }
}
