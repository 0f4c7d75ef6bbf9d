//! Floor 2: start tags, with the namespaces that begin and end with their elements. May import `base`.

use super::{Builder, ElementEntry, Open, Strings, Target, refuse};
use crate::base::is_nc_name;
use crate::xml::document::{AttributeData, DeclarationData, NO_NODE, NodeId, Range};
use crate::xml::error::{NamespaceRule, WellFormedness, XmlError, excerpt};
use crate::xml::markup::{XML_PREFIX, XMLNS_PREFIX};
use crate::xml::names;
use crate::xml::parser::attributes::{
    InTag, RawAttribute, RawValue, TagEnd, attribute, duplicate, next_in_tag,
};
use crate::xml::parser::name::{prefix_key, qualified_name};
use crate::xml::parser::namespaces::require_bindable;
use crate::xml::parser::text::attribute_value;
use crate::xml::qualified_name::NamespaceBinding;
use crate::xml::span::{Span, widen};

/// The key of `xml`.
const XML_KEY: u64 = prefix_key(XML_PREFIX);
/// The key of `xmlns`.
const XMLNS_KEY: u64 = prefix_key(XMLNS_PREFIX);

impl<'i, T: Target> Builder<'i, T> {
    /// Takes over a binding that stands outside the document.
    pub(super) fn bind_outside(&mut self, binding: &'i NamespaceBinding) -> Result<(), XmlError> {
        if !binding.prefix.is_empty() && !is_nc_name(&binding.prefix) {
            return refuse(WellFormedness::Name, 0);
        }
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

    /// Reads the tag whose name begins at `start`, and begins its element.
    #[inline(always)]
    pub(super) fn open_element(&mut self, start: usize) -> Result<TagEnd, XmlError> {
        self.end_text()?;
        if self.open.is_empty() && self.progress.root {
            return refuse(WellFormedness::Root, start);
        }
        let (limit, depth) = (self.limits.depth, self.open.len() + 1);
        if depth > limit {
            return Err(XmlError::TooDeep { limit, found: depth });
        }
        let Some(name) = qualified_name(self.input, start) else {
            return refuse(WellFormedness::Name, start);
        };
        self.require_name_length(name.len())?;
        let node = self.next_node()?;
        let mark = self.namespaces.mark();
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let tag_end = self.read_attributes(node, name.end)?;
        let namespace = match self.namespaces.resolve(name.key, name.prefix) {
            Some(namespace) => namespace,
            None if name.prefix.is_empty() => Span::EMPTY,
            None => self.fixed_namespace(name.key, name.prefix, start)?,
        };
        let scope = if self.declarations.len() > first_declaration {
            node
        } else {
            self.open.last().map_or(NO_NODE, |parent| parent.scope)
        };
        let parent = self.parent();
        let element = ElementEntry {
            prefix: name.prefix_span(),
            local: name.local_span(),
            namespace,
            scope,
            attributes: &self.attributes,
            first_attribute,
            declarations: &self.declarations,
            first_declaration,
        };
        self.target.start_element(Strings { input: self.input, side: &self.side }, parent, &element);
        self.progress.nodes = node.saturating_add(1);
        self.progress.root = true;
        if !T::KEEPS_ENTRIES {
            self.attributes.clear();
            self.progress.declarations += self.declarations.len();
            self.declarations.clear();
        }
        let name = Span::of_input(start, name.end);
        self.open.push(Open { node, name, mark, scope, has_text: false, has_comment: false });
        Ok(tag_end)
    }

    /// Ends the innermost element, and with it the bindings that it declared.
    #[inline]
    pub(super) fn close_element(&mut self) -> Result<(), XmlError> {
        let Some(open) = self.open.pop() else { return refuse(WellFormedness::Tag, 0) };
        self.target.end_element(open.node, self.progress.nodes);
        self.namespaces.undo(open.mark, |_, _| ());
        if open.has_text && open.has_comment {
            self.progress.facts.comment_in_text.get_or_insert(NodeId(open.node));
        }
        Ok(())
    }

    /// Reads the rest of a tag: declarations take effect at once, prefixes of attributes wait for all of them.
    fn read_attributes(&mut self, node: u32, start: usize) -> Result<TagEnd, XmlError> {
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let mut any_prefix = false;
        let mut at = start;
        let tag_end = loop {
            let name_start = match next_in_tag(self.input.as_bytes(), at)? {
                InTag::Attribute(name_start) => name_start,
                InTag::End(tag_end) => break tag_end,
            };
            let attribute = attribute(self.input, name_start)?;
            at = attribute.value.end + 1;
            let name = &attribute.name;
            self.require_name_length(name.len())?;
            if name.key == XMLNS_KEY {
                self.declare(node, name.local, &attribute)?;
                self.require_few_declarations(first_declaration)?;
            } else if name.key == 0 && name.local == XMLNS_PREFIX {
                self.declare(node, "", &attribute)?;
                self.require_few_declarations(first_declaration)?;
            } else {
                any_prefix |= name.key != 0;
                self.push_attribute(node, &attribute)?;
                let (limit, found) = (self.limits.attributes, self.attributes.len() - first_attribute);
                if found > limit {
                    return Err(XmlError::TooManyAttributes { limit, found });
                }
            }
        };
        let attributes = Range::new(first_attribute, self.attributes.len());
        if any_prefix {
            self.resolve_prefixes(attributes, start)?;
        }
        if self.attributes.len() - first_attribute > 1
            && let Some(name) = duplicate(attributes.of(&self.attributes), self.input, &self.side)
        {
            return Err(XmlError::DuplicateAttribute { found: excerpt(name), offset: start });
        }
        Ok(tag_end)
    }

    /// Keeps an attribute, and notes an identifier.
    fn push_attribute(&mut self, node: u32, attribute: &RawAttribute<'_>) -> Result<(), XmlError> {
        let name = &attribute.name;
        let value = attribute_value(self.input, attribute.value, &mut self.side)?;
        self.attributes.push(AttributeData {
            prefix: name.prefix_span(),
            local: name.local_span(),
            namespace: Span::EMPTY,
            value,
        });
        let is_id = match name.key {
            0 => matches!(name.local, "ID" | "Id" | "id"),
            XML_KEY => name.local == "id",
            _ => false,
        };
        if is_id {
            self.target.identifier(Strings { input: self.input, side: &self.side }, value, node)?;
        }
        Ok(())
    }

    /// A namespace declaration takes effect.
    fn declare(&mut self, node: u32, prefix: &'i str, attribute: &RawAttribute<'i>) -> Result<(), XmlError> {
        let offset = attribute.name.start;
        let RawValue { start, end, plain } = attribute.value;
        let raw = self.input.get(start..end).unwrap_or_default();
        let id = self.namespaces.intern(prefix_key(prefix), prefix);
        let mut uri = Span::of_input(start, end);
        if !self.namespaces.has_accepted(id, raw) {
            uri = self.namespace_name(raw, attribute)?;
            if !require_bindable(prefix, uri.of(self.input, &self.side), offset)? {
                self.progress.facts.relative_namespace.get_or_insert(NodeId(node));
            } else if plain {
                self.namespaces.accept(id, raw);
            }
        }
        if !self.namespaces.bind(id, uri, node) {
            return Err(XmlError::DuplicateAttribute { found: excerpt(prefix), offset });
        }
        // A redundant declaration of `xml` says nothing, and canonicalisation would have to leave it out.
        if prefix != XML_PREFIX {
            let prefix = if prefix.is_empty() { Span::EMPTY } else { attribute.name.local_span() };
            self.declarations.push(DeclarationData { prefix, uri });
        }
        Ok(())
    }

    /// The value of a declaration. A character reference in it could only hide what no URI has.
    fn namespace_name(&mut self, raw: &str, attribute: &RawAttribute<'_>) -> Result<Span, XmlError> {
        if !attribute.value.plain && raw.contains("&#") {
            let (rule, found, offset) = (NamespaceRule::NotAUri, excerpt(raw), attribute.name.start);
            return Err(XmlError::Namespace { rule, found, offset });
        }
        attribute_value(self.input, attribute.value, &mut self.side)
    }

    fn require_few_declarations(&self, first: usize) -> Result<(), XmlError> {
        let open = self.declarations.len();
        let (limit, found) = (self.limits.namespace_declarations, open - first);
        if found > limit {
            return Err(XmlError::TooManyNamespaceDeclarations { limit, found });
        }
        let (limit, all) =
            (self.limits.total_namespace_declarations, self.progress.declarations.saturating_add(open));
        if all > limit {
            Err(XmlError::TooManyNamespaceDeclarationsInAll { limit, found: all })
        } else {
            Ok(())
        }
    }

    /// Gives the attributes of a tag their namespaces. One without prefix has none, whatever the default is.
    fn resolve_prefixes(&mut self, attributes: Range, offset: usize) -> Result<(), XmlError> {
        for index in widen(attributes.start)..widen(attributes.end) {
            let prefix =
                self.attributes.get(index).map_or("", |attribute| attribute.prefix.of(self.input, ""));
            if prefix.is_empty() {
                continue;
            }
            let key = prefix_key(prefix);
            let namespace = match self.namespaces.resolve(key, prefix) {
                Some(namespace) => namespace,
                None => self.fixed_namespace(key, prefix, offset)?,
            };
            if let Some(attribute) = self.attributes.get_mut(index) {
                attribute.namespace = namespace;
            }
        }
        Ok(())
    }

    /// The namespace of `xml`, which needs no declaration; any other prefix that comes here is unbound.
    fn fixed_namespace(&mut self, key: u64, prefix: &str, offset: usize) -> Result<Span, XmlError> {
        if key == XML_KEY {
            if let Some(span) = self.xml_namespace {
                return Ok(span);
            }
            let span = self.keep(names::XML);
            self.xml_namespace = Some(span);
            return Ok(span);
        }
        let rule = if key == XMLNS_KEY { NamespaceRule::Reserved } else { NamespaceRule::UnboundPrefix };
        Err(XmlError::Namespace { rule, found: excerpt(prefix), offset })
    }
}
