//! Files that hold keys, plaintext or what is known of a person: new, for their owner alone, and announced.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use saml_testkit::forge::Signed;

use crate::command::{Folder, saml, saml_with};
use crate::story::{Story, and};

/// A message that is encrypted to `rsa.key`, and what makes files of it.
struct Desk {
    story: Story,
    encrypted: String,
}

impl Desk {
    fn new() -> Self {
        let story = Story::new(Signed::Assertion);
        saml(["keygen", "rsa", "--type", "rsa-2048", "--out", &story.folder.path("")]).ended(0);
        saml(["keygen", "ec", "--type", "p-256", "--out", &story.folder.path("")]).ended(0);
        let encrypted = story.folder.path("encrypted.xml");
        saml(["encrypt", &story.response, "--cert", &story.folder.path("rsa.crt"), "--out", &encrypted])
            .ended(0);
        Self { story, encrypted }
    }

    fn path(&self, name: &str) -> String {
        self.story.folder.path(name)
    }

    /// `capsule make` of the message that is encrypted, with the key that opens it.
    fn capsule_of_encrypted(&self, more: &[&str]) -> Vec<String> {
        let make = self.story.explain(&["capsule", "make"], &self.encrypted);
        and(and(make, &["--decryption-key", &self.path("rsa.key")]), more)
    }

    /// Each command that makes such a file, without `--out`, and what it says of the file.
    fn rows(&self) -> Vec<(Vec<String>, &'static str)> {
        let (message, encrypted) = (&self.story.response, &self.encrypted);
        let (rsa, cert, ec) = (self.path("rsa.key"), self.path("rsa.crt"), self.path("ec.key"));
        let words = |text: String| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let unsigned = self.story.folder.file(
            "unsigned.xml",
            r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r"><Issuer>urn:x</Issuer></samlp:Response>"#,
        );
        vec![
            (words(format!("decrypt {encrypted} --key {rsa}")), "the message in clear"),
            (words(format!("encrypt {message} --cert {cert}")), "what it says of a person"),
            (words(format!("sign {unsigned} --key {ec}")), "what it says of a person"),
            (self.story.explain(&["capsule", "make"], message), "no private key"),
            (
                and(self.story.explain(&["capsule", "make"], message), &["--redact"]),
                "without personal values",
            ),
            (self.capsule_of_encrypted(&["--with-keys"]), "YOUR PRIVATE OR SHARED KEYS"),
            (self.capsule_of_encrypted(&["--redact"]), "keys that were made for it"),
        ]
    }
}

fn mode(path: &str) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn is_new_for_its_owner_alone_and_announced() {
    let desk = Desk::new();
    for (number, (row, holds)) in desk.rows().into_iter().enumerate() {
        let out = desk.path(&format!("out-{number}"));
        let ran = saml(and(row.clone(), &["--out", &out])).ended(0);
        assert_eq!(mode(&out), 0o600, "{row:?}");
        assert!(ran.stderr.contains(holds) && ran.stderr.contains(&out), "{row:?}: {}", ran.stderr);
        let written = std::fs::read(&out).unwrap();

        // What is there stays as it is.
        saml(and(row.clone(), &["--out", &out])).complains("is there already");
        assert_eq!(std::fs::read(&out).unwrap(), written, "{row:?}");

        // No link is followed, wherever it leads.
        let target = desk.story.folder.file(&format!("target-{number}"), "mine");
        for (name, leads_to) in [("link", target.clone()), ("dangling", desk.path("nowhere"))] {
            let link = desk.path(&format!("{name}-{number}"));
            symlink(&leads_to, &link).unwrap();
            saml(and(row.clone(), &["--out", &link])).complains("is there already");
        }
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "mine");
        assert!(!Path::new(&desk.path("nowhere")).exists());
    }
}

#[test]
fn a_capsule_holds_keys_only_if_asked_by_name() {
    let desk = Desk::new();
    let shared = desk.story.folder.file("shared", "000102030405060708090a0b0c0d0e0f");
    let sealed = desk.path("sealed.xml");
    saml(["encrypt", &desk.story.response, "--shared-key", &shared, "--out", &sealed]).ended(0);
    let with_shared = and(desk.story.explain(&["capsule", "make"], &sealed), &["--shared-key", &shared]);
    for make in [desk.capsule_of_encrypted(&[]), with_shared] {
        let refused = saml(and(make.clone(), &["--out", "-"]));
        refused.complains("--with-keys: the verdict hangs on your private or shared keys");
        let keys = saml(and(make, &["--out", "-", "--with-keys"])).ended(0).text();
        assert!(keys.contains("PRIVATE KEY") || keys.contains("000102030405060708090a0b0c0d0e0f"));
    }
    // A message that is in clear is judged the same without the key.
    let make = and(
        desk.story.explain(&["capsule", "make"], &desk.story.response),
        &["--decryption-key", &desk.path("rsa.key"), "--shared-key", &shared, "--out", "-"],
    );
    let text = saml(make).ended(0).text();
    assert!(!text.contains("PRIVATE KEY") && !text.contains("00010203"), "{text}");
    saml_with(text.as_bytes(), ["capsule", "replay", "-"]).ended(0).says("accepted");
}

#[test]
fn a_capsule_without_a_name_becomes_a_file_named_after_its_message() {
    let desk = Desk::new();
    let make = desk.story.explain(&["capsule", "make"], &desk.story.response);
    let ran = crate::command::saml_in(&desk.path(""), make).ended(0);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("response.capsule.json"), "{}", ran.stderr);
    assert_eq!(mode(&desk.path("response.capsule.json")), 0o600);
}

#[test]
fn keys_of_a_corpus_and_its_messages_are_private() {
    let story = Story::new(Signed::Assertion);
    saml(["keygen", "k", "--type", "p-256", "--out", &story.folder.path("")]).ended(0);
    let (key, cert, out) =
        (story.folder.path("k.key"), story.folder.path("k.crt"), story.folder.path("corpus"));
    let forge =
        ["forge", &story.response, "--key", &key, "--cert", &cert, "--only", "wrapping", "--out", &out];
    saml(forge).ended(0).says("private keys that were made for this corpus");
    let mut folders = vec![out];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path().display().to_string();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                files += 1;
                assert_eq!(mode(&path), 0o600, "{path}");
            }
        }
    }
    assert!(files > 10);
}

#[test]
fn new_keys_get_the_folder_that_they_are_to_be_in() {
    let folder = Folder::new();
    let out = folder.path("not/there/yet");
    saml(["keygen", "k", "--type", "p-256", "--out", &out]).ended(0);
    assert_eq!(mode(&folder.path("not/there/yet/k.key")), 0o600);
    assert_eq!(mode(&folder.path("not/there/yet/k.crt")), 0o644);
    saml(["keygen", "k", "--type", "p-256", "--out", &out]).complains("is there already");
}

#[test]
fn a_short_password_is_remarked_upon() {
    for (password, short) in [("x", true), ("1234567", true), ("äöüäöüä", true), ("12345678", false)] {
        let ran = saml_with(password.as_bytes(), ["hash-password"]).ended(0);
        assert!(ran.text().starts_with("$argon2id$"));
        assert_eq!(ran.stderr.contains("fewer than 8 characters"), short, "{password}: {}", ran.stderr);
    }
}
