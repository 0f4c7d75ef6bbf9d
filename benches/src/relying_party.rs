//! The service provider of the benchmark documents.

use std::sync::Arc;
use std::time::Duration;

use saml_core::assertion::Assertion;
use saml_core::base::{AssertionMaxAge, ClockSkew, EntityId, Limits, MessageId, SamlInstant};
use saml_core::bindings::post;
use saml_core::crypto::{Decrypter, LocalDecrypter, PeerPolicy};
use saml_core::protocol::Response;
use saml_core::trust::{DecryptionKeys, PeerKeys, Unverified};
use saml_core::validation::{
    Accepted, PendingRequest, Rejected, ResponseExpectation, SignatureDemand, Solicitation, Verdict,
    accept_response,
};

use crate::parties::{ACS, IDP, NOW, REQUEST, SP};
use crate::{Failure, Samples};

/// Everything that a service provider knows beforehand.
pub struct RelyingParty {
    service_provider: EntityId,
    idp: EntityId,
    request: MessageId,
    keys: PeerKeys,
    decryption_keys: DecryptionKeys,
    policy: PeerPolicy,
    limits: Limits,
    now: SamlInstant,
}

impl RelyingParty {
    /// Trusts the identity provider of these documents, and holds the key that they are encrypted for.
    ///
    /// # Errors
    /// Never for usable keys.
    pub fn of(samples: &Samples) -> Result<Self, Failure> {
        let decrypter: Arc<dyn Decrypter> =
            Arc::new(LocalDecrypter::new(samples.recipient.private_key.clone())?);
        Ok(Self {
            service_provider: EntityId::try_from(SP)?,
            idp: EntityId::try_from(IDP)?,
            request: MessageId::try_from(REQUEST)?,
            keys: PeerKeys::new([samples.identity.private_key.public_key().clone()])?,
            decryption_keys: DecryptionKeys::new([decrypter])?,
            policy: PeerPolicy::default(),
            limits: Limits::MESSAGE,
            now: SamlInstant::try_from(NOW)?,
        })
    }

    /// Trusts these keys in place of its own.
    #[must_use]
    pub fn pinning(self, keys: PeerKeys) -> Self {
        Self { keys, ..self }
    }

    /// The whole way: from the form that a browser posts to the accepted assertion and its verdict.
    ///
    /// # Errors
    /// The message is refused.
    pub fn accept(&self, form: &[u8]) -> Result<Accepted<Assertion>, Rejected> {
        let refused =
            |error: &dyn saml_core::base::Coded| Rejected { verdict: Verdict::refused(error), status: None };
        let content_type = Some("application/x-www-form-urlencoded");
        let message = post::decode(content_type, form, &self.limits).map_err(|error| refused(&error))?;
        let message =
            Unverified::<Response>::parse(message.xml, &self.limits).map_err(|error| refused(&error))?;
        let expectation = ResponseExpectation {
            service_provider: &self.service_provider,
            further_audiences: &[],
            affiliations: &[],
            metadata_valid_until: None,
            acs_url: ACS,
            idp: &self.idp,
            keys: &self.keys,
            policy: &self.policy,
            decryption_keys: &self.decryption_keys,
            signatures: SignatureDemand::ResponseOrAssertion,
            limits: &self.limits,
            clock_skew: ClockSkew::default(),
            assertion_max_age: AssertionMaxAge::default(),
            now: self.now,
        };
        accept_response(message, &expectation, Solicitation::Pending(self.pending()))
    }

    /// As it comes out of the store.
    fn pending(&self) -> PendingRequest {
        PendingRequest {
            id: self.request.clone(),
            idp: self.idp.clone(),
            issued_at: self.now,
            expires_at: self.now.saturating_add(Duration::from_secs(600)),
            force_authn: false,
            requested_context: None,
        }
    }
}
