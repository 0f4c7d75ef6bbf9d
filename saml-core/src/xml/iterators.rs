//! Floor 2: walks over a document. May import `base`.

use std::iter::FusedIterator;
use std::slice;

use super::document::{AttributeData, DeclarationData, Document, Node, NodeId, NodeKind};
use super::element::{Attribute, Element};
use super::qualified_name::NamespaceDeclaration;
use super::span::widen;
use crate::base::take_steps;

/// The children of an element or of a document, in document order.
#[derive(Clone, Debug)]
pub struct Nodes<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Nodes<'d> {
    pub(super) const fn new(document: &'d Document, next: u32, end: u32) -> Self {
        Self { document, next, end }
    }
}

impl<'d> Iterator for Nodes<'d> {
    type Item = Node<'d>;

    fn next(&mut self) -> Option<Node<'d>> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        let node = self.document.nodes.get(widen(id.0))?;
        take_steps(1);
        self.next = self.next.saturating_add(1);
        Some(match &node.kind {
            NodeKind::Element(data) => {
                self.next = data.end;
                Node::Element(Element::new(self.document, id, data))
            }
            NodeKind::Text(text) => Node::Text(self.document.text(*text)),
            NodeKind::Comment(text) => Node::Comment(self.document.text(*text)),
            NodeKind::ProcessingInstruction { target, data } => Node::ProcessingInstruction {
                target: self.document.text(*target),
                data: self.document.text(*data),
            },
        })
    }
}

impl FusedIterator for Nodes<'_> {}

/// The elements below an element at any depth, in document order.
///
/// The walk takes one step along the arena for each node, without a stack.
#[derive(Clone, Debug)]
pub(crate) struct Descendants<'d> {
    document: &'d Document,
    next: u32,
    end: u32,
}

impl<'d> Descendants<'d> {
    pub(super) const fn new(document: &'d Document, next: u32, end: u32) -> Self {
        Self { document, next, end }
    }

    /// Skips the descendants of `element`, which has just been returned.
    pub(crate) fn leave_out(&mut self, element: Element<'d>) {
        self.next = element.data.end;
    }
}

impl<'d> Iterator for Descendants<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        while self.next < self.end {
            let id = NodeId(self.next);
            take_steps(1);
            self.next = self.next.saturating_add(1);
            if let Some(element) = self.document.element(id) {
                return Some(element);
            }
        }
        None
    }
}

impl FusedIterator for Descendants<'_> {}

/// The child elements of an element, in document order.
#[derive(Clone, Debug)]
pub struct ChildElements<'d>(Nodes<'d>);

impl<'d> ChildElements<'d> {
    pub(super) const fn new(nodes: Nodes<'d>) -> Self {
        Self(nodes)
    }
}

impl<'d> Iterator for ChildElements<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        // Yields the same elements as `Nodes`, without looking up the texts between them.
        let Nodes { document, next, end } = &mut self.0;
        while *next < *end {
            let id = NodeId(*next);
            if let Some(element) = document.element(id) {
                *next = element.data.end;
                return Some(element);
            }
            *next = next.saturating_add(1);
        }
        None
    }
}

impl FusedIterator for ChildElements<'_> {}

/// The attributes of an element, in document order.
#[derive(Clone, Debug)]
pub struct Attributes<'d> {
    document: &'d Document,
    entries: slice::Iter<'d, AttributeData>,
}

impl<'d> Attributes<'d> {
    pub(super) fn new(document: &'d Document, entries: &'d [AttributeData]) -> Self {
        Self { document, entries: entries.iter() }
    }
}

impl<'d> Iterator for Attributes<'d> {
    type Item = Attribute<'d>;

    fn next(&mut self) -> Option<Attribute<'d>> {
        self.entries.next().map(|data| Attribute::new(self.document, data))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Attributes<'_> {}
impl FusedIterator for Attributes<'_> {}

/// The namespace declarations of an element, in document order.
#[derive(Clone, Debug)]
pub struct NamespaceDeclarations<'d> {
    document: &'d Document,
    entries: slice::Iter<'d, DeclarationData>,
}

impl<'d> NamespaceDeclarations<'d> {
    pub(super) fn new(document: &'d Document, entries: &'d [DeclarationData]) -> Self {
        Self { document, entries: entries.iter() }
    }
}

impl<'d> Iterator for NamespaceDeclarations<'d> {
    type Item = NamespaceDeclaration<'d>;

    fn next(&mut self) -> Option<NamespaceDeclaration<'d>> {
        let data = self.entries.next()?;
        Some(NamespaceDeclaration {
            prefix: self.document.text(data.prefix),
            uri: self.document.text(data.uri),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for NamespaceDeclarations<'_> {}
impl FusedIterator for NamespaceDeclarations<'_> {}
