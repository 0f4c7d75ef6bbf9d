//! The XML, indented: for people with a gutter that says which lines are signed or encrypted, or as a document.

use saml_core::xml::{Document, Element, Node, names};

use super::coverage::Coverage;
use crate::screen::{ACCEPTED, DIM, Screen, WARNING, clip, marked, plain, styled, wrap};

/// Columns of the gutter.
const GUTTER: usize = 3;
/// Long values are Base64 that nobody reads.
const MOST_VALUE: usize = 200;

/// How the document is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// With a gutter, in the columns of the screen, long values shortened.
    Shortened,
    /// The same, with long values whole.
    Full,
    /// As a document that other programs read: one line for each tag, nothing left out.
    Document,
}

/// Appends the document. Indentation is for people: the octets of the document are others.
pub(super) fn show(screen: &mut Screen, document: &Document, coverage: &Coverage<'_>, layout: Layout) {
    let mut printer = Printer { screen, coverage, layout };
    for node in document.children() {
        printer.node(node, 0, State::default());
    }
}

#[derive(Clone, Copy, Default)]
struct State {
    is_signed: bool,
    is_encrypted: bool,
}

impl State {
    fn gutter(self) -> String {
        let signed = if self.is_signed { styled(ACCEPTED, "S") } else { " ".to_owned() };
        let encrypted = if self.is_encrypted { styled(WARNING, "E") } else { " ".to_owned() };
        format!("{signed}{encrypted} ")
    }
}

struct Printer<'p, 'd> {
    screen: &'p mut Screen,
    coverage: &'p Coverage<'d>,
    layout: Layout,
}

impl Printer<'_, '_> {
    /// Recursion is bounded by the parser's limit on depth.
    fn node(&mut self, node: Node<'_>, depth: usize, state: State) {
        match node {
            Node::Element(element) => self.element(element, depth, state),
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(text) => {
                let text = self.shortened(&escape(text));
                self.lines(&text, depth, state);
            }
            Node::Comment(text) => self.lines(&format!("<!--{}-->", plain(text)), depth, state),
            Node::ProcessingInstruction { target, data } => {
                self.lines(&format!("<?{} {}?>", plain(target), plain(data)), depth, state);
            }
        }
    }

    fn element(&mut self, element: Element<'_>, depth: usize, outer: State) {
        let state = State {
            // The enveloped transform takes the signature itself out.
            is_signed: self.coverage.is_signed(element) && !element.is(names::ds::SIGNATURE),
            is_encrypted: outer.is_encrypted || element.is(names::xenc::ENCRYPTED_DATA),
        };
        let state = if element.is(names::ds::SIGNATURE) || is_in_signature(element) {
            State { is_signed: false, ..state }
        } else {
            state
        };
        let name = written_name(element);
        let mut children = element.children();
        let only = (children.next(), children.next());
        match only {
            (None, _) => self.tag(element, &name, "/>", depth, state),
            (Some(Node::Text(text)), None) => self.with_text(element, &name, text, depth, state),
            (Some(_), _) => {
                self.tag(element, &name, ">", depth, state);
                for node in element.children() {
                    self.node(node, depth + 1, state);
                }
                self.lines(&format!("</{name}>"), depth, state);
            }
        }
    }

    /// On one line if it fits; else the text below its start tag, and the end tag below the text.
    fn with_text(&mut self, element: Element<'_>, name: &str, text: &str, depth: usize, state: State) {
        let text = self.shortened(&escape(text));
        let end = format!(">{text}</{name}>");
        if self.fits(&whole(name, &self.attributes(element), &end), depth) {
            self.tag(element, name, &end, depth, state);
            return;
        }
        self.tag(element, name, ">", depth, state);
        self.lines(&text, depth + 1, state);
        self.lines(&format!("</{name}>"), depth, state);
    }

    fn fits(&self, text: &str, depth: usize) -> bool {
        self.layout == Layout::Document || GUTTER + 2 * depth + text.chars().count() <= self.screen.columns()
    }

    /// The start tag on one line if it fits; else one attribute per line.
    fn tag(&mut self, element: Element<'_>, name: &str, end: &str, depth: usize, state: State) {
        let attributes = self.attributes(element);
        let whole = whole(name, &attributes, end);
        if attributes.is_empty() || self.fits(&whole, depth) {
            self.lines(&whole, depth, state);
            return;
        }
        self.lines(&format!("<{name}"), depth, state);
        let last = attributes.len().saturating_sub(1);
        for (index, attribute) in attributes.iter().enumerate() {
            let end = if index == last { end } else { "" };
            self.lines(&format!("{attribute}{end}"), depth + 2, state);
        }
    }

    /// Namespace declarations and attributes, as they are written.
    fn attributes(&self, element: Element<'_>) -> Vec<String> {
        let mut attributes: Vec<String> = Vec::new();
        for declaration in element.namespace_declarations() {
            let colon = if declaration.prefix.is_empty() { "" } else { ":" };
            attributes.push(format!(
                "xmlns{colon}{}=\"{}\"",
                plain(declaration.prefix),
                escape(declaration.uri)
            ));
        }
        for attribute in element.attributes() {
            let colon = if attribute.prefix().is_empty() { "" } else { ":" };
            let value = self.shortened(&escape(attribute.value()));
            let local = plain(attribute.name().local);
            attributes.push(format!("{}{colon}{local}=\"{value}\"", plain(attribute.prefix())));
        }
        attributes
    }

    /// One line, continued below itself where it is too long.
    fn lines(&mut self, text: &str, depth: usize, state: State) {
        let indent = 2 * depth;
        if self.layout == Layout::Document {
            self.screen.line(&format!("{:indent$}{text}", ""));
            return;
        }
        let room = self.screen.columns().saturating_sub(GUTTER + indent).max(20);
        for piece in wrap(text, room) {
            let shown = if state.is_signed { piece } else { styled(DIM, &piece) };
            self.screen.line(&format!("{}{:indent$}{shown}", state.gutter(), ""));
        }
    }

    fn shortened(&self, text: &str) -> String {
        if self.layout == Layout::Shortened { clip(text, MOST_VALUE) } else { text.to_owned() }
    }
}

fn whole(name: &str, attributes: &[String], end: &str) -> String {
    let joined: String = attributes.iter().map(|attribute| format!(" {attribute}")).collect();
    format!("<{name}{joined}{end}")
}

fn is_in_signature(element: Element<'_>) -> bool {
    super::walk::ancestors(element).any(|outer| outer.is(names::ds::SIGNATURE))
}

fn written_name(element: Element<'_>) -> String {
    let local = plain(element.name().local);
    if element.prefix().is_empty() { local } else { format!("{}:{local}", plain(element.prefix())) }
}

/// What XML would take for markup, a terminal would obey, or nobody would see, as references to characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (c, is_hidden) in marked(text) {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if is_hidden => escaped.push_str(&format!("&#x{:X};", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}
