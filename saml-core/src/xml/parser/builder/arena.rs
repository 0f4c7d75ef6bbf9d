//! Floor 2: the nodes that were read, as entries of an arena. May import `base`.

use memchr::{memchr_iter, memmem};

use super::{ElementEntry, Strings, Target};
use crate::base::Limits;
use crate::xml::document::{ElementData, NO_NODE, NodeData, NodeId, NodeKind};
use crate::xml::error::XmlError;
use crate::xml::ids::Ids;
use crate::xml::parser::room::more_entries;
use crate::xml::span::{Span, widen};

/// Octets of input for each node of a short document: a little less than in terse messages.
const OCTETS_PER_NODE: usize = 56;

/// In a document of at most so many octets, tags are not counted.
const SHORT: usize = 32 * 1024;

/// The most nodes that room is made for at once if tags can't be counted: a large document may have few.
const MOST_AT_ONCE: usize = 2048;

/// The fewest octets of input for each node that room is made for at once. In a malformed document, octets that look
/// like tags cost less than nodes.
const OCTETS_PER_TAG: usize = 24;

/// The fewest octets of a node: there is an element beside each text.
const NODE_OCTETS: usize = 2;

/// The nodes of a document in the making, and its identifiers.
pub(in crate::xml::parser) struct Arena {
    pub(super) nodes: Vec<NodeData>,
    pub(super) ids: Ids,
}

impl Arena {
    /// An arena with room for the nodes of an input.
    pub(super) fn for_input(input: &str, limits: &Limits) -> Self {
        let room = expected_nodes(input.as_bytes()).saturating_add(8).min(limits.nodes);
        Self { nodes: Vec::with_capacity(room), ids: Ids::default() }
    }

    /// The root element: the one without a parent.
    pub(super) fn root(&self) -> Option<(NodeId, ElementData)> {
        (0..).zip(&self.nodes).find_map(|(index, node)| {
            if let NodeKind::Element(data) = node.kind
                && node.parent == NO_NODE
            {
                Some((NodeId(index), data))
            } else {
                None
            }
        })
    }

    /// Makes room for further nodes, the next of which is written at `at`: for at most half as many as there are
    /// already.
    #[cold]
    fn make_room(&mut self, octets: usize, at: Span) {
        let half = self.nodes.len() / 2;
        let expected = at.input_start().map(|done| more_entries(self.nodes.len(), done, octets, NODE_OCTETS));
        self.nodes.reserve_exact(expected.unwrap_or(half).min(half).max(8));
    }

    /// Adds a node. The entry is written directly into its place. Building it elsewhere and copying it stalls the
    /// processor.
    #[inline(always)]
    fn push(&mut self, strings: Strings<'_>, at: Span, parent: u32, kind: NodeKind) {
        if self.nodes.len() == self.nodes.capacity() {
            self.make_room(strings.input.len(), at);
        }
        self.nodes.push(NodeData::BLANK);
        if let Some(entry) = self.nodes.last_mut() {
            entry.parent = parent;
            entry.kind = kind;
        }
    }
}

/// About how many nodes a document has.
///
/// Most elements have one text and an end tag, so that there are as many nodes as tags. Counting those costs next to
/// nothing. Without it, the nodes of a long document moved several times, and what moved was three times as much as there
/// was in the end.
fn expected_nodes(input: &[u8]) -> usize {
    let alike = input.len() / OCTETS_PER_NODE;
    if input.len() <= SHORT {
        return alike;
    }
    // Only in a section, a comment or an instruction does `<` stand for itself. Beyond its declaration, an honest document
    // has none.
    let content = input.get(1..).unwrap_or_default();
    if memmem::find(content, b"<!").is_some() || memmem::find(content, b"<?").is_some() {
        return alike.min(MOST_AT_ONCE);
    }
    memchr_iter(b'<', input).count().min(input.len() / OCTETS_PER_TAG)
}

impl Target for Arena {
    const KEEPS_ENTRIES: bool = true;

    #[inline(always)]
    fn start_element(&mut self, strings: Strings<'_>, parent: u32, element: &ElementEntry<'_>) {
        let kind = NodeKind::Element(ElementData {
            prefix: element.tag.prefix,
            local: element.tag.local,
            namespace: element.tag.namespace,
            attributes: element.tag.attributes,
            declarations: element.tag.declarations,
            plain_tag: element.tag.plain,
            end: 0,
            scope: element.scope,
        });
        self.push(strings, element.tag.local, parent, kind);
    }

    #[inline(always)]
    fn end_element(&mut self, node: u32, past: u32) {
        if let Some(NodeData { kind: NodeKind::Element(data), .. }) = self.nodes.get_mut(widen(node)) {
            data.end = past;
        }
    }

    #[inline(always)]
    fn text(&mut self, strings: Strings<'_>, parent: u32, text: Span) {
        self.push(strings, text, parent, NodeKind::Text(text));
    }

    fn comment(&mut self, strings: Strings<'_>, parent: u32, text: Span) {
        self.push(strings, text, parent, NodeKind::Comment(text));
    }

    fn processing_instruction(&mut self, strings: Strings<'_>, parent: u32, name: Span, data: Span) {
        self.push(strings, name, parent, NodeKind::ProcessingInstruction { target: name, data });
    }

    fn identifier(&mut self, strings: Strings<'_>, value: Span, node: u32) -> Result<(), XmlError> {
        self.ids.push(strings.of(value), value, node);
        Ok(())
    }
}
