//! Floor 3: the attributes of the open start tag. Imports nothing of this crate.

use std::cmp::Ordering;
use std::ops::Range;

use super::error::C14nError;
use super::escape::Place;
use super::namespace_axis::{BindingId, NamespaceAxis};

/// The attributes of one start tag, already in canonical form, until their order is known.
///
/// Each is escaped once, into one buffer that serves every element of the document. If the attributes came in order,
/// the whole axis is written in one piece.
#[derive(Debug)]
pub(super) struct AttributeAxis {
    octets: Vec<u8>,
    entries: Vec<Entry>,
}

/// The place of an attribute, and its sort key.
#[derive(Debug)]
struct Entry {
    /// The binding of its prefix; none for an attribute in no namespace.
    namespace: Option<BindingId>,
    local: Range<usize>,
    /// From the space before the name to the closing quotation mark.
    whole: Range<usize>,
}

impl AttributeAxis {
    /// An empty axis, with room for the attributes of a usual element.
    pub(super) fn new() -> Self {
        Self { octets: Vec::with_capacity(512), entries: Vec::with_capacity(8) }
    }

    /// Adds an attribute; `namespace` is the binding of its prefix in the output; `None` without a prefix.
    pub(super) fn push(&mut self, prefix: &str, local: &str, namespace: Option<BindingId>, value: &str) {
        let start = self.octets.len();
        self.octets.push(b' ');
        if !prefix.is_empty() {
            self.octets.extend_from_slice(prefix.as_bytes());
            self.octets.push(b':');
        }
        let local_start = self.octets.len();
        self.octets.extend_from_slice(local.as_bytes());
        let local = local_start..self.octets.len();
        self.octets.extend_from_slice(b"=\"");
        Place::AttributeValue.escape_into(value, &mut self.octets);
        self.octets.push(b'"');
        self.entries.push(Entry { namespace, local, whole: start..self.octets.len() });
    }

    /// Hands over every attribute, sorted by namespace URI and then by local name [C14N §2.2], and forgets them.
    pub(super) fn write(
        &mut self,
        namespaces: &NamespaceAxis,
        mut write: impl FnMut(&[u8]) -> Result<(), C14nError>,
    ) -> Result<(), C14nError> {
        let octets = &self.octets;
        let order = |one: &Entry, other: &Entry| order(one, other, octets, namespaces);
        if self.entries.is_sorted_by(|one, other| order(one, other).is_le()) {
            write(octets)?;
        } else {
            self.entries.sort_unstable_by(order);
            for entry in &self.entries {
                write(octets.get(entry.whole.clone()).unwrap_or_default())?;
            }
        }
        self.octets.clear();
        self.entries.clear();
        Ok(())
    }
}

/// The order of attributes: no namespace first, then by URI, then by local name, octet by octet.
fn order(one: &Entry, other: &Entry, octets: &[u8], namespaces: &NamespaceAxis) -> Ordering {
    let uri = |entry: &Entry| entry.namespace.map_or("", |id| namespaces.uri(id));
    let local = |entry: &Entry| octets.get(entry.local.clone()).unwrap_or_default();
    let by_namespace =
        if one.namespace == other.namespace { Ordering::Equal } else { uri(one).cmp(uri(other)) };
    by_namespace.then_with(|| local(one).cmp(local(other)))
}
