//! Replaying a case against the product, under its frozen clock.

use std::path::Path;
use std::sync::Arc;

use saml_core::base::{EntityId, MessageId, Relaxation, Relaxations, SamlInstant};
use saml_core::crypto::{Certificate, Decrypter, LocalDecrypter, PrivateKey, SecondOpinion, SharedKey};
use saml_core::trust::{DecryptionKeys, PeerKeys, SharedKeys};
use saml_core::validation::Verdict;

use super::{Case, Expectation, ManifestError, Message, read};
use crate::forge::{Context, Waiting, Wire, decide};

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was accepted, with this NameID.
    Accepted {
        /// The NameID.
        name_id: String,
    },
    /// It was refused.
    Rejected,
}

/// A replayed case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// What became of it.
    pub outcome: Outcome,
    /// Everything that was checked.
    pub verdict: Verdict,
}

/// How the outcome of a replayed case differs from the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// It had to be accepted and was refused.
    Refused,
    /// It had to be refused and was accepted.
    Accepted,
    /// It was accepted for somebody else.
    NameId {
        /// The manifest's.
        expected: String,
        /// The message's.
        found: String,
    },
    /// It was refused for another reason.
    Code {
        /// The manifest's.
        expected: String,
        /// The codes of all broken rules.
        found: Vec<String>,
    },
}

impl Replayed {
    /// How it differs from the manifest, if it does.
    #[must_use]
    pub fn mismatch(&self, case: &Case) -> Option<Mismatch> {
        match (case.expect, &self.outcome) {
            (Expectation::Accept, Outcome::Rejected) => Some(Mismatch::Refused),
            (Expectation::Reject, Outcome::Accepted { .. }) => Some(Mismatch::Accepted),
            (Expectation::Accept, Outcome::Accepted { name_id }) => {
                let expected = case.name_id.as_ref()?;
                (expected != name_id)
                    .then(|| Mismatch::NameId { expected: expected.clone(), found: name_id.clone() })
            }
            (Expectation::Reject, Outcome::Rejected) => {
                let expected = case.code.as_ref()?;
                (!self.verdict.has_failure(expected)).then(|| Mismatch::Code {
                    expected: expected.clone(),
                    found: self.verdict.failures().filter_map(|c| c.code()).map(|c| c.to_string()).collect(),
                })
            }
        }
    }
}

/// Replays one case; its paths are relative to `folder`.
///
/// # Errors
/// The manifest is at fault: a file is missing, a field says nothing usable. A bad message is no error but a refusal.
pub fn replay(case: &Case, folder: &Path) -> Result<Replayed, ManifestError> {
    replay_with(case, folder, None)
}

/// The same, with a cross-check by another implementation.
///
/// # Errors
/// As [`replay`].
pub fn replay_cross_checked(
    case: &Case,
    folder: &Path,
    other: Arc<dyn SecondOpinion>,
) -> Result<Replayed, ManifestError> {
    replay_with(case, folder, Some(other))
}

fn replay_with(
    case: &Case,
    folder: &Path,
    second_opinion: Option<Arc<dyn SecondOpinion>>,
) -> Result<Replayed, ManifestError> {
    let field = |field| move || ManifestError::Field { case: case.id.clone(), field };
    let octets = read(&folder.join(&case.file))?;
    let Some(octets) = case.encoding.decode(&octets) else {
        return Ok(refused_before_any_check());
    };
    let keys = match pinned_keys(case, folder)? {
        Some(keys) => keys,
        // A peer without a key can't be configured, so that none of its messages could be accepted.
        None => return Ok(refused_before_any_check()),
    };
    // A value that a case leaves out must not equal anything in the message.
    let idp = named(case.idp.entity_id.as_deref()).ok_or_else(field("idp.entity_id"))?;
    let now = case.now.as_deref().unwrap_or("2000-01-01T00:00:00Z");
    let now = SamlInstant::try_from(now).map_err(|_invalid| field("now")())?;
    let valid_until = case.idp.valid_until.as_deref().map(SamlInstant::try_from).transpose();
    let nowhere = |url: &Option<String>| url.clone().unwrap_or_else(|| "https://nowhere.invalid/".to_owned());
    let context = Context {
        sp: named(case.sp.entity_id.as_deref()).ok_or_else(field("sp.entity_id"))?,
        acs_url: nowhere(&case.sp.acs_url),
        sso_url: nowhere(&case.idp.sso_url),
        metadata_valid_until: valid_until.map_err(|_invalid| field("idp.valid_until")())?,
        keys,
        decryption_keys: decryption_keys(case, folder)?,
        relaxations: relaxations(case)?,
        second_opinion,
        signatures: case.signatures.into(),
        now,
        pending: pending(case, &idp, now)?,
        idp,
    };
    let decision = decide(&wire(case, octets).ok_or_else(field("file"))?, &context);
    let outcome = match decision.accepted {
        Some(identity) => Outcome::Accepted { name_id: identity.name_id },
        None => Outcome::Rejected,
    };
    Ok(Replayed { outcome, verdict: decision.verdict })
}

/// The message as it goes to its endpoint; `None` for a query that is no text.
fn wire(case: &Case, octets: Vec<u8>) -> Option<Wire> {
    Some(match &case.message {
        Message::Response => Wire::Response(octets),
        Message::ResponseForm(content_type) => {
            Wire::ResponseForm { content_type: content_type.clone(), body: octets }
        }
        Message::AuthnRequest => Wire::Request(octets),
        Message::AuthnRequestQuery => Wire::RequestQuery(String::from_utf8(octets).ok()?),
        Message::LogoutRequest => Wire::LogoutRequest(octets),
        Message::LogoutResponse => Wire::LogoutResponse(octets),
        Message::Metadata => Wire::Metadata(octets),
    })
}

/// The request that waits. A request with a malformed ID was never sent, so that it can't be pending.
fn pending(case: &Case, idp: &EntityId, now: SamlInstant) -> Result<Option<Waiting>, ManifestError> {
    let Some(id) = case.in_response_to.as_deref().and_then(|id| MessageId::try_from(id).ok()) else {
        return Ok(None);
    };
    match &case.pending {
        Some(pending) => pending
            .waiting(id)
            .map(Some)
            .ok_or_else(|| ManifestError::Field { case: case.id.clone(), field: "pending" }),
        None => Ok(Some(Waiting {
            id,
            idp: idp.clone(),
            issued_at: now,
            expires_at: now.saturating_add(std::time::Duration::from_secs(600)),
            force_authn: false,
            requested_context: None,
        })),
    }
}

fn named(text: Option<&str>) -> Option<EntityId> {
    EntityId::try_from(text.filter(|text| !text.is_empty()).unwrap_or("urn:nobody")).ok()
}

fn refused_before_any_check() -> Replayed {
    Replayed { outcome: Outcome::Rejected, verdict: Verdict::default() }
}

fn pinned_keys(case: &Case, folder: &Path) -> Result<Option<PeerKeys>, ManifestError> {
    let mut keys = Vec::new();
    for file in &case.idp.certificates {
        let certificate = Certificate::from_octets(&read(&folder.join(file))?)
            .map_err(|_invalid| ManifestError::Field { case: case.id.clone(), field: "idp.certificates" })?;
        keys.push(certificate.public_key().clone());
    }
    Ok(PeerKeys::new(keys).ok())
}

fn decryption_keys(case: &Case, folder: &Path) -> Result<DecryptionKeys, ManifestError> {
    let field = || ManifestError::Field { case: case.id.clone(), field: "sp.decryption_keys" };
    let mut keys: Vec<Arc<dyn Decrypter>> = Vec::new();
    for file in &case.sp.decryption_keys {
        let pem = String::from_utf8(read(&folder.join(file))?).map_err(|_not_text| field())?;
        let key = PrivateKey::from_pem(&pem).map_err(|_invalid| field())?;
        keys.push(Arc::new(LocalDecrypter::new(key).map_err(|_unusable| field())?));
    }
    let own = DecryptionKeys::new(keys).map_err(|_too_many| field())?;
    Ok(own.with_shared_keys(shared_keys(case, folder)?))
}

fn shared_keys(case: &Case, folder: &Path) -> Result<SharedKeys, ManifestError> {
    let field = || ManifestError::Field { case: case.id.clone(), field: "idp.shared_keys" };
    let mut keys = Vec::new();
    for file in &case.idp.shared_keys {
        let text = String::from_utf8(read(&folder.join(file))?).map_err(|_not_text| field())?;
        keys.push(SharedKey::from_text(&text).map_err(|_invalid| field())?);
    }
    SharedKeys::new(keys).map_err(|_too_many| field())
}

fn relaxations(case: &Case) -> Result<Relaxations, ManifestError> {
    let unknown = || ManifestError::Field { case: case.id.clone(), field: "allow" };
    case.allow.iter().map(|name| name.parse::<Relaxation>().map_err(|_unknown| unknown())).collect()
}
