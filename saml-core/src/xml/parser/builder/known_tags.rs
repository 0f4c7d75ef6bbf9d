//! Floor 2: start tags that say again what another has said. Imports nothing of this crate.

use super::Tag;
use crate::xml::parser::namespaces::Meaning;
use crate::xml::same::same;

/// How many depths are told apart.
const DEPTHS: usize = 16;

/// The start tags that were read last, one for each depth.
///
/// Messages repeat themselves: each value of an attribute begins with the same tag, declarations included. The same
/// octets, where every prefix means the same, say the same; so they are not read again, and the new element shares
/// its attributes and declarations with the one before. Reading such values takes half the time.
#[derive(Debug)]
pub(super) struct KnownTags(Vec<KnownTag>);

/// A start tag that was read, and the bindings under which its meaning holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KnownTag {
    /// Where its name begins; no tag ends there.
    start: usize,
    /// What prefixes meant before it.
    before: Meaning,
    /// The bindings after the tag.
    pub(super) after: Meaning,
    pub(super) tag: Tag,
}

impl KnownTags {
    /// An empty table, with room for the tags of a usual message.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(9))
    }

    /// The known tag that is equal to the one whose name begins at `start`, if there is any.
    #[inline(always)]
    pub(super) fn find(&self, input: &str, start: usize, depth: usize, before: Meaning) -> Option<KnownTag> {
        let known = self.0.get(depth % DEPTHS)?;
        let len = known.octets();
        // The end of a tag is in its octets: one that begins with all of them ends there.
        let is_same = len > 0
            && known.before == before
            && same(input.get(start..start + len)?, input.get(known.start..known.tag.past)?);
        is_same.then_some(*known)
    }

    /// Remembers a tag.
    #[inline(always)]
    pub(super) fn remember(&mut self, depth: usize, known: KnownTag) {
        let index = depth % DEPTHS;
        if index >= self.0.len() {
            self.0.resize(index + 1, KnownTag::default());
        }
        if let Some(place) = self.0.get_mut(index) {
            *place = known;
        }
    }
}

impl KnownTag {
    /// Octets from the beginning of its name to past its end.
    pub(super) const fn octets(&self) -> usize {
        self.tag.past - self.start
    }

    /// A tag whose name begins at `start`.
    pub(super) const fn new(start: usize, tag: Tag, before: Meaning, after: Meaning) -> Self {
        Self { start, before, after, tag }
    }
}
