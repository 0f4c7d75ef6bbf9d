//! What both sides of an exchange know.

use std::sync::Arc;
use std::time::Duration;

use saml_core::base::{EntityId, MessageId, Relaxation, Relaxations, SamlInstant, SecureRandom};
use saml_core::crypto::{PeerPolicy, PublicKey, SecondOpinion};
use saml_core::trust::{DecryptionKeys, PeerKeys};
use saml_core::validation::{RequestedContext, SignatureDemand};

use super::ForgeError;

/// Where the made-up identity provider takes requests.
pub(super) const SSO_URL: &str = "https://idp.example.com/sso";

/// The parties, the instant and the identifiers of one login.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The identity provider.
    pub idp: EntityId,
    /// Where it takes requests.
    pub sso_url: String,
    /// The service provider.
    pub sp: EntityId,
    /// Where it takes responses.
    pub acs_url: String,
    /// Who logs in.
    pub name_id: String,
    /// When.
    pub now: SamlInstant,
    /// The request.
    pub request_id: MessageId,
    /// Whether the login answers it.
    pub begun: Begun,
    /// The answer.
    pub response_id: MessageId,
    /// The assertion in the answer.
    pub assertion_id: MessageId,
}

impl Scene {
    /// A login at made-up parties; instant and identifiers come from the caller, so that it can be repeated.
    ///
    /// # Errors
    /// The random source failed.
    pub fn new(now: SamlInstant, random: &mut dyn SecureRandom) -> Result<Self, ForgeError> {
        let entity = |name: &str| {
            EntityId::try_from(name).map_err(|_invalid| ForgeError::Unusable { what: "an entity identifier" })
        };
        Ok(Self {
            idp: entity("https://idp.example.com/saml")?,
            sso_url: SSO_URL.to_owned(),
            sp: entity("https://sp.example.com/saml")?,
            acs_url: "https://sp.example.com/saml/acs".to_owned(),
            name_id: "alice@example.com".to_owned(),
            now,
            request_id: MessageId::generate(random)?,
            begun: Begun::ByRequest,
            response_id: MessageId::generate(random)?,
            assertion_id: MessageId::generate(random)?,
        })
    }
}

/// Who began a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The service provider, which sent a request and waits.
    ByRequest,
    /// The identity provider: the message answers nothing, and the service provider's policy takes such messages.
    Unsolicited,
}

impl Scene {
    /// The request that the login answers, if it answers one.
    #[must_use]
    pub fn answered(&self) -> Option<&MessageId> {
        match self.begun {
            Begun::ByRequest => Some(&self.request_id),
            Begun::Unsolicited => None,
        }
    }
}

/// The name under which attackers want to be let in.
pub const INTRUDER: &str = "admin@example.com";

/// The setting of a forged message's receiver. An attack may consist in a change of it.
#[derive(Clone, Debug)]
pub struct Context {
    /// The receiving service provider; the sender of a request.
    pub sp: EntityId,
    /// The endpoint that takes the Response.
    pub acs_url: String,
    /// The endpoint that takes the request.
    pub sso_url: String,
    /// The peer that may answer.
    pub idp: EntityId,
    /// When the metadata of the peer that sent the message ends, if it states an end.
    pub metadata_valid_until: Option<SamlInstant>,
    /// The pinned keys of the peer that sent the message.
    pub keys: PeerKeys,
    /// Our decryption keys.
    pub decryption_keys: DecryptionKeys,
    /// The relaxations of the peer's policy.
    pub relaxations: Relaxations,
    /// The other implementation that must agree, if the peer's policy asks for one.
    pub second_opinion: Option<Arc<dyn SecondOpinion>>,
    /// What must be signed.
    pub signatures: SignatureDemand,
    /// The instant of the decision.
    pub now: SamlInstant,
    /// The request that waits, if one does.
    pub pending: Option<Waiting>,
}

/// A request that waits for its answer.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its ID.
    pub id: MessageId,
    /// Who was asked.
    pub idp: EntityId,
    /// When it was sent.
    pub issued_at: SamlInstant,
    /// When it stops waiting.
    pub expires_at: SamlInstant,
    /// Whether the person was to prove who they are afresh.
    pub force_authn: bool,
    /// The authentication contexts that were asked for.
    pub requested_context: Option<RequestedContext>,
}

impl Context {
    /// The context in which the good message of `scene` is accepted.
    ///
    /// # Errors
    /// `key` can't be pinned.
    pub fn of(scene: &Scene, key: &PublicKey) -> Result<Self, ForgeError> {
        let sent = scene.now.saturating_sub(Duration::from_secs(60));
        Ok(Self {
            sp: scene.sp.clone(),
            acs_url: scene.acs_url.clone(),
            sso_url: scene.sso_url.clone(),
            idp: scene.idp.clone(),
            metadata_valid_until: None,
            keys: pin([key])?,
            decryption_keys: DecryptionKeys::default(),
            relaxations: match scene.begun {
                Begun::ByRequest => Relaxations::NONE,
                Begun::Unsolicited => Relaxation::Unsolicited.into(),
            },
            second_opinion: None,
            signatures: SignatureDemand::ResponseOrAssertion,
            now: scene.now,
            pending: scene.answered().map(|id| Waiting {
                id: id.clone(),
                idp: scene.idp.clone(),
                issued_at: sent,
                expires_at: scene.now.saturating_add(Duration::from_secs(600)),
                force_authn: false,
                requested_context: None,
            }),
        })
    }

    /// The policy that all this makes.
    pub(super) fn policy(&self) -> PeerPolicy {
        let policy = PeerPolicy::relaxed(self.relaxations);
        match &self.second_opinion {
            None => policy,
            Some(other) => policy.cross_checked_by(Arc::clone(other)),
        }
    }
}

/// Pins keys.
pub(super) fn pin<'k>(keys: impl IntoIterator<Item = &'k PublicKey>) -> Result<PeerKeys, ForgeError> {
    PeerKeys::new(keys.into_iter().cloned())
        .map_err(|_none| ForgeError::Unusable { what: "a set of pinned keys" })
}
