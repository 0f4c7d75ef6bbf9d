//! Floor 8: a request that waits for its answer.

use crate::assertion::AuthnContextClassRef;
use crate::base::{EntityId, MessageId, SamlInstant};
use crate::protocol::{AuthnContextComparison, RequestedAuthnContext, RequestedAuthnContextReferences};

/// An authentication request that was sent and not yet answered.
///
/// It is neither `Clone` nor `Copy`: the answer consumes it. That two answers don't both have it is for the role crate's
/// store to decide, by one atomic mark.
#[derive(Debug, PartialEq, Eq)]
pub struct PendingRequest {
    /// The ID that the answer must name.
    pub id: MessageId,
    /// The identity provider that was asked. Another one may not answer (attack 190).
    pub idp: EntityId,
    /// When it was sent.
    pub issued_at: SamlInstant,
    /// When it stops waiting, exclusive.
    pub expires_at: SamlInstant,
    /// Whether the person was to prove who they are afresh.
    pub force_authn: bool,
    /// The authentication contexts that were asked for, if any. A role that does not know them yet judges them by
    /// [`requested_authn_context`](super::requested_authn_context), before anybody is signed in.
    pub requested_context: Option<RequestedContext>,
}

/// A demand on how the person was authenticated [Core §3.3.2.2.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedContext {
    /// How the answer's context relates to the list.
    pub comparison: AuthnContextComparison,
    /// The class references, in order of preference.
    pub class_refs: Vec<AuthnContextClassRef>,
}

impl RequestedContext {
    /// The requested contexts of a request. Declarations are another vocabulary, which nobody here issues: as class
    /// references they match nothing, and that is the right answer.
    #[must_use]
    pub fn of(requested: &RequestedAuthnContext) -> Self {
        let class_refs = match &requested.references {
            RequestedAuthnContextReferences::Classes(classes) => classes.iter().cloned().collect(),
            RequestedAuthnContextReferences::Declarations(_) => Vec::new(),
        };
        Self { comparison: requested.comparison, class_refs }
    }
}
