//! `saml keygen`, `saml sign` and `saml verify`.

use saml_testkit::forge::{Signed, good};

use crate::command::{saml, saml_with};
use crate::story::Story;

#[test]
fn signs_what_it_then_verifies_and_touches_nothing_else() {
    let story = Story::new(Signed::Response);
    let unsigned = good::response(&story.scene).to_xml().unwrap().into_octets();
    let unsigned =
        format!("<?xml version=\"1.0\"?>\n<!-- kept -->\n{}\n", String::from_utf8(unsigned).unwrap());
    let file = story.folder.file("unsigned.xml", &unsigned);
    for (kind, algorithm) in
        [("p-256", "ecdsa-sha256"), ("rsa-2048", "rsa-pss-sha256"), ("rsa-2048", "rsa-sha512")]
    {
        let name = format!("{kind}-{algorithm}");
        saml(["keygen", &name, "--type", kind, "--out", &story.folder.path("")]).ended(0);
        let (key, cert) =
            (story.folder.path(&format!("{name}.key")), story.folder.path(&format!("{name}.crt")));
        let signed =
            saml(["sign", &file, "--key", &key, "--cert", &cert, "--algorithm", algorithm]).ended(0).text();
        let (before, rest) = signed.split_once("<ds:Signature ").unwrap();
        let (_, after) = rest.split_once("</ds:Signature>").unwrap();
        assert_eq!(format!("{before}{after}"), unsigned);
        assert!(before.ends_with("</saml:Issuer>"));
        let verify = ["verify", "-", "--cert", &cert];
        saml_with(signed.as_bytes(), verify).ended(0).says("verified  Response");
        let altered = signed.replace("alice", "mallory");
        saml_with(altered.as_bytes(), verify).ended(1).says("signature.digest_mismatch").says("hint");
        saml_with(signed.as_bytes(), ["sign", "-", "--key", &key]).complains("signed already");
    }
}

#[test]
fn signs_one_element_and_verifies_it_alone() {
    let story = Story::new(Signed::Response);
    saml(["keygen", "k", "--type", "p-256", "--out", &story.folder.path("")]).ended(0);
    let (key, cert) = (story.folder.path("k.key"), story.folder.path("k.crt"));
    let unsigned = good::response(&story.scene).to_xml().unwrap().into_octets();
    let id = story.scene.assertion_id.as_str();
    let signed = saml_with(&unsigned, ["sign", "-", "--key", &key, "--id", id]).ended(0).stdout;
    let ran = saml_with(&signed, ["verify", "-", "--cert", &cert]).ended(1);
    ran.says("signature.missing").says(&format!("--id {id}"));
    let json = saml_with(&signed, ["verify", "-", "--cert", &cert, "--id", id, "--json"]).ended(0).json();
    assert_eq!(
        (json["verified"].as_bool(), json["element"].as_str()),
        (Some(true), Some(format!("Assertion {id}").as_str()))
    );
    let octets =
        saml_with(&signed, ["verify", "-", "--cert", &cert, "--id", id, "--print-signed"]).ended(0).text();
    assert!(octets.starts_with("<saml:Assertion ") && octets.ends_with("</saml:Assertion>"));
    assert!(!octets.contains("Signature"), "{octets}");
}

#[test]
fn a_refusal_prints_no_octets_as_if_they_were_signed() {
    let story = Story::new(Signed::Response);
    let ran = saml(["verify", &story.response, "--cert", &story.other_cert, "--print-signed"]).ended(1);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("signature.invalid"), "{}", ran.stderr);
}

#[test]
fn relaxations_are_named_and_shown() {
    let story = Story::new(Signed::Response);
    let key = openssl::rsa::Rsa::generate(1024).unwrap();
    let key = openssl::pkey::PKey::from_rsa(key).unwrap();
    let pem = story.folder.file("short.key", key.private_key_to_pem_pkcs8().unwrap());
    let mut name = openssl::x509::X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "short").unwrap();
    let name = name.build();
    let mut builder = openssl::x509::X509Builder::new().unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_not_before(&openssl::asn1::Asn1Time::from_unix(0).unwrap()).unwrap();
    builder.set_not_after(&openssl::asn1::Asn1Time::from_unix(2_000_000_000).unwrap()).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.sign(&key, openssl::hash::MessageDigest::sha256()).unwrap();
    let cert = story.folder.file("short.crt", builder.build().to_pem().unwrap());
    let unsigned = good::response(&story.scene).to_xml().unwrap().into_octets();
    let signed = saml_with(&unsigned, ["sign", "-", "--key", &pem]).ended(0).stdout;
    saml_with(&signed, ["verify", "-", "--cert", &cert])
        .ended(1)
        .says("signature.key_too_short")
        .says("rsa-1024");
    saml_with(&signed, ["verify", "-", "--cert", &cert, "--allow", "rsa-1024"])
        .ended(0)
        .says("only because of rsa-1024");
}

#[test]
fn keys_are_never_overwritten() {
    let story = Story::new(Signed::Response);
    let keygen = ["keygen", "twice", "--type", "p-256", "--out", &story.folder.path("")];
    saml(keygen).ended(0);
    let before = story.folder.read("twice.key");
    saml(keygen).complains("twice.key is there already");
    assert_eq!(story.folder.read("twice.key"), before);
}
