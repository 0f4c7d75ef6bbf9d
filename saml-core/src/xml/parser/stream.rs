//! Floor 2: a document that comes in pieces. May import `base`.

use super::BYTE_ORDER_MARK;
use super::builder::{Builder, Carried, ElementEntry, Strings, Target};
use super::tokenizer::{Extent, tokenize};
use crate::base::Limits;
use crate::xml::document::{AttributeData, DeclarationData};
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::ids::Ids;
use crate::xml::qualified_name::{ExpandedName, NamespaceDeclaration};
use crate::xml::span::{MAX_OCTETS, Span, widen};

/// Receives the events of a streamed document, in document order.
///
/// Strings die with the call. The methods return no error: an implementation that fails remembers it, and ignores the
/// rest of the window.
pub trait DocumentEvents {
    /// An element begins.
    fn start_element(&mut self, tag: &StartTag<'_>);

    /// The innermost open element ends.
    fn end_element(&mut self);

    /// Character data, normalised and without references; one text may come in several pieces, none of them empty.
    fn text(&mut self, text: &str);

    /// A comment, with line endings normalised.
    fn comment(&mut self, text: &str);

    /// A processing instruction: the name after `<?`, and what follows it and white space.
    fn processing_instruction(&mut self, target: &str, data: &str);
}

/// What a start tag says, namespaces resolved.
#[derive(Clone, Copy, Debug)]
pub struct StartTag<'t> {
    strings: Strings<'t>,
    prefix: Span,
    local: Span,
    namespace: Span,
    attributes: &'t [AttributeData],
    declarations: &'t [DeclarationData],
    namespaces: &'t [Span],
}

/// An attribute of a [`StartTag`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StartTagAttribute<'t> {
    /// The prefix; empty for none.
    pub prefix: &'t str,
    /// What the name means.
    pub name: ExpandedName<'t>,
    /// The value, normalised and without references.
    pub value: &'t str,
}

impl<'t> StartTag<'t> {
    /// The prefix; empty for none.
    #[must_use]
    #[inline]
    pub fn prefix(&self) -> &'t str {
        self.strings.of(self.prefix)
    }

    /// What the name means.
    #[must_use]
    #[inline]
    pub fn name(&self) -> ExpandedName<'t> {
        ExpandedName { namespace: self.strings.of(self.namespace), local: self.strings.of(self.local) }
    }

    /// Whether the element has this name.
    #[must_use]
    #[inline]
    pub fn is<'n>(&self, name: impl Into<ExpandedName<'n>>) -> bool {
        let name = name.into();
        self.strings.of(self.local) == name.local && self.strings.of(self.namespace) == name.namespace
    }

    /// The declarations on it, in document order; a redundant one of `xml` is left out.
    #[inline]
    pub fn namespace_declarations(&self) -> impl Iterator<Item = NamespaceDeclaration<'t>> {
        let strings = self.strings;
        self.declarations.iter().map(move |declaration| NamespaceDeclaration {
            prefix: strings.of(declaration.prefix),
            uri: strings.of(declaration.uri),
        })
    }

    /// Its attributes, in document order.
    #[inline]
    pub fn attributes(&self) -> impl Iterator<Item = StartTagAttribute<'t>> {
        let (strings, namespaces) = (self.strings, self.namespaces);
        self.attributes.iter().map(move |attribute| StartTagAttribute {
            prefix: strings.of(attribute.name.prefix()),
            name: ExpandedName {
                namespace: namespaces.get(widen(attribute.namespace)).map_or("", |span| strings.of(*span)),
                local: strings.of(attribute.name.local()),
            },
            value: strings.of(attribute.value),
        })
    }

    /// The value of the attribute with this name in no namespace.
    #[must_use]
    pub fn attribute(&self, local: &str) -> Option<&'t str> {
        self.attributes()
            .find(|attribute| attribute.name == ExpandedName::new("", local))
            .map(|attribute| attribute.value)
    }
}

/// Reads a document that comes in pieces of any size, by the same parser as [`Document::parse`], with the same rules.
///
/// It holds one window of octets, names and declarations of open elements, and the identifiers: memory does not grow
/// with the document beyond what [`Limits`] allow. The events depend on the document alone and not on how the input was
/// cut, except that a long text may be reported in several pieces.
///
/// Guarantees, once [`finish`](Self::finish) has returned without an error: what [`Document::parse`] guarantees. Events
/// that were reported before an error may belong to a document that is malformed further on.
///
/// [`Document::parse`]: crate::xml::Document::parse
#[derive(Debug)]
pub struct DocumentStream {
    limits: Limits,
    window: Vec<u8>,
    /// Octets of the window at which it is read.
    wanted: usize,
    usual: usize,
    carried: Carried,
    identifiers: Identifiers,
    begun: bool,
    failure: Option<XmlError>,
}

/// Octets that are read at once: few enough to stay in the processor's cache while they are told.
const WINDOW: usize = 64 * 1024;

impl DocumentStream {
    /// A stream that has received nothing yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self::with_window(limits, WINDOW)
    }

    /// As [`DocumentStream::new`], with a window of another size.
    pub(crate) fn with_window(limits: &Limits, usual: usize) -> Self {
        // The byte order mark is looked for in the first window, and for a second one after it.
        let wanted = usual.max(2 * BYTE_ORDER_MARK.len());
        Self {
            limits: limits.clone(),
            window: Vec::with_capacity(wanted),
            wanted,
            usual: usual.max(1),
            carried: Carried::default(),
            identifiers: Identifiers::default(),
            begun: false,
            failure: None,
        }
    }

    /// Takes the next octets of the document.
    ///
    /// # Errors
    /// The first rule broken. There is no recovery: every later call fails, too.
    pub fn feed(&mut self, mut octets: &[u8], events: &mut impl DocumentEvents) -> Result<(), XmlError> {
        self.require_no_failure()?;
        while !octets.is_empty() {
            let room = self.wanted.saturating_sub(self.window.len()).max(1);
            let (now, later) = octets.split_at_checked(room).unwrap_or((octets, &[]));
            self.window.extend_from_slice(now);
            octets = later;
            if self.window.len() >= self.wanted {
                self.read(Extent::Beginning, events)?;
            }
        }
        Ok(())
    }

    /// Ends the document.
    ///
    /// # Errors
    /// An earlier error, an incomplete document, or an identifier that occurs twice.
    pub fn finish(mut self, events: &mut impl DocumentEvents) -> Result<(), XmlError> {
        self.require_no_failure()?;
        self.read(Extent::ToTheEnd, events)
    }

    fn require_no_failure(&self) -> Result<(), XmlError> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Reports the complete markup in the window, and keeps the rest.
    fn read(&mut self, extent: Extent, events: &mut impl DocumentEvents) -> Result<(), XmlError> {
        let outcome = self.read_window(extent, events);
        if let Err(error) = &outcome {
            self.failure = Some(error.clone());
        }
        outcome
    }

    fn read_window(&mut self, extent: Extent, events: &mut impl DocumentEvents) -> Result<(), XmlError> {
        self.skip_byte_order_mark()?;
        let before = self.carried.octets();
        let (limit, found) = (self.limits.octets, before.saturating_add(self.window.len()));
        if found > limit {
            return Err(XmlError::TooManyOctets { limit, found });
        }
        let further = |error: XmlError| error.further(before);
        let text = text(&self.window, extent).map_err(further)?;
        let relay =
            Relay { events, identifiers: &mut self.identifiers, limit: self.limits.identifier_octets };
        let mut builder = Builder::resume(text, &self.carried, &self.limits, relay).map_err(further)?;
        let told = tokenize(text, extent, &mut builder).map_err(further)?;
        if extent == Extent::ToTheEnd {
            builder.end().map_err(further)?;
            return self.identifiers.require_unique();
        }
        self.carried = builder.suspend(told).map_err(further)?;
        self.window.drain(..told);
        self.require_short_markup()
    }

    /// Allowed once, at the very beginning.
    fn skip_byte_order_mark(&mut self) -> Result<(), XmlError> {
        if !std::mem::replace(&mut self.begun, true) && self.window.starts_with(BYTE_ORDER_MARK) {
            self.window.drain(..BYTE_ORDER_MARK.len());
            if self.window.starts_with(BYTE_ORDER_MARK) {
                return Err(XmlError::NotWellFormed { rule: WellFormedness::OutsideRoot, offset: 0 });
            }
        }
        Ok(())
    }

    /// The rest of the window is incomplete markup. It is looked at again only when twice as much of it has come, so
    /// that the total cost stays proportional to its length.
    fn require_short_markup(&mut self) -> Result<(), XmlError> {
        let (limit, found) = (self.limits.markup_octets.min(MAX_OCTETS / 2), self.window.len());
        if found > limit {
            return Err(XmlError::MarkupTooLong { limit, found });
        }
        self.wanted = self.usual.max(found.saturating_mul(2));
        Ok(())
    }
}

/// The text of a window, less a last character that is not complete.
fn text(window: &[u8], extent: Extent) -> Result<&str, XmlError> {
    std::str::from_utf8(window).or_else(|error| {
        let offset = error.valid_up_to();
        let whole = window.get(..offset).and_then(|whole| std::str::from_utf8(whole).ok());
        match (extent, error.error_len(), whole) {
            (Extent::Beginning, None, Some(whole)) => Ok(whole),
            _ => Err(XmlError::NotUtf8 { offset }),
        }
    })
}

/// The identifiers of a document, held to find doubled ones.
#[derive(Debug, Default)]
struct Identifiers {
    text: String,
    ids: Ids,
}

impl Identifiers {
    /// The octets that the entry of one identifier takes beside its text.
    const ENTRY: usize = 24;

    fn push(&mut self, value: &str, limit: usize) -> Result<(), XmlError> {
        let start = self.text.len();
        let found = start.saturating_add(value.len());
        let memory = found.saturating_add(self.ids.len().saturating_add(1).saturating_mul(Self::ENTRY));
        if memory > limit.min(MAX_OCTETS) {
            return Err(XmlError::TooManyIdentifierOctets { limit, found: memory });
        }
        self.text.push_str(value);
        self.ids.push(value, Span::of_side(start, found), 0);
        Ok(())
    }

    fn require_unique(&mut self) -> Result<(), XmlError> {
        self.ids.seal("", &self.text)
    }
}

/// Tells events instead of filling an arena.
struct Relay<'s, E> {
    events: &'s mut E,
    identifiers: &'s mut Identifiers,
    limit: usize,
}

impl<E: DocumentEvents> Target for Relay<'_, E> {
    const KEEPS_ENTRIES: bool = false;

    #[inline]
    fn start_element(&mut self, strings: Strings<'_>, _: u32, element: &ElementEntry<'_>) {
        self.events.start_element(&StartTag {
            strings,
            prefix: element.tag.prefix,
            local: element.tag.local,
            namespace: element.tag.namespace,
            attributes: element.tag.attributes.of(element.attributes),
            declarations: element.tag.declarations.of(element.declarations),
            namespaces: element.namespaces,
        });
    }

    #[inline]
    fn end_element(&mut self, _: u32, _: u32) {
        self.events.end_element();
    }

    #[inline]
    fn text(&mut self, strings: Strings<'_>, _: u32, text: Span) {
        self.events.text(strings.of(text));
    }

    fn comment(&mut self, strings: Strings<'_>, _: u32, text: Span) {
        self.events.comment(strings.of(text));
    }

    fn processing_instruction(&mut self, strings: Strings<'_>, _: u32, name: Span, data: Span) {
        self.events.processing_instruction(strings.of(name), strings.of(data));
    }

    fn identifier(&mut self, strings: Strings<'_>, value: Span, _: u32) -> Result<(), XmlError> {
        self.identifiers.push(strings.of(value), self.limit)
    }
}
