//! Floor 2: tokens to arena entries. May import `base`.

use super::attributes::{self, RawAttribute, next_attribute};
use super::characters::{Survey, survey};
use super::declaration;
use super::name::{QualifiedName, qualified_name};
use super::namespaces::{Namespaces, require_bindable};
use super::references;
use super::text::{PendingText, append_normalised, attribute_value, has_section_end};
use crate::base::Limits;
use crate::xml::document::{
    AttributeData, DeclarationData, Document, ElementData, Facts, NO_NODE, NodeData, NodeId, NodeKind, Range,
};
use crate::xml::error::{NamespaceRule, WellFormedness, XmlError, excerpt};
use crate::xml::ids::Ids;
use crate::xml::markup::{XML_PREFIX, XMLNS_PREFIX, is_blank, is_instruction_target, is_space};
use crate::xml::names;
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
    /// What to undo of the namespace bindings when it ends.
    mark: u32,
    scope: u32,
    has_text: bool,
    has_comment: bool,
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
            declarations: Vec::new(),
            context: Vec::new(),
            namespaces: Namespaces::default(),
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

    /// Takes over a binding that stands outside the document.
    fn bind_outside(&mut self, binding: &'i NamespaceBinding) -> Result<(), XmlError> {
        require_bindable(&binding.prefix, &binding.uri, 0)?;
        if binding.prefix == XML_PREFIX || binding.uri.is_empty() {
            return Ok(());
        }
        let prefix = self.keep(&binding.prefix);
        let uri = self.keep(&binding.uri);
        self.namespaces.bind_outside(&binding.prefix, uri);
        self.context.push(DeclarationData { prefix, uri });
        Ok(())
    }

    /// Copies a text to the side buffer.
    fn keep(&mut self, text: &str) -> Span {
        let start = self.side.len();
        self.side.push_str(text);
        Span::of_side(start, self.side.len())
    }

    /// `<name …>`; the range lies between the delimiters.
    pub(super) fn start_tag(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        let open = self.open_element(start, end)?;
        self.open.push(open);
        Ok(())
    }

    /// `<name …/>`; the range lies between the delimiters.
    pub(super) fn empty_tag(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        let open = self.open_element(start, end)?;
        self.close_element(open);
        Ok(())
    }

    /// `</name>`, which the tokenizer has compared with its start tag.
    pub(super) fn end_tag(&mut self) -> Result<(), XmlError> {
        self.end_text()?;
        let open = self.open.pop().ok_or(XmlError::NotWellFormed { rule: WellFormedness::Tag, offset: 0 })?;
        self.close_element(open);
        Ok(())
    }

    /// Character data without references.
    pub(super) fn text(&mut self, start: usize, end: usize) -> Result<(), XmlError> {
        let content = self.input.get(start..end).unwrap_or_default();
        if self.open.is_empty() {
            return if is_blank(content) { Ok(()) } else { refuse(WellFormedness::OutsideRoot, start) };
        }
        if self.survey.bracket && has_section_end(content) {
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

    fn open_element(&mut self, start: usize, end: usize) -> Result<Open, XmlError> {
        self.end_text()?;
        if self.open.is_empty() && self.root.is_some() {
            return refuse(WellFormedness::Root, start);
        }
        let depth = self.open.len().saturating_add(1);
        if depth > self.limits.depth {
            return Err(XmlError::TooDeep { limit: self.limits.depth, found: depth });
        }
        let Some(name) = qualified_name(self.input, start, end) else {
            return refuse(WellFormedness::Name, start);
        };
        self.require_name_length(name.end.saturating_sub(start))?;
        let node = self.push_node(NodeKind::Element(ElementData::default()))?;
        let mark = self.namespaces.mark();
        let (attributes, declarations) = self.read_attributes(node, name.end, end)?;
        let namespace = self.namespace_of(&name, start)?;
        self.resolve_attributes(attributes, node, start)?;
        let scope = if declarations.start == declarations.end {
            self.open.last().map_or(NO_NODE, |parent| parent.scope)
        } else {
            node
        };
        let data = ElementData {
            prefix: name.prefix_span,
            local: name.local_span,
            namespace,
            attributes,
            declarations,
            end: 0,
            scope,
        };
        if let Some(entry) = self.nodes.get_mut(widen(node)) {
            entry.kind = NodeKind::Element(data);
        }
        if self.open.is_empty() {
            self.root = Some(node);
        }
        Ok(Open { node, mark, scope, has_text: false, has_comment: false })
    }

    fn close_element(&mut self, open: Open) {
        let end = narrow(self.nodes.len());
        if let Some(NodeData { kind: NodeKind::Element(data), .. }) = self.nodes.get_mut(widen(open.node)) {
            data.end = end;
        }
        self.namespaces.undo(open.mark);
        if open.has_text && open.has_comment {
            self.facts.comment_in_text.get_or_insert(NodeId(open.node));
        }
    }

    /// Reads the rest of a start tag: declarations take effect, attributes wait for all of them.
    fn read_attributes(&mut self, node: u32, start: usize, end: usize) -> Result<(Range, Range), XmlError> {
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let mut at = start;
        while at < end
            && let Some(attribute) = next_attribute(self.input, at, end)?
        {
            at = attribute.value_end.saturating_add(1);
            let name = attribute.name;
            self.require_name_length(name.end.saturating_sub(attribute.start()))?;
            if name.prefix == XMLNS_PREFIX {
                self.declare(node, name.local, name.local_span, &attribute)?;
            } else if name.prefix.is_empty() && name.local == XMLNS_PREFIX {
                self.declare(node, "", Span::EMPTY, &attribute)?;
            } else {
                let value =
                    attribute_value(self.input, attribute.value_start, attribute.value_end, &mut self.side)?;
                let (prefix, local, namespace) = (name.prefix_span, name.local_span, Span::EMPTY);
                self.attributes.push(AttributeData { prefix, local, namespace, value });
                let (limit, found) =
                    (self.limits.attributes, self.attributes.len().saturating_sub(first_attribute));
                if found > limit {
                    return Err(XmlError::TooManyAttributes { limit, found });
                }
            }
            let (limit, found) = (
                self.limits.namespace_declarations,
                self.declarations.len().saturating_sub(first_declaration),
            );
            if found > limit {
                return Err(XmlError::TooManyNamespaceDeclarations { limit, found });
            }
        }
        Ok((range(first_attribute, self.attributes.len()), range(first_declaration, self.declarations.len())))
    }

    /// A namespace declaration takes effect.
    fn declare(
        &mut self,
        node: u32,
        prefix: &'i str,
        prefix_span: Span,
        attribute: &RawAttribute<'i>,
    ) -> Result<(), XmlError> {
        let offset = attribute.start();
        let raw = self.input.get(attribute.value_start..attribute.value_end).unwrap_or_default();
        if raw.contains("&#") {
            return Err(XmlError::Namespace { rule: NamespaceRule::NotAUri, found: excerpt(raw), offset });
        }
        let uri = attribute_value(self.input, attribute.value_start, attribute.value_end, &mut self.side)?;
        let absolute = require_bindable(prefix, uri.of(self.input, &self.side), offset)?;
        if !self.namespaces.bind(prefix, uri, node) {
            return Err(XmlError::DuplicateAttribute { found: excerpt(prefix), offset });
        }
        if !absolute {
            self.facts.relative_namespace.get_or_insert(NodeId(node));
        }
        // A redundant declaration of `xml` says nothing, and canonicalisation would have to leave it out.
        if prefix != XML_PREFIX {
            self.declarations.push(DeclarationData { prefix: prefix_span, uri });
        }
        let (limit, found) = (self.limits.total_namespace_declarations, self.declarations.len());
        if found > limit {
            return Err(XmlError::TooManyNamespaceDeclarationsInAll { limit, found });
        }
        Ok(())
    }

    /// Gives the attributes of a tag their namespaces, compares them, and notes identifiers.
    fn resolve_attributes(&mut self, attributes: Range, node: u32, offset: usize) -> Result<(), XmlError> {
        for index in widen(attributes.start)..widen(attributes.end) {
            let Some(attribute) = self.attributes.get(index).copied() else { continue };
            let (prefix, local) = (attribute.prefix.of(self.input, ""), attribute.local.of(self.input, ""));
            let mut is_id = matches!(local, "ID" | "Id" | "id");
            if !prefix.is_empty() {
                let namespace = self.namespace_of_prefix(prefix, offset)?;
                if let Some(entry) = self.attributes.get_mut(index) {
                    entry.namespace = namespace;
                }
                is_id = prefix == XML_PREFIX && local == "id";
            }
            if is_id {
                self.ids.push(attribute.value, node);
            }
        }
        let entries = attributes.of(&self.attributes);
        if let Some(name) = attributes::duplicate(entries, self.input, &self.side) {
            return Err(XmlError::DuplicateAttribute { found: excerpt(name), offset });
        }
        Ok(())
    }

    /// The namespace of an element's name.
    fn namespace_of(&mut self, name: &QualifiedName<'_>, offset: usize) -> Result<Span, XmlError> {
        if name.prefix.is_empty() {
            return Ok(self.namespaces.resolve("").unwrap_or(Span::EMPTY));
        }
        self.namespace_of_prefix(name.prefix, offset)
    }

    fn namespace_of_prefix(&mut self, prefix: &str, offset: usize) -> Result<Span, XmlError> {
        if prefix == XML_PREFIX {
            if let Some(span) = self.xml_namespace {
                return Ok(span);
            }
            let span = self.keep(names::XML);
            self.xml_namespace = Some(span);
            return Ok(span);
        }
        if let Some(uri) = self.namespaces.resolve(prefix) {
            return Ok(uri);
        }
        let rule =
            if prefix == XMLNS_PREFIX { NamespaceRule::Reserved } else { NamespaceRule::UnboundPrefix };
        Err(XmlError::Namespace { rule, found: excerpt(prefix), offset })
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

    fn push_node(&mut self, kind: NodeKind) -> Result<u32, XmlError> {
        let (limit, found) = (self.limits.nodes, self.nodes.len().saturating_add(1));
        if found > limit {
            return Err(XmlError::TooManyNodes { limit, found });
        }
        let node = narrow(self.nodes.len());
        self.nodes.push(NodeData { parent: self.open.last().map_or(NO_NODE, |parent| parent.node), kind });
        Ok(node)
    }

    fn require_name_length(&self, found: usize) -> Result<(), XmlError> {
        let limit = self.limits.name_octets;
        if found > limit { Err(XmlError::NameTooLong { limit, found }) } else { Ok(()) }
    }
}

impl RawAttribute<'_> {
    /// The first octet of its name.
    fn start(&self) -> usize {
        let prefix = if self.name.prefix.is_empty() { 0 } else { self.name.prefix.len().saturating_add(1) };
        self.name.end.saturating_sub(self.name.local.len()).saturating_sub(prefix)
    }
}

fn range(start: usize, end: usize) -> Range {
    Range { start: narrow(start), end: narrow(end) }
}

fn refuse<T>(rule: WellFormedness, offset: usize) -> Result<T, XmlError> {
    Err(XmlError::NotWellFormed { rule, offset })
}
