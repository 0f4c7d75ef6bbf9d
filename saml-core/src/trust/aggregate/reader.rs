//! Floor 6: what becomes of the events of an aggregate.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::group::{Child, Group, group_name};
use super::head::Head;
use super::store::{EntityStore, Keeper, Stored};
use super::{MetadataPublisher, TrustError, earliest};
use crate::base::{Budget, EntityId, Limits, SamlInstant};
use crate::c14n::C14nError;
use crate::dsig::{DsigError, SignatureFacts, StreamedElement, Verifier};
use crate::metadata::CacheDuration;
use crate::xml::schema::instant;
use crate::xml::{
    Document, DocumentEvents, Element, ExpandedName, NamespaceBinding, SchemaError, StartTag, names, trimmed,
};

/// The facts about an entity that need no look at its octets.
#[derive(Debug)]
pub(super) struct Entry {
    /// The earliest that its tag and the groups around it name. It may refuse, and never permits anything.
    pub(super) valid_until: Option<SamlInstant>,
    /// The shortest of the groups around it.
    pub(super) cache_duration: Option<CacheDuration>,
    /// Where its octets are, if the store wanted them.
    pub(super) stored: Option<Stored>,
    /// Why it can't be read, which concerns no other.
    pub(super) fault: Option<MemberFault>,
    /// The bindings in force around it.
    pub(super) context: Arc<[NamespaceBinding]>,
}

/// What is wrong with one member of an aggregate.
#[derive(Clone, Debug)]
pub(super) enum MemberFault {
    /// There is another of its name: which of the two is meant is not guessed.
    Doubled,
    /// Its tag, or a group around it.
    Schema(SchemaError),
}

/// The most octets of the namespaces in force around the entities that are kept, together. Entities that follow each other
/// in one group share theirs.
const MAX_CONTEXTS: usize = 4 * 1024 * 1024;

/// The octets that a binding takes beside its texts.
const BINDING: usize = 96;

/// The most faults that are kept of members without a name. Further ones are only counted.
const MAX_UNNAMED: usize = 16;

/// Follows the events: head, then content, which is canonicalised, digested and divided by entity.
pub(super) struct Reader<'k, S: EntityStore> {
    publisher: MetadataPublisher<'k>,
    limits: Limits,
    stage: Stage<S>,
    /// Open elements.
    depth: usize,
    /// The outermost of them that are groups.
    groups: Vec<Group>,
    /// The one that is open; its name may be missing.
    entity: Option<(Option<String>, Entry)>,
    entries: BTreeMap<String, Entry>,
    unnamed: Vec<SchemaError>,
    context: Arc<[NamespaceBinding]>,
    /// Octets of this and all other contexts.
    contexts: usize,
    failure: Option<TrustError>,
}

/// How far reading has come.
enum Stage<S: EntityStore> {
    Head(Box<Head>, S),
    /// `SignedInfo` was signed by the publisher.
    Content(Box<StreamedElement<Keeper<S>>>),
    /// Something failed on the way from one to the other.
    Over,
}

/// The result of reading an aggregate whose digest held.
pub(super) struct Contents<S> {
    pub(super) store: S,
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) unnamed: Vec<SchemaError>,
    pub(super) facts: SignatureFacts,
}

impl<'k, S: EntityStore> Reader<'k, S> {
    pub(super) fn new(publisher: MetadataPublisher<'k>, limits: &Limits, store: S) -> Self {
        Self {
            publisher,
            limits: limits.clone(),
            stage: Stage::Head(Box::new(Head::new()), store),
            depth: 0,
            groups: Vec::new(),
            entity: None,
            entries: BTreeMap::new(),
            unnamed: Vec::new(),
            context: Arc::from([]),
            contexts: 0,
            failure: None,
        }
    }

    /// The first failure so far, of whatever kind.
    pub(super) fn take_failure(&mut self) -> Option<TrustError> {
        if self.failure.is_some() {
            return self.failure.take();
        }
        match &mut self.stage {
            Stage::Head(head, _) => head.failure().map(canonicalization),
            Stage::Content(content) => {
                let failure = content.canonicalizer().failure().map(canonicalization);
                failure.or_else(|| content.keeper().take_failure().map(store_failed))
            }
            Stage::Over => None,
        }
    }

    /// Compares the digest, after the end of a document without failure.
    pub(super) fn finish(self) -> Result<Contents<S>, TrustError> {
        let Stage::Content(content) = self.stage else { return Err(TrustError::MetadataUnsigned) };
        let (mut keeper, facts) = content.finish()?;
        if let Some(failure) = keeper.take_failure() {
            return Err(store_failed(failure));
        }
        Ok(Contents { store: keeper.into_store(), entries: self.entries, unnamed: self.unnamed, facts })
    }

    /// Runs one event, unless an earlier one has failed.
    #[inline]
    fn attempt(&mut self, event: impl FnOnce(&mut Self) -> Result<(), TrustError>) {
        if self.failure.is_none() {
            self.failure = event(self).err();
        }
    }

    fn content(&mut self) -> Result<&mut StreamedElement<Keeper<S>>, TrustError> {
        match &mut self.stage {
            Stage::Content(content) => Ok(content),
            Stage::Head(..) | Stage::Over => Err(TrustError::MetadataUnsigned),
        }
    }

    /// Hands over to the keeper all octets so far.
    fn flush(&mut self) -> Result<(), TrustError> {
        self.content()?.canonicalizer().flush().map_err(canonicalization)
    }

    #[inline]
    fn start(&mut self, tag: &StartTag<'_>) -> Result<(), TrustError> {
        let in_groups_alone = self.depth == self.groups.len();
        match &mut self.stage {
            Stage::Head(head, _) => head.start_element(tag)?,
            Stage::Content(_) if in_groups_alone || self.depth == 1 => self.start_member(tag)?,
            Stage::Content(content) => DocumentEvents::start_element(content.canonicalizer(), tag),
            Stage::Over => {}
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    /// A child of a group, or of the root.
    fn start_member(&mut self, tag: &StartTag<'_>) -> Result<(), TrustError> {
        // The root had its own in the head, whichever kind of root it is.
        if self.depth == 1 && tag.is(names::ds::SIGNATURE) {
            let part = "a second signature of the same element";
            return Err(DsigError::NotInProfile { part }.into());
        }
        let child = match self.groups.last_mut() {
            Some(group) => group.child(tag)?,
            // A part of the one entity.
            None => Child::Other,
        };
        match child {
            Child::Entity => self.start_entity(tag),
            Child::Group => self.start_group(tag),
            Child::Other => {
                DocumentEvents::start_element(self.content()?.canonicalizer(), tag);
                Ok(())
            }
        }
    }

    fn start_group(&mut self, tag: &StartTag<'_>) -> Result<(), TrustError> {
        self.flush()?;
        let content = self.content()?;
        let context = content.canonicalizer().namespaces_of_tag(tag);
        content.keeper().begin_group_tag();
        DocumentEvents::start_element(content.canonicalizer(), tag);
        self.flush()?;
        let octets = self.content()?.keeper().end_group_tag();
        let name = written_name(tag.prefix(), tag.name());
        let group = Group::read(octets, &name, &context, self.groups.last())?;
        self.groups.push(group);
        Ok(())
    }

    fn start_entity(&mut self, tag: &StartTag<'_>) -> Result<(), TrustError> {
        let (name, entry) =
            self.entry(tag.attribute("entityID").map(trimmed), tag.attribute("validUntil"))?;
        if self.wants(name.as_deref())? {
            self.flush()?;
            let content = self.content()?;
            let context = content.canonicalizer().namespaces_in_force().map_err(canonicalization)?;
            content.keeper().begin_entity();
            self.remember(context)?;
        }
        self.entity = Some((name, Entry { context: Arc::clone(&self.context), ..entry }));
        DocumentEvents::start_element(self.content()?.canonicalizer(), tag);
        Ok(())
    }

    /// The next entity stands in this context, as others after it may.
    fn remember(&mut self, context: Vec<NamespaceBinding>) -> Result<(), TrustError> {
        if *self.context == *context {
            return Ok(());
        }
        let octets = |binding: &NamespaceBinding| {
            BINDING.saturating_add(binding.prefix.len()).saturating_add(binding.uri.len())
        };
        self.contexts = context.iter().map(octets).fold(self.contexts, usize::saturating_add);
        if self.contexts > MAX_CONTEXTS {
            return Err(TrustError::TooManyNamespaces { limit: MAX_CONTEXTS, found: self.contexts });
        }
        self.context = Arc::from(context);
        Ok(())
    }

    /// Whether the octets of an entity that begins are kept.
    fn wants(&mut self, name: Option<&str>) -> Result<bool, TrustError> {
        let Some(name) = name.filter(|name| !self.entries.contains_key(*name)) else { return Ok(false) };
        Ok(self.content()?.keeper().store().wants(name))
    }

    /// The facts from an entity's start tag and from the groups around it.
    fn entry(
        &self,
        entity_id: Option<&str>,
        valid_until: Option<&str>,
    ) -> Result<(Option<String>, Entry), TrustError> {
        let element = || names::md::ENTITY_DESCRIPTOR.name.to_owned_name();
        let (limit, found) = (self.limits.entities, self.entries.len().saturating_add(1));
        if found > limit {
            return Err(TrustError::TooManyEntities { limit, found });
        }
        let group = self.groups.last();
        let (own, mut fault) = match valid_until.map(|text| instant(text).ok_or(())).transpose() {
            Ok(own) => (own, group.and_then(|group| group.fault.clone())),
            Err(_invalid) => {
                let found = valid_until.unwrap_or_default().chars().take(64).collect();
                (
                    None,
                    Some(SchemaError::AttributeValue { element: element(), attribute: "validUntil", found }),
                )
            }
        };
        // Nobody can ask for what has a longer name, and the index would grow with it.
        let name = entity_id.filter(|name| name.chars().count() <= EntityId::MAX_CHARS);
        match entity_id {
            None => fault = Some(SchemaError::MissingAttribute { element: element(), attribute: "entityID" }),
            Some(long) if name.is_none() => {
                let found = long.chars().take(64).collect();
                fault =
                    Some(SchemaError::AttributeValue { element: element(), attribute: "entityID", found });
            }
            Some(_) => {}
        }
        let entry = Entry {
            valid_until: earliest(own, group.and_then(|group| group.valid_until)),
            cache_duration: group.and_then(|group| group.cache_duration.clone()),
            stored: None,
            fault: fault.map(MemberFault::Schema),
            context: Arc::clone(&self.context),
        };
        Ok((name.map(str::to_owned), entry))
    }

    /// The entity that has ended becomes known, by its name.
    fn add(&mut self, name: Option<String>, entry: Entry) {
        match (name, &entry.fault) {
            (Some(name), _) => {
                let doubled = self
                    .entries
                    .remove(&name)
                    .map(|first| Entry { fault: Some(MemberFault::Doubled), ..first });
                self.entries.insert(name, doubled.unwrap_or(entry));
            }
            (None, Some(MemberFault::Schema(fault))) if self.unnamed.len() < MAX_UNNAMED => {
                self.unnamed.push(fault.clone());
            }
            (None, _) => {}
        }
    }

    #[inline]
    fn end(&mut self) -> Result<(), TrustError> {
        self.depth = self.depth.saturating_sub(1);
        match &mut self.stage {
            Stage::Head(head, _) => {
                if head.end_element()? {
                    self.start_content()?;
                }
            }
            Stage::Content(content) => {
                DocumentEvents::end_element(content.canonicalizer());
                if self.depth <= self.groups.len() {
                    self.end_member()?;
                }
            }
            Stage::Over => {}
        }
        Ok(())
    }

    /// The end of a child of a group, of a group, or of the root.
    fn end_member(&mut self) -> Result<(), TrustError> {
        if self.depth < self.groups.len() {
            if let Some(group) = self.groups.pop() {
                self.end_group(&group)?;
            }
        } else if let Some((name, mut entry)) = self.entity.take() {
            self.flush()?;
            entry.stored = self.content()?.keeper().end_entity().map_err(DsigError::Crypto)?;
            self.add(name, entry);
        }
        Ok(())
    }

    /// A group without a member is a fault of its own, unless it is the whole of the metadata.
    fn end_group(&mut self, group: &Group) -> Result<(), TrustError> {
        match group.end() {
            Ok(()) => Ok(()),
            Err(fault) if self.groups.is_empty() => Err(fault.into()),
            Err(fault) => {
                if self.unnamed.len() < MAX_UNNAMED {
                    self.unnamed.push(fault);
                }
                Ok(())
            }
        }
    }

    /// The signature has ended: it is verified before anything else is canonicalised.
    fn start_content(&mut self) -> Result<(), TrustError> {
        let Stage::Head(head, store) = std::mem::replace(&mut self.stage, Stage::Over) else { return Ok(()) };
        let document = head.close()?;
        let root = document.root();
        let mut keeper = Keeper::new(store);
        if root.is(names::md::ENTITIES_DESCRIPTOR) {
            keeper.begin_group_tag();
        } else {
            let (name, entry) = self.entry(root.attribute("entityID"), root.attribute("validUntil"))?;
            if name.as_deref().is_some_and(|name| keeper.store().wants(name)) {
                keeper.begin_entity();
            }
            self.entity = Some((name, entry));
        }
        let content = self.verify_signed_info(&document, keeper)?;
        self.stage = Stage::Content(Box::new(content));
        if root.is(names::md::ENTITIES_DESCRIPTOR) {
            self.read_root(root)?;
        }
        Ok(())
    }

    fn verify_signed_info(
        &self,
        head: &Document,
        keeper: Keeper<S>,
    ) -> Result<StreamedElement<Keeper<S>>, TrustError> {
        let mut budget = Budget::for_message();
        let mut verifier = Verifier {
            keys: self.publisher.keys.as_slice(),
            policy: self.publisher.policy,
            limits: &Limits::MESSAGE,
            budget: &mut budget,
        };
        verifier.begin_stream(head, &self.limits, keeper)?.ok_or(TrustError::MetadataUnsigned)
    }

    fn read_root(&mut self, root: Element<'_>) -> Result<(), TrustError> {
        self.flush()?;
        let octets = self.content()?.keeper().end_group_tag();
        let group = Group::read(octets, &written_name(root.prefix(), root.name()), &[], None)?;
        if let Some(fault) = &group.fault {
            return Err(fault.clone().into());
        }
        self.groups.push(group);
        Ok(())
    }

    #[inline]
    fn tell_text(&mut self, text: &str) -> Result<(), TrustError> {
        let in_groups_alone = self.depth == self.groups.len();
        match &mut self.stage {
            Stage::Head(head, _) => head.events().text(text),
            Stage::Content(_) if in_groups_alone && !text.trim_ascii().is_empty() => {
                let found = text.chars().take(64).collect();
                return Err(SchemaError::UnexpectedText { element: group_name(), found }.into());
            }
            Stage::Content(content) => DocumentEvents::text(content.canonicalizer(), text),
            Stage::Over => {}
        }
        Ok(())
    }
}

impl<S: EntityStore> DocumentEvents for Reader<'_, S> {
    #[inline]
    fn start_element(&mut self, tag: &StartTag<'_>) {
        self.attempt(|this| this.start(tag));
    }

    #[inline]
    fn end_element(&mut self) {
        self.attempt(Self::end);
    }

    #[inline]
    fn text(&mut self, text: &str) {
        self.attempt(|this| this.tell_text(text));
    }

    fn comment(&mut self, text: &str) {
        // No canonical form that a reference can ask for has comments.
        if let Stage::Head(head, _) = &mut self.stage {
            head.events().comment(text);
        }
    }

    fn processing_instruction(&mut self, target: &str, data: &str) {
        match &mut self.stage {
            Stage::Head(head, _) => head.events().processing_instruction(target, data),
            // What follows the root is not in it.
            Stage::Content(content) if self.depth > 0 => {
                DocumentEvents::processing_instruction(content.canonicalizer(), target, data);
            }
            Stage::Content(_) | Stage::Over => {}
        }
    }
}

/// A name as its tag writes it.
fn written_name(prefix: &str, name: ExpandedName<'_>) -> String {
    if prefix.is_empty() { name.local.to_owned() } else { format!("{prefix}:{}", name.local) }
}

const fn canonicalization(failure: C14nError) -> TrustError {
    TrustError::Signature(DsigError::Canonicalization(failure))
}

fn store_failed(failure: impl std::error::Error + Send + Sync + 'static) -> TrustError {
    TrustError::EntityStore(Box::new(failure))
}
