//! Forged messages as a manifest's cases.

use saml_core::crypto::Certificate;

use super::{Context, Expected, ForgeError, ForgedMessage, Wire, decide};
use crate::capsule::Demand;
use crate::manifest::{Case, Encoding, Expectation, IdentityProvider, Message, Pending, ServiceProvider};

/// A certificate and the file that it lies in, relative to the manifest.
#[derive(Clone, Debug)]
pub struct PinnedCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// The file.
    pub file: String,
}

/// The files of the receiver's keys, relative to the manifest.
#[derive(Clone, Debug, Default)]
pub struct ReceiverKeyFiles {
    /// Its own decryption keys, PEM.
    pub decryption_keys: Vec<String>,
    /// The keys that it shares with the peer, in hexadecimal digits or Base64.
    pub shared_keys: Vec<String>,
}

/// A case and the octets of its file.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The case; it says where the file belongs.
    pub case: Case,
    /// The content of the file.
    pub octets: Vec<u8>,
}

/// Records messages as cases: the octets, the setting of the receiver, and the expected outcome.
///
/// `certificates` holds one for every key that a context pins. `receiver` names the files of the receiver's keys, for
/// messages whose receiver has such keys.
///
/// # Errors
/// `certificates` lacks a pinned key, or a decoy is not accepted for the expected identity.
pub fn record(
    messages: &[ForgedMessage],
    certificates: &[PinnedCertificate],
    receiver: &ReceiverKeyFiles,
) -> Result<Vec<Recorded>, ForgeError> {
    messages.iter().map(|message| recorded(message, certificates, receiver)).collect()
}

fn recorded(
    message: &ForgedMessage,
    certificates: &[PinnedCertificate],
    receiver: &ReceiverKeyFiles,
) -> Result<Recorded, ForgeError> {
    let context = &message.context;
    let shared = context.decryption_keys.shared_keys().len();
    let all_or_none = |files: &[String], held| if held > 0 { files.to_vec() } else { Vec::new() };
    let (kind, extension, octets) = match &message.wire {
        Wire::Response(xml) => (Message::Response, "xml", xml.clone()),
        Wire::ResponseForm { content_type, body } => {
            (Message::ResponseForm(content_type.clone()), "form", body.clone())
        }
        Wire::RequestQuery(query) => (Message::AuthnRequestQuery, "query", query.clone().into_bytes()),
        Wire::Request(xml) => (Message::AuthnRequest, "xml", xml.clone()),
        Wire::LogoutRequest(xml) => (Message::LogoutRequest, "xml", xml.clone()),
        Wire::LogoutResponse(xml) => (Message::LogoutResponse, "xml", xml.clone()),
        Wire::Metadata(xml) => (Message::Metadata, "xml", xml.clone()),
    };
    let (expect, code, name_id) = match &message.expected {
        Expected::Refused(code) => (Expectation::Reject, Some(code.to_string()), None),
        Expected::Accepted(_) => (Expectation::Accept, None, Some(name_id(message)?)),
    };
    let (name, specimen) = message.id.split_once('/').unwrap_or((&message.id, "messages"));
    let is_request = matches!(kind, Message::AuthnRequest | Message::AuthnRequestQuery);
    let case = Case {
        id: message.id.clone(),
        file: format!("{specimen}/{name}.{extension}"),
        encoding: if extension == "xml" { Encoding::Xml } else { Encoding::Raw },
        message: kind,
        now: Some(context.now.to_string()),
        idp: IdentityProvider {
            entity_id: Some(context.idp.to_string()),
            certificates: pinned(context, certificates)?,
            valid_until: context.metadata_valid_until.map(|end| end.to_string()),
            sso_url: is_request.then(|| context.sso_url.clone()),
            shared_keys: all_or_none(&receiver.shared_keys, shared),
        },
        sp: ServiceProvider {
            entity_id: Some(context.sp.to_string()),
            acs_url: Some(context.acs_url.clone()),
            decryption_keys: all_or_none(
                &receiver.decryption_keys,
                context.decryption_keys.len().saturating_sub(shared),
            ),
        },
        in_response_to: context.pending.as_ref().map(|waiting| waiting.id.to_string()),
        pending: context.pending.as_ref().map(Pending::of),
        signatures: Demand::of(context.signatures)
            .ok_or(ForgeError::Unusable { what: "a demand of signatures" })?,
        allow: context.relaxations.iter().map(|relaxation| relaxation.name().to_owned()).collect(),
        expect,
        name_id,
        code,
        family: Some(message.family.name().to_owned()),
        note: Some(format!("attack {}: {}", message.attack, message.title)),
    };
    Ok(Recorded { case, octets })
}

/// The name for which a decoy is accepted.
fn name_id(message: &ForgedMessage) -> Result<String, ForgeError> {
    let decision = decide(&message.wire, &message.context);
    match decision.accepted {
        Some(identity) if message.expected == Expected::Accepted(identity.everything.clone()) => {
            Ok(identity.name_id)
        }
        Some(_) | None => Err(ForgeError::SpecimenRefused {
            codes: decision.verdict.failures().filter_map(|check| check.code()).collect(),
        }),
    }
}

fn pinned(context: &Context, certificates: &[PinnedCertificate]) -> Result<Vec<String>, ForgeError> {
    let file = |key| certificates.iter().find(|pinned| pinned.certificate.public_key() == key);
    let files = context.keys.iter().map(|key| {
        let pinned = file(key).ok_or_else(|| ForgeError::absent("certificate of a pinned key"))?;
        Ok(pinned.file.clone())
    });
    files.collect()
}
