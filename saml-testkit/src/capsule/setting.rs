//! The facts that a service provider has when a Response arrives.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use saml_core::assertion::Assertion;
use saml_core::base::{
    AssertionMaxAge, ClockSkew, EntityId, Limits, MessageId, Relaxation, Relaxations, SamlInstant,
};
use saml_core::crypto::{
    Certificate, Decrypter, LocalDecrypter, PeerPolicy, PrivateKey, PublicKey, SharedKey,
};
use saml_core::protocol::Response;
use saml_core::trust::{DecryptionKeys, OpenedDocument, PeerKeys, SharedKeys, Unverified, open_document};
use saml_core::validation::{
    PendingRequest, ResponseExpectation, SignatureDemand, Solicitation, Verdict, accept_response,
};
use serde::{Deserialize, Serialize};

use super::CapsuleError;

/// How long a request has been waiting, and will wait, where nothing else is known.
const PENDING: Duration = Duration::from_secs(600);

/// Everything that a Response is compared with, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The instant of the decision, RFC 3339.
    pub now: String,
    /// How far the peer's clock may be off, in seconds.
    pub clock_skew: u64,
    /// How long after its `IssueInstant` an assertion is still taken, in seconds; as everywhere if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assertion_max_age: Option<u64>,
    /// The identity provider.
    pub idp: Peer,
    /// Our side.
    pub sp: Side,
    /// The ID of the request that waits; none if none does.
    pub in_response_to: Option<String>,
    /// Relaxations that the peer's policy grants, by name.
    pub allow: Vec<String>,
    /// What must be signed.
    pub signatures: Demand,
}

/// The identity provider of a setting. Its `Debug` form leaves the shared keys out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peer {
    /// Its name.
    pub entity_id: String,
    /// Its pinned certificates, PEM; or keys, `PUBLIC KEY`, where its metadata gives them without one.
    pub certificates: Vec<String>,
    /// When the metadata that it is known from ends, RFC 3339; none if it states no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// The metadata that they were taken from, if they were; for people who look into the case, not for the decision.
    pub metadata: Option<String>,
    /// The keys that it shares with us, in Base64 or hexadecimal digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_keys: Vec<String>,
}

/// Our side of a setting. Its `Debug` form leaves the decryption keys out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Our name.
    pub entity_id: String,
    /// Further names of ours that an audience may contain.
    pub further_audiences: Vec<String>,
    /// Affiliations of ours. A name may be made for one of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<String>,
    /// The endpoint that the Response was sent to.
    pub acs_url: String,
    /// Our decryption keys, PEM.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decryption_keys: Vec<String>,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("entity_id", &self.entity_id)
            .field("certificates", &self.certificates)
            .field("valid_until", &self.valid_until)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Side")
            .field("entity_id", &self.entity_id)
            .field("further_audiences", &self.further_audiences)
            .field("affiliations", &self.affiliations)
            .field("acs_url", &self.acs_url)
            .finish_non_exhaustive()
    }
}

/// What must be signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    /// The Response or the Assertion.
    #[default]
    Either,
    /// The Response.
    Response,
    /// The Assertion.
    Assertion,
    /// Both.
    Both,
}

/// A decision.
#[derive(Debug)]
pub struct Judged {
    /// Everything that was checked.
    pub verdict: Verdict,
    /// The assertion, if it was accepted.
    pub assertion: Option<Assertion>,
}

impl Setting {
    /// Decides on a Response as a service provider with this knowledge does.
    ///
    /// The decision has no memory: it doesn't consider whether the message was used before.
    ///
    /// # Errors
    /// A value of the setting can't be used. A bad message is no error but a refusal.
    pub fn judge(&self, xml: Vec<u8>) -> Result<Judged, CapsuleError> {
        let now = SamlInstant::try_from(self.now.as_str()).map_err(|_invalid| field("now"))?;
        let clock_skew = ClockSkew::from_secs(self.clock_skew).map_err(|_beyond| field("clock_skew"))?;
        let assertion_max_age = match self.assertion_max_age {
            None => AssertionMaxAge::default(),
            Some(seconds) => {
                AssertionMaxAge::from_secs(seconds).map_err(|_beyond| field("assertion_max_age"))?
            }
        };
        let idp =
            EntityId::try_from(self.idp.entity_id.as_str()).map_err(|_invalid| field("idp.entity_id"))?;
        let sp = EntityId::try_from(self.sp.entity_id.as_str()).map_err(|_invalid| field("sp.entity_id"))?;
        let valid_until = self.idp.valid_until.as_deref().map(SamlInstant::try_from).transpose();
        let keys = self.keys()?;
        let policy = self.policy()?;
        let decryption_keys = self.decryption_keys()?;
        let solicitation = self.solicitation(&idp, now)?;
        let message = match Unverified::<Response>::parse(xml, &Limits::MESSAGE) {
            Ok(message) => message,
            Err(error) => return Ok(Judged { verdict: Verdict::refused(&error), assertion: None }),
        };
        let expectation = ResponseExpectation {
            service_provider: &sp,
            further_audiences: &self.sp.further_audiences,
            affiliations: &self.sp.affiliations,
            acs_url: &self.sp.acs_url,
            idp: &idp,
            metadata_valid_until: valid_until.map_err(|_invalid| field("idp.valid_until"))?,
            keys: &keys,
            policy: &policy,
            decryption_keys: &decryption_keys,
            signatures: self.signatures.into(),
            limits: &Limits::MESSAGE,
            clock_skew,
            assertion_max_age,
            now,
        };
        Ok(match accept_response(message, &expectation, solicitation) {
            Err(rejected) => Judged { verdict: rejected.verdict, assertion: None },
            Ok(accepted) => {
                let (assertion, verdict) = accepted.into_parts();
                Judged { verdict, assertion: Some(assertion) }
            }
        })
    }

    /// Whether a private key of ours, or one that we share with the peer, is in it.
    #[must_use]
    pub const fn holds_keys(&self) -> bool {
        !self.sp.decryption_keys.is_empty() || !self.idp.shared_keys.is_empty()
    }

    /// The same setting without our decryption keys: an encrypted message is then refused.
    #[must_use]
    pub fn without_keys(&self) -> Self {
        let mut setting = self.clone();
        setting.sp.decryption_keys.clear();
        setting.idp.shared_keys.clear();
        setting
    }

    /// The message with everything opened that our keys open.
    pub(super) fn open(&self, xml: Vec<u8>) -> Result<OpenedDocument, CapsuleError> {
        let recipient =
            EntityId::try_from(self.sp.entity_id.as_str()).map_err(|_invalid| field("sp.entity_id"))?;
        let (keys, policy) = (self.decryption_keys()?, self.policy()?);
        open_document(xml, &keys, &recipient, &policy, &Limits::MESSAGE)
            .map_err(|_closed| CapsuleError::NotRedactable)
    }

    fn keys(&self) -> Result<PeerKeys, CapsuleError> {
        let mut keys = Vec::new();
        for pem in &self.idp.certificates {
            let key = if pem.contains("BEGIN PUBLIC KEY") {
                PublicKey::from_pem(pem)
            } else {
                Certificate::from_base64(pem).map(|certificate| certificate.public_key().clone())
            };
            keys.push(key.map_err(CapsuleError::Certificate)?);
        }
        Ok(PeerKeys::new(keys)?)
    }

    /// Our keys, and those that the peer shares with us.
    fn decryption_keys(&self) -> Result<DecryptionKeys, CapsuleError> {
        let mut keys: Vec<Arc<dyn Decrypter>> = Vec::new();
        for pem in &self.sp.decryption_keys {
            let key = PrivateKey::from_pem(pem).map_err(CapsuleError::Key)?;
            keys.push(Arc::new(LocalDecrypter::new(key).map_err(CapsuleError::Key)?));
        }
        let own = DecryptionKeys::new(keys).map_err(|_too_many| field("sp.decryption_keys"))?;
        let shared = SharedKeys::new(self.shared_keys()?).map_err(|_too_many| field("idp.shared_keys"))?;
        Ok(own.with_shared_keys(shared))
    }

    pub(super) fn shared_keys(&self) -> Result<Vec<SharedKey>, CapsuleError> {
        let keys = self.idp.shared_keys.iter().map(|text| SharedKey::from_text(text));
        keys.collect::<Result<_, _>>().map_err(CapsuleError::Key)
    }

    fn policy(&self) -> Result<PeerPolicy, CapsuleError> {
        let mut granted = Relaxations::NONE;
        for name in &self.allow {
            let relaxation: Relaxation = name.parse().map_err(|_unknown| field("allow"))?;
            granted = granted.with(relaxation);
        }
        Ok(PeerPolicy::relaxed(granted))
    }

    fn solicitation(&self, idp: &EntityId, now: SamlInstant) -> Result<Solicitation, CapsuleError> {
        let Some(id) = &self.in_response_to else { return Ok(Solicitation::Unsolicited) };
        let id = MessageId::try_from(id.as_str()).map_err(|_invalid| field("in_response_to"))?;
        Ok(Solicitation::Pending(PendingRequest {
            id,
            idp: idp.clone(),
            issued_at: now.saturating_sub(PENDING),
            expires_at: now.saturating_add(PENDING),
            force_authn: false,
            requested_context: None,
        }))
    }
}

const fn field(field: &'static str) -> CapsuleError {
    CapsuleError::Field { field }
}

impl From<Demand> for SignatureDemand {
    fn from(demand: Demand) -> Self {
        match demand {
            Demand::Either => Self::ResponseOrAssertion,
            Demand::Response => Self::Response,
            Demand::Assertion => Self::Assertion,
            Demand::Both => Self::Both,
        }
    }
}

impl Demand {
    /// What says the same; `None` for a demand that has no name here.
    #[must_use]
    pub fn of(demand: SignatureDemand) -> Option<Self> {
        let named = [Self::Either, Self::Response, Self::Assertion, Self::Both];
        named.into_iter().find(|named| SignatureDemand::from(*named) == demand)
    }
}
