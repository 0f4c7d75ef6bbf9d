//! Floor 2: reading an element against its schema type. May import `base`.

use std::borrow::Cow;

use super::document::Node;
use super::element::Element;
use super::iterators::{ChildElements, Nodes};
use super::names;
use super::qualified_name::ExpandedName;
use super::schema_error::SchemaError;
use super::white_space::is_blank;

/// Attributes that any element may have, whatever its type [XML Schema Structures §2.6].
const OF_XML_SCHEMA: [&str; 4] = ["type", "nil", "schemaLocation", "noNamespaceSchemaLocation"];

/// Attributes of XML itself that say nothing here and that some software writes anywhere. An `xml:id` is an identifier.
const OF_XML: [&str; 3] = ["lang", "space", "base"];

/// Which attributes a type has beside its own.
#[derive(Clone, Copy, Debug)]
enum Others {
    /// None.
    None,
    /// Any of other namespaces.
    Foreign,
}

/// Reads one element as a schema `sequence`: its attributes by name, its children in order, nothing left over.
///
/// Comments and white space between children are skipped; other text between them is an error. Attributes and children
/// that were not asked for are an error, too, which [`ElementReader::finish`] returns. A reader that is dropped without
/// that call has not checked them.
#[derive(Debug)]
pub struct ElementReader<'d> {
    element: Element<'d>,
    rest: Nodes<'d>,
    /// The next child element, once it was looked for.
    next: Option<Element<'d>>,
    /// Which of the first 128 attributes were asked for.
    known: u128,
    /// Text that was found where it couldn't be reported at once.
    text: Option<&'d str>,
}

impl<'d> ElementReader<'d> {
    /// Reads an element whose name is known already.
    #[must_use]
    pub fn new(element: Element<'d>) -> Self {
        Self { element, rest: element.children(), next: None, known: 0, text: None }
    }

    /// Reads an element that must have this name.
    ///
    /// # Errors
    /// It has another.
    pub fn expect(element: Element<'d>, name: impl Into<ExpandedName<'static>>) -> Result<Self, SchemaError> {
        let name = name.into();
        if element.is(name) {
            Ok(Self::new(element))
        } else {
            Err(SchemaError::wrong_element(element, &[name]))
        }
    }

    /// The element that is read.
    #[must_use]
    pub const fn element(&self) -> Element<'d> {
        self.element
    }

    /// The attribute of this name in no namespace; the type knows it from now on.
    pub fn attribute(&mut self, local: &'static str) -> Option<&'d str> {
        self.attribute_ns(ExpandedName::new("", local))
    }

    /// The attribute of this expanded name; the type knows it from now on.
    pub fn attribute_ns(&mut self, name: impl Into<ExpandedName<'static>>) -> Option<&'d str> {
        let name = name.into();
        let (index, attribute) =
            self.element.attributes().enumerate().find(|(_, attribute)| attribute.is(name))?;
        self.known |= bit(index);
        Some(attribute.value())
    }

    /// The attribute of this name in no namespace.
    ///
    /// # Errors
    /// There is none.
    pub fn required_attribute(&mut self, local: &'static str) -> Result<&'d str, SchemaError> {
        self.attribute(local).ok_or_else(|| SchemaError::missing_attribute(self.element, local))
    }

    /// The attribute of this name, made a `T`.
    ///
    /// # Errors
    /// `parse` has no `T` for its value.
    pub fn parse_attribute<T>(
        &mut self,
        local: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, SchemaError> {
        let Some(value) = self.attribute(local) else { return Ok(None) };
        match parse(value) {
            Some(parsed) => Ok(Some(parsed)),
            None => Err(SchemaError::attribute_value(self.element, local, value)),
        }
    }

    /// The attribute of this name, made a `T`.
    ///
    /// # Errors
    /// There is none, or `parse` has no `T` for its value.
    pub fn parse_required_attribute<T>(
        &mut self,
        local: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, SchemaError> {
        let value = self.required_attribute(local)?;
        parse(value).ok_or_else(|| SchemaError::attribute_value(self.element, local, value))
    }

    /// The next child element, if it has this name.
    ///
    /// # Errors
    /// Text stands before the next child element.
    pub fn optional(
        &mut self,
        name: impl Into<ExpandedName<'static>>,
    ) -> Result<Option<Element<'d>>, SchemaError> {
        let name = name.into();
        self.next_if(|child| child.is(name))
    }

    /// The next child element, which must have this name.
    ///
    /// # Errors
    /// There is no next child element, or another, or text before it.
    pub fn required(&mut self, name: impl Into<ExpandedName<'static>>) -> Result<Element<'d>, SchemaError> {
        let name = name.into();
        match self.optional(name)? {
            Some(child) => Ok(child),
            None => Err(self.missing(&[name])),
        }
    }

    /// The next child elements, as long as they have this name; perhaps none.
    ///
    /// # Errors
    /// Text stands between them.
    pub fn many(&mut self, name: impl Into<ExpandedName<'static>>) -> Result<Vec<Element<'d>>, SchemaError> {
        let name = name.into();
        let mut children = Vec::new();
        while let Some(child) = self.optional(name)? {
            children.push(child);
        }
        Ok(children)
    }

    /// The next child elements, as long as they have this name; one at least.
    ///
    /// # Errors
    /// There is none, or text between them.
    pub fn at_least_one(
        &mut self,
        name: impl Into<ExpandedName<'static>>,
    ) -> Result<Vec<Element<'d>>, SchemaError> {
        let name = name.into();
        let children = self.many(name)?;
        if children.is_empty() { Err(self.missing(&[name])) } else { Ok(children) }
    }

    /// The next child element, if it has one of these names: a schema `choice`.
    ///
    /// # Errors
    /// Text stands before the next child element.
    pub fn optional_any_of(
        &mut self,
        names: &[ExpandedName<'static>],
    ) -> Result<Option<Element<'d>>, SchemaError> {
        self.next_if(|child| names.iter().any(|name| child.is(*name)))
    }

    /// The next child element, which must have one of these names.
    ///
    /// # Errors
    /// There is no next child element, or another, or text before it.
    pub fn required_any_of(&mut self, names: &[ExpandedName<'static>]) -> Result<Element<'d>, SchemaError> {
        match self.optional_any_of(names)? {
            Some(child) => Ok(child),
            None => Err(self.missing(names)),
        }
    }

    /// How many child elements that will do are left to read before one that won't.
    ///
    /// The caller can then allocate once. A vector that grows begins with four entries, which is too many or too few
    /// for most lists of SAML, and takes three times its content while it moves.
    #[must_use]
    pub fn run(&self, will_do: impl Fn(Element<'d>) -> bool) -> usize {
        let rest = ChildElements::new(self.rest.clone());
        self.next.into_iter().chain(rest).take_while(|child| will_do(*child)).count()
    }

    /// The next child element, if it is in another namespace than this element: a schema `any` of `##other`.
    ///
    /// # Errors
    /// Text stands before the next child element.
    pub fn next_foreign(&mut self) -> Result<Option<Element<'d>>, SchemaError> {
        let own = self.element.name().namespace;
        self.next_if(|child| {
            let namespace = child.name().namespace;
            !namespace.is_empty() && namespace != own
        })
    }

    /// The next child element, whatever it is: a schema `any` of `##any`.
    ///
    /// # Errors
    /// Text stands before it.
    pub fn next_any(&mut self) -> Result<Option<Element<'d>>, SchemaError> {
        self.next_if(|_| true)
    }

    /// All child elements that are left: a schema `any` of `##any`, as often as there are.
    ///
    /// Text among them is reported by [`ElementReader::finish`].
    pub fn rest(&mut self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        let first = self.next.take();
        let rest = std::mem::replace(&mut self.rest, self.element.no_children());
        for node in rest.clone() {
            if let Node::Text(text) = node
                && !is_blank(text)
            {
                self.text.get_or_insert(text);
            }
        }
        first.into_iter().chain(ChildElements::new(rest))
    }

    /// Ends the reading of a closed type.
    ///
    /// Of the attributes that were not asked for, those of XML Schema (`xsi:type`) and of XML (`xml:lang`) are ignored.
    ///
    /// # Errors
    /// A child element is left; there is text; another attribute was never asked for.
    pub fn finish(mut self) -> Result<(), SchemaError> {
        self.require_no_more_children()?;
        self.require_known_attributes(Others::None)
    }

    /// Ends the reading of a type with `anyAttribute namespace="##other"`: attributes of other namespaces are ignored,
    /// except one that could be taken for a second identifier. It would allow wrapping: one reader could use the one
    /// identifier, and another reader the other.
    ///
    /// # Errors
    /// A child element is left; there is text; an attribute in no namespace was never asked for; an attribute in a
    /// namespace is called `ID`, `Id` or `id`.
    pub fn finish_foreign_attributes(mut self) -> Result<(), SchemaError> {
        self.require_no_more_children()?;
        self.require_known_attributes(Others::Foreign)
    }

    /// Ends the reading of a closed type with simple content: its text, octet by octet, perhaps empty.
    ///
    /// # Errors
    /// Anything but text is in it; or an attribute as [`ElementReader::finish`] would refuse.
    pub fn finish_text(self) -> Result<Cow<'d, str>, SchemaError> {
        self.require_known_attributes(Others::None)?;
        self.element.simple_text()
    }

    /// Ends the reading of a type with mixed content, which is taken from the element itself, and with
    /// `anyAttribute namespace="##other"`.
    ///
    /// # Errors
    /// An attribute as [`ElementReader::finish_foreign_attributes`] would refuse.
    pub fn finish_mixed(self) -> Result<(), SchemaError> {
        self.require_known_attributes(Others::Foreign)
    }

    fn require_known_attributes(&self, others: Others) -> Result<(), SchemaError> {
        for (index, attribute) in self.element.attributes().enumerate() {
            let name = attribute.name();
            let allowed = self.known & bit(index) != 0
                || match others {
                    Others::None => match name.namespace {
                        names::XSI => OF_XML_SCHEMA.contains(&name.local),
                        names::XML => OF_XML.contains(&name.local),
                        _ => false,
                    },
                    Others::Foreign => {
                        !name.namespace.is_empty() && !matches!(name.local, "ID" | "Id" | "id")
                    }
                };
            if !allowed {
                return Err(SchemaError::unexpected_attribute(self.element, name));
            }
        }
        Ok(())
    }

    /// Ends the reading of a type with `anyAttribute`: attributes that were not asked for are let be.
    ///
    /// # Errors
    /// A child element is left, or there is text.
    pub fn finish_open_attributes(mut self) -> Result<(), SchemaError> {
        self.require_no_more_children()
    }

    fn require_no_more_children(&mut self) -> Result<(), SchemaError> {
        if let Some(child) = self.next_any()? {
            return Err(SchemaError::unexpected_element(self.element, child));
        }
        match self.text {
            Some(text) => Err(SchemaError::unexpected_text(self.element, text)),
            None => Ok(()),
        }
    }

    #[cold]
    fn missing(&self, names: &[ExpandedName<'static>]) -> SchemaError {
        SchemaError::missing_element(self.element, names, self.next)
    }

    /// Takes the next child element if it will do.
    fn next_if(
        &mut self,
        wanted: impl FnOnce(Element<'d>) -> bool,
    ) -> Result<Option<Element<'d>>, SchemaError> {
        if self.next.is_none() {
            self.next = self.next_child()?;
        }
        if self.next.is_some_and(wanted) { Ok(self.next.take()) } else { Ok(None) }
    }

    /// Goes on to the next child element, over white space and comments.
    fn next_child(&mut self) -> Result<Option<Element<'d>>, SchemaError> {
        for node in self.rest.by_ref() {
            match node {
                Node::Element(child) => return Ok(Some(child)),
                Node::Text(text) if !is_blank(text) => {
                    return Err(SchemaError::unexpected_text(self.element, text));
                }
                Node::Text(_) | Node::Comment(_) | Node::ProcessingInstruction { .. } => {}
            }
        }
        Ok(None)
    }
}

/// The mark of an attribute by its position; none beyond 128, which no type of SAML has.
pub(super) fn bit(index: usize) -> u128 {
    u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index)).unwrap_or(0)
}
