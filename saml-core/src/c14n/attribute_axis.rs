//! Floor 3: the attributes of the open start tag. Imports nothing of this crate.

use std::cmp::Ordering;
use std::ops::Range;

use super::error::C14nError;
use super::escape::Place;
use super::namespace_axis::{BindingId, NamespaceAxis};

/// The attributes of one start tag until their order is known.
///
/// They lie in one buffer that serves every element of the document. A short axis is held in canonical form: if its
/// attributes came in order, it is written in one piece. Long values are held as they came and escaped when they are
/// written, because an escape makes six octets of one.
#[derive(Debug)]
pub(super) struct AttributeAxis {
    octets: Vec<u8>,
    entries: Vec<Entry>,
    /// Some value is still to be escaped.
    has_long_value: bool,
}

/// The place of an attribute, and its sort key.
#[derive(Debug)]
struct Entry {
    /// The binding of its prefix; none for an attribute in no namespace.
    namespace: Option<BindingId>,
    local: Range<usize>,
    /// From the space before the name to the closing quotation mark; of a long value, to the opening one.
    written: Range<usize>,
    /// A value that is held as it came; empty where it is written already.
    long_value: Range<usize>,
}

/// How many octets of an axis are held in canonical form before long values are not.
const ESCAPED: usize = 4096;

impl AttributeAxis {
    /// An empty axis, with room for the attributes of a usual element.
    pub(super) fn new() -> Self {
        Self { octets: Vec::with_capacity(512), entries: Vec::with_capacity(8), has_long_value: false }
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
        let value_start = self.octets.len();
        let mut long_value = value_start..value_start;
        let mut end = value_start;
        if value_start.saturating_add(value.len()) > ESCAPED && !value.is_empty() {
            self.octets.extend_from_slice(value.as_bytes());
            long_value.end = self.octets.len();
            self.has_long_value = true;
        } else {
            Place::AttributeValue.escape_into(value, &mut self.octets);
            self.octets.push(b'"');
            end = self.octets.len();
        }
        self.entries.push(Entry { namespace, local, written: start..end, long_value });
    }

    /// Hands over every attribute, sorted by namespace URI and then by local name [C14N §2.2], and forgets them.
    pub(super) fn write(
        &mut self,
        namespaces: &NamespaceAxis,
        mut write: impl FnMut(&[u8]) -> Result<(), C14nError>,
    ) -> Result<(), C14nError> {
        let octets = &self.octets;
        let order = |one: &Entry, other: &Entry| order(one, other, octets, namespaces);
        let is_sorted = self.entries.is_sorted_by(|one, other| order(one, other).is_le());
        if is_sorted && !self.has_long_value {
            write(octets)?;
        } else {
            if !is_sorted {
                self.entries.sort_unstable_by(order);
            }
            for entry in &self.entries {
                write(octets.get(entry.written.clone()).unwrap_or_default())?;
                if !entry.long_value.is_empty() {
                    let value = octets.get(entry.long_value.clone()).unwrap_or_default();
                    Place::AttributeValue.escape(value, &mut write)?;
                    write(b"\"")?;
                }
            }
        }
        self.octets.clear();
        self.entries.clear();
        self.has_long_value = false;
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
