use super::scene::{
    assertion, encrypted_attribute, encrypted_name, encrypted_octets, name_of, named, own_key, part,
    recipient, response, seal_instead, seal_it, sign, text, verify, verify_with, with_attributes,
};
use crate::assertion::{
    Attribute, EncryptedAttribute, EncryptedId, NameId, NameIdFormat, StatedAttribute, SubjectIdentifier,
};
use crate::base::{Coded as _, Limits, Relaxation, Relaxations, Secret};
use crate::crypto::tests::keys;
use crate::crypto::{ContentCipher, KeyName, KeyTransport, PeerPolicy, SharedKey};
use crate::enc::tests::{Counter, sealed_weakly};
use crate::enc::{EncryptionTarget, RecipientKey, seal, seal_assertion};
use crate::trust::{Provenance, ReceivedResponse, TrustError, seal_name_id};
use crate::xml::names::saml;
use crate::xml::{Document, Written};

fn code(outcome: Result<ReceivedResponse, TrustError>) -> &'static str {
    outcome.map(|received| format!("{received:?}")).unwrap_err().code().as_str()
}

/// Signed as asked for, the assertion before it is sealed and the Response after.
fn sealed(signed: &[&str]) -> Written {
    let mut written = response(named("ada"));
    if signed.contains(&"_a") {
        sign(&mut written, "_a");
    }
    seal_it(&mut written);
    if signed.contains(&"_r") {
        sign(&mut written, "_r");
    }
    written
}

fn inner(provenance: &Provenance) -> &Provenance {
    let Provenance::Decrypted { of, .. } = provenance else { panic!("not decrypted: {provenance:?}") };
    of
}

#[test]
fn decrypting_keeps_the_trust_that_there_was() {
    let own = verify(&sealed(&["_a"])).unwrap();
    assert!(!own.envelope().is_verified());
    assert!(matches!(inner(own.assertion().unwrap().provenance()), Provenance::Enveloped(_)));

    let outer = verify(&sealed(&["_r"])).unwrap();
    assert!(outer.envelope().is_verified());
    let provenance = outer.assertion().unwrap().provenance();
    assert!(matches!(inner(provenance), Provenance::WithinSigned(_)) && !provenance.has_own_signature());

    let both = verify(&sealed(&["_a", "_r"])).unwrap();
    let provenance = both.assertion().unwrap().provenance();
    assert!(matches!(inner(provenance), Provenance::EnvelopedWithinSigned { .. }));
    assert!(provenance.has_own_signature() && provenance.signatures().len() == 2);

    for received in [own, outer, both] {
        assert_eq!(name_of(&received), "ada");
        let decryptions = received.assertion().unwrap().provenance().decryptions();
        assert_eq!(
            decryptions.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["Assertion: aes256-gcm, rsa-oaep-mgf1p (sha1)"]
        );
        assert!(received.relaxations_used().is_empty());
    }
}

/// Anybody can encrypt to us (attacks 38, 39).
#[test]
fn an_unsigned_encrypted_assertion_is_not_believed() {
    assert_eq!(code(verify(&sealed(&[]))), "signature.missing");
}

#[test]
fn an_encrypted_assertion_beside_another_one_is_refused() {
    let clear = {
        let mut written = response(named("ada"));
        sign(&mut written, "_a");
        text(&written)
    };
    let theirs = part(&text(&sealed(&[])), "saml:EncryptedAssertion");
    let ours = part(&clear, "saml:Assertion");
    for both in [format!("{theirs}{ours}"), format!("{ours}{theirs}"), format!("{theirs}{theirs}")] {
        let xml = clear.replace(&ours, &both);
        let outcome = verify_with(&xml, &[own_key()], &PeerPolicy::default());
        assert_eq!(code(outcome), "assertion.count", "{xml}");
    }
}

/// [Core §6.2]: the signature of a message covers what the message holds.
#[test]
fn a_response_that_was_signed_before_it_was_encrypted_is_refused() {
    let mut written = response(named("ada"));
    sign(&mut written, "_r");
    seal_it(&mut written);
    assert_eq!(code(verify(&written)), "signature.digest_mismatch");
}

#[test]
fn a_signed_response_is_verified_before_anything_is_opened() {
    let mut written = sealed(&["_a"]);
    sign(&mut written, "_r");
    let xml = text(&written);
    // With a key that opens nothing, what is seen is the signature alone.
    let altered = xml.replace("status:Success", "status:Requester");
    let outcome = verify_with(&altered, &[keys::rsa(2048)], &PeerPolicy::default());
    assert_eq!(code(outcome), "signature.digest_mismatch");
    let outcome = verify_with(&xml, &[keys::rsa(2048)], &PeerPolicy::default());
    assert_eq!(code(outcome), "decryption.failed");
}

#[test]
fn without_a_key_of_ours_nothing_is_opened() {
    for signed in [&["_a"][..], &["_r"]] {
        let outcome = verify_with(&text(&sealed(signed)), &[], &PeerPolicy::default());
        assert_eq!(code(outcome), "decryption.no_key");
    }
    let both = [keys::rsa(2048), own_key()];
    verify_with(&text(&sealed(&["_a"])), &both, &PeerPolicy::default()).unwrap();
}

/// The text of an assertion that is signed, and stands alone.
fn signed_assertion(name: &str) -> String {
    let mut written = response(named(name));
    sign(&mut written, "_a");
    part(&text(&written), "saml:Assertion")
}

fn sealed_instead(plaintext: &str, signed: bool) -> Written {
    let mut written = response(named("ada"));
    seal_instead(&mut written, plaintext);
    if signed {
        sign(&mut written, "_r");
    }
    written
}

#[test]
fn the_signature_within_must_hold_and_be_the_only_one() {
    let good = signed_assertion("ada");
    assert!(verify(&sealed_instead(&good, false)).is_ok());
    let signature = part(&good, "ds:Signature");
    let stray = |at: &str| good.replacen(at, &format!("{signature}{at}"), 1);
    let cases = [
        ("altered", good.replace(">ada<", ">eve<"), "signature.digest_mismatch"),
        ("twice", good.replace(&signature, &signature.repeat(2)), "signature.malformed"),
        ("elsewhere too", stray("</saml:Subject>"), "signature.unexpected_place"),
        (
            "misplaced",
            good.replace(&signature, "")
                .replace("</saml:Assertion>", &format!("{signature}</saml:Assertion>")),
            "signature.position",
        ),
        ("of another element", good.replacen("ID=\"_a\"", "ID=\"_b\"", 1), "signature.reference_not_parent"),
    ];
    for (name, plaintext, expected) in cases {
        for signed in [false, true] {
            assert_eq!(
                code(verify(&sealed_instead(&plaintext, signed))),
                expected,
                "{name}, signed: {signed}"
            );
        }
    }
    // Without a signature of its own, one that is deeper is still a stray one.
    let deeper =
        good.replace(&signature, "").replace("</saml:Subject>", &format!("{signature}</saml:Subject>"));
    assert_eq!(code(verify(&sealed_instead(&deeper, true))), "signature.unexpected_place");
    assert_eq!(code(verify(&sealed_instead(&deeper, false))), "signature.unexpected_place");
}

/// CVE-2016-5697: the signed element is hidden in the ciphertext, and the element in clear is read (attack 37).
#[test]
fn an_element_in_clear_that_a_hidden_signature_refers_to_is_refused() {
    let hidden = signed_assertion("ada");
    let mut written = response(named("eve"));
    seal_instead(&mut written, &hidden);
    let evil = hidden.replace(">ada<", ">eve<").replace(&part(&hidden, "ds:Signature"), "");
    let hidden_in = |place: &str, before: &str| {
        let parked = format!("<samlp:{place}>{evil}</samlp:{place}>{before}");
        let xml = text(&written).replacen(before, &parked, 1);
        code(verify_with(&xml, &[own_key()], &PeerPolicy::default()))
    };
    assert_eq!(hidden_in("StatusDetail", "</samlp:Status>"), "decryption.content_refused");
    assert_eq!(hidden_in("Extensions", "<samlp:Status>"), "schema.saml_in_extensions");
}

#[test]
fn what_comes_out_shares_no_identifier_with_the_message() {
    for signed in [false, true] {
        let plaintext = signed_assertion("ada").replace("ID=\"_a\"", "ID=\"_r\"");
        assert_eq!(code(verify(&sealed_instead(&plaintext, signed))), "decryption.content_refused");
    }
}

#[test]
fn an_encrypted_assertion_within_an_encrypted_assertion_is_refused() {
    let nested = part(&text(&sealed(&["_a"])), "saml:EncryptedAssertion");
    assert_eq!(code(verify(&sealed_instead(&nested, true))), "decryption.content_refused");
}

#[test]
fn an_assertion_may_use_prefixes_that_are_bound_around_its_ciphertext_alone() {
    let good = signed_assertion("ada");
    let bare = good.replacen(" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"", "", 1);
    assert_ne!(good, bare);
    for signed in [false, true] {
        assert_eq!(name_of(&verify(&sealed_instead(&bare, signed)).unwrap()), "ada");
    }
    // In a signed Response only what is signed counts, and a declaration that nothing uses is not.
    let used = bare.replace("<saml:Issuer>", "<saml:Issuer other:x=\"\">");
    let unsigned = sealed_instead(&used, false);
    let declare =
        |xml: String| xml.replacen("<samlp:Response ", "<samlp:Response xmlns:other=\"urn:other\" ", 1);
    let outcome = verify_with(&declare(text(&unsigned)), &[own_key()], &PeerPolicy::default());
    assert_eq!(
        code(outcome),
        "signature.digest_mismatch",
        "it is bound, and was not there when it was signed"
    );
    let signed = sealed_instead(&used, true);
    let outcome = verify_with(&declare(text(&signed)), &[own_key()], &PeerPolicy::default());
    assert_eq!(code(outcome), "decryption.content_refused");
}

#[test]
fn a_relaxation_that_opened_something_shows() {
    let plaintext = signed_assertion("ada");
    let weak = sealed_weakly_for_us(&plaintext);
    let mut written = response(named("ada"));
    written.replace_element("_a", weak.as_bytes()).unwrap();
    let xml = text(&written);
    let key = [keys::rsa(2048)];
    assert_eq!(code(verify_with(&xml, &key, &PeerPolicy::default())), "encryption.algorithm_refused");
    let granted: Relaxations =
        [Relaxation::AesCbc, Relaxation::Rsa15, Relaxation::Sha1].into_iter().collect();
    let received = verify_with(&xml, &key, &PeerPolicy::relaxed(granted)).unwrap();
    assert_eq!(
        received.relaxations_used().iter().collect::<Vec<_>>(),
        [Relaxation::AesCbc, Relaxation::Rsa15]
    );
}

fn sealed_weakly_for_us(plaintext: &str) -> String {
    sealed_weakly(plaintext.as_bytes(), ContentCipher::Aes128Cbc, &KeyTransport::Rsa15)
}

#[test]
fn an_encrypted_name_is_opened_once_it_is_verified() {
    let name = NameId { format: Some(NameIdFormat::Persistent), ..NameId::new("ada & co") };
    let mut written = response(assertion(encrypted_name(&name)));
    sign(&mut written, "_a");
    let clear = verify(&written).unwrap();
    let subject = clear.assertion().unwrap().subject.clone().unwrap();
    assert_eq!(subject.identifier, Some(SubjectIdentifier::NameId(name)));
    let decryptions = clear.assertion().unwrap().provenance().decryptions().to_vec();
    assert_eq!(decryptions.iter().map(|facts| facts.element).collect::<Vec<_>>(), ["NameID"]);

    seal_assertion(&mut written, "_a", &recipient(), &mut Counter(9)).unwrap();
    let nested = verify(&written).unwrap();
    assert_eq!(name_of(&nested), "ada & co");
    assert_eq!(nested.assertion().unwrap().provenance().decryptions().len(), 2);
}

#[test]
fn an_encrypted_name_in_an_assertion_that_is_not_believed_stays_closed() {
    let mut written = response(assertion(encrypted_name(&NameId::new("ada"))));
    sign(&mut written, "_a");
    let xml = text(&written).replace("status:Success", "status:Requester");
    assert!(verify_with(&xml, &[own_key()], &PeerPolicy::default()).is_ok(), "the Response is unsigned");
    let xml = text(&written).replace("IssueInstant=\"2023", "IssueInstant=\"2024");
    let outcome = verify_with(&xml, &[keys::rsa(2048)], &PeerPolicy::default());
    assert_eq!(code(outcome), "signature.digest_mismatch", "before any key is tried");
}

#[test]
fn encrypted_attributes_come_out_in_their_places() {
    let attributes = ["one", "two", "three"].map(|name| Attribute::new(name, [format!("{name} & more")]));
    let [one, two, three] = &attributes;
    let stated =
        vec![encrypted_attribute(one), StatedAttribute::Attribute(two.clone()), encrypted_attribute(three)];
    let mut written = response(with_attributes(stated));
    sign(&mut written, "_r");
    let received = verify(&written).unwrap();
    let found: Vec<Attribute> = received.assertion().unwrap().attributes().cloned().collect();
    assert_eq!(found, attributes);
    assert_eq!(received.assertion().unwrap().provenance().decryptions().len(), 2);
}

/// Attack 40: a ciphertext in the place of a name holds a name, and nothing else.
#[test]
fn a_part_that_does_not_open_refuses_the_assertion() {
    let namespace = "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";
    let id = |plaintext: &str| {
        let element = encrypted_octets(saml::ENCRYPTED_ID, plaintext.as_bytes());
        assertion(SubjectIdentifier::EncryptedId(EncryptedId(element)))
    };
    let attribute = |plaintext: &str| {
        let element = encrypted_octets(saml::ENCRYPTED_ATTRIBUTE, plaintext.as_bytes());
        with_attributes(vec![StatedAttribute::Encrypted(EncryptedAttribute(element))])
    };
    let cases = [
        (id(&format!("<saml:Assertion {namespace}/>")), "decryption.content_refused"),
        (id(&format!("<saml:Issuer {namespace}>ada</saml:Issuer>")), "decryption.content_refused"),
        (
            id(&format!("<saml:NameID {namespace}>a</saml:NameID><saml:NameID {namespace}>b</saml:NameID>")),
            "decryption.content_refused",
        ),
        (id(&format!("<saml:NameID {namespace} ID=\"_a\">ada</saml:NameID>")), "decryption.content_refused"),
        (
            id(&format!("<saml:NameID {namespace}>ada<!-- -->.evil</saml:NameID>")),
            "decryption.content_refused",
        ),
        (id(&format!("<saml:NameID {namespace} x=\"\">ada</saml:NameID>")), "schema.unexpected_attribute"),
        (attribute(&format!("<saml:NameID {namespace}>ada</saml:NameID>")), "decryption.content_refused"),
        (attribute(&format!("<saml:Attribute {namespace}/>")), "schema.missing_attribute"),
    ];
    for (assertion, expected) in cases {
        let mut written = response(assertion);
        sign(&mut written, "_a");
        assert_eq!(code(verify(&written)), expected, "{}", text(&written));
        assert_eq!(code(verify_with(&text(&written), &[], &PeerPolicy::default())), "decryption.no_key");
    }
}

/// One message buys a bounded number of private-key operations.
#[test]
fn hundreds_of_encrypted_attributes_end_with_the_budget() {
    let one = encrypted_attribute(&Attribute::new("one", ["value"]));
    let mut written = response(with_attributes(vec![one; 200]));
    sign(&mut written, "_a");
    assert_eq!(code(verify(&written)), "encryption.too_many_keys");
}

#[test]
fn a_sealed_element_is_exactly_what_the_typed_reader_reads() {
    let name = crate::crypto::tests::keys::certificate_for(&own_key());
    let key = RecipientKey::of_certificate(name, KeyTransport::oaep_for_any_peer());
    let shared = SharedKey::new(Secret::new(vec![1; 16])).unwrap().named(KeyName::try_from("name").unwrap());
    for recipient in [EncryptionTarget { key, ..recipient() }, EncryptionTarget::sharing(shared)] {
        let octets = seal(b"<x/>", saml::ENCRYPTED_ID, &recipient, &mut Counter(1)).unwrap();
        let document = Document::parse(octets, &Limits::MESSAGE).unwrap();
        EncryptedId::read(document.root()).unwrap();
    }
}

#[test]
fn a_name_that_was_sealed_by_itself_is_read() {
    let sealed = seal_name_id(&NameId::new("ada"), &recipient(), &mut Counter(4)).unwrap();
    let mut written = response(assertion(SubjectIdentifier::EncryptedId(sealed)));
    sign(&mut written, "_a");
    assert!(!text(&written).contains("ada"));
    assert_eq!(name_of(&verify(&written).unwrap()), "ada");
}

/// Not even for a peer whose signatures may stand elsewhere: nothing in the schema puts one there.
#[test]
fn a_signature_beside_the_ciphertext_is_refused() {
    let policy = PeerPolicy::relaxed(Relaxation::SignaturePosition.into());
    let clear = {
        let mut written = response(named("ada"));
        sign(&mut written, "_a");
        text(&written)
    };
    let signature = part(&clear, "ds:Signature");
    let xml = text(&sealed(&["_a"]));
    assert!(verify_with(&xml, &[own_key()], &policy).is_ok());
    let xml = xml.replace("</saml:EncryptedAssertion>", &format!("{signature}</saml:EncryptedAssertion>"));
    assert_eq!(code(verify_with(&xml, &[own_key()], &policy)), "signature.unexpected_place");
}

/// Each plaintext takes along what is declared around its ciphertext, signed or not: 16 KiB of it and no more.
#[test]
fn namespaces_around_a_ciphertext_are_bounded() {
    let xml = text(&sealed(&["_a"]));
    let around = |declared: &str| xml.replacen("<samlp:Response ", &format!("<samlp:Response{declared} "), 1);
    let in_scope = |xml: &str| -> usize {
        let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
        let encrypted = document.root().child_elements().find(|e| e.is(saml::ENCRYPTED_ASSERTION)).unwrap();
        let bindings = encrypted.namespaces_in_scope();
        bindings.iter().map(|binding| binding.prefix.len() + binding.uri.len()).sum()
    };
    // Fifteen of about a thousand octets, and one that fills what is left.
    let namespace =
        |number: usize, octets: usize| format!(" xmlns:p{number:02}=\"urn:{}\"", "x".repeat(octets - 7));
    let most: String = (0..15).map(|number| namespace(number, 1020)).collect();
    let left = 16 * 1024 - in_scope(&around(&most));
    let declared = |octets: usize| around(&format!("{most}{}", namespace(15, octets)));
    assert_eq!(in_scope(&declared(left)), 16 * 1024);
    let received = verify_with(&declared(left), &[own_key()], &PeerPolicy::default()).unwrap();
    assert_eq!(name_of(&received), "ada");
    let refused = verify_with(&declared(left + 1), &[own_key()], &PeerPolicy::default()).unwrap_err();
    assert_eq!(refused.code().as_str(), "encryption.malformed");
    assert_eq!(refused.found().unwrap(), "more namespaces around it than any message needs");
    // What a nearer declaration hides does not count twice.
    let hidden = declared(left).replacen(
        "<saml:EncryptedAssertion",
        &format!("<saml:EncryptedAssertion{}", namespace(15, left)),
        1,
    );
    verify_with(&hidden, &[own_key()], &PeerPolicy::default()).unwrap();
}
