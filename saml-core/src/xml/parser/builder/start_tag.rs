//! Floor 2: start tags, with the namespaces that begin and end with their elements. May import `base`.

use super::known_tags::KnownTag;
use super::{Builder, ElementEntry, Open, Strings, Tag, Target, refuse};
use crate::base::is_nc_name;
use crate::xml::document::{AttributeData, DeclarationData, NO_NODE, NodeId, Range};
use crate::xml::error::{NamespaceRule, WellFormedness, XmlError, excerpt};
use crate::xml::markup::{XML_PREFIX, XMLNS_PREFIX};
use crate::xml::names;
use crate::xml::parser::attributes::{
    InTag, RawAttribute, RawValue, TagEnd, attribute, duplicate, next_in_tag,
};
use crate::xml::parser::name::{prefix_key, qualified_name};
use crate::xml::parser::namespaces::{Namespace, require_bindable};
use crate::xml::parser::room::more_entries;
use crate::xml::parser::text::attribute_value;
use crate::xml::qualified_name::NamespaceBinding;
use crate::xml::span::{Span, widen};

/// The fewest octets of an attribute, the space before it included: ` a=""`.
const ATTRIBUTE_OCTETS: usize = 5;

/// The key of `xml`.
const XML_KEY: u64 = prefix_key(XML_PREFIX);
/// The key of `xmlns`.
const XMLNS_KEY: u64 = prefix_key(XMLNS_PREFIX);

/// The attributes that were read behind the name of a tag.
#[derive(Clone, Copy, Debug)]
struct ReadAttributes {
    end: TagEnd,
    /// Past the last attribute, or past the name.
    last: usize,
    /// Up to there it is written as in canonical XML, and namespaces play no part in it.
    is_plain: bool,
    /// One of the attributes is an identifier.
    has_identifier: bool,
}

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
        let namespace = self.namespaces.number(uri);
        self.namespaces.bind_outside(&binding.prefix, namespace);
        self.context.push(DeclarationData { prefix, uri, namespace: namespace.number });
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
        let node = self.next_node()?;
        let mark = self.namespaces.mark();
        let tag = self.tag(node, start, depth)?;
        let scope = if tag.declarations.is_empty() {
            self.open.last().map_or(NO_NODE, |parent| parent.scope)
        } else {
            node
        };
        let parent = self.parent();
        let element = ElementEntry {
            tag: &tag,
            scope,
            attributes: &self.attributes,
            declarations: &self.declarations,
            namespaces: self.namespaces.numbered(),
        };
        self.target.start_element(Strings { input: self.input, side: &self.side }, parent, &element);
        self.progress.nodes = node.saturating_add(1);
        self.progress.root = true;
        if !T::KEEPS_ENTRIES {
            self.attributes.clear();
            self.progress.declarations += self.declarations.len();
            self.declarations.clear();
        }
        let name = Span::of_input(start, start + tag.name_octets);
        self.open.push(Open { node, name, mark, scope, has_text: false, has_comment: false });
        Ok(TagEnd { past: tag.past, is_empty: tag.is_empty })
    }

    /// The meaning of the tag whose name begins at `start`.
    #[inline(always)]
    fn tag(&mut self, node: u32, start: usize, depth: usize) -> Result<Tag, XmlError> {
        // Known tags refer to entries of the arena.
        if !T::KEEPS_ENTRIES {
            return self.read_tag(node, start);
        }
        let before = self.namespaces.meaning();
        if let Some(known) = self.known_tags.find(self.input, start, depth, before) {
            return self.repeat_tag(&known, node, start);
        }
        let tag = self.read_tag(node, start)?;
        // An identifier has to be told, and refused the second time.
        if !tag.has_identifier {
            self.known_tags.remember(depth, KnownTag::new(start, tag, before, self.namespaces.meaning()));
        }
        Ok(tag)
    }

    /// Reads a tag whose name begins at `start`.
    #[inline(never)]
    fn read_tag(&mut self, node: u32, start: usize) -> Result<Tag, XmlError> {
        let Some(name) = qualified_name(self.input, start) else {
            return refuse(WellFormedness::Name, start);
        };
        self.require_name_length(name.len())?;
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let read = self.read_attributes(node, name.end)?;
        let namespace = match self.namespaces.resolve(name.key, || name.prefix(self.input)) {
            Some(namespace) => namespace.uri,
            None if name.key == 0 => Span::EMPTY,
            None => self.fixed_namespace(name.key, name.prefix(self.input), start)?.uri,
        };
        Ok(Tag {
            name_octets: name.len(),
            prefix: name.prefix_span(),
            local: name.local_span(),
            namespace,
            attributes: Range::new(first_attribute, self.attributes.len()),
            declarations: Range::new(first_declaration, self.declarations.len()),
            plain: if read.is_plain { Span::of_input(start - 1, read.last) } else { Span::EMPTY },
            has_identifier: read.has_identifier,
            past: read.end.past,
            is_empty: read.end.is_empty,
        })
    }

    /// Reads a tag that begins at `start` and says what another has said: its declarations take effect again.
    #[inline(never)]
    fn repeat_tag(&mut self, known: &KnownTag, node: u32, start: usize) -> Result<Tag, XmlError> {
        for index in widen(known.tag.declarations.start)..widen(known.tag.declarations.end) {
            let Some(declaration) = self.declarations.get(index).copied() else { break };
            let prefix = declaration.prefix.of(self.input, &self.side);
            if let Some(id) = self.namespaces.find(prefix_key(prefix), prefix) {
                let namespace = Namespace { uri: declaration.uri, number: declaration.namespace };
                self.namespaces.bind(id, namespace, node);
            }
            self.progress.declarations += 1;
            self.require_few_declarations_in_all()?;
        }
        self.namespaces.mean_again(known.after);
        Ok(Tag { past: start + known.octets(), ..known.tag })
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
    fn read_attributes(&mut self, node: u32, start: usize) -> Result<ReadAttributes, XmlError> {
        let (first_attribute, first_declaration) = (self.attributes.len(), self.declarations.len());
        let (mut any_prefix, mut has_identifier) = (false, false);
        let mut is_plain = true;
        let mut former: &[u8] = &[];
        let mut at = start;
        let end = loop {
            let name_start = match next_in_tag(self.input.as_bytes(), at)? {
                InTag::Attribute(name_start) => name_start,
                InTag::End(end) => break end,
            };
            let attribute = attribute(self.input, name_start)?;
            let name = &attribute.name;
            // One space before it; and in order, which for names without prefixes is that of their octets.
            is_plain &= name_start == at + 1
                && self.input.as_bytes().get(at) == Some(&b' ')
                && attribute.is_plain
                && (former.is_empty() || name.local_octets(self.input) > former);
            former = name.local_octets(self.input);
            at = attribute.value.end + 1;
            self.require_name_length(name.len())?;
            if name.key == XMLNS_KEY {
                is_plain = false;
                self.declare(node, name.local(self.input), &attribute)?;
                self.require_few_declarations(first_declaration)?;
            } else if name.key == 0 && name.local_octets(self.input) == XMLNS_PREFIX.as_bytes() {
                is_plain = false;
                self.declare(node, "", &attribute)?;
                self.require_few_declarations(first_declaration)?;
            } else {
                any_prefix |= name.key != 0;
                has_identifier |= self.push_attribute(node, &attribute)?;
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
            && let Some(name) = self.duplicate(attributes)
        {
            return Err(XmlError::DuplicateAttribute { found: excerpt(name), offset: start });
        }
        is_plain &= !any_prefix;
        Ok(ReadAttributes { end, last: at, is_plain, has_identifier })
    }

    /// The local name of an attribute that is there twice.
    fn duplicate(&self, attributes: Range) -> Option<&str> {
        let (input, side, numbered) = (self.input, &self.side, self.namespaces.numbered());
        let namespace =
            |number: u32| numbered.get(widen(number)).map_or("", |namespace| namespace.of(input, side));
        duplicate(attributes.of(&self.attributes), input, namespace)
    }

    /// Keeps an attribute, and notes an identifier; the answer is whether it is one.
    #[inline(always)]
    fn push_attribute(&mut self, node: u32, attribute: &RawAttribute) -> Result<bool, XmlError> {
        let name = &attribute.name;
        let value = attribute_value(self.input, attribute.value, &mut self.side)?;
        if self.attributes.len() == self.attributes.capacity() {
            let there = self.attributes.len();
            let more = more_entries(there, name.start, self.input.len(), ATTRIBUTE_OCTETS);
            self.attributes.reserve_exact(more.max(8));
        }
        self.attributes.push(AttributeData { name: name.span(), namespace: Namespace::NONE.number, value });
        let is_id = match name.key {
            0 => matches!(name.local_octets(self.input), b"ID" | b"Id" | b"id"),
            XML_KEY => name.local_octets(self.input) == b"id",
            _ => false,
        };
        if is_id {
            self.target.identifier(Strings { input: self.input, side: &self.side }, value, node)?;
        }
        Ok(is_id)
    }

    /// A namespace declaration takes effect.
    fn declare(&mut self, node: u32, prefix: &'i str, attribute: &RawAttribute) -> Result<(), XmlError> {
        let offset = attribute.name.start;
        let RawValue { start, end, plain } = attribute.value;
        let raw = self.input.get(start..end).unwrap_or_default();
        let id = self.namespaces.intern(prefix_key(prefix), prefix);
        let (limit, found) = (self.limits.prefixes, self.namespaces.prefixes());
        if found > limit {
            return Err(XmlError::TooManyPrefixes { limit, found });
        }
        let mut uri = Span::of_input(start, end);
        if !self.namespaces.has_accepted(id, raw) {
            uri = self.namespace_name(raw, attribute)?;
            let (limit, found) = (self.limits.namespace_octets, widen(uri.len()));
            if found > limit {
                return Err(XmlError::NamespaceTooLong { limit, found });
            }
            if !require_bindable(prefix, uri.of(self.input, &self.side), offset)? {
                self.progress.facts.relative_namespace.get_or_insert(NodeId(node));
            } else if plain {
                self.namespaces.accept(id, raw);
            }
        }
        let namespace = self.namespaces.number(uri);
        if !self.namespaces.bind(id, namespace, node) {
            return Err(XmlError::DuplicateAttribute { found: excerpt(prefix), offset });
        }
        // A redundant declaration of `xml` says nothing, and canonicalisation would have to leave it out.
        if prefix != XML_PREFIX {
            let prefix = if prefix.is_empty() { Span::EMPTY } else { attribute.name.local_span() };
            self.declarations.push(DeclarationData { prefix, uri, namespace: namespace.number });
        }
        Ok(())
    }

    /// The value of a declaration. A character reference in it could only hide what no URI has.
    fn namespace_name(&mut self, raw: &str, attribute: &RawAttribute) -> Result<Span, XmlError> {
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
        self.require_few_declarations_in_all()
    }

    fn require_few_declarations_in_all(&self) -> Result<(), XmlError> {
        let limit = self.limits.total_namespace_declarations;
        let found = self.progress.declarations.saturating_add(self.declarations.len());
        if found > limit { Err(XmlError::TooManyNamespaceDeclarationsInAll { limit, found }) } else { Ok(()) }
    }

    /// Gives the attributes of a tag their namespaces. An attribute without a prefix has no namespace, whatever the
    /// default namespace is.
    fn resolve_prefixes(&mut self, attributes: Range, offset: usize) -> Result<(), XmlError> {
        for index in widen(attributes.start)..widen(attributes.end) {
            let prefix =
                self.attributes.get(index).map_or("", |attribute| attribute.name.prefix().of(self.input, ""));
            if prefix.is_empty() {
                continue;
            }
            let key = prefix_key(prefix);
            let namespace = match self.namespaces.resolve(key, || prefix) {
                Some(namespace) => namespace,
                None => self.fixed_namespace(key, prefix, offset)?,
            };
            if let Some(attribute) = self.attributes.get_mut(index) {
                attribute.namespace = namespace.number;
            }
        }
        Ok(())
    }

    /// The namespace of `xml`, which needs no declaration; any other prefix that comes here is unbound.
    fn fixed_namespace(&mut self, key: u64, prefix: &str, offset: usize) -> Result<Namespace, XmlError> {
        if key == XML_KEY {
            if let Some(namespace) = self.xml_namespace {
                return Ok(namespace);
            }
            let uri = self.keep(names::XML);
            let namespace = self.namespaces.number(uri);
            self.xml_namespace = Some(namespace);
            return Ok(namespace);
        }
        let rule = if key == XMLNS_KEY { NamespaceRule::Reserved } else { NamespaceRule::UnboundPrefix };
        Err(XmlError::Namespace { rule, found: excerpt(prefix), offset })
    }
}
