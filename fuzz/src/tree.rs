//! Another parser's reading of the same octets.

use roxmltree::{Document as TheirDocument, Node as TheirNode};
use saml_core::base::Limits;
use saml_core::c14n::{
    CanonicalStream, CanonicalizationMethod, PrefixList, canonical_octets, canonicalize_document,
};
use saml_core::xml::{Document, Element, Node, XmlElement};
use saml_testkit::forge::Tree as _;

/// Bounds that no canonical form of a message exceeds, so that they can't be why it is refused.
pub const UNBOUNDED: Limits = Limits {
    octets: usize::MAX,
    nodes: usize::MAX,
    attributes: usize::MAX,
    namespace_declarations: usize::MAX,
    total_namespace_declarations: usize::MAX,
    prefixes: usize::MAX,
    namespace_octets: usize::MAX,
    canonical_octets: usize::MAX,
    ..Limits::MESSAGE
};

/// The other parser accepts each document that we accept, and finds the same elements, namespaces, attributes and texts
/// in it.
///
/// # Panics
/// It doesn't.
pub fn same_reading(octets: &[u8]) {
    let Ok(ours) = Document::parse(octets.to_vec(), &Limits::MESSAGE) else { return };
    let text = std::str::from_utf8(octets).expect("what is parsed is UTF-8");
    // A parser behaves as if line endings had been translated on input [XML §2.11]. The other one forgets some beside
    // references and CDATA sections, so that it is done here.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let theirs = TheirDocument::parse(&text).unwrap_or_else(|error| panic!("accepted by us alone: {error}"));
    compare(ours.root(), theirs.root_element());
}

/// Whatever can be parsed can be written, and is then the same tree.
///
/// # Panics
/// It isn't.
pub fn tree_survives(octets: &[u8]) {
    let Ok(document) = Document::parse(octets.to_vec(), &Limits::MESSAGE) else { return };
    let tree = XmlElement::read(document.root());
    let written = tree.to_octets().expect("what was read can be written");
    let again = Document::parse(written, &UNBOUNDED).expect("what was written can be read");
    assert_eq!(XmlElement::read(again.root()), tree);
}

fn compare(ours: Element<'_>, theirs: TheirNode<'_, '_>) {
    let name = (theirs.tag_name().namespace().unwrap_or_default(), theirs.tag_name().name());
    assert_eq!((ours.name().namespace, ours.name().local), name, "name");
    let attributes = ours.attributes().map(|a| (a.name().namespace, a.name().local, a.value()));
    let their_attributes =
        theirs.attributes().map(|a| (a.namespace().unwrap_or_default(), a.name(), a.value()));
    assert!(attributes.eq(their_attributes), "attributes of {name:?}");
    compare_scope(ours, theirs);
    let mut their_children = theirs.children();
    for child in ours.children() {
        let their_child = their_children.next().unwrap_or_else(|| panic!("a node in {name:?} by us alone"));
        match child {
            Node::Element(child) => compare(child, their_child),
            Node::Text(text) => {
                assert!(their_child.is_text(), "no text in {name:?}");
                assert_eq!(Some(text), their_child.text());
            }
            Node::Comment(_) => assert!(their_child.is_comment(), "no comment in {name:?}"),
            Node::ProcessingInstruction { target, .. } => {
                assert_eq!(Some(target), their_child.pi().map(|pi| pi.target));
            }
        }
    }
    assert!(their_children.next().is_none(), "a node in {name:?} that we don't see");
}

fn compare_scope(ours: Element<'_>, theirs: TheirNode<'_, '_>) {
    let bindings = ours.namespaces_in_scope();
    let mut their_bindings: Vec<(&str, &str)> = theirs
        .namespaces()
        .map(|namespace| (namespace.name().unwrap_or_default(), namespace.uri()))
        .filter(|(prefix, uri)| *prefix != "xml" && !uri.is_empty())
        .collect();
    their_bindings.sort_unstable();
    assert!(bindings.iter().map(|b| (b.prefix.as_str(), &*b.uri)).eq(their_bindings), "scope");
}

/// The canonical form of `element`, and of its last descendants, is a document, and its own canonical form.
///
/// # Panics
/// It isn't.
pub fn canonical_form_is_its_own(element: Element<'_>, method: CanonicalizationMethod) {
    let octets = |element| canonical_octets(element, None, method, PrefixList::EMPTY, &UNBOUNDED);
    let Ok(canonical) = octets(element) else { return };
    let document = Document::parse(canonical.clone(), &UNBOUNDED).expect("a canonical form is a document");
    let again = octets(document.root()).expect("a canonical form has a canonical form");
    assert_eq!(String::from_utf8_lossy(&canonical), String::from_utf8_lossy(&again), "{method}");
    if let Some(last) = element.child_elements().last() {
        canonical_form_is_its_own(last, method);
    }
}

/// A document that comes in pieces has the canonical form that it has as a whole, or none either way.
///
/// The length chooses the method and the pieces, so that white space at the end tries them all.
///
/// # Panics
/// It has another one.
pub fn pieces_are_the_whole(octets: &[u8]) {
    let method = CanonicalizationMethod::ALL[octets.len() % CanonicalizationMethod::ALL.len()];
    let whole = Document::parse(octets.to_vec(), &Limits::MESSAGE).ok().and_then(|document| {
        let mut form = Vec::new();
        canonicalize_document(&document, method, PrefixList::EMPTY, &Limits::MESSAGE, &mut form).ok()?;
        Some(form)
    });
    let mut stream = CanonicalStream::new(method, PrefixList::EMPTY, &Limits::MESSAGE, Vec::new());
    let fed = octets.chunks(1 + octets.len() % 97).try_for_each(|piece| stream.feed(piece));
    let pieces = fed.ok().and_then(|()| stream.finish().ok());
    assert_eq!(pieces, whole, "{method} of {}", String::from_utf8_lossy(octets));
}
