//! Replaying a case against the validation floor, under its frozen clock.

use std::path::Path;
use std::sync::Arc;

use saml_core::assertion::SubjectIdentifier;
use saml_core::base::{ClockSkew, EntityId, Limits, MessageId, SamlInstant};
use saml_core::crypto::{
    AlgorithmPolicy, Certificate, Decrypter, LocalDecrypter, PrivateKey, Relaxation, Relaxations,
    SecondOpinion,
};
use saml_core::protocol::Response;
use saml_core::trust::{DecryptionKeys, PeerKeys, Unverified};
use saml_core::validation::{
    PendingRequest, ResponseExpectation, SignatureDemand, Solicitation, Verdict, accept_response,
};

use super::{Case, Expectation, ManifestError, read};

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

/// How a replayed case differs from what the manifest says.
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
    replay_under(case, folder, policy(case)?)
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
    replay_under(case, folder, policy(case)?.cross_checked_by(other))
}

fn replay_under(case: &Case, folder: &Path, policy: AlgorithmPolicy) -> Result<Replayed, ManifestError> {
    let field = |field| move || ManifestError::Field { case: case.id.clone(), field };
    let octets = read(&folder.join(&case.file))?;
    let Some(xml) = case.encoding.decode(&octets) else {
        return Ok(refused_before_any_check());
    };
    let keys = match pinned_keys(case, folder)? {
        Some(keys) => keys,
        // A peer without a key can't be configured: nobody is there whose message could be accepted.
        None => return Ok(refused_before_any_check()),
    };
    let decryption_keys = decryption_keys(case, folder)?;
    // What a case leaves open can equal nothing in the message.
    let sp = named(case.sp.entity_id.as_deref()).ok_or_else(field("sp.entity_id"))?;
    let idp = named(case.idp.entity_id.as_deref()).ok_or_else(field("idp.entity_id"))?;
    let now = case.now.as_deref().unwrap_or("2000-01-01T00:00:00Z");
    let now = SamlInstant::try_from(now).map_err(|_invalid| field("now")())?;
    let acs_url = case.sp.acs_url.as_deref().unwrap_or("https://nowhere.invalid/acs");
    // A request whose ID is none was never sent, so it can't wait.
    let id = case.in_response_to.as_deref().and_then(|id| MessageId::try_from(id).ok());
    let solicitation = match id {
        None => Solicitation::Unsolicited,
        Some(id) => Solicitation::Pending(PendingRequest {
            id,
            idp: idp.clone(),
            issued_at: now,
            expires_at: now.saturating_add(std::time::Duration::from_secs(600)),
            force_authn: false,
            requested_context: None,
        }),
    };
    let message = match Unverified::<Response>::parse(xml, &Limits::MESSAGE) {
        Ok(message) => message,
        Err(error) => return Ok(Replayed { outcome: Outcome::Rejected, verdict: Verdict::refused(&error) }),
    };
    let expectation = ResponseExpectation {
        service_provider: &sp,
        further_audiences: &[],
        acs_url,
        idp: &idp,
        keys: &keys,
        policy: &policy,
        decryption_keys: &decryption_keys,
        signatures: SignatureDemand::ResponseOrAssertion,
        limits: &Limits::MESSAGE,
        clock_skew: ClockSkew::default(),
        now,
    };
    Ok(match accept_response(message, &expectation, solicitation) {
        Err(rejected) => Replayed { outcome: Outcome::Rejected, verdict: rejected.verdict },
        Ok(accepted) => {
            let name_id = accepted.subject.as_ref().and_then(|subject| match &subject.identifier {
                Some(SubjectIdentifier::NameId(name)) => Some(name.value.clone()),
                Some(SubjectIdentifier::BaseId(_) | SubjectIdentifier::EncryptedId(_)) | None => None,
            });
            let (_, verdict) = accepted.into_parts();
            Replayed { outcome: Outcome::Accepted { name_id: name_id.unwrap_or_default() }, verdict }
        }
    })
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
    DecryptionKeys::new(keys).map_err(|_too_many| field())
}

fn policy(case: &Case) -> Result<AlgorithmPolicy, ManifestError> {
    let mut granted = Relaxations::NONE;
    for name in &case.allow {
        let relaxation: Relaxation = name
            .parse()
            .map_err(|_invalid| ManifestError::Field { case: case.id.clone(), field: "allow" })?;
        granted = granted.with(relaxation);
    }
    Ok(AlgorithmPolicy::relaxed(granted))
}
