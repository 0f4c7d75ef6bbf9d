//! Floor 2: content that is there for others. Imports nothing of this crate.

use super::element::Element;
use super::names::{self, ds, xenc};

/// Whether `element` is, or contains, something that other code reads: an element of SAML, a signature with its
/// objects, or a ciphertext.
///
/// Some schema types admit any element, and nothing depends on it. There such an element would be hidden content
/// (attacks 31 and 74) and is refused; every other element is ignored.
pub(crate) fn hides_content(element: Element<'_>) -> bool {
    let read_elsewhere = [ds::SIGNATURE, ds::OBJECT, xenc::ENCRYPTED_DATA];
    std::iter::once(element).chain(element.descendants()).any(|e| {
        let namespace = e.name().namespace;
        [names::SAML, names::SAMLP, names::MD].contains(&namespace)
            || read_elsewhere.into_iter().any(|name| e.is(name))
    })
}
