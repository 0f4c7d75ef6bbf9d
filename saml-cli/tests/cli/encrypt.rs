//! `saml encrypt`, `saml decrypt`, and what is encrypted in `saml explain`, `saml inspect` and capsules.

use saml_testkit::forge::Signed;

use crate::command::{saml, saml_with};
use crate::story::{Story, and};

/// A story whose assertion is encrypted, with the key and the certificate.
fn sealed(signed: Signed) -> (Story, String, String, String) {
    let story = Story::new(signed);
    saml(["keygen", "sp", "--type", "rsa-2048", "--out", &story.folder.path("")]).ended(0);
    let (key, cert) = (story.folder.path("sp.key"), story.folder.path("sp.crt"));
    let file = story.folder.path("sealed.xml");
    saml(["encrypt", &story.response, "--cert", &cert, "--out", &file]).ended(0);
    (story, key, cert, file)
}

#[test]
fn opens_to_the_same_signed_octets() {
    let (story, key, _, file) = sealed(Signed::Assertion);
    assert!(!story.folder.read("sealed.xml").contains("alice"));
    let ran = saml(["decrypt", &file, "--key", &key]).ended(0);
    assert!(ran.stderr.contains("Assertion: aes256-gcm, rsa-oaep"), "{}", ran.stderr);
    let id = story.scene.assertion_id.as_str();
    saml_with(&ran.stdout, ["verify", "-", "--cert", &story.cert, "--id", id]).ended(0).says("verified");
    let json = saml(["decrypt", &file, "--key", &key, "--json"]).ended(0).json();
    assert_eq!(json["opened"].as_array().map(Vec::len), Some(1));
    saml(["inspect", &file]).ended(0).says("encrypted       saml:EncryptedAssertion").says(" E ");
}

#[test]
fn is_explained_with_the_key_and_refused_without() {
    let (story, key, _, file) = sealed(Signed::Assertion);
    let explain = || story.explain(&["explain"], &file);
    saml(explain()).ended(1).says("decryption.no_key");
    let ran = saml(and(explain(), &["--decryption-key", &key])).ended(0);
    ran.says("─ Encryption").says("Assertion: aes256-gcm");
    saml(["keygen", "other", "--type", "rsa-2048", "--out", &story.folder.path("")]).ended(0);
    saml(and(explain(), &["--decryption-key", &story.folder.path("other.key")]))
        .ended(1)
        .says("decryption.failed");
    let capsule = and(story.explain(&["capsule", "make"], &file), &["--decryption-key", &key, "--redact"]);
    let text = saml(capsule).ended(0).text();
    let secret = story.folder.read("sp.key");
    assert!(!text.contains(secret.lines().nth(1).unwrap()), "our key stays here");
    saml_with(text.as_bytes(), ["capsule", "replay", "-"]).ended(0).says("accepted");
}

#[test]
fn wrong_keys_and_files_are_one_line() {
    let (story, _, cert, file) = sealed(Signed::Response);
    saml(["keygen", "other", "--type", "rsa-2048", "--out", &story.folder.path("")]).ended(0);
    saml(["keygen", "ec", "--type", "p-256", "--out", &story.folder.path("")]).ended(0);
    let (other, ec) = (story.folder.path("other.key"), story.folder.path("ec.key"));
    saml(["decrypt", &file, "--key", &other]).complains("decryption.failed");
    saml(["decrypt", &file, "--key", &ec]).complains("a key of this kind is not supported");
    saml(["decrypt", &story.response, "--key", &other]).complains("nothing in");
    saml(["encrypt", &story.response, "--cert", &story.folder.path("ec.crt")]).complains("--cert");
    saml(["encrypt", &file, "--cert", &cert]).complains("exactly one assertion in clear");
    saml(["encrypt", &story.response, "--cert", &cert, "--id", "_nobody"]).complains("no element has the ID");
    saml(["encrypt", &story.response, "--cert", &cert, "--cipher", "aes128-cbc"]).complains("--cipher");
}
