//! Floor 5: how the subject of an assertion is confirmed. May import `base` and `xml`.

use super::subject::SubjectIdentifier;
use crate::base::{MessageId, SamlInstant, uri_vocabulary};
use crate::xml::names::saml;
use crate::xml::schema::{id, instant, optional, optional_uri, word, write_instant};
use crate::xml::{Element, ElementReader, KeptAttributes, KeptContent, SchemaError, Writer};

uri_vocabulary! {
    /// How a relying party can tell that the presenter is the subject [Profiles §3].
    ConfirmationMethod {
        /// The subject is the one who proves to hold a key [Profiles §3.1].
        HolderOfKey = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key",
        /// Another party, which the relying party trusts, vouches for the subject [Profiles §3.2].
        SenderVouches = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches",
        /// The subject is the one who presents the assertion [Profiles §3.3]. This is the method of Web SSO.
        Bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer",
    }
}

/// One way to confirm the subject of an assertion [Core §2.4.1.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectConfirmation {
    /// The method, which says what the rest means.
    pub method: ConfirmationMethod,
    /// Who is expected to present the assertion, if it isn't the subject.
    pub identifier: Option<SubjectIdentifier>,
    /// The constraints under which the confirmation holds.
    pub data: Option<SubjectConfirmationData>,
}

impl SubjectConfirmation {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let method = reader.parse_required_attribute("Method", word(ConfirmationMethod::from_uri))?;
        let identifier = SubjectIdentifier::read_named(&mut reader)?;
        let data = optional(&mut reader, saml::SUBJECT_CONFIRMATION_DATA, SubjectConfirmationData::read)?;
        reader.finish()?;
        Ok(Self { method, identifier, data })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::SUBJECT_CONFIRMATION);
        writer.attribute("Method", self.method.uri());
        if let Some(identifier) = &self.identifier {
            identifier.write(writer);
        }
        if let Some(data) = &self.data {
            data.write(writer);
        }
        writer.end();
    }
}

/// When, where and for which request a confirmation holds [Core §2.4.1.2].
///
/// A constraint that is absent constrains nothing here; which must be present is for the profile to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectConfirmationData {
    /// Not usable before this instant.
    pub not_before: Option<SamlInstant>,
    /// Not usable at or after this instant.
    pub not_on_or_after: Option<SamlInstant>,
    /// The only place where it may be presented.
    pub recipient: Option<String>,
    /// The request that it answers.
    pub in_response_to: Option<MessageId>,
    /// The network address from which it may be presented.
    pub address: Option<String>,
    /// Attributes of other namespaces, as they were.
    pub other_attributes: KeptAttributes,
    /// Content, such as `ds:KeyInfo` for the holder of a key, as it was.
    pub content: KeptContent,
}

impl SubjectConfirmationData {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let data = Self {
            not_before: reader.parse_attribute("NotBefore", instant)?,
            not_on_or_after: reader.parse_attribute("NotOnOrAfter", instant)?,
            recipient: reader.attribute("Recipient").map(optional_uri),
            in_response_to: reader.parse_attribute("InResponseTo", id)?,
            address: reader.attribute("Address").map(str::to_owned),
            other_attributes: KeptAttributes::read(element),
            content: KeptContent::read(element),
        };
        reader.finish_mixed()?;
        Ok(data)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::SUBJECT_CONFIRMATION_DATA);
        write_instant(writer, "NotBefore", self.not_before);
        write_instant(writer, "NotOnOrAfter", self.not_on_or_after);
        writer.attribute_opt("Recipient", self.recipient.as_deref());
        writer.attribute_opt("InResponseTo", self.in_response_to.as_ref().map(MessageId::as_str));
        writer.attribute_opt("Address", self.address.as_deref());
        self.other_attributes.write(writer);
        self.content.write(writer);
        writer.end();
    }
}
