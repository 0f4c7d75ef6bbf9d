//! Floor 4: XML Signature under the SAML profile. May import `base`, `xml`, `c14n` and `crypto`.
//!
//! The profile [Core §5.4] is a small part of XML Signature: an enveloped signature over the whole parent, one
//! reference to the parent's `ID`, the enveloped transform and at most one canonicalisation. No other construct is
//! implemented, so that none can be exploited.

mod cross_check;
mod detached;
mod error;
mod reference;
mod sign;
mod signature;
mod streamed;
mod verify;

pub use cross_check::CrossCheck;
pub use detached::DetachedSignature;
pub use error::DsigError;
pub use sign::{
    KeyInfoContent, SignedHead, SigningError, SigningOptions, SigningStream, sign_document, sign_enveloped,
};
pub(crate) use signature::{SignaturePosition, own_signature, signature_count};
pub(crate) use streamed::StreamedElement;
pub use verify::SignatureFacts;
pub(crate) use verify::{SignedOctets, Verifier};

#[cfg(test)]
mod tests;
