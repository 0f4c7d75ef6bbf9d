//! Floor 2: the state that one part of a streamed document hands to the next. May import `base`.

use super::{Builder, NO_NODE, Open, Progress, Strings, Target};
use crate::base::Limits;
use crate::xml::error::XmlError;
use crate::xml::parser::name::prefix_key;
use crate::xml::span::Span;

/// The state of a builder between two parts of a document: open elements with their names and declarations.
///
/// Bounded by the limits on depth, declarations and names, whatever the length of the document.
#[derive(Debug, Default)]
pub(in crate::xml::parser) struct Carried {
    /// Names, prefixes and URIs, one after the other.
    text: String,
    /// The innermost first.
    open: Vec<CarriedElement>,
    /// Prefix and URI of each declaration in force, those of the innermost element first.
    declarations: Vec<(Span, Span)>,
    progress: Progress,
}

/// An element that is open where one part ends.
#[derive(Debug)]
struct CarriedElement {
    /// Its name lies in the text.
    open: Open,
    /// Past its last declaration.
    declarations: usize,
}

impl Carried {
    /// Octets of the document that were told.
    pub(in crate::xml::parser) const fn octets(&self) -> usize {
        self.progress.octets
    }

    /// Copies a text, and returns its place in a side buffer that begins with all texts.
    fn keep(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span::of_side(start, self.text.len())
    }

    /// Adds one declaration.
    fn declare(&mut self, prefix: &str, uri: &str) {
        let declaration = (self.keep(prefix), self.keep(uri));
        self.declarations.push(declaration);
    }
}

impl<'i, T: Target> Builder<'i, T> {
    /// Goes on where another builder was suspended.
    pub(in crate::xml::parser) fn resume(
        input: &'i str,
        carried: &'i Carried,
        limits: &'i Limits,
        target: T,
    ) -> Result<Self, XmlError> {
        let mut builder = Self::with_target(input, limits, target, 16)?;
        builder.side.push_str(&carried.text);
        builder.progress = carried.progress;
        let mut past = carried.declarations.len();
        for (index, element) in carried.open.iter().enumerate().rev() {
            let mark = builder.namespaces.mark();
            let first = index.checked_sub(1).and_then(|inner| carried.open.get(inner));
            let first = first.map_or(0, |inner| inner.declarations);
            for (prefix, uri) in carried.declarations.get(first..past).unwrap_or_default() {
                let prefix = prefix.of("", &carried.text);
                let id = builder.namespaces.intern(prefix_key(prefix), prefix);
                let namespace = builder.namespaces.number(*uri);
                builder.namespaces.bind(id, namespace, element.open.node);
            }
            past = first;
            builder.open.push(Open { mark, ..element.open });
        }
        Ok(builder)
    }

    /// Reports the text so far, and releases the input, so many octets of which have been consumed.
    pub(in crate::xml::parser) fn suspend(mut self, octets: usize) -> Result<Carried, XmlError> {
        self.tell_text()?;
        let mut carried = Carried { progress: self.progress, ..Carried::default() };
        carried.progress.octets = carried.progress.octets.saturating_add(octets);
        let strings = Strings { input: self.input, side: &self.side };
        while let Some(open) = self.open.pop() {
            let name = carried.keep(strings.of(open.name));
            self.namespaces.undo(open.mark, |prefix, uri| carried.declare(prefix, strings.of(uri)));
            // The nearest declaring element is for arenas alone.
            let open = Open { name, scope: NO_NODE, ..open };
            carried.open.push(CarriedElement { open, declarations: carried.declarations.len() });
        }
        Ok(carried)
    }

    /// Ends a document that has no more input.
    pub(in crate::xml::parser) fn end(self) -> Result<(), XmlError> {
        self.require_whole()
    }
}
