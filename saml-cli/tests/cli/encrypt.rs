//! `saml encrypt`, `saml decrypt`, and what is encrypted in `saml explain`, `saml inspect` and capsules.

use saml_testkit::forge::Signed;

use crate::command::{saml, saml_with};
use crate::story::{Story, and};

/// Keys of 128, 192 and 256 bits as people write them.
const SHARED: [&str; 3] = [
    "0123456789abcdef0123456789ABCDEF\n",
    "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u",
    "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=\n",
];

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
    let capsule = and(
        story.explain(&["capsule", "make"], &file),
        &["--decryption-key", &key, "--redact", "--out", "-"],
    );
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

#[test]
fn a_shared_key_encrypts_and_decrypts() {
    for (signed, (text, name)) in
        [Signed::Assertion, Signed::Both].into_iter().zip(SHARED.into_iter().zip(["kw-aes128", "kw-aes192"]))
    {
        let story = Story::new(signed);
        let (key, file) = (story.folder.file("shared", text), story.folder.path("sealed.xml"));
        let other = story.folder.file("other", SHARED[2]);
        let encrypt =
            ["encrypt", &story.response, "--shared-key", &key, "--key-name", "we two", "--out", &file];
        saml(encrypt).ended(0);
        let sealed = story.folder.read("sealed.xml");
        assert!(sealed.contains(name) && sealed.contains("<ds:KeyName>we two<"), "{sealed}");
        assert!(!sealed.contains("alice"));
        let ran = saml(["decrypt", &file, "--shared-key", &other, "--shared-key", &key]).ended(0);
        let facts = format!("Assertion: aes256-gcm, {name} (shared key without a name)");
        assert!(ran.stderr.contains(&facts), "{}", ran.stderr);
        let id = story.scene.assertion_id.as_str();
        saml_with(&ran.stdout, ["verify", "-", "--cert", &story.cert, "--id", id]).ended(0).says("verified");
        saml(["decrypt", &file, "--shared-key", &other]).complains("decryption.no_key");
    }
}

#[test]
fn what_is_under_a_shared_key_is_explained_with_it_and_refused_without() {
    let story = Story::new(Signed::Assertion);
    let (key, file) = (story.folder.file("shared", SHARED[2]), story.folder.path("sealed.xml"));
    saml(["encrypt", &story.response, "--shared-key", &key, "--out", &file]).ended(0);
    let explain = || story.explain(&["explain"], &file);
    saml(explain()).ended(1).says("decryption.no_key");
    saml(and(explain(), &["--shared-key", &key])).ended(0).says("kw-aes256 (shared key without a name)");
    let other = story.folder.file("other", "00".repeat(32));
    saml(and(explain(), &["--shared-key", &other])).ended(1).says("decryption.failed");
    let short = story.folder.file("short", SHARED[0]);
    saml(and(explain(), &["--shared-key", &short]))
        .ended(1)
        .says("a key of 32 octets that is shared with the peer")
        .says("http://www.w3.org/2001/04/xmlenc#kw-aes256");
    let capsule = and(story.explain(&["capsule", "make"], &file), &["--shared-key", &key, "--out", "-"]);
    let text = saml(and(capsule.clone(), &["--with-keys"])).ended(0).text();
    assert!(text.contains(SHARED[2].trim()));
    let redacted = saml(and(capsule, &["--redact"])).ended(0).text();
    assert!(!redacted.contains(SHARED[2].trim()), "our key stays here");
    for text in [text, redacted] {
        saml_with(text.as_bytes(), ["capsule", "replay", "-"]).ended(0).says("accepted");
    }
}

#[test]
fn wrong_shared_keys_are_one_line() {
    let (story, key, cert, file) = sealed(Signed::Response);
    let shared = story.folder.file("shared", SHARED[2]);
    let (message, missing) = (&story.response, story.folder.path("missing"));
    for (name, content, complaint) in [
        ("short", b"00112233".to_vec(), "a shared key has 16, 24 or 32 octets, and this one has 4"),
        ("long", "00".repeat(33).into_bytes(), "and this one has 33"),
        ("words", b"a key for two".to_vec(), "hexadecimal digits or in Base64"),
        ("octets", (0xe0..=0xff).collect(), "hexadecimal digits or in Base64"),
        ("pem", story.folder.read("sp.key").into_bytes(), "hexadecimal digits or in Base64"),
    ] {
        let bad = story.folder.file(name, content);
        saml(["encrypt", message, "--shared-key", &bad]).complains(complaint);
        saml(["decrypt", &file, "--shared-key", &bad]).complains(complaint);
        saml(and(story.explain(&["explain"], &file), &["--shared-key", &bad])).complains(complaint);
    }
    saml(["encrypt", message, "--shared-key", &missing]).complains("can't be read");
    saml(["encrypt", message, "--shared-key", &shared, "--key-name", " "])
        .complains("--key-name: a key name has");
    let five: Vec<String> = (0..5).map(|n| story.folder.file(&format!("k{n}"), format!("{n:032}"))).collect();
    let decrypt = five.iter().flat_map(|key| ["--shared-key", key.as_str()]);
    saml(["decrypt", &file].into_iter().chain(decrypt)).complains("5 shared keys are more than the 4");
    // One of the two, and a name only for a shared one.
    assert_eq!(saml(["encrypt", message]).code, 2);
    assert_eq!(saml(["encrypt", message, "--cert", &cert, "--shared-key", &shared]).code, 2);
    assert_eq!(saml(["encrypt", message, "--cert", &cert, "--key-name", "name"]).code, 2);
    assert_eq!(saml(["decrypt", &file]).code, 2);
    saml(["decrypt", &file, "--key", &key, "--shared-key", &shared]).ended(0);
}
