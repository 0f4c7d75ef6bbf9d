//! Bad input to any command is one clear line and exit code 2, never a panic.

use saml_testkit::forge::Signed;

use crate::command::{saml, saml_with};
use crate::story::{Story, and, with};

/// Every command that reads a message, with `FILE` where the message goes.
fn readers(story: &Story) -> Vec<Vec<String>> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let cert = &story.cert;
    let key = story.folder.path("signer.key");
    vec![
        words("inspect FILE"),
        words("c14n FILE"),
        words(&format!("verify FILE --cert {cert}")),
        words(&format!("sign FILE --key {key}")),
        words(&format!("encrypt FILE --cert {}", story.folder.path("rsa.crt"))),
        words(&format!("decrypt FILE --key {}", story.folder.path("rsa.key"))),
        words("metadata show FILE"),
        words(&format!("metadata verify FILE --cert {cert}")),
        words(&format!("metadata sign FILE --key {key}")),
        words(&format!("metadata diff FILE {}", story.metadata)),
        story.explain(&["explain"], "FILE"),
        and(story.explain(&["capsule", "make"], "FILE"), &["--out", "-"]),
    ]
}

fn with_file(arguments: &[String], file: &str) -> Vec<String> {
    arguments
        .iter()
        .map(|argument| if argument == "FILE" { file.to_owned() } else { argument.clone() })
        .collect()
}

fn story() -> Story {
    let story = Story::new(Signed::Assertion);
    saml(["keygen", "signer", "--type", "p-256", "--out", &story.folder.path("")]).ended(0);
    saml(["keygen", "rsa", "--type", "rsa-2048", "--out", &story.folder.path("")]).ended(0);
    story
}

#[test]
fn a_file_that_cannot_be_read() {
    let story = story();
    for reader in readers(&story) {
        saml(with_file(&reader, "/nowhere/at-all.xml")).complains("/nowhere/at-all.xml can't be read");
        saml(with_file(&reader, &story.folder.path(""))).complains("can't be read");
    }
}

#[test]
fn rubbish() {
    let story = story();
    let octets: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let binary = story.folder.file("rubbish", octets);
    let words = story.folder.file("words", "this is not the file you are looking for");
    let empty = story.folder.file("empty", "");
    for reader in readers(&story) {
        for file in [&binary, &words, &empty] {
            saml(with_file(&reader, file)).complains("holds no SAML message");
        }
        saml_with(b"\x00\xff", with_file(&reader, "-")).complains("standard input holds no SAML message");
    }
}

#[test]
fn a_hundred_megabytes() {
    let story = story();
    let large = story.folder.path("large.xml");
    // A sparse file: what matters is how much of it is read.
    std::fs::File::create(&large).unwrap().set_len(100 * 1024 * 1024).unwrap();
    for reader in readers(&story) {
        saml(with_file(&reader, &large)).complains("is larger than 24 MiB");
    }
}

#[test]
fn xml_that_is_none() {
    let story = story();
    let broken = story.folder.file("broken.xml", "<a><b></a>");
    let entity = story.folder.file("entity.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>");
    for reader in readers(&story) {
        let judges = ["verify", "explain", "capsule"].contains(&reader[0].as_str());
        let is_stream = reader.starts_with(&["metadata".to_owned(), "verify".to_owned()]);
        let judges = judges || is_stream;
        // What reads a stream sees that the root is no metadata before it sees the end tag that is missing.
        let signs_stream = reader.starts_with(&["metadata".to_owned(), "sign".to_owned()]);
        let first = match (is_stream, signs_stream) {
            (true, _) => "message.unexpected",
            (_, true) => "describes no entity",
            _ => "xml.not_well_formed",
        };
        for (file, code) in [(&broken, first), (&entity, "xml.doctype")] {
            let ran = saml(with_file(&reader, file));
            match reader[0].as_str() {
                // What judges messages has a verdict on it.
                "capsule" => drop(ran.ended(0).says(code)),
                _ if judges => drop(ran.ended(1).says(code)),
                _ => drop(ran.complains(code)),
            }
        }
    }
}

#[test]
fn a_key_or_certificate_that_is_none() {
    let story = story();
    let words = story.folder.file("words", "this is not a key");
    let key = story.folder.path("signer.key");
    let (response, cert) = (&story.response, &story.cert);
    saml(["verify", response, "--cert", &words]).complains("not an X.509 certificate");
    saml(["verify", response, "--cert", &key]).complains("not an X.509 certificate");
    saml(["sign", response, "--key", &words]).complains("not a usable key");
    saml(["sign", response, "--key", cert]).complains("not a usable key");
    saml(["sign", response, "--key", &key, "--cert", cert]).complains("does not belong to the private key");
    saml(["sign", response, "--key", &key, "--algorithm", "rsa-sha256"])
        .complains("does not fit the kind of key");
    saml(with(story.explain(&["explain"], response), "--idp-cert", &words))
        .complains("not an X.509 certificate");
}

#[test]
fn options_that_say_nothing_usable() {
    let story = story();
    let explain = || story.explain(&["explain"], &story.response);
    for (option, value) in [
        ("--now", "yesterday"),
        ("--sp-entity-id", ""),
        ("--idp-entity-id", "two words"),
        ("--in-response-to", "1"),
    ] {
        saml(with(explain(), option, value)).complains(option);
    }
    saml(and(explain(), &["--allow", "everything"])).complains("--allow: not a relaxation");
    saml(and(explain(), &["--skew", "9999"])).complains("--skew: a clock skew of 9999 s");
    saml(["c14n", &story.response, "--algorithm", "rot13"]).complains("--algorithm");
    saml(["c14n", &story.response, "--inclusive-prefixes", "<"]).complains("--inclusive-prefixes");
    saml(["c14n", &story.response, "--id", "_nobody"]).complains("no element has the ID \"_nobody\"");
    saml(["verify", &story.response, "--cert", &story.cert, "--id", "_nobody"])
        .complains("no element has the ID");
}

#[test]
fn usage_is_exit_code_2_and_help_is_0() {
    assert_eq!(saml(["verify"]).code, 2);
    assert_eq!(saml(["no-such-command"]).code, 2);
    assert_eq!(saml([""; 0]).code, 2);
    for command in ["inspect", "c14n", "verify", "explain", "replay", "sign", "metadata", "capsule", "idp"] {
        saml([command, "--help"]).ended(0).says("Usage: saml");
    }
    saml(["--version"]).ended(0).says("saml ");
}

#[test]
fn a_manifest_or_capsule_that_is_none() {
    let story = story();
    let words = story.folder.file("words", "{}");
    saml(["replay", "/nowhere/manifest.json"]).complains("can't be read");
    saml(["replay", &words]).complains("is not a manifest");
    saml(["capsule", "replay", &words]).complains("not a capsule");
    saml(["capsule", "replay", "/nowhere/capsule.json"]).complains("can't be read");
}

/// A byte order mark is one: a second one, or white space that XML does not know, is content before the root, in every
/// form and for every command. What recognises the form takes nothing off.
#[test]
fn what_stands_before_the_root_is_judged_in_every_form() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let story = story();
    let xml = String::from_utf8(story.xml.clone()).unwrap();
    let metadata = story.folder.read("idp.xml");
    // What a capsule holds is judged when it is replayed.
    for command in readers(&story).into_iter().filter(|command| command[0] != "capsule") {
        let document = if command[0] == "metadata" { &metadata } else { &xml };
        let ends = |before: &str, base64: bool| {
            let text = format!("{before}{document}");
            let text = if base64 { STANDARD.encode(text) } else { text };
            let file = story.folder.file("marked", &text);
            let from_file = saml(with_file(&command, &file)).code;
            assert_eq!(saml_with(text.as_bytes(), with_file(&command, "-")).code, from_file, "{command:?}");
            from_file
        };
        for base64 in [false, true] {
            let plain = ends("", base64);
            assert_eq!(ends("\u{feff}", base64), plain, "{command:?}");
            for before in
                ["\u{feff}\u{feff}", "\u{feff}\u{feff}\u{feff}", "\u{a0}", "\u{feff}\u{2003}", "\u{b}"]
            {
                assert_ne!(ends(before, base64), 0, "{command:?} {before:?}");
            }
        }
    }
}
