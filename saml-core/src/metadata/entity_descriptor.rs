//! Floor 5: entities. May import `base`, `xml` and `assertion`.

use super::additional_metadata_location::AdditionalMetadataLocation;
use super::cache_duration::{CacheDuration, cache_duration};
use super::contact_person::ContactPerson;
use super::empty_part::{EmptyPart, any_number, optional};
use super::extensions::Extensions;
use super::idp_sso_descriptor::IdpSsoDescriptor;
use super::organization::Organization;
use super::role::Role;
use super::role_descriptor::RoleDescriptor;
use super::sp_sso_descriptor::SpSsoDescriptor;
use crate::base::{EntityId, MessageId, NonEmpty, SamlInstant};
use crate::xml::names::{ds, md};
use crate::xml::schema::{entity_id, id, instant, write_instant};
use crate::xml::{Element, ElementReader, KeptElement, SchemaError, Writer};

/// The description of one entity: its roles, endpoints and keys [Metadata §2.3.2].
///
/// A signature is not part of the value. It is skipped in its place, as the first child, and refused elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityDescriptor {
    /// The entity.
    pub entity_id: EntityId,
    /// The identifier of this descriptor, by which a signature refers to it.
    pub id: Option<MessageId>,
    /// When it expires; a descriptor around it may expire earlier.
    pub valid_until: Option<SamlInstant>,
    /// How long it may be kept before it is looked for anew.
    pub cache_duration: Option<CacheDuration>,
    /// Optional content.
    pub extensions: Option<Extensions>,
    /// The roles or the affiliation of the entity.
    pub content: EntityContent,
    /// Who runs it.
    pub organization: Option<Organization>,
    /// Whom to ask about it.
    pub contact_persons: Vec<ContactPerson>,
    /// Where there is metadata of other kinds about it.
    pub additional_metadata_locations: Vec<AdditionalMetadataLocation>,
    /// The empty parts that were skipped. They are worth a warning, and never written.
    pub empty_parts: Vec<EmptyPart>,
}

/// Roles or an affiliation, never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityContent {
    /// What the entity does; one role may occur more than once.
    Roles(NonEmpty<Role>),
    /// The entity is an affiliation of service providers [Metadata §2.5]; kept as it was.
    Affiliation(KeptElement),
}

impl EntityContent {
    fn read(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        if let Some(affiliation) = reader.optional(md::AFFILIATION_DESCRIPTOR)? {
            return Ok(Self::Affiliation(KeptElement::read(affiliation)));
        }
        let mut roles = NonEmpty::new(Role::read(reader.required_any_of(&Role::CHOICE)?)?);
        while let Some(role) = reader.optional_any_of(&Role::CHOICE)? {
            roles.push(Role::read(role)?);
        }
        Ok(Self::Roles(roles))
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Roles(roles) => roles.iter().for_each(|role| role.write(writer)),
            Self::Affiliation(affiliation) => affiliation.write(writer),
        }
    }
}

impl EntityDescriptor {
    /// The roles in document order; none for an affiliation.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        match &self.content {
            EntityContent::Roles(roles) => Some(roles),
            EntityContent::Affiliation(_) => None,
        }
        .into_iter()
        .flatten()
    }

    /// The end of a role's description, which may come before that of its entity [Metadata §2.4.1]. If the entity was
    /// read out of a group, the ends of the groups around it count, too.
    #[must_use]
    pub fn valid_until_of(&self, role: &RoleDescriptor) -> Option<SamlInstant> {
        self.valid_until.into_iter().chain(role.valid_until).min()
    }

    /// The roles as an identity provider, whatever protocols they speak. Which one counts is for `trust` to say.
    pub(crate) fn idp_sso_descriptors(&self) -> impl Iterator<Item = &IdpSsoDescriptor> {
        self.roles().filter_map(|role| match role {
            Role::IdpSso(descriptor) => Some(&**descriptor),
            Role::SpSso(_) | Role::Other(_) => None,
        })
    }

    /// The roles as a service provider, whatever protocols they speak. Which one counts is for `trust` to say.
    pub(crate) fn sp_sso_descriptors(&self) -> impl Iterator<Item = &SpSsoDescriptor> {
        self.roles().filter_map(|role| match role {
            Role::SpSso(descriptor) => Some(&**descriptor),
            Role::IdpSso(_) | Role::Other(_) => None,
        })
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, md::ENTITY_DESCRIPTOR)?;
        let entity_id = reader.parse_required_attribute("entityID", entity_id)?;
        let id = reader.parse_attribute("ID", id)?;
        let valid_until = reader.parse_attribute("validUntil", instant)?;
        let cache_duration = reader.parse_attribute("cacheDuration", cache_duration)?;
        reader.optional(ds::SIGNATURE)?;
        let descriptor = Self {
            entity_id,
            id,
            valid_until,
            cache_duration,
            extensions: optional(&mut reader, md::EXTENSIONS, Extensions::read)?,
            content: EntityContent::read(&mut reader)?,
            organization: optional(&mut reader, md::ORGANIZATION, Organization::read)?,
            contact_persons: any_number(&mut reader, md::CONTACT_PERSON, ContactPerson::read)?,
            additional_metadata_locations: any_number(
                &mut reader,
                md::ADDITIONAL_METADATA_LOCATION,
                AdditionalMetadataLocation::read,
            )?,
            empty_parts: EmptyPart::all_in(element),
        };
        reader.finish_open_attributes()?;
        Ok(descriptor)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::ENTITY_DESCRIPTOR);
        writer.attribute("entityID", self.entity_id.as_str());
        writer.attribute_opt("ID", self.id.as_ref().map(MessageId::as_str));
        write_instant(writer, "validUntil", self.valid_until);
        writer.attribute_opt("cacheDuration", self.cache_duration.as_ref().map(CacheDuration::as_str));
        if let Some(id) = &self.id {
            writer.signature_slot(id.as_str());
        }
        if let Some(extensions) = &self.extensions {
            extensions.write(writer);
        }
        self.content.write(writer);
        if let Some(organization) = &self.organization {
            organization.write(writer);
        }
        for contact_person in &self.contact_persons {
            contact_person.write(writer);
        }
        for location in &self.additional_metadata_locations {
            location.write(writer);
        }
        writer.end();
    }
}
