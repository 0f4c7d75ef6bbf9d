//! Floor 2: tokens to arena entries. May import `base`.

mod start_tag;

use super::characters::{Survey, survey};
use super::declaration;
use super::namespaces::Namespaces;
use super::references;
use super::text::{PendingText, append_normalised};
use super::tokenizer::section_end;
use crate::base::Limits;
use crate::xml::document::{
    AttributeData, DeclarationData, Document, ElementData, Facts, NO_NODE, NodeData, NodeId, NodeKind,
};
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::ids::Ids;
use crate::xml::markup::{is_blank, is_instruction_target, is_space};
use crate::xml::qualified_name::NamespaceBinding;
use crate::xml::span::{Span, narrow, widen};

/// Octets of input for each node that room is made for at once: a little less than in terse messages.
const OCTETS_PER_NODE: usize = 56;
/// Octets of input for each attribute that room is made for at once.
const OCTETS_PER_ATTRIBUTE: usize = 112;

/// A document in the making. Every offset counts octets of the input.
pub(super) struct Builder<'i> {
    input: &'i str,
    limits: &'i Limits,
    survey: Survey,
    side: String,
    nodes: Vec<NodeData>,
    attributes: Vec<AttributeData>,
    declarations: Vec<DeclarationData>,
    context: Vec<DeclarationData>,
    namespaces: Namespaces<'i>,
    /// Where the side buffer has the namespace of `xml`, once it was needed.
    xml_namespace: Option<Span>,
    open: Vec<Open>,
    text: PendingText,
    ids: Ids,
    facts: Facts,
    root: Option<u32>,
}

/// An element whose end is still to come.
#[derive(Clone, Copy, Debug)]
struct Open {
    node: u32,
    /// First octet of its qualified name.
    name: u32,
    /// Octets of it.
    name_octets: u32,
    /// What to undo of the namespace bindings when it ends.
    mark: u32,
    scope: u32,
    has_text: bool,
    has_comment: bool,
}

/// A start tag, or the tag of an empty element, less its delimiters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    /// First octet of the name.
    pub(super) start: usize,
    /// Past the last octet: at `>` or `/>`.
    pub(super) end: usize,
}

/// Everything of a document but the input, which the builder has borrowed.
pub(super) struct Parts {
    side: String,
    nodes: Vec<NodeData>,
    attributes: Vec<AttributeData>,
    declarations: Vec<DeclarationData>,
    context: Vec<DeclarationData>,
    ids: Ids,
    facts: Facts,
    root: NodeId,
    root_data: ElementData,
}

impl Parts {
    /// Joins them with the input.
    pub(super) fn into_document(self, input: String) -> Document {
        Document {
            input,
            side: self.side,
            nodes: self.nodes,
            attributes: self.attributes,
            declarations: self.declarations,
            context: self.context,
            ids: self.ids,
            facts: self.facts,
            root: self.root,
            root_data: self.root_data,
        }
    }
}

impl<'i> Builder<'i> {
    /// Looks the input over, and binds what is bound outside it.
    pub(super) fn new(
        input: &'i str,
        context: &'i [NamespaceBinding],
        limits: &'i Limits,
    ) -> Result<Self, XmlError> {
        let room = |octets: usize, each: usize| (octets / each).saturating_add(8).min(limits.nodes);
        let mut builder = Self {
            input,
            limits,
            survey: survey(input)?,
            side: String::new(),
            nodes: Vec::with_capacity(room(input.len(), OCTETS_PER_NODE)),
            attributes: Vec::with_capacity(room(input.len(), OCTETS_PER_ATTRIBUTE)),
            declarations: Vec::with_capacity(16),
            context: Vec::new(),
            namespaces: Namespaces::new(),
            xml_namespace: None,
            open: Vec::with_capacity(16),
            text: PendingText::None,
            ids: Ids::default(),
            facts: Facts::default(),
            root: None,
        };
        for binding in context {
            builder.bind_outside(binding)?;
        }
        Ok(builder)
    }

    /// Copies a text to the side buffer.
    fn keep(&mut self, text: &str) -> Span {
        let start = self.side.len();
        self.side.push_str(text);
        Span::of_side(start, self.side.len())
    }

    /// `<name …>`.
    pub(super) fn start_tag(&mut self, tag: Tag) -> Result<(), XmlError> {
        self.open_element(tag)
    }

    /// `<name …/>`.
    pub(super) fn empty_tag(&mut self, tag: Tag) -> Result<(), XmlError> {
        self.open_element(tag)?;
        self.close_element()
    }

    /// `</name>`, which begins at `start` [XML §3.1]: the name of the start tag, perhaps white space, nothing else; the
    /// answer is the offset past it.
    pub(super) fn end_tag(&mut self, start: usize) -> Result<usize, XmlError> {
        self.end_text()?;
        let octets = self.input.as_bytes();
        let (name, length) =
            self.open.last().map_or((0, 0), |open| (widen(open.name), widen(open.name_octets)));
        let mut at = start + 2 + length;
        if self.open.is_empty() || octets.get(start + 2..at) != octets.get(name..name + length) {
            return refuse(WellFormedness::Tag, start);
        }
        while octets.get(at).is_some_and(|octet| is_space(*octet)) {
            at += 1;
        }
        if octets.get(at) != Some(&b'>') {
            return refuse(WellFormedness::Tag, start);
        }
        self.close_element()?;
        Ok(at + 1)
    }

    /// Character data without references.
    pub(super) fn text(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        let content = self.input.get(start..end).unwrap_or_default();
        if self.open.is_empty() {
            return if is_blank(content) { Ok(()) } else { refuse(WellFormedness::OutsideRoot, start) };
        }
        if self.survey.bracket && section_end(content.as_bytes()).is_some() {
            return refuse(WellFormedness::CharData, start);
        }
        self.push_text(start, end);
        Ok(())
    }

    /// The content of a CDATA section.
    pub(super) fn cdata(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return refuse(WellFormedness::OutsideRoot, start);
        }
        self.push_text(start, end);
        Ok(())
    }

    /// What is between `&` and `;` in character data.
    pub(super) fn reference(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return refuse(WellFormedness::OutsideRoot, start);
        }
        let c = references::resolve(self.input.get(start..end).unwrap_or_default(), start)?;
        self.text.push_char(self.input, c, &mut self.side);
        Ok(())
    }

    /// The content of a comment.
    pub(super) fn comment(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        self.end_text()?;
        let content = self.input.get(start..end).unwrap_or_default();
        if content.contains("--") || content.ends_with('-') {
            return refuse(WellFormedness::Comment, start);
        }
        let content = self.lines(start, end);
        self.push_node(NodeKind::Comment(content))?;
        if let Some(parent) = self.open.last_mut() {
            parent.has_comment = true;
        }
        Ok(())
    }

    /// A processing instruction less its delimiters.
    pub(super) fn instruction(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        self.end_text()?;
        let content = self.input.get(start..end).unwrap_or_default();
        let target_length = content.bytes().position(is_space).unwrap_or(content.len());
        let (target, rest) = content.split_at_checked(target_length).unwrap_or_default();
        if !is_instruction_target(target) {
            return refuse(WellFormedness::ProcessingInstruction, start);
        }
        self.require_name_length(target.len())?;
        let data_length =
            rest.bytes().position(|octet| !is_space(octet)).map_or(0, |space| rest.len() - space);
        let target = Span::of_input(start, start.saturating_add(target_length));
        let data = self.lines(end.saturating_sub(data_length), end);
        self.push_node(NodeKind::ProcessingInstruction { target, data })?;
        if let Some(parent) = self.open.last_mut() {
            parent.has_comment = true;
            self.facts.processing_instruction.get_or_insert(NodeId(parent.node));
        }
        Ok(())
    }

    /// `<?xml …?>`, delimiters included: the very first octets or nothing.
    pub(super) fn declaration(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if start != 0 {
            return refuse(WellFormedness::XmlDeclaration, start);
        }
        declaration::require_supported(self.input.get(start..end).unwrap_or_default())
    }

    /// The end of the input.
    pub(super) fn finish(mut self) -> Result<Parts, XmlError> {
        let offset = self.input.len();
        if !self.open.is_empty() {
            return refuse(WellFormedness::Tag, offset);
        }
        let entry = self.root.and_then(|root| Some((root, self.nodes.get(widen(root))?.kind)));
        let Some((root, NodeKind::Element(root_data))) = entry else {
            return refuse(WellFormedness::Root, offset);
        };
        self.ids.seal(self.input, &self.side)?;
        Ok(Parts {
            side: self.side,
            nodes: self.nodes,
            attributes: self.attributes,
            declarations: self.declarations,
            context: self.context,
            ids: self.ids,
            facts: self.facts,
            root: NodeId(root),
            root_data,
        })
    }

    fn push_text(&mut self, start: usize, end: usize) {
        let content = self.input.get(start..end).unwrap_or_default();
        if self.survey.carriage_return && content.contains('\r') {
            self.text.push_lines(self.input, start, end, &mut self.side);
        } else {
            self.text.push_plain(self.input, start, end, &mut self.side);
        }
    }

    /// Markup ends a text.
    fn end_text(&mut self) -> Result<(), XmlError> {
        let Some(span) = self.text.take(&self.side) else { return Ok(()) };
        let blank = is_blank(span.of(self.input, &self.side));
        self.push_node(NodeKind::Text(span))?;
        if let Some(parent) = self.open.last_mut() {
            parent.has_text |= !blank;
        }
        Ok(())
    }

    /// A stretch of input with normalised line endings.
    fn lines(&mut self, start: usize, end: usize) -> Span {
        let content = self.input.get(start..end).unwrap_or_default();
        if !self.survey.carriage_return || !content.contains('\r') {
            return Span::of_input(start, end);
        }
        let begin = self.side.len();
        append_normalised(content, &mut self.side);
        Span::of_side(begin, self.side.len())
    }

    /// The index of the next node, if there may be one.
    fn next_node(&self) -> Result<u32, XmlError> {
        let (limit, found) = (self.limits.nodes, self.nodes.len().saturating_add(1));
        if found > limit {
            Err(XmlError::TooManyNodes { limit, found })
        } else {
            Ok(narrow(self.nodes.len()))
        }
    }

    /// Adds a node. The entry is written where it stays: built elsewhere and copied, it would stall the processor.
    #[inline(always)]
    fn push_node(&mut self, kind: NodeKind) -> Result<(), XmlError> {
        self.next_node()?;
        let parent = self.open.last().map_or(NO_NODE, |parent| parent.node);
        self.nodes.push(NodeData::BLANK);
        if let Some(entry) = self.nodes.last_mut() {
            entry.parent = parent;
            entry.kind = kind;
        }
        Ok(())
    }

    fn require_name_length(&self, found: usize) -> Result<(), XmlError> {
        let limit = self.limits.name_octets;
        if found > limit { Err(XmlError::NameTooLong { limit, found }) } else { Ok(()) }
    }
}

fn refuse<T>(rule: WellFormedness, offset: usize) -> Result<T, XmlError> {
    Err(XmlError::NotWellFormed { rule, offset })
}
