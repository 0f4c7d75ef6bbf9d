//! Acceptors that are wrong on purpose: the examination must find them out.

use saml_core::base::{Coded as _, Limits, VerdictCode};
use saml_core::c14n::{CanonicalizationMethod, PrefixList, canonical_octets};
use saml_core::crypto::{
    DigestAlgorithm, PeerPolicy, PublicKey, SignatureAlgorithm, digest, verify_signature,
};
use saml_core::trust::open_document;
use saml_core::xml::{Document, Element, ExpandedName, NodeId, names};
use saml_testkit::forge::{Expected, Family, FaultKind, ForgedMessage, Outcome, Wire, examine};

use super::{ENCRYPTED, RSA, RSA_CORPORA};

fn refused(code: &'static str) -> Outcome {
    Outcome::Refused(vec![VerdictCode::new(code)])
}

fn descendants<'d>(element: Element<'d>, name: ExpandedName<'_>, found: &mut Vec<Element<'d>>) {
    if element.is(name) {
        found.push(element);
    }
    element.child_elements().for_each(|child| descendants(child, name, found));
}

fn all<'d>(element: Element<'d>, name: impl Into<ExpandedName<'static>>) -> Vec<Element<'d>> {
    let mut found = Vec::new();
    descendants(element, name.into(), &mut found);
    found
}

fn canonical(element: Element<'_>, omit: Option<NodeId>) -> Option<Vec<u8>> {
    let method = CanonicalizationMethod::EXCLUSIVE;
    canonical_octets(element, omit, method, PrefixList::EMPTY, &Limits::MESSAGE).ok()
}

fn base64(element: Option<&Element<'_>>) -> Option<Vec<u8>> {
    openssl::base64::decode_block(&element?.simple_text().ok()?).ok()
}

/// Whether one signature holds over whatever it refers to, wherever both of them are.
fn holds(document: &Document, signature: Element<'_>, key: &PublicKey) -> Option<bool> {
    let signed_info = *all(signature, names::ds::SIGNED_INFO).first()?;
    let value = base64(all(signature, names::ds::SIGNATURE_VALUE).first())?;
    let octets = canonical(signed_info, None)?;
    verify_signature(key, SignatureAlgorithm::RsaSha256, &octets, &value).ok()?;
    let uri = all(signed_info, names::ds::REFERENCE).first()?.attribute("URI")?;
    let target = document.element_by_id(uri.strip_prefix('#')?)?;
    let claimed = base64(all(signed_info, names::ds::DIGEST_VALUE).first())?;
    let inside = all(target, names::ds::SIGNATURE).iter().any(|inner| inner.id() == signature.id());
    let octets = canonical(target, inside.then(|| signature.id()))?;
    Some(digest(DigestAlgorithm::Sha256, &octets).ok()?.verify(&claimed).is_ok())
}

/// Checks that some signature of the peer holds, then reads the name of the first assertion.
fn first_signature_first_assertion(message: &ForgedMessage) -> Outcome {
    let Wire::Response(xml) = &message.wire else { return refused("binding.parameter_missing") };
    let Ok(document) = Document::parse(xml.clone(), &Limits::MESSAGE) else {
        return refused("xml.not_well_formed");
    };
    let key = RSA.keys().genuine.public_key();
    let signatures = all(document.root(), names::ds::SIGNATURE);
    if !signatures.into_iter().any(|signature| holds(&document, signature, key) == Some(true)) {
        return refused("signature.invalid");
    }
    match first_name(&document) {
        Some(name) => Outcome::Accepted(name),
        None => refused("name_id.missing"),
    }
}

/// The name in the first assertion.
fn first_name(document: &Document) -> Option<String> {
    let steps = [names::saml::ASSERTION, names::saml::SUBJECT, names::saml::NAME_ID];
    let mut at = document.root().child_elements();
    let name = steps.into_iter().try_fold(None, |_, step| {
        let found = at.find(|child| child.is(step))?;
        at = found.child_elements();
        Some(Some(found))
    });
    Some(name.flatten()?.simple_text().unwrap_or_default().into_owned())
}

/// Believes whatever was encrypted to it: who else but a friend would do that?
fn encrypted_is_genuine(message: &ForgedMessage) -> Outcome {
    let context = &message.context;
    let Wire::Response(xml) = message.wire.clone() else { return refused("binding.parameter_missing") };
    let policy = PeerPolicy::relaxed(context.relaxations);
    let opened = open_document(xml, &context.decryption_keys, &context.sp, &policy, &Limits::MESSAGE);
    let opened = match opened {
        Ok(opened) if !opened.facts.is_empty() => opened,
        Ok(_) => return refused("signature.missing"),
        Err(error) => return Outcome::Refused(vec![error.code()]),
    };
    match Document::parse(opened.octets, &Limits::MESSAGE).ok().and_then(|document| first_name(&document)) {
        Some(name) => Outcome::Accepted(name),
        None => refused("name_id.missing"),
    }
}

#[test]
fn an_acceptor_that_takes_encryption_for_a_signature_is_found_out() {
    let mut let_in = Vec::new();
    for fault in examine(&ENCRYPTED, encrypted_is_genuine).faults {
        if matches!(&fault.kind, FaultKind::LetIn { identity } if identity == "admin@example.com") {
            let_in.push(fault.id);
        }
    }
    for attack in [
        "037-encrypted-a-forged-assertion-around-the-genuine-one/signed-assertion",
        "037-encrypted-a-forged-assertion-with-the-genuine-signature/both-signed",
        "038-an-encrypted-assertion-before-the-genuine-one-in-clear/signed-assertion",
        "038-an-encrypted-assertion-before-the-genuine-one-that-is-encrypted-too/signed-response",
        "039-nothing-but-an-encrypted-assertion/signed-response",
        "039-an-encrypted-assertion-signed-with-the-attacker-s-key/signed-assertion",
        "039-the-genuine-ciphertext-replaced-by-another-one/both-signed",
        "040-the-name-replaced-by-an-encrypted-one/signed-assertion",
    ] {
        assert!(let_in.iter().any(|id| id == attack), "{attack} is not among {let_in:#?}");
    }
}

#[test]
fn an_acceptor_that_asks_for_any_signature_is_found_out() {
    let mut let_in = Vec::new();
    for corpus in &*RSA_CORPORA {
        let wrappings: Vec<_> = corpus.iter().filter(|m| m.family == Family::Wrapping).cloned().collect();
        for fault in examine(&wrappings, first_signature_first_assertion).faults {
            if matches!(&fault.kind, FaultKind::LetIn { identity } if identity == "admin@example.com") {
                let_in.push(fault.id);
            }
        }
    }
    for attack in [
        "016-XSW1-evil-Response-the-original-inside-its-Signature/signed-response",
        "017-XSW2-evil-Response-the-original-before-a-detached-Signature/both-signed",
        "018-XSW3-evil-Assertion-before-the-signed-one/signed-assertion",
        "019-XSW4-evil-Assertion-around-the-original/signed-assertion",
        "020-XSW5-evil-Assertion-keeps-the-Signature-the-original-follows/signed-assertion",
        "021-XSW6-evil-Assertion-the-original-inside-its-Signature/signed-assertion",
        "023-XSW8-evil-Assertion-the-original-in-the-Object-of-its-Signature/signed-assertion",
        "046-genuine-signature-over-the-Conditions-only/signed-assertion",
    ] {
        assert!(let_in.iter().any(|id| id == attack), "{attack} is not among {let_in:#?}");
    }
}

#[test]
fn acceptors_without_a_judgement_are_found_out() {
    let [_, corpus, _] = &*RSA_CORPORA;
    let hostile = corpus.iter().filter(|m| matches!(m.expected, Expected::Refused(_))).count();
    let everything = examine(corpus, |_| Outcome::Accepted("anybody".to_owned()));
    assert_eq!((everything.refused, everything.decoys), (0, 0));
    assert_eq!(everything.faults.len(), corpus.len());
    let nothing = examine(corpus, |_| refused("signature.invalid"));
    let wrong = |fault: &&_| matches!(fault, FaultKind::WrongCode { .. });
    assert_eq!(
        nothing.faults.iter().map(|fault| &fault.kind).filter(wrong).count(),
        hostile - nothing.refused
    );
    assert!(nothing.refused > 0 && nothing.refused * 5 < hostile && nothing.decoys == 0);
    let silent = examine(corpus, |_| Outcome::Refused(Vec::new()));
    assert_eq!((silent.refused, silent.decoys), (0, 0));
}
