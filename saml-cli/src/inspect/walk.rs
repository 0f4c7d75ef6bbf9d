//! Walking over a document, and naming its parts.

use std::borrow::Cow;

use saml_core::xml::{Element, QName, names};

/// An element and all elements in it, in document order.
pub(super) fn descendants(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    let mut open = vec![element];
    std::iter::from_fn(move || {
        let next = open.pop()?;
        take_step();
        let children: Vec<_> = next.child_elements().collect();
        open.extend(children.into_iter().rev());
        Some(next)
    })
}

/// The element and those around it, innermost first.
pub(super) fn ancestors(element: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    std::iter::successors(Some(element), |element| element.parent()).inspect(|_element| take_step())
}

/// Counts an element that is walked over, for the tests; outside of them it is nothing.
#[inline]
pub(super) fn take_step() {
    #[cfg(test)]
    super::tests::take_step();
}

/// The most characters of an identifier or a namespace in a label. A message may name one element from many places.
const MOST_IN_LABEL: usize = 100;

fn shortened(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST_IN_LABEL) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            Cow::Owned(format!("{}… ({} octets)", text.get(..end).unwrap_or_default(), text.len()))
        }
    }
}

/// The first child element of this name.
pub(super) fn child<'d>(element: Element<'d>, name: QName<'static>) -> Option<Element<'d>> {
    element.child_elements().find(|child| child.is(name))
}

/// The text of an element as it is. Of one with elements in it the texts of all of them, without the white space
/// around: that is for a glance, and no value that anybody compares.
pub(super) fn text(element: Element<'_>) -> String {
    let pieces = descendants(element).flat_map(Element::children);
    let text: String = pieces
        .filter_map(|node| match node {
            saml_core::xml::Node::Text(text) => Some(text),
            saml_core::xml::Node::Element(_)
            | saml_core::xml::Node::Comment(_)
            | saml_core::xml::Node::ProcessingInstruction { .. } => None,
        })
        .collect();
    if element.child_elements().next().is_none() { text } else { text.trim().to_owned() }
}

/// The name with the prefix that is usual, whatever the document calls it.
pub(super) fn qualified(element: Element<'_>) -> String {
    let name = element.name();
    let prefix = match name.namespace {
        names::SAML => "saml:",
        names::SAMLP => "samlp:",
        names::MD => "md:",
        names::DS => "ds:",
        names::XENC => "xenc:",
        names::SOAP11 => "soap:",
        "" => "",
        other => return format!("{{{}}}{}", shortened(other), name.local),
    };
    format!("{prefix}{}", name.local)
}

/// The name and the ID, if it has one.
pub(crate) fn labelled(element: Element<'_>) -> String {
    let name = qualified(element);
    match element.attribute("ID").or_else(|| element.attribute("Id")) {
        Some(id) => format!("{name} {}", shortened(id)),
        None => name,
    }
}
