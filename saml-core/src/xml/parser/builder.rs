//! Floor 2: the rules that tokens must keep, and their meaning. May import `base`.

mod arena;
mod carried;
mod known_tags;
mod start_tag;

use std::sync::{Arc, Weak};

use super::attributes::TagEnd;
use super::characters::{Survey, survey};
use super::declaration;
use super::namespaces::{Mark, Namespace, Namespaces};
use super::references;
use super::text::{PendingText, append_normalised, make_room};
use super::tokenizer::section_end;
use crate::base::Limits;
use crate::xml::document::{AttributeData, DeclarationData, Document, Facts, NO_NODE, NodeId, Range};
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::markup::is_instruction_target;
use crate::xml::qualified_name::NamespaceBinding;
use crate::xml::same::same;
use crate::xml::span::{NameSpan, Span, widen};
use crate::xml::white_space::{is_blank, is_space};

pub(super) use arena::Arena;
pub(super) use carried::Carried;
use known_tags::KnownTags;

/// Octets of input for each attribute that room is made for at once.
const OCTETS_PER_ATTRIBUTE: usize = 112;

/// What becomes of a document that is being read. It receives checked events in document order.
pub(super) trait Target {
    /// Whether attributes and declarations are wanted beyond their tag.
    const KEEPS_ENTRIES: bool;

    /// An element begins; all that its tag says is known.
    fn start_element(&mut self, strings: Strings<'_>, parent: u32, element: &ElementEntry<'_>);

    /// The element of this number has ended; `past` is the number of the next node.
    fn end_element(&mut self, node: u32, past: u32);

    /// Character data, never empty.
    fn text(&mut self, strings: Strings<'_>, parent: u32, text: Span);

    /// A comment.
    fn comment(&mut self, strings: Strings<'_>, parent: u32, text: Span);

    /// A processing instruction.
    fn processing_instruction(&mut self, strings: Strings<'_>, parent: u32, name: Span, data: Span);

    /// An identifier of the element of this number, which is told afterwards.
    fn identifier(&mut self, strings: Strings<'_>, value: Span, node: u32) -> Result<(), XmlError>;
}

/// Where spans lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strings<'s> {
    pub(super) input: &'s str,
    pub(super) side: &'s str,
}

impl<'s> Strings<'s> {
    /// The text of a span.
    pub(super) fn of(self, span: Span) -> &'s str {
        span.of(self.input, self.side)
    }
}

/// What a start tag says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tag {
    /// Octets of its qualified name.
    name_octets: usize,
    pub(super) prefix: Span,
    pub(super) local: Span,
    pub(super) namespace: Span,
    /// Its attributes among those that are kept.
    pub(super) attributes: Range,
    /// Its declarations among those that are kept.
    pub(super) declarations: Range,
    /// From its `<` to past its last attribute, if that is written as in canonical XML and namespaces play no part in
    /// the attributes; else empty.
    pub(super) plain: Span,
    has_identifier: bool,
    /// Past its `>`.
    past: usize,
    /// It ends with `/>`.
    is_empty: bool,
}

/// An element that begins.
#[derive(Debug)]
pub(super) struct ElementEntry<'e> {
    pub(super) tag: &'e Tag,
    /// The nearest element, itself included, that declares a namespace; or [`NO_NODE`].
    pub(super) scope: u32,
    /// All attributes that are kept.
    pub(super) attributes: &'e [AttributeData],
    /// All declarations that are kept.
    pub(super) declarations: &'e [DeclarationData],
    /// Where the namespaces lie that attributes tell by number.
    pub(super) namespaces: &'e [Span],
}

/// Checks tokens, and reports their meaning to a target. Every offset counts octets of the input.
pub(super) struct Builder<'i, T> {
    input: &'i str,
    limits: &'i Limits,
    survey: Survey,
    side: String,
    target: T,
    attributes: Vec<AttributeData>,
    declarations: Vec<DeclarationData>,
    context: Vec<DeclarationData>,
    namespaces: Namespaces<'i>,
    known_tags: KnownTags,
    /// Where the side buffer has the namespace of `xml`, once it was needed.
    xml_namespace: Option<Namespace>,
    open: Vec<Open>,
    text: PendingText,
    progress: Progress,
}

/// How far the reading of a document has come.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// Octets of the document before the input.
    octets: usize,
    /// Elements, texts, comments and processing instructions: the number of the next.
    nodes: u32,
    /// Namespace declarations that are not, or no longer, among the entries.
    declarations: usize,
    /// The root has begun.
    root: bool,
    /// The text that may go on has its number.
    text_counted: bool,
    facts: Facts,
}

/// An element whose end is still to come.
#[derive(Clone, Copy, Debug)]
struct Open {
    node: u32,
    /// Its qualified name, as it is written.
    name: Span,
    /// What to undo of the namespace bindings when it ends.
    mark: Mark,
    scope: u32,
    has_text: bool,
    has_comment: bool,
}

impl<'i> Builder<'i, Arena> {
    /// Surveys a whole document, and binds the prefixes that are bound outside it.
    pub(super) fn new(
        input: &'i str,
        context: &'i [NamespaceBinding],
        limits: &'i Limits,
    ) -> Result<Self, XmlError> {
        let room = (input.len() / OCTETS_PER_ATTRIBUTE).saturating_add(8).min(limits.nodes).min(2048);
        let mut builder = Self::with_target(input, limits, Arena::for_input(input, limits), room)?;
        for binding in context {
            builder.bind_outside(binding)?;
        }
        Ok(builder)
    }

    /// The end of the input: all of a document but the input itself, which is borrowed.
    pub(super) fn finish(mut self) -> Result<impl FnOnce(String) -> Arc<Document> + use<>, XmlError> {
        self.require_whole()?;
        let (root, root_data) = self.target.root().ok_or(no_root(self.input.len()))?;
        self.target.ids.seal(self.input, &self.side)?;
        let Self { side, target: Arena { nodes, ids }, attributes, declarations, context, progress, .. } =
            self;
        let namespaces = self.namespaces.into_numbered();
        let facts = progress.facts;
        Ok(move |input| {
            Arc::new_cyclic(|shared: &Weak<Document>| Document {
                shared: shared.clone(),
                input,
                side,
                nodes,
                attributes,
                declarations,
                namespaces,
                context,
                ids,
                facts,
                root,
                root_data,
            })
        })
    }
}

impl<'i, T: Target> Builder<'i, T> {
    /// Looks the input over.
    fn with_target(
        input: &'i str,
        limits: &'i Limits,
        target: T,
        attributes: usize,
    ) -> Result<Self, XmlError> {
        Ok(Self {
            input,
            limits,
            survey: survey(input)?,
            side: String::new(),
            target,
            attributes: Vec::with_capacity(attributes),
            declarations: Vec::with_capacity(16),
            context: Vec::new(),
            namespaces: Namespaces::new(),
            known_tags: KnownTags::new(),
            xml_namespace: None,
            open: Vec::with_capacity(16),
            text: PendingText::None,
            progress: Progress::default(),
        })
    }

    /// Copies a text to the side buffer.
    fn keep(&mut self, text: &str) -> Span {
        let start = self.side.len();
        self.side.push_str(text);
        Span::of_side(start, self.side.len())
    }

    /// `<name …>` or `<name …/>`, which begins at `start`; the answer is the offset past it.
    #[inline(always)]
    pub(super) fn start_tag(&mut self, start: usize) -> Result<usize, XmlError> {
        let TagEnd { past, is_empty } = self.open_element(start + 1)?;
        if is_empty {
            self.close_element()?;
        }
        Ok(past)
    }

    /// `</name>`, which begins at `start` [XML §3.1]: the name of the start tag, perhaps white space, nothing else; the
    /// answer is the offset past it.
    #[inline(always)]
    pub(super) fn end_tag(&mut self, start: usize) -> Result<usize, XmlError> {
        self.end_text()?;
        let octets = self.input.as_bytes();
        let Some(open) = self.open.last() else { return refuse(WellFormedness::Tag, start) };
        let name = open.name.of(self.input, &self.side);
        let mut at = start + 2 + name.len();
        if !same(self.input.get(start + 2..at).unwrap_or_default(), name) {
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

    /// Character data without references; `is_whole` says that a tag ends it.
    #[inline]
    pub(super) fn text(&mut self, start: usize, end: usize, is_whole: bool) -> Result<(), XmlError> {
        let content = self.input.get(start..end).unwrap_or_default();
        if self.open.is_empty() {
            return if is_blank(content) { Ok(()) } else { refuse(WellFormedness::OutsideRoot, start) };
        }
        if self.survey.bracket && section_end(content.as_bytes()).is_some() {
            return refuse(WellFormedness::CharData, start);
        }
        // Most texts are one stretch of input.
        if is_whole && self.text.is_none() && !self.progress.text_counted && !self.survey.carriage_return {
            self.count_node()?;
            self.tell(Span::of_input(start, end));
            return Ok(());
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

    /// The text between `&` and `;` in character data.
    pub(super) fn reference(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if self.open.is_empty() {
            return refuse(WellFormedness::OutsideRoot, start);
        }
        let c = references::resolve(self.input.get(start..end).unwrap_or_default(), start)?;
        self.text.push_char(self.input, c, start, &mut self.side);
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
        self.count_node()?;
        let parent = self.parent();
        self.target.comment(Strings { input: self.input, side: &self.side }, parent, content);
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
        self.count_node()?;
        let parent = self.parent();
        let strings = Strings { input: self.input, side: &self.side };
        self.target.processing_instruction(strings, parent, target, data);
        if let Some(parent) = self.open.last_mut() {
            parent.has_comment = true;
            self.progress.facts.processing_instruction.get_or_insert(NodeId(parent.node));
        }
        Ok(())
    }

    /// `<?xml …?>`, delimiters included: the very first octets or nothing.
    pub(super) fn declaration(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        if start != 0 || self.progress.octets != 0 {
            return refuse(WellFormedness::XmlDeclaration, start);
        }
        declaration::require_supported(self.input.get(start..end).unwrap_or_default())
    }

    /// At the end of the input no element is open, and the root was there.
    fn require_whole(&self) -> Result<(), XmlError> {
        let offset = self.input.len();
        if !self.open.is_empty() {
            return refuse(WellFormedness::Tag, offset);
        }
        if self.progress.root { Ok(()) } else { Err(no_root(offset)) }
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
    #[inline(always)]
    fn end_text(&mut self) -> Result<(), XmlError> {
        if self.text.is_none() && !self.progress.text_counted {
            return Ok(());
        }
        let outcome = self.tell_text();
        self.progress.text_counted = false;
        outcome
    }

    /// Tells what there is of a text, which may go on.
    fn tell_text(&mut self) -> Result<(), XmlError> {
        let Some(span) = self.text.take(&self.side) else { return Ok(()) };
        if !self.progress.text_counted {
            self.count_node()?;
            self.progress.text_counted = true;
        }
        self.tell(span);
        Ok(())
    }

    /// Tells a text, or a part of it.
    #[inline]
    fn tell(&mut self, text: Span) {
        let strings = Strings { input: self.input, side: &self.side };
        let Some(parent) = self.open.last_mut() else { return };
        parent.has_text = parent.has_text || !is_blank(strings.of(text));
        self.target.text(strings, parent.node, text);
    }

    /// A stretch of input with normalised line endings.
    fn lines(&mut self, start: usize, end: usize) -> Span {
        let content = self.input.get(start..end).unwrap_or_default();
        if !self.survey.carriage_return || !content.contains('\r') {
            return Span::of_input(start, end);
        }
        let begin = self.side.len();
        make_room(&mut self.side, content.len(), self.input, start);
        append_normalised(content, &mut self.side);
        Span::of_side(begin, self.side.len())
    }

    /// The number of the next node, if there may be one.
    fn next_node(&self) -> Result<u32, XmlError> {
        let (limit, found) = (self.limits.nodes, widen(self.progress.nodes).saturating_add(1));
        if found > limit { Err(XmlError::TooManyNodes { limit, found }) } else { Ok(self.progress.nodes) }
    }

    /// Gives the next node its number.
    fn count_node(&mut self) -> Result<u32, XmlError> {
        let node = self.next_node()?;
        self.progress.nodes = node.saturating_add(1);
        Ok(node)
    }

    /// The innermost open element.
    fn parent(&self) -> u32 {
        self.open.last().map_or(NO_NODE, |parent| parent.node)
    }

    fn require_name_length(&self, found: usize) -> Result<(), XmlError> {
        let limit = self.limits.name_octets.min(NameSpan::MAX_OCTETS);
        if found > limit { Err(XmlError::NameTooLong { limit, found }) } else { Ok(()) }
    }
}

#[cold]
fn refuse<T>(rule: WellFormedness, offset: usize) -> Result<T, XmlError> {
    Err(XmlError::NotWellFormed { rule, offset })
}

const fn no_root(offset: usize) -> XmlError {
    XmlError::NotWellFormed { rule: WellFormedness::Root, offset }
}
