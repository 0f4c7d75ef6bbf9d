//! Floor 2: documents to octets. May import `base`.

mod escape;
mod scope;

use std::ops::Range;

use super::markup::{XML_PREFIX, XMLNS_PREFIX};
use super::names;
use super::qualified_name::{ExpandedName, QName};
use super::write_error::WriteError;
use super::written::{Extent, SignatureSlot, Written};
use crate::base::is_nc_name;
pub(super) use escape::attribute_value as escape_attribute_value;
use scope::Scope;

/// Writes one document: escapes by construction, declares namespaces by itself, ends what was started.
///
/// Guarantees: [`Writer::finish`] yields either a document that [`Document::parse`](super::Document::parse) accepts
/// (limits, duplicate identifiers and inserted signatures aside) or an error; the first fault sticks. No XML
/// declaration is written.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
    open: Vec<OpenElement>,
    scope: Scope,
    slots: Vec<SignatureSlot>,
    extents: Vec<Extent>,
    error: Option<WriteError>,
    /// The start tag of the innermost element still lacks its `>`.
    in_tag: bool,
    /// The attributes in that tag: namespace, and the local part in the output.
    attributes: Vec<(String, Range<usize>)>,
    has_root: bool,
    /// Elements without content get an end tag, too.
    end_tags: bool,
}

/// An element that was started.
#[derive(Debug)]
struct OpenElement {
    /// Its qualified name in the output.
    name: Range<usize>,
    /// Bindings to forget when it ends.
    mark: usize,
    /// The element has a slot, so that its end is recorded.
    has_slot: bool,
}

impl Writer {
    /// Room that is made at once: most messages need no more, and a Response grows twice.
    const USUAL_OCTETS: usize = 4096;

    /// An empty document.
    #[must_use]
    pub fn new() -> Self {
        let out = String::with_capacity(Self::USUAL_OCTETS);
        Self { out, open: Vec::with_capacity(16), ..Self::default() }
    }

    /// An empty document, in which elements without content will have an end tag, as canonical XML has it.
    #[must_use]
    pub fn with_end_tags() -> Self {
        Self { end_tags: true, ..Self::new() }
    }

    /// Starts an element. Its prefix is declared here unless it already stands for that namespace.
    pub fn start(&mut self, name: QName<'_>) {
        let result = self.try_start(name);
        self.note(result);
    }

    /// Declares a prefix on the element that was just started, for content that uses it (`xs` in `xsi:type`); the
    /// empty prefix is the default namespace. Nothing is written where it already stands for `uri`.
    pub fn declare(&mut self, prefix: &str, uri: &str) {
        let result = self.try_declare(prefix, uri);
        self.note(result);
    }

    /// Writes an attribute in no namespace.
    pub fn attribute(&mut self, local: &str, value: &str) {
        self.attribute_ns("", ExpandedName::new("", local), value);
    }

    /// Writes an attribute in no namespace, if there is a value.
    pub fn attribute_opt(&mut self, local: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.attribute(local, value);
        }
    }

    /// Writes an attribute. Its prefix is declared here unless it already stands for that namespace.
    pub fn attribute_ns<'n>(&mut self, prefix: &str, name: impl Into<ExpandedName<'n>>, value: &str) {
        let result = self.try_attribute(prefix, name.into(), value);
        self.note(result);
    }

    /// Writes character data.
    pub fn text(&mut self, text: &str) {
        let result = self.try_text(text);
        self.note(result);
    }

    /// Ends the innermost element.
    pub fn end(&mut self) {
        let result = self.try_end();
        self.note(result);
    }

    /// Writes an element with nothing but text in it.
    pub fn text_element(&mut self, name: QName<'_>, text: &str) {
        self.start(name);
        self.text(text);
        self.end();
    }

    /// Writes an element with nothing but text in it, if there is a text.
    pub fn text_element_opt(&mut self, name: QName<'_>, text: Option<&str>) {
        if let Some(text) = text {
            self.text_element(name, text);
        }
    }

    /// Keeps this place for the `ds:Signature` of the open element whose identifier is `id`.
    pub fn signature_slot(&mut self, id: &str) {
        let result = self.content();
        if let (Ok(()), Some(element)) = (result, self.open.last_mut()) {
            let offset = self.out.len();
            self.slots.push(SignatureSlot { id: id.to_owned(), offset });
            element.has_slot = true;
            let start = element.name.start.saturating_sub(1);
            self.extents.push(Extent { id: id.to_owned(), range: start..offset });
        }
        self.note(result);
    }

    /// The document.
    ///
    /// # Errors
    /// The first fault of any call; or an element is still open; or there is none.
    pub fn finish(self) -> Result<Written, WriteError> {
        match self.error {
            Some(error) => Err(error),
            None if self.has_root && self.open.is_empty() => {
                Ok(Written::new(self.out.into_bytes(), self.slots, self.extents))
            }
            None => Err(WriteError::Order),
        }
    }

    /// Keeps the first error.
    fn note(&mut self, result: Result<(), WriteError>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }

    fn try_start(&mut self, name: QName<'_>) -> Result<(), WriteError> {
        if self.has_root && self.open.is_empty() {
            return Err(WriteError::Order);
        }
        require_name(name.prefix, name.name)?;
        self.close_tag();
        self.has_root = true;
        self.out.push('<');
        let start = self.out.len();
        self.push_name(name.prefix, name.name.local);
        let written = start..self.out.len();
        self.open.push(OpenElement { name: written, mark: self.scope.begin_tag(), has_slot: false });
        self.in_tag = true;
        self.attributes.clear();
        self.bind(name.prefix, name.name.namespace)
    }

    fn try_declare(&mut self, prefix: &str, uri: &str) -> Result<(), WriteError> {
        if !self.in_tag {
            return Err(WriteError::Order);
        }
        self.bind(prefix, uri)
    }

    fn try_attribute(&mut self, prefix: &str, name: ExpandedName<'_>, value: &str) -> Result<(), WriteError> {
        if !self.in_tag {
            return Err(WriteError::Order);
        }
        require_name(prefix, name)?;
        // An attribute without prefix is in no namespace, whatever the default is; `xmlns` is not an attribute.
        if prefix.is_empty() != name.namespace.is_empty() || (prefix.is_empty() && name.local == XMLNS_PREFIX)
        {
            return Err(WriteError::Name);
        }
        let is_same = |(namespace, local): &(String, Range<usize>)| {
            self.out.get(local.clone()) == Some(name.local) && namespace == name.namespace
        };
        if self.attributes.iter().any(is_same) {
            return Err(WriteError::DuplicateAttribute);
        }
        if !prefix.is_empty() {
            self.bind(prefix, name.namespace)?;
        }
        self.out.push(' ');
        self.push_name(prefix, name.local);
        let local = self.out.len().saturating_sub(name.local.len())..self.out.len();
        self.attributes.push((name.namespace.to_owned(), local));
        self.push_value(value)
    }

    fn try_text(&mut self, text: &str) -> Result<(), WriteError> {
        if text.is_empty() {
            return Ok(());
        }
        self.content()?;
        escape::text(text, &mut self.out)
    }

    fn try_end(&mut self) -> Result<(), WriteError> {
        let Some(element) = self.open.pop() else { return Err(WriteError::Order) };
        if self.in_tag && !self.end_tags {
            self.out.push_str("/>");
            self.in_tag = false;
        } else {
            self.close_tag();
            self.out.push_str("</");
            self.out.extend_from_within(element.name.clone());
            self.out.push('>');
        }
        self.scope.forget(element.mark);
        if element.has_slot {
            let start = element.name.start.saturating_sub(1);
            // Those inside it begin later; it may have several slots.
            let within = self.extents.iter_mut().rev().take_while(|extent| extent.range.start >= start);
            for own in within.filter(|extent| extent.range.start == start) {
                own.range.end = self.out.len();
            }
        }
        Ok(())
    }

    /// Content may follow: closes the start tag, if there is one.
    fn content(&mut self) -> Result<(), WriteError> {
        if self.open.is_empty() {
            return Err(WriteError::Order);
        }
        self.close_tag();
        Ok(())
    }

    fn close_tag(&mut self) {
        if self.in_tag {
            self.out.push('>');
            self.in_tag = false;
        }
    }

    /// Makes a prefix stand for a namespace on the element that was just started.
    fn bind(&mut self, prefix: &str, uri: &str) -> Result<(), WriteError> {
        if prefix == XML_PREFIX && uri == names::XML {
            return Ok(());
        }
        if !self.scope.bind(prefix, uri)? {
            return Ok(());
        }
        self.out.push_str(if prefix.is_empty() { " xmlns" } else { " xmlns:" });
        self.out.push_str(prefix);
        self.push_value(uri)
    }

    fn push_name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(local);
    }

    fn push_value(&mut self, value: &str) -> Result<(), WriteError> {
        self.out.push_str("=\"");
        escape::attribute_value(value, &mut self.out)?;
        self.out.push('"');
        Ok(())
    }
}

/// Both parts of a name are `NCName`s, and a prefix has a namespace.
fn require_name(prefix: &str, name: ExpandedName<'_>) -> Result<(), WriteError> {
    let prefix_fits = prefix.is_empty() || (is_nc_name(prefix) && !name.namespace.is_empty());
    if prefix_fits && is_nc_name(name.local) { Ok(()) } else { Err(WriteError::Name) }
}
