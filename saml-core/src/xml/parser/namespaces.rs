//! Floor 2: the namespace bindings in scope while parsing. May import `base`.

use std::collections::BTreeMap;

use super::name::{LONG_PREFIX, prefix_key};
use crate::xml::error::{NamespaceRule, XmlError, excerpt};
use crate::xml::markup::{XML_PREFIX, XMLNS_PREFIX, has_scheme, is_uri_reference};
use crate::xml::names;
use crate::xml::same::same;
use crate::xml::span::{Span, narrow, widen};

/// Every prefix seen so far with its current binding; a change is undone when its element ends.
///
/// A prefix is searched for once per name, among a handful in honest documents and by a tree in others; its binding
/// is then one step away, however many declarations there are.
#[derive(Debug)]
pub(super) struct Namespaces<'i> {
    prefixes: Vec<Prefix<'i>>,
    /// Where the namespaces lie that are told by number. The first is none.
    numbered: Vec<Span>,
    /// Finds prefixes once there are more than [`SCANNED`].
    index: BTreeMap<&'i str, u32>,
    /// What each declaration in force has replaced, in order.
    replaced: Vec<(u32, Binding)>,
    meaning: Meaning,
    /// The last meaning that there was.
    last: Meaning,
    /// The key of the prefix that was resolved last, the bindings at that time, and the result.
    resolved: (u64, Meaning, Option<Namespace>),
}

/// What all prefixes mean at some point of a document: the same at another point, if it is equal. They may mean the
/// same there, too, if it is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Meaning(u32);

/// A point to come back to when an element ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    replaced: u32,
    pub(super) meaning: Meaning,
}

/// The number of prefixes from which the table no longer doubles.
const MANY: usize = 64;

/// Prefixes that are found by looking at each.
const SCANNED: usize = 12;

#[derive(Debug)]
struct Prefix<'i> {
    /// See [`prefix_key`].
    key: u64,
    text: &'i str,
    binding: Binding,
    /// The last absolute URI that it was found to be fit for: messages declare the same again and again.
    accepted: &'i str,
}

/// A namespace of the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Namespace {
    /// Its URI; empty for none.
    pub(super) uri: Span,
    /// Its number; declarations of one URI may have several.
    pub(super) number: u32,
}

impl Namespace {
    /// The namespace of names that have none.
    pub(super) const NONE: Self = Self { uri: Span::EMPTY, number: 0 };
}

/// What a prefix stands for.
#[derive(Clone, Copy, Debug)]
struct Binding {
    namespace: Namespace,
    /// The element that declares it, [`OUTSIDE`] for one that surrounds the document.
    element: u32,
}

/// The number of no element: the binding comes from outside the document.
const OUTSIDE: u32 = u32::MAX;

impl Binding {
    const NONE: Self = Self { namespace: Namespace::NONE, element: OUTSIDE };
}

impl<'i> Namespaces<'i> {
    /// No bindings, and room for those of a usual message.
    pub(super) fn new() -> Self {
        Self {
            prefixes: Vec::with_capacity(8),
            numbered: Self::none_numbered(),
            index: BTreeMap::new(),
            replaced: Vec::with_capacity(16),
            meaning: Meaning::default(),
            last: Meaning::default(),
            resolved: (LONG_PREFIX, Meaning::default(), None),
        }
    }

    /// A point to come back to when an element ends.
    pub(super) fn mark(&self) -> Mark {
        Mark { replaced: narrow(self.replaced.len()), meaning: self.meaning }
    }

    /// What prefixes mean now.
    pub(super) const fn meaning(&self) -> Meaning {
        self.meaning
    }

    /// The declarations that have just been repeated gave prefixes a meaning that they had before.
    pub(super) const fn mean_again(&mut self, meaning: Meaning) {
        self.meaning = meaning;
    }

    /// Undoes every declaration since `mark`, the latest first, and tells each.
    #[inline]
    pub(super) fn undo(&mut self, mark: Mark, mut each: impl FnMut(&str, Span)) {
        self.meaning = mark.meaning;
        while self.replaced.len() > widen(mark.replaced) {
            let Some((id, binding)) = self.replaced.pop() else { return };
            if let Some(prefix) = self.prefixes.get_mut(widen(id)) {
                each(prefix.text, prefix.binding.namespace.uri);
                prefix.binding = binding;
            }
        }
    }

    /// Room for the namespaces of a usual message.
    fn none_numbered() -> Vec<Span> {
        let mut numbered = Vec::with_capacity(16);
        numbered.push(Span::EMPTY);
        numbered
    }

    /// Gives a namespace a number.
    pub(super) fn number(&mut self, uri: Span) -> Namespace {
        if uri.is_empty() {
            return Namespace::NONE;
        }
        let number = narrow(self.numbered.len());
        self.numbered.push(uri);
        Namespace { uri, number }
    }

    /// Where the namespaces lie that have numbers.
    pub(super) fn numbered(&self) -> &[Span] {
        &self.numbered
    }

    /// As [`numbered`](Self::numbered), for good.
    pub(super) fn into_numbered(self) -> Vec<Span> {
        self.numbered
    }

    /// Binds a prefix that stands outside the document.
    pub(super) fn bind_outside(&mut self, prefix: &'i str, namespace: Namespace) {
        let id = self.intern(prefix_key(prefix), prefix);
        if let Some(prefix) = self.prefixes.get_mut(widen(id)) {
            prefix.binding = Binding { namespace, element: OUTSIDE };
        }
    }

    /// Whether this prefix was found fit for this absolute URI before.
    pub(super) fn has_accepted(&self, id: u32, uri: &str) -> bool {
        self.prefixes.get(widen(id)).is_some_and(|prefix| !uri.is_empty() && same(prefix.accepted, uri))
    }

    /// Remembers that this prefix was found fit for this absolute URI.
    pub(super) fn accept(&mut self, id: u32, uri: &'i str) {
        if let Some(prefix) = self.prefixes.get_mut(widen(id)) {
            prefix.accepted = uri;
        }
    }

    /// Binds a prefix until its element ends; false if that element has bound it already.
    pub(super) fn bind(&mut self, id: u32, namespace: Namespace, element: u32) -> bool {
        let Some(prefix) = self.prefixes.get_mut(widen(id)) else { return false };
        if prefix.binding.element == element {
            return false;
        }
        self.replaced.push((id, prefix.binding));
        prefix.binding = Binding { namespace, element };
        // There are fewer declarations than octets, and fewer octets than this can count.
        self.last = Meaning(self.last.0.saturating_add(1));
        self.meaning = self.last;
        true
    }

    /// The namespace that a prefix stands for; none if it is unbound.
    #[inline]
    pub(super) fn resolve<'p>(&mut self, key: u64, prefix: impl FnOnce() -> &'p str) -> Option<Namespace> {
        let (latest, meaning, namespace) = self.resolved;
        // Most elements have the prefix of the one before.
        if latest == key && meaning == self.meaning && key != LONG_PREFIX {
            return namespace;
        }
        let namespace = self.look_up(key, prefix());
        self.resolved = (key, self.meaning, namespace);
        namespace
    }

    fn look_up(&self, key: u64, prefix: &str) -> Option<Namespace> {
        let id = self.find(key, prefix)?;
        let namespace = self.prefixes.get(widen(id))?.binding.namespace;
        (!namespace.uri.is_empty()).then_some(namespace)
    }

    /// How many prefixes there were.
    pub(super) const fn prefixes(&self) -> usize {
        self.prefixes.len()
    }

    /// The number of a prefix that was seen before.
    pub(super) fn find(&self, key: u64, prefix: &str) -> Option<u32> {
        if self.prefixes.len() > SCANNED {
            return self.index.get(prefix).copied();
        }
        let is_meant = |known: &Prefix<'_>| known.key == key && (key != LONG_PREFIX || known.text == prefix);
        self.prefixes.iter().position(is_meant).map(narrow)
    }

    /// The number of a prefix, for as long as the document is read.
    pub(super) fn intern(&mut self, key: u64, prefix: &'i str) -> u32 {
        if let Some(id) = self.find(key, prefix) {
            return id;
        }
        let id = narrow(self.prefixes.len());
        // More than there are in any honest document: room for a quarter more, and not for twice as many.
        if self.prefixes.len() == self.prefixes.capacity() && self.prefixes.len() >= MANY {
            self.prefixes.reserve_exact(self.prefixes.len() / 4);
        }
        self.prefixes.push(Prefix { key, text: prefix, binding: Binding::NONE, accepted: "" });
        if self.prefixes.len() > SCANNED {
            if self.index.is_empty() {
                self.index.extend(self.prefixes.iter().map(|prefix| prefix.text).zip(0..));
            } else {
                self.index.insert(prefix, id);
            }
        }
        id
    }
}

/// Whether a prefix (empty: the default namespace) may be bound to `uri`; the answer is whether the URI is absolute.
///
/// [XML Namespaces §3]: `xml` and `xmlns` and their namespaces are bound for good; only the redundant declaration of
/// `xml` is allowed. [XML Namespaces §5]: no prefix is undeclared.
pub(super) fn require_bindable(prefix: &str, uri: &str, offset: usize) -> Result<bool, XmlError> {
    let refuse = |rule, found: &str| Err(XmlError::Namespace { rule, found: excerpt(found), offset });
    if prefix == XMLNS_PREFIX || uri == names::XMLNS || (prefix == XML_PREFIX) != (uri == names::XML) {
        return refuse(NamespaceRule::Reserved, if prefix.is_empty() { uri } else { prefix });
    }
    if uri.is_empty() {
        return if prefix.is_empty() { Ok(true) } else { refuse(NamespaceRule::Undeclared, prefix) };
    }
    if !is_uri_reference(uri) {
        return refuse(NamespaceRule::NotAUri, uri);
    }
    Ok(has_scheme(uri))
}
