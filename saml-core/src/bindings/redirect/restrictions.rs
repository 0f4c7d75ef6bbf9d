//! Floor 7: what must not travel in a query. Imports `xml`.

use crate::bindings::BindingError;
use crate::xml::{Element, names};

/// Holds the root of a message that came in a query against what the binding rules out.
///
/// A message in a query has no `ds:Signature` of its own: the sender removes it, since the detached one takes its
/// place [Bindings §3.4.4.1]. One that is there would be a second signature, and which of the two counts would be a
/// matter of who reads. A `samlp:Response` never comes in a query [Profiles §4.1.2].
///
/// pysaml2's identity provider leaves it in. The error has a code of its own, so that a policy for such a peer can go
/// on where the detached signature has been verified: that one covers the whole message, the embedded one included.
///
/// Does **not** tell whether the message is signed at all.
///
/// # Errors
/// [`BindingError::EmbeddedSignature`], [`BindingError::ResponseByRedirect`].
pub fn require_redirectable(root: Element<'_>) -> Result<(), BindingError> {
    if root.is(names::samlp::RESPONSE) {
        return Err(BindingError::ResponseByRedirect);
    }
    if root.child_elements().any(|child| child.is(names::ds::SIGNATURE)) {
        return Err(BindingError::EmbeddedSignature);
    }
    Ok(())
}
