//! Floor 7: from a query to the verified boundary. Imports `base`, `dsig`, `protocol` and `trust`.

use super::RedirectMessage;
use crate::base::{Limits, RelayState};
use crate::bindings::MessageParameter;
use crate::dsig::DetachedSignature;
use crate::protocol::{AuthnRequest, LogoutRequest, LogoutResponse};
use crate::trust::{Message, PeerSignatures, ReceivedMessage, RefusedRequest, TrustError, Unverified};

/// A message that may travel in a query. A `Response` may not [Profiles §4.1.2] (attack 162).
pub trait Redirectable: Message {}

impl Redirectable for AuthnRequest {}
impl Redirectable for LogoutRequest {}
impl Redirectable for LogoutResponse {}

impl RedirectMessage {
    /// Under which parameter it came.
    #[must_use]
    pub const fn parameter(&self) -> MessageParameter {
        self.parameter
    }

    /// The value that the peer expects back, or that it got from us and returns.
    #[must_use]
    pub const fn relay_state(&self) -> Option<&RelayState> {
        self.relay_state.as_ref()
    }

    /// Whether the query carries a signature, which may still be wrong.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// The message as it came, for tools that show it. Nothing of it is verified.
    #[must_use]
    pub fn unverified_xml(&self) -> &[u8] {
        &self.xml
    }

    /// Parses the message, and keeps it together with its signature.
    ///
    /// # Errors
    /// Not a document of the strict profile, or another kind of message.
    pub fn receive<T: Redirectable>(self, limits: &Limits) -> Result<ReceivedByRedirect<T>, TrustError> {
        Ok(ReceivedByRedirect { message: Unverified::parse(self.xml, limits)?, signature: self.signature })
    }
}

/// An unverified message and the signature over the query in which it came.
#[derive(Debug)]
pub struct ReceivedByRedirect<T: Redirectable> {
    message: Unverified<T>,
    signature: Option<DetachedSignature>,
}

impl<T: Redirectable> ReceivedByRedirect<T> {
    /// The message as it came.
    #[must_use]
    pub const fn message(&self) -> &Unverified<T> {
        &self.message
    }

    /// Verifies the signature over the query, if there is one, with the peer's pinned keys.
    ///
    /// # Errors
    /// The signature does not hold, no key of the peer is known, or the message carries another signature inside.
    pub fn verify(self, peer: PeerSignatures<'_>) -> Result<ReceivedMessage<T>, RefusedRequest<T>> {
        self.message.verify_detached(self.signature.as_ref(), peer)
    }
}
