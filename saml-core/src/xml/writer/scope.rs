//! Floor 2: the namespace bindings in scope while writing. May import `base`.

use crate::base::is_nc_name;
use crate::xml::markup::{XML_PREFIX, XMLNS_PREFIX, is_uri_reference};
use crate::xml::names;
use crate::xml::same::same;
use crate::xml::write_error::WriteError;

/// The bindings of all open elements, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Scope {
    bindings: Vec<Binding>,
    /// The texts of all bindings, one after the other.
    texts: String,
    /// The positions of the bindings that the start tag under construction relies on; `None` stands for "no default
    /// namespace".
    relied_on: Vec<Option<usize>>,
}

/// A prefix and its URI, by their places among the texts.
#[derive(Clone, Copy, Debug)]
struct Binding {
    start: usize,
    prefix_end: usize,
    uri_end: usize,
}

impl Scope {
    /// A start tag begins; the answer is a point to come back to when its element ends.
    pub(super) fn begin_tag(&mut self) -> usize {
        self.relied_on.clear();
        self.bindings.len()
    }

    /// Forgets every binding since `mark`.
    pub(super) fn forget(&mut self, mark: usize) {
        if let Some(first) = self.bindings.get(mark) {
            self.texts.truncate(first.start);
            self.bindings.truncate(mark);
        }
    }

    /// Makes `prefix` stand for `uri` in the start tag being written; whether a declaration is needed.
    pub(super) fn bind(&mut self, prefix: &str, uri: &str) -> Result<bool, WriteError> {
        let found = self.bindings.iter().rposition(|binding| same(self.prefix(binding), prefix));
        let current =
            found.and_then(|index| self.bindings.get(index)).map_or("", |binding| self.uri(binding));
        if same(current, uri) && (prefix.is_empty() || found.is_some()) {
            self.relied_on.push(found);
            return Ok(false);
        }
        // A name of this tag already uses the other namespace. A new declaration would change its meaning.
        let none_relied_on = prefix.is_empty() && found.is_none() && self.relied_on.contains(&None);
        if none_relied_on || (found.is_some() && self.relied_on.contains(&found)) {
            return Err(WriteError::PrefixConflict);
        }
        require_bindable(prefix, uri)?;
        self.relied_on.push(Some(self.bindings.len()));
        let start = self.texts.len();
        self.texts.push_str(prefix);
        let prefix_end = self.texts.len();
        self.texts.push_str(uri);
        self.bindings.push(Binding { start, prefix_end, uri_end: self.texts.len() });
        Ok(true)
    }

    fn prefix(&self, binding: &Binding) -> &str {
        self.texts.get(binding.start..binding.prefix_end).unwrap_or_default()
    }

    fn uri(&self, binding: &Binding) -> &str {
        self.texts.get(binding.prefix_end..binding.uri_end).unwrap_or_default()
    }
}

/// What [`Document::parse`](crate::xml::Document::parse) would refuse is not written.
fn require_bindable(prefix: &str, uri: &str) -> Result<(), WriteError> {
    let prefix_fits = prefix.is_empty()
        || (is_nc_name(prefix) && prefix != XML_PREFIX && prefix != XMLNS_PREFIX && !uri.is_empty());
    let uri_fits = is_uri_reference(uri) && uri != names::XML && uri != names::XMLNS;
    if prefix_fits && uri_fits { Ok(()) } else { Err(WriteError::Name) }
}
