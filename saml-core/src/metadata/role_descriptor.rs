//! Floor 5: what all roles of an entity share. May import `base`, `xml` and `assertion`.

use super::cache_duration::{CacheDuration, cache_duration};
use super::contact_person::ContactPerson;
use super::empty_part::{any_number, optional};
use super::extensions::Extensions;
use super::key_descriptor::KeyDescriptor;
use super::organization::Organization;
use crate::base::{MessageId, SamlInstant};
use crate::xml::names::{self, ds, md};
use crate::xml::schema::{id, instant, uri, write_instant};
use crate::xml::{ElementReader, SchemaError, Writer, words};

/// What all roles have, the schema's `RoleDescriptorType` [Metadata §2.4.1].
///
/// A signature is not part of the value. It is skipped in its place, as the first child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleDescriptor {
    /// The identifier of the role, by which a signature refers to it.
    pub id: Option<MessageId>,
    /// When it expires; the entity may expire earlier.
    pub valid_until: Option<SamlInstant>,
    /// How long it may be kept before it is looked for anew.
    pub cache_duration: Option<CacheDuration>,
    /// The protocols it speaks, by their namespaces; SAML 2.0 may be one of several, or not among them.
    pub protocol_support_enumeration: Vec<String>,
    /// Where to send a user agent in trouble.
    pub error_url: Option<String>,
    /// Optional content.
    pub extensions: Option<Extensions>,
    /// Its keys.
    pub key_descriptors: Vec<KeyDescriptor>,
    /// Who runs it.
    pub organization: Option<Organization>,
    /// Whom to ask about it.
    pub contact_persons: Vec<ContactPerson>,
}

impl RoleDescriptor {
    /// Whether the role is one of SAML 2.0: `protocolSupportEnumeration` lists the protocol, octet by octet
    /// [Metadata §2.4.1].
    #[must_use]
    pub fn speaks_saml(&self) -> bool {
        self.protocol_support_enumeration.iter().any(|protocol| protocol == names::SAMLP)
    }

    /// Reads the shared attributes and the first children. The parts of a derived type stay in the reader.
    pub(super) fn read(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        let protocol_support_enumeration =
            reader.parse_required_attribute("protocolSupportEnumeration", uris)?;
        let id = reader.parse_attribute("ID", id)?;
        let valid_until = reader.parse_attribute("validUntil", instant)?;
        let cache_duration = reader.parse_attribute("cacheDuration", cache_duration)?;
        let error_url = reader.attribute("errorURL").and_then(uri);
        reader.optional(ds::SIGNATURE)?;
        Ok(Self {
            id,
            valid_until,
            cache_duration,
            protocol_support_enumeration,
            error_url,
            extensions: optional(reader, md::EXTENSIONS, Extensions::read)?,
            key_descriptors: any_number(reader, md::KEY_DESCRIPTOR, KeyDescriptor::read)?,
            organization: optional(reader, md::ORGANIZATION, Organization::read)?,
            contact_persons: any_number(reader, md::CONTACT_PERSON, ContactPerson::read)?,
        })
    }

    pub(super) fn write_attributes(&self, writer: &mut Writer) {
        writer.attribute_opt("ID", self.id.as_ref().map(MessageId::as_str));
        write_instant(writer, "validUntil", self.valid_until);
        writer.attribute_opt("cacheDuration", self.cache_duration.as_ref().map(CacheDuration::as_str));
        writer.attribute("protocolSupportEnumeration", &self.protocol_support_enumeration.join(" "));
        writer.attribute_opt("errorURL", self.error_url.as_deref());
    }

    pub(super) fn write_children(&self, writer: &mut Writer) {
        if let Some(id) = &self.id {
            writer.signature_slot(id.as_str());
        }
        if let Some(extensions) = &self.extensions {
            extensions.write(writer);
        }
        for key_descriptor in &self.key_descriptors {
            key_descriptor.write(writer);
        }
        if let Some(organization) = &self.organization {
            organization.write(writer);
        }
        for contact_person in &self.contact_persons {
            contact_person.write(writer);
        }
    }
}

/// `anyURIListType`, of one item at least.
fn uris(text: &str) -> Option<Vec<String>> {
    Some(words(text).map(str::to_owned).collect::<Vec<_>>()).filter(|uris| !uris.is_empty())
}
