//! Floor 3: which namespace declarations the output has in force. May import `base` and `xml`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::error::C14nError;
use crate::base::take_steps;
use crate::xml::{has_scheme, names, same};

/// The prefix of [`names::XML`], bound in every document and never declared in canonical XML.
const XML_PREFIX: &str = "xml";

/// Prefixes that are found by looking at each.
const SCANNED: usize = 12;

/// For each prefix the URI that the output binds it to at this point.
///
/// One entry per distinct prefix of the open elements, searched for among a handful in honest documents and by a tree
/// in others. When an element ends, a log undoes its bindings, and the prefixes that it was the first to render are
/// forgotten. Those are the last in the list, because elements inside it have ended before. The cost grows with the
/// declarations and not with depth times declarations. Nothing is kept of elements that have ended; URIs lie in one
/// buffer that grows and shrinks with the open elements.
#[derive(Debug)]
pub(super) struct NamespaceAxis {
    bindings: Vec<Binding>,
    /// The prefixes of all bindings, one after the other.
    prefixes: String,
    /// Finds prefixes once there are more than [`SCANNED`].
    index: BTreeMap<Box<str>, usize>,
    /// How many of them, the first ones, are in the index.
    indexed: usize,
    /// The URIs in force, in the order in which they were rendered.
    uris: String,
    /// How many elements have been entered: the number of the open start tag.
    elements: usize,
    /// What leaving the open elements restores.
    log: Vec<Undo>,
    /// The bindings that the open start tag must render, unsorted.
    pending: Vec<usize>,
    /// The binding that was asked for last: most elements have the prefix of the one before.
    latest: usize,
}

/// A prefix and what the output binds it to.
#[derive(Debug)]
struct Binding {
    /// Where its prefix lies.
    prefix: Range<usize>,
    /// The place of its URI; empty if the prefix is not bound.
    uri: Range<usize>,
    /// The number of the start tag that has rendered it last.
    rendered_by: usize,
    /// Whether a declaration of it has been seen: on the apex, it hides those of the ancestors.
    declared: bool,
}

/// The former URI of a binding.
#[derive(Debug)]
struct Undo {
    binding: usize,
    uri: Range<usize>,
}

/// What [`NamespaceAxis::leave`] returns to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    log: usize,
    uris: usize,
    bindings: usize,
}

/// The place of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BindingId(usize);

impl NamespaceAxis {
    /// Binds no prefix but `xml`. Has room for the bindings of a usual message.
    pub(super) fn new() -> Self {
        let mut axis = Self {
            bindings: Vec::with_capacity(8),
            prefixes: String::with_capacity(64),
            index: BTreeMap::new(),
            indexed: 0,
            uris: String::with_capacity(512),
            elements: 0,
            log: Vec::with_capacity(16),
            pending: Vec::with_capacity(8),
            latest: 0,
        };
        axis.uris.push_str(names::XML);
        // These two are never forgotten.
        axis.add("");
        let xml = axis.add(XML_PREFIX);
        if let Some(binding) = axis.bindings.get_mut(xml) {
            binding.uri = 0..names::XML.len();
        }
        axis
    }

    /// The binding of a prefix, made on first sight.
    #[inline]
    fn binding(&mut self, prefix: &str) -> usize {
        if self.bindings.get(self.latest).is_some_and(|latest| same(self.text(latest), prefix)) {
            return self.latest;
        }
        self.latest = self.find(prefix).unwrap_or_else(|| self.add(prefix));
        self.latest
    }

    fn find(&self, prefix: &str) -> Option<usize> {
        if self.bindings.len() > SCANNED {
            take_steps(1);
            return self.index.get(prefix).copied();
        }
        take_steps(self.bindings.len());
        self.bindings.iter().position(|binding| same(self.text(binding), prefix))
    }

    fn add(&mut self, prefix: &str) -> usize {
        let new = self.bindings.len();
        let start = self.prefixes.len();
        self.prefixes.push_str(prefix);
        let place = start..self.prefixes.len();
        self.bindings.push(Binding { prefix: place, uri: 0..0, rendered_by: 0, declared: false });
        if self.bindings.len() > SCANNED {
            for (id, binding) in self.bindings.iter().enumerate().skip(self.indexed) {
                take_steps(1);
                self.index.insert(prefix_of(binding, &self.prefixes).into(), id);
            }
            self.indexed = self.bindings.len();
        }
        new
    }

    /// Forgets all but the first so many bindings.
    #[cold]
    fn forget(&mut self, kept: usize) {
        for binding in self.bindings.get(kept..self.indexed).unwrap_or_default() {
            take_steps(1);
            self.index.remove(prefix_of(binding, &self.prefixes));
        }
        self.indexed = self.indexed.min(kept);
        if let Some(first) = self.bindings.get(kept) {
            self.prefixes.truncate(first.prefix.start);
        }
        self.bindings.truncate(kept);
        self.latest = 0;
    }

    /// The prefix of a binding.
    fn text(&self, binding: &Binding) -> &str {
        prefix_of(binding, &self.prefixes)
    }

    /// Whether the output binds `prefix` to `uri` at this point.
    #[inline]
    pub(super) fn is_in_force(&mut self, prefix: &str, uri: &str) -> bool {
        if self.bindings.get(self.latest).is_some_and(|latest| same(self.text(latest), prefix)) {
            return same(self.uri(BindingId(self.latest)), uri);
        }
        let Some(id) = self.find(prefix) else { return uri.is_empty() };
        self.latest = id;
        same(self.uri(BindingId(id)), uri)
    }

    /// The URI that the output binds `prefix` to at this point; empty if it is not bound.
    pub(super) fn uri_of_prefix(&self, prefix: &str) -> &str {
        self.find(prefix).map_or("", |id| self.uri(BindingId(id)))
    }

    /// Makes sure that the output binds `prefix` to `uri` within the open start tag; empty texts stand for the default
    /// namespace and for its absence.
    #[inline]
    pub(super) fn render(&mut self, prefix: &str, uri: &str) -> Result<BindingId, C14nError> {
        let id = self.binding(prefix);
        if !same(self.uri(BindingId(id)), uri) {
            self.rebind(id, uri)?;
        }
        Ok(BindingId(id))
    }

    /// Binds a prefix anew, and notes how to go back.
    fn rebind(&mut self, id: usize, uri: &str) -> Result<(), C14nError> {
        require_canonical(uri)?;
        let Some(binding) = self.bindings.get_mut(id) else {
            return Ok(());
        };
        if binding.rendered_by == self.elements {
            // One element can't bind a prefix twice: the declaration would be written twice.
            return Err(C14nError::EventOrder);
        }
        binding.rendered_by = self.elements;
        let start = self.uris.len();
        self.uris.push_str(uri);
        let former = std::mem::replace(&mut binding.uri, start..self.uris.len());
        self.log.push(Undo { binding: id, uri: former });
        self.pending.push(id);
        Ok(())
    }

    /// Renders a declaration that stands on the open element.
    pub(super) fn declare(&mut self, prefix: &str, uri: &str) -> Result<(), C14nError> {
        let BindingId(id) = self.render(prefix, uri)?;
        if let Some(binding) = self.bindings.get_mut(id) {
            binding.declared = true;
        }
        Ok(())
    }

    /// Renders a declaration that stands on an ancestor of the apex, unless a nearer one hides it.
    pub(super) fn inherit(&mut self, prefix: &str, uri: &str) -> Result<(), C14nError> {
        let id = self.binding(prefix);
        if self.bindings.get(id).is_some_and(|binding| binding.declared) {
            return Ok(());
        }
        self.declare(prefix, uri)
    }

    /// Hands over the declarations that the open start tag needs, prefix and URI, sorted by prefix [C14N §2.2].
    pub(super) fn write_pending(
        &mut self,
        mut each: impl FnMut(&str, &str) -> Result<(), C14nError>,
    ) -> Result<(), C14nError> {
        let bindings = &self.bindings;
        let prefix = |id: usize| bindings.get(id).map_or("", |binding| prefix_of(binding, &self.prefixes));
        if self.pending.len() > 1 {
            self.pending.sort_unstable_by(|&one, &other| prefix(one).cmp(prefix(other)));
        }
        for &id in &self.pending {
            each(prefix(id), uri_of(bindings, &self.uris, id))?;
        }
        self.pending.clear();
        Ok(())
    }

    /// The URI that a prefix is bound to; empty if it is not bound.
    pub(super) fn uri(&self, id: BindingId) -> &str {
        uri_of(&self.bindings, &self.uris, id.0)
    }

    /// How many prefixes the open elements have rendered, at most.
    pub(super) const fn prefixes(&self) -> usize {
        self.bindings.len()
    }

    /// Every prefix that is bound at this point, and its URI, in the order of the prefixes; `xml` is left out.
    pub(super) fn in_force(&self) -> impl Iterator<Item = (&str, &str)> {
        take_steps(self.bindings.len());
        let all =
            self.bindings.iter().zip(0..).map(|(binding, id)| (self.text(binding), self.uri(BindingId(id))));
        let bound = all.filter(|(prefix, uri)| !uri.is_empty() && *prefix != XML_PREFIX);
        bound.collect::<BTreeMap<_, _>>().into_iter()
    }

    /// Enters an element.
    pub(super) fn enter(&mut self) -> Mark {
        self.elements = self.elements.saturating_add(1);
        Mark { log: self.log.len(), uris: self.uris.len(), bindings: self.bindings.len() }
    }

    /// Leaves an element: its bindings are no longer in force.
    pub(super) fn leave(&mut self, mark: Mark) {
        for undo in self.log.drain(mark.log.min(self.log.len())..) {
            if let Some(binding) = self.bindings.get_mut(undo.binding) {
                binding.uri = undo.uri;
            }
        }
        self.uris.truncate(mark.uris);
        if self.bindings.len() > mark.bindings {
            self.forget(mark.bindings);
        }
    }
}

/// The prefix of a binding, looked up without borrowing the rest of the axis.
fn prefix_of<'a>(binding: &Binding, prefixes: &'a str) -> &'a str {
    prefixes.get(binding.prefix.clone()).unwrap_or_default()
}

/// The URI of a binding, looked up without borrowing the rest of the axis.
fn uri_of<'a>(bindings: &[Binding], uris: &'a str, id: usize) -> &'a str {
    bindings.get(id).and_then(|binding| uris.get(binding.uri.clone())).unwrap_or_default()
}

/// Refuses a namespace URI that has no canonical form, or costs too much.
pub(super) fn require_canonical(uri: &str) -> Result<(), C14nError> {
    if uri.len() > C14nError::MAX_NAMESPACE_OCTETS {
        return Err(C14nError::NamespaceTooLong { octets: uri.len() });
    }
    if !uri.is_empty() && !has_scheme(uri) {
        return Err(C14nError::RelativeNamespace);
    }
    Ok(())
}
