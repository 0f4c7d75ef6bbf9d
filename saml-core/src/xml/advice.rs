//! Floor 2: content that is there for others. Imports nothing of this crate.

use super::element::Element;
use super::names::{self, ds, xenc};

/// Whether `element` is, or holds, anything that could pass for what is read elsewhere: an element of SAML, a signature
/// with its objects, or a ciphertext.
///
/// Where a schema lets in anything at all and nothing depends on it, whatever else stands there is advice and never
/// refuses; this would be a hiding place (attacks 31 and 74).
pub(crate) fn hides_content(element: Element<'_>) -> bool {
    let read_elsewhere = [ds::SIGNATURE, ds::OBJECT, xenc::ENCRYPTED_DATA];
    std::iter::once(element).chain(element.descendants()).any(|e| {
        let namespace = e.name().namespace;
        [names::SAML, names::SAMLP, names::MD].contains(&namespace)
            || read_elsewhere.into_iter().any(|name| e.is(name))
    })
}
