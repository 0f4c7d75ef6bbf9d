//! `saml verify`: does the signature hold, under the profile, with these keys?

use std::path::PathBuf;

use clap::Args;
use saml_core::base::{Coded, Limits, Relaxations};
use saml_core::bindings::redirect::{self, Redirectable};
use saml_core::crypto::PeerPolicy;
use saml_core::dsig::SignatureFacts;
use saml_core::protocol::{AuthnRequest, LogoutRequest, LogoutResponse};
use saml_core::trust::{Message, PeerKeys, PeerSignatures, ReceivedMessage, TrustError, verify_element};
use saml_core::xml::{Document, names};
use saml_testkit::wire::Received;
use serde_json::json;

use crate::answer::{Answer, CommandError};
use crate::input;
use crate::inspect::hexadecimal;
use crate::screen::{self, ACCEPTED, REJECTED, STRONG, Screen, styled};

/// Options of `saml verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyOptions {
    /// The message, in any form; `-` is standard input. A query or URL with `Signature` is verified as it came.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Certificates of the signer: PEM, DER or Base64; several files, or several in one.
    #[arg(long, required = true, value_name = "PEM")]
    pub cert: Vec<PathBuf>,
    /// The element with this ID in place of the root.
    #[arg(long)]
    pub id: Option<String>,
    /// Relaxations of the profile, such as sha1; several names, or several times.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Print the octets that are signed, and nothing else.
    #[arg(long, conflicts_with = "json")]
    pub print_signed: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// What holds.
struct Holds {
    what: String,
    facts: SignatureFacts,
    octets: Vec<u8>,
}

/// Verifies the signature and says so.
///
/// # Errors
/// There is no message, no usable certificate, or no element with the ID.
pub fn run(options: &VerifyOptions) -> Result<Answer, CommandError> {
    let keys = input::peer_keys(&options.cert)?;
    let policy = input::policy(&options.allow)?;
    let received = input::message(&options.file)?.received;
    let is_detached =
        options.id.is_none() && received.query.as_deref().is_some_and(|query| query.contains("Signature="));
    let verified = if is_detached {
        detached(&received, &keys, &policy)
    } else {
        enveloped(&received, options.id.as_deref(), &keys, &policy)
    };
    match verified {
        Ok(holds) => {
            accepted(options, &holds)?;
            Ok(Answer::Accepted)
        }
        Err(error) => {
            if let TrustError::ElementUnknown { expected } = *error {
                return Err(CommandError::NoSuchId { id: expected });
            }
            rejected(options, &error, &received)?;
            Ok(Answer::Rejected)
        }
    }
}

fn enveloped(
    received: &Received,
    id: Option<&str>,
    keys: &PeerKeys,
    policy: &PeerPolicy,
) -> Result<Holds, Box<TrustError>> {
    let verified =
        verify_element(received.xml.clone(), id, keys, policy, &Limits::METADATA).map_err(Box::new)?;
    let facts = verified.provenance().signatures().first().map(|facts| (*facts).clone());
    let facts = facts.ok_or_else(unsigned)?;
    let octets = verified.into_inner();
    let signed = Document::parse(octets.clone(), &Limits::METADATA).map_err(boxed)?;
    let root = signed.root();
    let what = format!("{} {}", root.name().local, root.attribute("ID").unwrap_or_default());
    Ok(Holds { what, facts, octets })
}

fn detached(received: &Received, keys: &PeerKeys, policy: &PeerPolicy) -> Result<Holds, Box<TrustError>> {
    let document = Document::parse(received.xml.clone(), &Limits::MESSAGE).map_err(boxed)?;
    let root = document.root();
    let peer = PeerSignatures { keys: Some(keys), policy, limits: &Limits::MESSAGE };
    let facts = if root.is(names::samlp::LOGOUT_REQUEST) {
        query_signature::<LogoutRequest>(received, peer)
    } else if root.is(names::samlp::LOGOUT_RESPONSE) {
        query_signature::<LogoutResponse>(received, peer)
    } else {
        query_signature::<AuthnRequest>(received, peer)
    }?;
    let what = format!("the query around {}", root.name().local);
    Ok(Holds { what, facts, octets: received.xml.clone() })
}

fn query_signature<T: Redirectable + Message + Clone>(
    received: &Received,
    peer: PeerSignatures<'_>,
) -> Result<SignatureFacts, Box<TrustError>> {
    let query = received.query.as_deref().unwrap_or_default();
    let message = redirect::decode(query, &Limits::MESSAGE).map_err(|_fault| unsigned())?;
    let received = message.receive::<T>(peer.limits).map_err(Box::new)?;
    match received.verify(peer).map_err(|refused| refused.error)? {
        ReceivedMessage::Verified(verified) => {
            let facts = verified.provenance().signatures().first().map(|facts| (*facts).clone());
            facts.ok_or_else(unsigned)
        }
        ReceivedMessage::Unsigned(_) | _ => Err(unsigned()),
    }
}

fn boxed(error: impl Into<TrustError>) -> Box<TrustError> {
    Box::new(error.into())
}

fn unsigned() -> Box<TrustError> {
    Box::new(TrustError::ElementUnsigned)
}

fn accepted(options: &VerifyOptions, holds: &Holds) -> Result<(), CommandError> {
    if options.print_signed {
        return screen::print_octets(&holds.octets);
    }
    let facts = &holds.facts;
    let fingerprint = hexadecimal(facts.key_fingerprint.as_octets());
    if options.json {
        return screen::print_json(&json!({
            "verified": true,
            "element": holds.what,
            "signatureAlgorithm": facts.signature_algorithm.uri(),
            "digestAlgorithm": facts.digest_algorithm.map(|digest| digest.uri()),
            "keySha256": fingerprint,
            "octets": holds.octets.len(),
            "relaxations": names_of(facts.relaxations_used),
        }));
    }
    let mut screen = Screen::default();
    screen.line(&format!(
        "{}  {}",
        styled(ACCEPTED, "verified"),
        styled(STRONG, &screen::plain(holds.what.trim()))
    ));
    screen.fact("algorithm", facts.signature_algorithm.uri());
    if let Some(digest) = facts.digest_algorithm {
        screen.fact("digest", digest.uri());
    }
    screen.fact("key SHA-256", &fingerprint);
    screen.fact("covers", &format!("{} octets", holds.octets.len()));
    if !facts.relaxations_used.is_empty() {
        screen.fact("only because of", &names_of(facts.relaxations_used).join(", "));
    }
    screen.print()
}

fn names_of(relaxations: Relaxations) -> Vec<&'static str> {
    relaxations.iter().map(saml_core::base::Relaxation::name).collect()
}

fn rejected(options: &VerifyOptions, error: &TrustError, received: &Received) -> Result<(), CommandError> {
    let is_unsigned = matches!(error, TrustError::ElementUnsigned);
    let signed = if is_unsigned { signed_elements(received) } else { Vec::new() };
    if options.json {
        return screen::print_json(&json!({
            "verified": false,
            "code": error.code().as_str(),
            "expected": error.expected(),
            "found": error.found(),
            "hint": error.hint(),
            "signedElements": signed,
        }));
    }
    let mut screen = Screen::default();
    screen.line(&format!("{}  {}", styled(REJECTED, "refused"), styled(STRONG, error.code().as_str())));
    screen.fact("why", &chain(error));
    for (label, value) in [("expected", error.expected()), ("found", error.found())] {
        if let Some(value) = value {
            screen.fact(label, &value);
        }
    }
    if let Some(hint) = error.hint() {
        screen.fact("hint", hint);
    }
    for id in signed {
        screen.fact("but signed is", &format!("--id {id}"));
    }
    // The signed octets are wanted and there are none, so that the verdict goes to standard error.
    if options.print_signed {
        screen::remark(&format!("refused: {}", error.code()));
        return Ok(());
    }
    screen.print()
}

/// An error and its causes in one line.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line.push_str(": ");
        line.push_str(&cause.to_string());
        source = cause.source();
    }
    line
}

/// The IDs of other elements that carry a signature.
fn signed_elements(received: &Received) -> Vec<String> {
    let Ok(document) = Document::parse(received.xml.clone(), &Limits::METADATA) else { return Vec::new() };
    let mut signed = Vec::new();
    let mut open = vec![document.root()];
    while let Some(element) = open.pop() {
        if element.child_elements().any(|child| child.is(names::ds::SIGNATURE)) {
            signed.extend(element.attribute("ID").map(str::to_owned));
        }
        open.extend(element.child_elements());
    }
    signed
}
