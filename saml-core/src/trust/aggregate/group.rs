//! Floor 6: the attributes of a group that apply to everything in it.

use super::{TrustError, earliest};
use crate::base::{Limits, SamlInstant};
use crate::metadata::{CacheDuration, cache_duration};
use crate::xml::schema::instant;
use crate::xml::{Document, ElementReader, NamespaceBinding, OwnedName, SchemaError, StartTag, names};

/// An open `EntitiesDescriptor`: the values that it hands down [Metadata §2.3.1], and which of its parts have come.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The earliest of its own and those around it.
    pub(super) valid_until: Option<SamlInstant>,
    /// The shortest of its own and those around it.
    pub(super) cache_duration: Option<CacheDuration>,
    /// The reason why nothing in it can be read: its `validUntil`, or that of a group around it, is malformed.
    pub(super) fault: Option<SchemaError>,
    latest: Part,
}

/// The parts of a group, in the order of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Nothing,
    Signature,
    Extensions,
    Member,
}

/// The elements that may stand in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Child {
    Entity,
    Group,
    /// Its own signature, or extensions.
    Other,
}

impl Group {
    /// Reads the canonical octets of a start tag, and white space after it.
    pub(super) fn read(
        mut octets: Vec<u8>,
        name: &str,
        context: &[NamespaceBinding],
        outer: Option<&Self>,
    ) -> Result<Self, TrustError> {
        octets.extend_from_slice(format!("</{name}>").as_bytes());
        let document = Document::parse_in_context(octets, context, &Limits::MESSAGE)?;
        let mut reader = ElementReader::expect(document.root(), names::md::ENTITIES_DESCRIPTOR)?;
        let own_end = reader.parse_attribute("validUntil", instant);
        let own_duration = reader.parse_attribute("cacheDuration", cache_duration);
        let own_fault = own_end.as_ref().err().or(own_duration.as_ref().err()).cloned();
        let (valid_until, cache_duration) = (own_end.unwrap_or(None), own_duration.unwrap_or(None));
        Ok(Self {
            fault: own_fault
                .map(SchemaError::without_line)
                .or_else(|| outer.and_then(|outer| outer.fault.clone())),
            valid_until: earliest(valid_until, outer.and_then(|outer| outer.valid_until)),
            cache_duration: shortest(cache_duration, outer.and_then(|outer| outer.cache_duration.as_ref())),
            latest: Part::Nothing,
        })
    }

    /// Takes the next child, in the order of the schema.
    pub(super) fn child(&mut self, tag: &StartTag<'_>) -> Result<Child, SchemaError> {
        let (part, child) = if tag.is(names::md::ENTITY_DESCRIPTOR) {
            (Part::Member, Child::Entity)
        } else if tag.is(names::md::ENTITIES_DESCRIPTOR) {
            (Part::Member, Child::Group)
        } else if tag.is(names::md::EXTENSIONS) {
            (Part::Extensions, Child::Other)
        } else if tag.is(names::ds::SIGNATURE) {
            (Part::Signature, Child::Other)
        } else {
            return Err(unexpected(tag));
        };
        if self.latest > part || (self.latest == part && part != Part::Member) {
            return Err(unexpected(tag));
        }
        self.latest = part;
        Ok(child)
    }

    /// A group has at least one member.
    pub(super) fn end(&self) -> Result<(), SchemaError> {
        if self.latest == Part::Member {
            return Ok(());
        }
        Err(SchemaError::MissingElement {
            element: group_name(),
            expected: vec![names::md::ENTITY_DESCRIPTOR.name.to_owned_name(), group_name()],
            found: None,
        })
    }
}

fn unexpected(tag: &StartTag<'_>) -> SchemaError {
    SchemaError::UnexpectedElement { element: group_name(), found: tag.name().to_owned_name() }
}

/// The name of a group, for errors.
pub(super) fn group_name() -> OwnedName {
    names::md::ENTITIES_DESCRIPTOR.name.to_owned_name()
}

/// The shorter of two durations; the only one if there is one.
pub(super) fn shortest(own: Option<CacheDuration>, outer: Option<&CacheDuration>) -> Option<CacheDuration> {
    own.into_iter().chain(outer.cloned()).min_by_key(CacheDuration::as_duration)
}
