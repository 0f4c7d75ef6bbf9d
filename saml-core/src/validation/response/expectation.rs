//! Floor 8: the facts that a service provider has before it looks at a Response.

use crate::base::{AssertionMaxAge, ClockSkew, EntityId, Limits, SamlInstant};
use crate::crypto::PeerPolicy;
use crate::trust::{DecryptionKeys, PeerKeys, ResponseVerification};
use crate::validation::PendingRequest;

/// Everything that a Response is compared with. All of it is local knowledge; nothing comes from the message.
#[derive(Clone, Copy, Debug)]
pub struct ResponseExpectation<'a> {
    /// Our own name, which the audience must contain.
    pub service_provider: &'a EntityId,
    /// Further names of ours that an audience may contain (ENTRA-12, ENTRA-13). Usually none.
    pub further_audiences: &'a [String],
    /// Affiliations of ours: a name may be made for one of them in place of us (`SPNameQualifier`). Usually none.
    pub affiliations: &'a [String],
    /// The endpoint that the Response was sent to, as configured; never from a request header (attack 169).
    pub acs_url: &'a str,
    /// The peer that may answer.
    pub idp: &'a EntityId,
    /// When the metadata that it is known from ends, exclusive; `None` if it states no end.
    pub metadata_valid_until: Option<SamlInstant>,
    /// Its pinned keys.
    pub keys: &'a PeerKeys,
    /// The policy for it.
    pub policy: &'a PeerPolicy,
    /// Our own keys and those shared with it, for what it encrypts to us.
    pub decryption_keys: &'a DecryptionKeys,
    /// What must be signed.
    pub signatures: SignatureDemand,
    /// Bounds on the message.
    pub limits: &'a Limits,
    /// How far its clock may be off.
    pub clock_skew: ClockSkew,
    /// How long after its `IssueInstant` an assertion of it is still taken.
    pub assertion_max_age: AssertionMaxAge,
    /// The instant of the decision.
    pub now: SamlInstant,
}

impl<'a> ResponseExpectation<'a> {
    /// What of it the trust floor needs.
    pub(super) const fn verification(&self) -> ResponseVerification<'a> {
        let Self { keys, policy, decryption_keys, limits, .. } = *self;
        ResponseVerification { keys, policy, decryption_keys, recipient: self.service_provider, limits }
    }
}

/// Which of the two signatures must be there. Whichever is there must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SignatureDemand {
    /// One of them, as [Profiles §4.1.4.5] asks; what Entra ID and Google send by default.
    #[default]
    ResponseOrAssertion,
    /// The Response ([saml2int SDP-IDP09]).
    Response,
    /// The Assertion.
    Assertion,
    /// Both.
    Both,
}

/// Whether we asked.
#[derive(Debug)]
pub enum Solicitation {
    /// We did, and this request is used up by the answer.
    Pending(PendingRequest),
    /// The Response answers no known request of ours.
    Unsolicited,
}

impl Solicitation {
    pub(super) const fn pending(&self) -> Option<&PendingRequest> {
        match self {
            Self::Pending(request) => Some(request),
            Self::Unsolicited => None,
        }
    }
}
