//! The peers that an entity knows, found by name in constant time.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use saml_core::base::{Coded, EntityId, VerdictCode};

/// The SHA-1 of an entity ID: the `SourceID` of an artifact [Bindings §3.6.4], and a name in metadata queries.
pub type SourceId = [u8; 20];

/// The SHA-1 of this entity ID. It names, and protects nothing.
#[must_use]
pub fn source_id(entity_id: &EntityId) -> SourceId {
    openssl::sha::sha1(entity_id.as_str().as_bytes())
}

/// What is kept in a [`Registry`].
pub trait Peer: Send + Sync + fmt::Debug + 'static {
    /// Its name.
    fn entity_id(&self) -> &EntityId;
}

/// Where peers are looked up that nobody put into the registry: an index of a federation, a database, a service that
/// is asked.
///
/// It is asked on the path of requests, with names that strangers choose. It must bound how long it takes and what it
/// remembers, and it must hand out trusted descriptions alone.
#[async_trait]
pub trait PeerSource<P>: Send + Sync + fmt::Debug {
    /// The peer of this name.
    ///
    /// # Errors
    /// The source can't tell. That is never taken for "no such peer".
    async fn find(&self, entity_id: &EntityId) -> Result<Option<Arc<P>>, PeerSourceError>;

    /// The peer whose entity ID has this SHA-1.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    async fn find_by_source_id(&self, source_id: &SourceId) -> Result<Option<Arc<P>>, PeerSourceError>;
}

/// A source of peers could not tell.
#[derive(Debug, thiserror::Error)]
#[error("the source of peers can't tell: {0}")]
pub struct PeerSourceError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

impl Coded for PeerSourceError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new("peer.source_unavailable")
    }

    fn expected(&self) -> Option<String> {
        Some("an answer of the source of peers".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}

/// The peers of one entity: those that somebody put here, in the order in which they came, and beyond them those of a
/// [`PeerSource`].
///
/// A registry is a value. A change makes another one of it; [`Live`](crate::Live) puts it in place of the old one.
#[derive(Debug)]
pub struct Registry<P> {
    entries: HashMap<EntityId, Entry<P>>,
    by_source_id: HashMap<SourceId, EntityId>,
    order: BTreeMap<u64, EntityId>,
    next: u64,
    source: Option<Arc<dyn PeerSource<P>>>,
}

#[derive(Debug)]
struct Entry<P> {
    position: u64,
    state: State<P>,
}

#[derive(Debug)]
enum State<P> {
    Enabled(Arc<P>, Standing),
    /// Known to nobody as long as it is disabled, whatever the source says. `None` for a peer of the source.
    Disabled(Option<Arc<P>>),
}

/// Whether a peer was disabled or removed since, in a later registry than this one: what a request that began before
/// that must know.
#[derive(Clone, Debug, Default)]
struct Standing(Arc<AtomicBool>);

impl Standing {
    fn is_over(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn end(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl<P> State<P> {
    /// The peer, if it is served.
    fn enabled(&self) -> Option<&Arc<P>> {
        match self {
            Self::Enabled(peer, standing) => (!standing.is_over()).then_some(peer),
            Self::Disabled(_) => None,
        }
    }
}

/// Some peers of a registry, in its order.
#[derive(Debug)]
pub struct PeerPage<P> {
    /// The peers.
    pub peers: Vec<Arc<P>>,
    /// Where the next page begins, if there is one.
    pub next: Option<PeerCursor>,
    /// Whether a source may know more peers than all pages together.
    pub source_may_know_more: bool,
}

/// A place in the order of a registry. It stays right when peers come and go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerCursor(u64);

impl PeerCursor {
    /// The number that stands for the place.
    #[must_use]
    pub const fn to_u64(self) -> u64 {
        self.0
    }

    /// The place that the number stands for.
    #[must_use]
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }
}

impl<P> Clone for Registry<P> {
    fn clone(&self) -> Self {
        Self {
            entries: self.entries.iter().map(|(id, entry)| (id.clone(), entry.clone())).collect(),
            by_source_id: self.by_source_id.clone(),
            order: self.order.clone(),
            next: self.next,
            source: self.source.clone(),
        }
    }
}

impl<P> Clone for Entry<P> {
    fn clone(&self) -> Self {
        let state = match &self.state {
            State::Enabled(peer, standing) => State::Enabled(Arc::clone(peer), standing.clone()),
            State::Disabled(peer) => State::Disabled(peer.clone()),
        };
        Self { position: self.position, state }
    }
}

impl<P> Default for Registry<P> {
    fn default() -> Self {
        Self {
            entries: HashMap::new(),
            by_source_id: HashMap::new(),
            order: BTreeMap::new(),
            next: 0,
            source: None,
        }
    }
}

impl<P: Peer> Registry<P> {
    /// The same peers, and beyond them those of `source`.
    #[must_use]
    pub fn with_source(self, source: Arc<dyn PeerSource<P>>) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Whether there is somewhere to look beyond the peers that were put here.
    #[must_use]
    pub const fn has_source(&self) -> bool {
        self.source.is_some()
    }

    /// How many peers were put here, the disabled ones among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nobody is here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The peer of this name, unless it is disabled.
    ///
    /// # Errors
    /// The name is not here, and the source can't tell.
    pub async fn find(&self, entity_id: &EntityId) -> Result<Option<Arc<P>>, PeerSourceError> {
        match (self.entries.get(entity_id).map(|entry| &entry.state), &self.source) {
            (Some(state), _) => Ok(state.enabled().map(Arc::clone)),
            (None, None) => Ok(None),
            (None, Some(source)) => {
                let found = source.find(entity_id).await?;
                Ok(found.filter(|peer| peer.entity_id() == entity_id))
            }
        }
    }

    /// The peer whose entity ID has this SHA-1, unless it is disabled.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub async fn find_by_source_id(&self, source_id: &SourceId) -> Result<Option<Arc<P>>, PeerSourceError> {
        if let Some(entity_id) = self.by_source_id.get(source_id) {
            return self.find(entity_id).await;
        }
        let Some(source) = &self.source else { return Ok(None) };
        let found = source.find_by_source_id(source_id).await?;
        Ok(found.filter(|peer| self::source_id(peer.entity_id()) == *source_id))
    }

    /// At most `most` of the enabled peers that were put here, from `from` on.
    #[must_use]
    pub fn page(&self, from: PeerCursor, most: usize) -> PeerPage<P> {
        let mut enabled = self.order.range(from.0..).filter_map(|(position, entity_id)| {
            Some((*position, Arc::clone(self.entries.get(entity_id)?.state.enabled()?)))
        });
        let peers = enabled.by_ref().take(most).map(|(_, peer)| peer).collect();
        let next = enabled.next().map(|(position, _)| PeerCursor(position));
        PeerPage { peers, next, source_may_know_more: self.source.is_some() }
    }

    /// All enabled peers that were put here. Never on the path of a request: there may be thousands.
    pub fn all(&self) -> impl Iterator<Item = &Arc<P>> {
        self.order.values().filter_map(|entity_id| self.entries.get(entity_id)?.state.enabled())
    }

    /// The only peer, if there is one and nobody may know of another.
    #[must_use]
    pub fn only(&self) -> Option<Arc<P>> {
        let page = self.page(PeerCursor::default(), 1);
        let alone = page.next.is_none() && !page.source_may_know_more;
        page.peers.into_iter().next().filter(|_| alone)
    }

    /// Puts a peer here.
    ///
    /// # Errors
    /// [`AlreadyKnown`]: one of this name is here, enabled or not. Which of two is meant is not guessed.
    pub fn add(&mut self, peer: P) -> Result<(), AlreadyKnown> {
        if self.entries.contains_key(peer.entity_id()) {
            return Err(AlreadyKnown(peer.entity_id().clone()));
        }
        self.put(peer.entity_id().clone(), State::Enabled(Arc::new(peer), Standing::default()));
        Ok(())
    }

    /// Puts a peer in the place of the one of its name, or here if there is none. A disabled one stays disabled.
    pub fn replace(&mut self, peer: P) {
        let peer = Arc::new(peer);
        match self.entries.get_mut(peer.entity_id()).map(|entry| &mut entry.state) {
            Some(State::Enabled(old, _standing)) => *old = peer,
            Some(State::Disabled(old)) => *old = Some(peer),
            None => self.put(peer.entity_id().clone(), State::Enabled(peer, Standing::default())),
        }
    }

    /// Makes a peer unknown to everybody until it is [enabled](Self::enable) again, one of the source as well.
    ///
    /// One that was put here is at once unknown in every clone that was made before, too: a request that began earlier
    /// does not find it any more, even if it is enabled again meanwhile.
    pub fn disable(&mut self, entity_id: &EntityId) {
        match self.entries.get_mut(entity_id).map(|entry| &mut entry.state) {
            Some(State::Disabled(_)) => {}
            Some(state @ State::Enabled(..)) => {
                if let State::Enabled(peer, standing) = std::mem::replace(state, State::Disabled(None)) {
                    standing.end();
                    *state = State::Disabled(Some(peer));
                }
            }
            None => self.put(entity_id.clone(), State::Disabled(None)),
        }
    }

    /// Disables here who is disabled in `earlier`, in whose place this registry is put.
    pub fn disable_those_of(&mut self, earlier: &Self) {
        for entity_id in earlier.order.values() {
            match earlier.entries.get(entity_id).map(|entry| &entry.state) {
                Some(State::Disabled(_)) => self.disable(entity_id),
                Some(State::Enabled(..)) | None => {}
            }
        }
    }

    /// The peers that were put here, disabled or not, and are not in `later`, which is put in place of this registry. They
    /// are over for requests that began before that, too.
    pub fn end_those_missing_in(&self, later: &Self) -> Vec<EntityId> {
        let missing = self.entries.iter().filter(|(entity_id, _)| !later.entries.contains_key(*entity_id));
        missing
            .map(|(entity_id, entry)| {
                if let State::Enabled(_, standing) = &entry.state {
                    standing.end();
                }
                entity_id.clone()
            })
            .collect()
    }

    /// Makes a disabled peer known again, as it was or as it was replaced since.
    pub fn enable(&mut self, entity_id: &EntityId) {
        match self.entries.get_mut(entity_id).map(|entry| &mut entry.state) {
            Some(State::Disabled(peer)) => match peer.take() {
                Some(peer) => {
                    if let Some(entry) = self.entries.get_mut(entity_id) {
                        entry.state = State::Enabled(peer, Standing::default());
                    }
                }
                // It was of the source, which is asked again.
                None => self.remove(entity_id),
            },
            Some(State::Enabled(..)) | None => {}
        }
    }

    /// Takes a peer away from here, and from every clone that was made before. One of this name that the source knows is
    /// known from then on: [`disable`](Self::disable) makes that one unknown too.
    pub fn remove(&mut self, entity_id: &EntityId) {
        if let Some(entry) = self.entries.remove(entity_id) {
            if let State::Enabled(_, standing) = &entry.state {
                standing.end();
            }
            self.order.remove(&entry.position);
            self.by_source_id.remove(&source_id(entity_id));
        }
    }

    fn put(&mut self, entity_id: EntityId, state: State<P>) {
        let position = self.next;
        self.next = position.saturating_add(1);
        self.by_source_id.insert(source_id(&entity_id), entity_id.clone());
        self.order.insert(position, entity_id.clone());
        self.entries.insert(entity_id, Entry { position, state });
    }
}

/// A peer of this name is here already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another peer has the same entity ID: which of the two is meant is not guessed")]
pub struct AlreadyKnown(pub EntityId);

#[cfg(test)]
#[path = "registry/tests.rs"]
mod tests;
