//! Floor 5: groups of entities. May import `base`, `xml` and `assertion`.

#![allow(dead_code, reason = "trust takes one entity out of a group without reading the others")]

use super::cache_duration::{CacheDuration, cache_duration};
use super::empty_part::optional;
use super::entity_descriptor::EntityDescriptor;
use super::extensions::Extensions;
use crate::base::{MessageId, NonEmpty, SamlInstant};
use crate::xml::names::{ds, md};
use crate::xml::schema::{id, instant, string, write_instant};
use crate::xml::{Element, ElementReader, ExpandedName, SchemaError, Writer};

/// A group of entities, such as a federation publishes [Metadata §2.3.1].
///
/// A signature is not part of the value. It is skipped in its place, as the first child, and refused elsewhere. Nothing
/// says that an entity occurs only once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitiesDescriptor {
    /// The identifier of this descriptor, by which a signature refers to it.
    pub id: Option<MessageId>,
    /// When it, and everything in it, expires.
    pub valid_until: Option<SamlInstant>,
    /// How long it may be kept before it is looked for anew.
    pub cache_duration: Option<CacheDuration>,
    /// The name of the group.
    pub name: Option<String>,
    /// Optional content.
    pub extensions: Option<Extensions>,
    /// The entities and groups in it, in document order.
    pub members: NonEmpty<EntitiesMember>,
}

/// A member of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntitiesMember {
    /// An entity.
    Entity(Box<EntityDescriptor>),
    /// A group within the group.
    Entities(Box<EntitiesDescriptor>),
}

impl EntitiesMember {
    const CHOICE: [ExpandedName<'static>; 2] = [md::ENTITY_DESCRIPTOR.name, md::ENTITIES_DESCRIPTOR.name];

    fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        if element.is(md::ENTITIES_DESCRIPTOR) {
            EntitiesDescriptor::read(element).map(Box::new).map(Self::Entities)
        } else {
            EntityDescriptor::read(element).map(Box::new).map(Self::Entity)
        }
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Entity(entity) => entity.write(writer),
            Self::Entities(entities) => entities.write(writer),
        }
    }
}

impl EntitiesDescriptor {
    /// All entities, however deep in groups, in document order.
    #[must_use]
    pub fn entities(&self) -> Vec<&EntityDescriptor> {
        let mut found = Vec::new();
        self.collect_entities(&mut found);
        found
    }

    fn collect_entities<'e>(&'e self, found: &mut Vec<&'e EntityDescriptor>) {
        for member in &self.members {
            match member {
                EntitiesMember::Entity(entity) => found.push(entity),
                EntitiesMember::Entities(entities) => entities.collect_entities(found),
            }
        }
    }

    /// Descends into groups as deep as the parser's limit on nested elements lets a document be.
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, md::ENTITIES_DESCRIPTOR)?;
        let id = reader.parse_attribute("ID", id)?;
        let valid_until = reader.parse_attribute("validUntil", instant)?;
        let cache_duration = reader.parse_attribute("cacheDuration", cache_duration)?;
        let name = reader.attribute("Name").and_then(string);
        reader.optional(ds::SIGNATURE)?;
        let extensions = optional(&mut reader, md::EXTENSIONS, Extensions::read)?;
        let mut members =
            NonEmpty::new(EntitiesMember::read(reader.required_any_of(&EntitiesMember::CHOICE)?)?);
        while let Some(member) = reader.optional_any_of(&EntitiesMember::CHOICE)? {
            members.push(EntitiesMember::read(member)?);
        }
        reader.finish_open_attributes()?;
        Ok(Self { id, valid_until, cache_duration, name, extensions, members })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::ENTITIES_DESCRIPTOR);
        writer.attribute_opt("ID", self.id.as_ref().map(MessageId::as_str));
        write_instant(writer, "validUntil", self.valid_until);
        writer.attribute_opt("cacheDuration", self.cache_duration.as_ref().map(CacheDuration::as_str));
        writer.attribute_opt("Name", self.name.as_deref());
        if let Some(id) = &self.id {
            writer.signature_slot(id.as_str());
        }
        if let Some(extensions) = &self.extensions {
            extensions.write(writer);
        }
        for member in &self.members {
            member.write(writer);
        }
        writer.end();
    }
}
