//! Requests, signed or not.

use std::sync::Arc;

use super::aggregate::Agreeable;
use super::scene::{part, signer, text};
use crate::base::{Coded as _, Limits, MessageId, Relaxation, Relaxations, SamlInstant};
use crate::crypto::tests::keys;
use crate::crypto::{LocalSigner, PeerPolicy, SignatureAlgorithm, Signer as _};
use crate::dsig::{CrossCheck, DetachedSignature, SigningOptions, sign_enveloped};
use crate::protocol::{AuthnRequest, RequestAbstract};
use crate::trust::{PeerKeys, PeerSignatures, ReceivedMessage, Unverified};
use crate::xml::Written;

fn request() -> Written {
    let issued = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    let mut request = RequestAbstract::new(MessageId::try_from("_q").unwrap(), issued);
    request.issuer = Some(crate::assertion::Issuer(crate::assertion::NameId::new("sp")));
    AuthnRequest::new(request).to_xml().unwrap()
}

#[test]
fn a_request_says_what_its_signature_took_of_the_peer_s_policy() {
    let policy = PeerPolicy::relaxed(Relaxation::Rsa1024.into());
    for (bits, used) in
        [(Some(1024), vec![Relaxation::Rsa1024]), (Some(2048), Vec::new()), (None, Vec::new())]
    {
        let signer =
            LocalSigner::new(keys::rsa(bits.unwrap_or(2048)), SignatureAlgorithm::RsaSha256).unwrap();
        let mut written = request();
        if bits.is_some() {
            sign_enveloped(&mut written, "_q", &signer, SigningOptions::default()).unwrap();
        }
        let message = Unverified::<AuthnRequest>::parse(written.into_octets(), &Limits::MESSAGE).unwrap();
        let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
        let peer = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
        let received = message.verify_enveloped(peer).unwrap();
        assert_eq!(received.is_verified(), bits.is_some());
        assert_eq!(received.relaxations_used().iter().collect::<Vec<_>>(), used);
    }
}

/// Where only one signature was looked for, another one could be the one that somebody else looks at (MR-3).
#[test]
fn a_signature_within_a_request_is_refused() {
    let mut written = request();
    sign_enveloped(&mut written, "_q", &signer(), SigningOptions::default()).unwrap();
    let signed = text(&written);
    let hidden = format!("<samlp:Extensions>{}</samlp:Extensions>", part(&signed, "ds:Signature"));
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let peer = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
    for xml in [signed, text(&request())] {
        let xml = xml.replace("</samlp:AuthnRequest>", &format!("{hidden}</samlp:AuthnRequest>"));
        let message = Unverified::<AuthnRequest>::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap();
        let refused = message.verify_enveloped(peer).map(|_| ()).unwrap_err();
        assert_eq!(refused.code().as_str(), "signature.unexpected_place");
    }
}

/// The other implementation can't be asked about octets that are not XML. The verdict says that it was to be asked.
#[test]
fn a_signature_beside_a_request_says_that_nobody_else_was_asked() {
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let octets = b"SAMLRequest=x".to_vec();
    let signature = DetachedSignature {
        algorithm: signer().algorithm().uri().to_owned(),
        value: signer().sign(&octets).unwrap(),
        octets,
    };
    for (policy, expected) in [
        (PeerPolicy::default(), CrossCheck::NotAskedFor),
        (PeerPolicy::default().cross_checked_by(Arc::new(Agreeable)), CrossCheck::NotXml),
    ] {
        let message = Unverified::<AuthnRequest>::parse(request().into_octets(), &Limits::MESSAGE).unwrap();
        let peer = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
        let received = message.verify_detached(Some(&signature), peer).unwrap();
        let ReceivedMessage::Verified(request) = received else { panic!("it is signed") };
        let checks: Vec<_> =
            request.provenance().signatures().iter().map(|f| f.cross_check.clone()).collect();
        assert_eq!(checks, [expected]);
    }
}

/// A request by Redirect: with which signature inside and beside it, and what becomes of it with and without the
/// relaxation.
#[test]
fn a_signature_inside_a_redirect_counts_by_its_relaxation_and_only_if_it_holds() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Quality {
        Good,
        OfAnotherKey,
        Absent,
    }
    use Quality::{Absent, Good, OfAnotherKey};
    let stranger = LocalSigner::new(keys::rsa(3072), SignatureAlgorithm::RsaSha256).unwrap();
    let pinned = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let octets = b"SAMLRequest=x".to_vec();
    let embedded = |quality| {
        let mut written = request();
        match quality {
            Good => sign_enveloped(&mut written, "_q", &signer(), SigningOptions::default()).unwrap(),
            OfAnotherKey => sign_enveloped(&mut written, "_q", &stranger, SigningOptions::default()).unwrap(),
            Absent => {}
        }
        Unverified::<AuthnRequest>::parse(written.into_octets(), &Limits::MESSAGE).unwrap()
    };
    let beside = |quality| {
        let by = |signer: &LocalSigner| DetachedSignature {
            algorithm: signer.algorithm().uri().to_owned(),
            value: signer.sign(&octets).unwrap(),
            octets: octets.clone(),
        };
        match quality {
            Good => Some(by(&signer())),
            OfAnotherKey => Some(by(&stranger)),
            Absent => None,
        }
    };
    const EMBEDDED: &str = "signature.embedded_in_redirect";
    const INVALID: &str = "signature.invalid";
    for (inside, outside, strict, relaxed) in [
        (Absent, Absent, Ok(false), Ok(false)),
        (Absent, Good, Ok(true), Ok(true)),
        (Absent, OfAnotherKey, Err(INVALID), Err(INVALID)),
        (Good, Absent, Err(EMBEDDED), Ok(true)),
        (Good, Good, Err(EMBEDDED), Ok(true)),
        (Good, OfAnotherKey, Err(EMBEDDED), Err(INVALID)),
        (OfAnotherKey, Absent, Err(EMBEDDED), Err(INVALID)),
        (OfAnotherKey, Good, Err(EMBEDDED), Err(INVALID)),
        (OfAnotherKey, OfAnotherKey, Err(EMBEDDED), Err(INVALID)),
    ] {
        for (granted, expected) in
            [(Relaxations::NONE, strict), (Relaxation::SignatureInRedirect.into(), relaxed)]
        {
            let policy = PeerPolicy::relaxed(granted);
            let peer = PeerSignatures { keys: Some(&pinned), policy: &policy, limits: &Limits::MESSAGE };
            let received = embedded(inside).verify_detached(beside(outside).as_ref(), peer);
            let told = format!("{inside:?} inside, {outside:?} beside, {granted}");
            if let Ok(received) = &received {
                let used = received.relaxations_used().contains(Relaxation::SignatureInRedirect);
                assert_eq!(used, inside != Absent, "{told}");
            }
            let verified = received.map(|received| received.is_verified());
            assert_eq!(verified.map_err(|refused| refused.code().as_str()), expected, "{told}");
        }
    }
    // Without a known key of the peer no signature holds.
    let policy = PeerPolicy::relaxed(Relaxation::SignatureInRedirect.into());
    let peer = PeerSignatures { keys: None, policy: &policy, limits: &Limits::MESSAGE };
    let refused = embedded(Good).verify_detached(None, peer).map(|_| ()).unwrap_err();
    assert_eq!(refused.code().as_str(), "signature.no_key");
}

/// Only hashed octets are read: an altered message with a genuine signature inside is refused, and so is one whose
/// signature stands elsewhere.
#[test]
fn a_signature_inside_a_redirect_is_verified_as_by_post() {
    let pinned = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::relaxed(Relaxation::SignatureInRedirect.into());
    let mut written = request();
    sign_enveloped(&mut written, "_q", &signer(), SigningOptions::default()).unwrap();
    let signed = text(&written);
    let signature = part(&signed, "ds:Signature");
    let hidden = format!("<samlp:Extensions>{signature}</samlp:Extensions></samlp:AuthnRequest>");
    for (xml, code) in [
        (signed.replace(">sp<", ">another<"), "signature.digest_mismatch"),
        (signed.replace("</samlp:AuthnRequest>", &hidden), "signature.unexpected_place"),
        (text(&request()).replace("</samlp:AuthnRequest>", &hidden), "signature.unexpected_place"),
    ] {
        let peer = PeerSignatures { keys: Some(&pinned), policy: &policy, limits: &Limits::MESSAGE };
        let message = Unverified::<AuthnRequest>::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap();
        let refused = message.verify_detached(None, peer).map(|_| ()).unwrap_err();
        assert_eq!(refused.code().as_str(), code);
    }
}
