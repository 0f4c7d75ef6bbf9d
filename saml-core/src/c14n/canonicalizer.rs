//! Floor 3: the event-driven core. May import `base` and `xml`.

use std::collections::BTreeSet;

use super::attribute_axis::AttributeAxis;
use super::error::C14nError;
use super::escape::Place;
use super::method::CanonicalizationMethod;
use super::namespace_axis::{Mark, NamespaceAxis, require_canonical};
use super::output::Output;
use super::prefix_list::PrefixList;
use super::sink::OctetSink;
use crate::base::Limits;
use crate::xml::{ExpandedName, NamespaceBinding, StartTag};

/// Canonical XML out of a stream of parser events.
///
/// The events are those of a namespace-aware parser, in document order: [`start_element`](Self::start_element), then
/// the [`namespace_declaration`](Self::namespace_declaration)s and [`attribute`](Self::attribute)s of that start tag in
/// any order, then its content, then [`end_element`](Self::end_element). White space outside the root is no event.
/// Strings need to live for the call only. The canonicaliser copies what it must remember, so that its memory grows
/// with depth and with the prefixes of the open elements, and never with the length of the document.
///
/// Guarantees, for events of a namespace-well-formed document: the octets that the method defines, in UTF-8; end tags
/// that match; not one octet beyond the limit. The canonical form exists when [`finish`](Self::finish) returns without
/// an error, and only then; after a first error every call fails.
///
/// Does not check names, characters, or whether prefixes mean what the events say; the parser does.
#[derive(Debug)]
pub struct Canonicalizer<S: OctetSink> {
    inclusive: bool,
    comments: bool,
    prefix_list: PrefixList,
    output: Output<S>,
    namespaces: NamespaceAxis,
    attributes: AttributeAxis,
    /// The end tags of the open elements, one after the other.
    end_tags: String,
    open: Vec<OpenElement>,
    position: Position,
    failure: Option<C14nError>,
}

/// An element whose end tag is still to come.
#[derive(Clone, Copy, Debug)]
struct OpenElement {
    /// Where its end tag begins.
    end_tag: usize,
    namespaces: Mark,
}

impl OpenElement {
    /// Its end tag, and its name as the tags write it.
    fn tag_and_name(self, end_tags: &str) -> (&[u8], &[u8]) {
        let tag = end_tags.as_bytes().get(self.end_tag..).unwrap_or_default();
        (tag, tag.get(2..tag.len().saturating_sub(1)).unwrap_or_default())
    }
}

/// Where in the document the next event falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    BeforeRoot,
    /// Between the name of an element and the end of its start tag.
    InStartTag,
    InContent,
    AfterRoot,
}

impl<S: OctetSink> Canonicalizer<S> {
    /// Begins a canonical form that goes to `sink`.
    pub fn new(method: CanonicalizationMethod, prefix_list: &PrefixList, limits: &Limits, sink: S) -> Self {
        Self {
            inclusive: method.is_inclusive(),
            comments: method.keeps_comments(),
            prefix_list: prefix_list.clone(),
            output: Output::new(sink, limits.canonical_octets),
            namespaces: NamespaceAxis::new(),
            attributes: AttributeAxis::new(),
            end_tags: String::with_capacity(512),
            open: Vec::with_capacity(16),
            position: Position::BeforeRoot,
            failure: None,
        }
    }

    /// Opens an element.
    ///
    /// # Errors
    /// A second root, a namespace without a canonical form, or too many octets.
    pub fn start_element(&mut self, prefix: &str, name: ExpandedName<'_>) -> Result<(), C14nError> {
        self.guard(|this| this.open_element(prefix, name))
    }

    /// An element whose start tag, without its `>`, is canonical as it is written, if its prefix is bound already. If
    /// `text` is all of its content, the call ends the element, too. The answer is whether it does; if it does not,
    /// nothing has happened.
    ///
    /// # Errors
    /// As [`Canonicalizer::start_element`].
    pub(super) fn plain_element(
        &mut self,
        prefix: &str,
        name: ExpandedName<'_>,
        tag: &str,
        text: Option<&str>,
    ) -> Result<bool, C14nError> {
        if !self.namespaces.is_in_force(prefix, name.namespace) {
            return Ok(false);
        }
        self.guard(|this| {
            this.enter_content()?;
            this.output.put(tag.as_bytes())?;
            this.output.put(b">")?;
            let Some(text) = text else {
                this.remember_element(prefix, name.local);
                return Ok(());
            };
            this.output.put_escaped(text, Place::Text)?;
            let colon = usize::from(!prefix.is_empty());
            let name = tag.as_bytes().get(1..=prefix.len() + colon + name.local.len()).unwrap_or_default();
            this.output.put(b"</")?;
            this.output.put(name)?;
            this.output.put(b">")
        })?;
        Ok(true)
    }

    /// A namespace declaration on the open start tag; an empty prefix is the default namespace, an empty URI undeclares
    /// it.
    ///
    /// # Errors
    /// No start tag is open, or the namespace has no canonical form.
    pub fn namespace_declaration(&mut self, prefix: &str, uri: &str) -> Result<(), C14nError> {
        self.guard(|this| {
            this.require(Position::InStartTag)?;
            require_canonical(uri)?;
            if this.renders_unused(prefix) { this.namespaces.declare(prefix, uri) } else { Ok(()) }
        })
    }

    /// A namespace declaration of an ancestor of the apex. Report these within the start tag of the apex, after its own
    /// declarations, the nearest ancestor first, and each prefix once.
    ///
    /// The inclusive methods render all of them on the apex [C14N §2.4], the exclusive one those that its `PrefixList`
    /// names.
    ///
    /// # Errors
    /// The open start tag is not that of the apex, or the namespace has no canonical form.
    pub fn inherited_namespace(&mut self, prefix: &str, uri: &str) -> Result<(), C14nError> {
        self.guard(|this| {
            this.require(Position::InStartTag)?;
            if this.open.len() != 1 {
                return Err(C14nError::EventOrder);
            }
            require_canonical(uri)?;
            if this.renders_unused(prefix) { this.namespaces.inherit(prefix, uri) } else { Ok(()) }
        })
    }

    /// An attribute of the open start tag, its value normalised and without references.
    ///
    /// # Errors
    /// No start tag is open, or its namespace has no canonical form.
    pub fn attribute(&mut self, prefix: &str, name: ExpandedName<'_>, value: &str) -> Result<(), C14nError> {
        self.guard(|this| {
            this.require(Position::InStartTag)?;
            let namespace =
                if prefix.is_empty() { None } else { Some(this.namespaces.render(prefix, name.namespace)?) };
            this.attributes.push(prefix, name.local, namespace, value);
            Ok(())
        })
    }

    /// Character data, references resolved; CDATA sections are character data. May come in pieces.
    ///
    /// # Errors
    /// No element is open, or too many octets.
    pub fn text(&mut self, text: &str) -> Result<(), C14nError> {
        self.guard(|this| {
            this.enter_content()?;
            this.output.put_escaped(text, Place::Text)
        })
    }

    /// A comment; dropped, unless the method keeps comments.
    ///
    /// # Errors
    /// Too many octets.
    pub fn comment(&mut self, text: &str) -> Result<(), C14nError> {
        self.guard(|this| if this.comments { this.markup(["<!--", text, "", "", "-->"]) } else { Ok(()) })
    }

    /// A processing instruction: its target, and what follows after white space, which may be nothing.
    ///
    /// # Errors
    /// Too many octets.
    pub fn processing_instruction(&mut self, target: &str, data: &str) -> Result<(), C14nError> {
        let space = if data.is_empty() { "" } else { " " };
        self.guard(|this| this.markup(["<?", target, space, data, "?>"]))
    }

    /// Closes the innermost open element.
    ///
    /// # Errors
    /// No element is open, or too many octets.
    pub fn end_element(&mut self) -> Result<(), C14nError> {
        self.guard(Self::close_element)
    }

    /// Hands over to the sink everything up to the last event.
    ///
    /// For sinks that divide what they receive, such as streamed metadata, which is divided by entity. An open start
    /// tag is closed: its attributes must have been told.
    ///
    /// # Errors
    /// Too many octets.
    pub fn flush(&mut self) -> Result<(), C14nError> {
        self.guard(|this| {
            this.close_start_tag()?;
            this.output.flush()
        })
    }

    /// The sink. Has received everything only after [`flush`](Self::flush).
    pub const fn sink(&mut self) -> &mut S {
        self.output.sink()
    }

    /// The bindings in force after the octets so far: the context in which the next element can be parsed alone, with
    /// [`Document::parse_in_context`](crate::xml::Document::parse_in_context).
    ///
    /// # Errors
    /// [`C14nError::TooManyPrefixesInForce`]: a caller that asks in many places would copy the bindings each time.
    pub fn namespaces_in_force(&self) -> Result<Vec<NamespaceBinding>, C14nError> {
        let count = self.namespaces.prefixes();
        if count > C14nError::MAX_PREFIXES_IN_FORCE {
            return Err(C14nError::TooManyPrefixesInForce { count });
        }
        Ok(self.namespaces.in_force().map(binding).collect())
    }

    /// The same for what a start tag alone may use: its own prefix and those of its attributes. `None` for a prefix
    /// that is not bound.
    pub(crate) fn namespaces_of_tag(&self, tag: &StartTag<'_>) -> Vec<NamespaceBinding> {
        let prefixes: BTreeSet<&str> =
            tag.attributes().map(|attribute| attribute.prefix).chain([tag.prefix()]).collect();
        let bound = prefixes.into_iter().map(|prefix| (prefix, self.namespaces.uri_of_prefix(prefix)));
        bound.filter(|(prefix, uri)| !uri.is_empty() && *prefix != "xml").map(binding).collect()
    }

    /// The error after which every call fails, if there was one.
    #[must_use]
    pub const fn failure(&self) -> Option<C14nError> {
        self.failure
    }

    /// Ends the canonical form; gives the sink back, which has received all of it.
    ///
    /// # Errors
    /// An earlier event failed, an element is open or none came, nothing was written, or too many octets.
    pub fn finish(mut self) -> Result<S, C14nError> {
        self.guard(|this| {
            this.require(Position::AfterRoot)?;
            this.output.flush()?;
            if this.output.flushed() == 0 { Err(C14nError::Empty) } else { Ok(()) }
        })?;
        Ok(self.output.into_sink())
    }

    /// Runs one event, unless an earlier one has failed.
    #[inline]
    fn guard(&mut self, event: impl FnOnce(&mut Self) -> Result<(), C14nError>) -> Result<(), C14nError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let outcome = event(self);
        if let Err(failure) = outcome {
            self.failure = Some(failure);
        }
        outcome
    }

    fn require(&self, position: Position) -> Result<(), C14nError> {
        if self.position == position { Ok(()) } else { Err(C14nError::EventOrder) }
    }

    /// Whether a declaration is rendered even where nothing uses it [EXC-C14N §3].
    fn renders_unused(&self, prefix: &str) -> bool {
        self.inclusive || self.prefix_list.contains(prefix)
    }

    fn open_element(&mut self, prefix: &str, name: ExpandedName<'_>) -> Result<(), C14nError> {
        match self.position {
            Position::BeforeRoot => {}
            Position::InStartTag | Position::InContent => self.enter_content()?,
            Position::AfterRoot => return Err(C14nError::EventOrder),
        }
        self.remember_element(prefix, name.local);
        self.position = Position::InStartTag;
        // In the inclusive methods the declaration is rendered anyway, here or on an ancestor.
        self.namespaces.render(prefix, name.namespace)?;
        Ok(())
    }

    /// Records what the end tag will need.
    #[inline]
    fn remember_element(&mut self, prefix: &str, local: &str) {
        self.open.push(OpenElement { end_tag: self.end_tags.len(), namespaces: self.namespaces.enter() });
        self.end_tags.push_str("</");
        if !prefix.is_empty() {
            self.end_tags.push_str(prefix);
            self.end_tags.push(':');
        }
        self.end_tags.push_str(local);
        self.end_tags.push('>');
    }

    fn close_element(&mut self) -> Result<(), C14nError> {
        self.enter_content()?;
        let Some(element) = self.open.pop() else {
            return Err(C14nError::EventOrder);
        };
        let (end_tag, _) = element.tag_and_name(&self.end_tags);
        self.output.put(end_tag)?;
        self.end_tags.truncate(element.end_tag);
        self.namespaces.leave(element.namespaces);
        if self.open.is_empty() {
            self.position = Position::AfterRoot;
        }
        Ok(())
    }

    /// Makes sure that content may follow.
    #[inline]
    fn enter_content(&mut self) -> Result<(), C14nError> {
        match self.position {
            Position::InContent => Ok(()),
            Position::InStartTag => self.close_start_tag(),
            Position::BeforeRoot | Position::AfterRoot => Err(C14nError::EventOrder),
        }
    }

    /// Writes the start tag, now that everything in it is known.
    fn close_start_tag(&mut self) -> Result<(), C14nError> {
        if self.position != Position::InStartTag {
            return Ok(());
        }
        let Self { output, namespaces, attributes, end_tags, open, .. } = self;
        let (_, name) = open.last().map(|element| element.tag_and_name(end_tags)).unwrap_or_default();
        output.put(b"<")?;
        output.put(name)?;
        namespaces.write_pending(|prefix, uri| {
            output.put(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" })?;
            output.put(prefix.as_bytes())?;
            output.put(b"=\"")?;
            output.put_escaped(uri, Place::AttributeValue)?;
            output.put(b"\"")
        })?;
        attributes.write(namespaces, |octets| output.put(octets))?;
        output.put(b">")?;
        self.position = Position::InContent;
        Ok(())
    }

    /// Writes a comment or a processing instruction, on a line of its own outside the root [C14N §2.3].
    fn markup(&mut self, pieces: [&str; 5]) -> Result<(), C14nError> {
        self.close_start_tag()?;
        if self.position == Position::AfterRoot {
            self.output.put(b"\n")?;
        }
        for piece in pieces {
            self.output.put(piece.as_bytes())?;
        }
        if self.position == Position::BeforeRoot {
            self.output.put(b"\n")?;
        }
        Ok(())
    }
}

fn binding((prefix, uri): (&str, &str)) -> NamespaceBinding {
    NamespaceBinding { prefix: prefix.to_owned(), uri: uri.into() }
}
