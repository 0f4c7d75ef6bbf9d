use super::*;

/// The failure of a wrong key, which every failure must look like.
fn wrong_key() -> EncryptionError {
    open_with(&sealed(PLAIN), &[decrypter(rsa(3072))], &PeerPolicy::default()).unwrap_err()
}

fn assert_uniform(name: &str, xml: &str) {
    let expected = wrong_key();
    let refused = open_with(xml, &[own_key()], &lenient()).unwrap_err();
    assert_eq!(format!("{refused:?}"), format!("{expected:?}"), "{name}");
    assert_eq!(refused.to_string(), expected.to_string(), "{name}");
    assert_eq!(refused.code().as_str(), "decryption.failed", "{name}");
    assert_eq!((refused.expected(), refused.found()), (expected.expected(), expected.found()), "{name}");
}

/// The key is right and the content authentic, but it is another element than the one that belongs there. The error
/// says so and names what was found.
fn assert_told(name: &str, xml: &str, found: &str) {
    let refused = open_with(xml, &[own_key()], &lenient()).unwrap_err();
    assert_eq!(refused.code().as_str(), "decryption.content_refused", "{name}");
    assert_eq!(refused.expected().unwrap(), "one element Assertion, and nothing else", "{name}");
    // In brackets, what of the parser's own words must be among them.
    let (said, words) = found.split_once(" (").unwrap_or((found, ""));
    let told = refused.found().unwrap();
    assert!(told.starts_with(said) && told.contains(words.trim_end_matches(')')), "{name}: {told}");
    assert!(refused.hint().unwrap().contains("the key is the right one"), "{name}");
}

#[test]
fn anything_but_one_assertion_is_told_where_its_tag_holds_and_fails_as_a_wrong_key_does_elsewhere() {
    let assertion = |content: &str| PLAIN.replace("ü &amp; ä", content);
    let parser = |what: &str| format!("octets that the parser refuses: {what}");
    let beside = "a comment or a processing instruction beside the element".to_owned();
    let named = |name: &str| format!("an element of another name: {name}");
    let cases = [
        ("nothing", String::new(), parser("xml.not_well_formed (at octet 0)")),
        ("text", "text".to_owned(), parser("xml.not_well_formed (at octet 0)")),
        ("text before", format!("x{PLAIN}"), parser("xml.not_well_formed (at octet 0)")),
        ("text after", format!("{PLAIN}x"), parser("xml.not_well_formed (at octet 103)")),
        ("two elements", format!("{PLAIN}{PLAIN}"), parser("xml.not_well_formed (at octet 104)")),
        ("a comment before", format!("<!-- -->{PLAIN}"), beside.clone()),
        ("a comment after", format!("{PLAIN}<!-- -->"), beside.clone()),
        ("a processing instruction after", format!("{PLAIN}<?x?>"), beside),
        (
            "an XML declaration",
            format!("<?xml version=\"1.0\"?>{PLAIN}"),
            "an XML declaration before the element".to_owned(),
        ),
        ("a byte order mark", format!("\u{FEFF}{PLAIN}"), "a byte order mark before the element".to_owned()),
        (
            "an XML declaration after a byte order mark",
            format!("\u{FEFF}<?xml version=\"1.0\"?>{PLAIN}"),
            "a byte order mark before the element".to_owned(),
        ),
        (
            "a DOCTYPE",
            format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{PLAIN}"),
            parser("xml.doctype (at octet 0)"),
        ),
        ("an entity", assertion("&e;"), parser("xml.entity (e)")),
        (
            "not well-formed",
            PLAIN.replace("</saml:Assertion>", "</saml:assertion>"),
            parser("xml.not_well_formed (at octet 86)"),
        ),
        ("cut short", PLAIN.trim_end_matches('>').to_owned(), parser("xml.not_well_formed (at octet 86)")),
        (
            "a character that XML does not have",
            PLAIN.replace('ü', "\0"),
            parser("xml.not_well_formed (at octet 75)"),
        ),
        (
            "another element",
            PLAIN.replace("saml:Assertion", "saml:NameID"),
            named("{urn:oasis:names:tc:SAML:2.0:assertion}NameID"),
        ),
        ("another namespace", PLAIN.replace(SAML_NS, "urn:x"), named("{urn:x}Assertion")),
        (
            "EncryptedData",
            around(&sealed(PLAIN), "xenc:EncryptedData").1.to_owned(),
            named("{http://www.w3.org/2001/04/xmlenc#}EncryptedData"),
        ),
        (
            "an EncryptedAssertion",
            sealed(PLAIN),
            named("{urn:oasis:names:tc:SAML:2.0:assertion}EncryptedAssertion"),
        ),
        (
            "an unbound prefix",
            PLAIN.replace("<saml:Assertion ", "<saml:Assertion x:y=\"\" "),
            parser("xml.namespace (x)"),
        ),
        (
            "a comment in text",
            assertion("admin<!-- -->.evil"),
            parser("xml.comment_in_text ({urn:oasis:names:tc:SAML:2.0:assertion}Assertion)"),
        ),
        (
            "a processing instruction",
            assertion("<?x?>"),
            parser("xml.processing_instruction ({urn:oasis:names:tc:SAML:2.0:assertion}Assertion)"),
        ),
        ("an ID twice", assertion("<saml:Assertion ID=\"_a\"/>"), parser("xml.duplicate_id (_a)")),
        (
            "too deep",
            assertion(&format!("{}{}", "<x>".repeat(100), "</x>".repeat(100))),
            parser("xml.limit.depth (65)"),
        ),
    ];
    for (name, plaintext, found) in cases {
        assert_told(name, &sealed(&plaintext), &found);
        // Unauthenticated, an attacker gets this far by trial.
        let oaep = KeyTransport::oaep_for_any_peer();
        assert_uniform(name, &sealed_weakly(plaintext.as_bytes(), ContentCipher::Aes128Cbc, &oaep));
        assert_uniform(
            name,
            &sealed_weakly(plaintext.as_bytes(), ContentCipher::Aes256Gcm, &KeyTransport::Rsa15),
        );
    }
}

/// Steps are octets deciphered and hashed. Without a key that stands in, a failure of the key would be told by the time
/// that deciphering takes, and a large ciphertext makes it as long as one likes.
#[test]
fn a_key_that_does_not_unwrap_costs_what_one_that_does_costs() {
    use crate::base::steps_of;
    let cipher = ContentCipher::Aes256Gcm;
    let key = cipher.generate_key(&mut Counter(3)).unwrap();
    let mut content = cipher.seal(&key, "x".repeat(100_000).as_bytes(), &mut Counter(5)).unwrap();
    content[20] ^= 1;
    let public = rsa(2048);
    let every_transport = [
        KeyTransport::oaep_for_any_peer(),
        KeyTransport::RsaOaepMgf1p { digest: DigestAlgorithm::Sha256, label: Vec::new() },
        KeyTransport::RsaOaepMgf1p { digest: DigestAlgorithm::Sha512, label: Vec::new() },
    ];
    for transport in every_transport {
        let wrapped = transport.wrap_key(public.public_key(), &key).unwrap();
        let shorter = transport.wrap_key(public.public_key(), &Secret::new(vec![7; 16])).unwrap();
        let mut changed = wrapped.clone();
        changed[100] ^= 1;
        let steps = |wrapped: &[u8], content: &[u8]| {
            let method = match &transport {
                KeyTransport::RsaOaepMgf1p { digest, .. } => format!(
                    "{}\"><ds:DigestMethod Algorithm=\"{}\"/></xenc:EncryptionMethod><!-- ",
                    transport.uri(),
                    digest.uri()
                ),
                KeyTransport::RsaOaep { .. } | KeyTransport::Rsa15 => panic!("{transport}"),
            };
            let xml =
                element(cipher.uri(), &method, &base64(wrapped), &base64(content)).replace("<!-- \"/>", "");
            let (refused, steps) = steps_of(|| open(&xml).unwrap_err());
            assert_eq!(refused.code().as_str(), "decryption.failed");
            steps
        };
        let right = steps(&wrapped, &content);
        assert!(right > 100_000, "{right}");
        for (name, other) in [("changed", &changed), ("of another length", &shorter)] {
            assert_eq!(steps(other, &content), right, "{transport}: {name}");
        }
    }
    // The same for a key that is shared.
    let shared = SharedKey::new(Secret::new(vec![9; 32])).unwrap();
    let wrapped = shared.wrap_key(&key).unwrap();
    let mut changed = wrapped.clone();
    changed[3] ^= 1;
    let steps = |wrapped: &[u8]| {
        let xml = element(cipher.uri(), shared.algorithm().uri(), &base64(wrapped), &base64(&content));
        let keys = [shared.clone()];
        steps_of(|| open_sharing(&xml, &[], &keys, &PeerPolicy::default()).unwrap_err()).1
    };
    assert_eq!(steps(&changed), steps(&wrapped));
}

/// An attacker who can't make the tag for the session key can't make one for the stand-in key either.
#[test]
fn what_is_sealed_under_nothing_is_opened_by_nothing() {
    let cipher = ContentCipher::Aes256Gcm;
    let wrapped = vec![1; 256];
    let mut content = cipher.seal(&Secret::new(vec![0; 32]), PLAIN.as_bytes(), &mut Counter(5)).unwrap();
    for _ in 0..3 {
        let stand_in = cipher.stand_in_key(&wrapped, &content).unwrap();
        let xml = element(cipher.uri(), KeyTransport::RSA_OAEP_MGF1P, &base64(&wrapped), &base64(&content));
        assert_eq!(code_of(&xml), "decryption.failed");
        content = cipher.seal(&stand_in, PLAIN.as_bytes(), &mut Counter(5)).unwrap();
    }
}

/// Any octet of either value, changed; and every length of them.
#[test]
fn any_change_of_key_or_content_fails_as_a_wrong_key_does() {
    let cipher = ContentCipher::Aes256Gcm;
    let key = cipher.generate_key(&mut Counter(3)).unwrap();
    let content = cipher.seal(&key, PLAIN.as_bytes(), &mut Counter(5)).unwrap();
    let transport = KeyTransport::oaep_for_any_peer();
    let wrapped = transport.wrap_key(rsa(2048).public_key(), &key).unwrap();
    let xml = |wrapped: &[u8], content: &[u8]| {
        element(cipher.uri(), transport.uri(), &base64(wrapped), &base64(content))
    };
    assert_eq!(open(&xml(&wrapped, &content)).unwrap().0, PLAIN);
    for position in 0..content.len() {
        let mut changed = content.clone();
        changed[position] ^= 1;
        assert_uniform("content", &xml(&wrapped, &changed));
    }
    for position in (0..wrapped.len()).step_by(17) {
        let mut changed = wrapped.clone();
        changed[position] ^= 1;
        assert_uniform("key", &xml(&changed, &content));
    }
    // A tag of 1 to 15 octets (CVE-2026-32313), no tag, no vector, nothing.
    for length in (content.len() - 17..content.len()).chain(0..29) {
        assert_uniform("tag", &xml(&wrapped, &content[..length]));
    }
    for length in [0, 1, 128, 255] {
        assert_uniform("key", &xml(&wrapped[..length], &content));
    }
    assert_uniform("longer", &xml(&wrapped, &[content.clone(), vec![0]].concat()));
}

#[test]
fn any_change_of_an_unauthenticated_ciphertext_fails_in_the_same_way_or_is_the_assertion_s_to_notice() {
    let (cipher, transport) = (ContentCipher::Aes128Cbc, KeyTransport::Rsa15);
    let good = sealed_weakly(PLAIN.as_bytes(), cipher, &transport);
    let (mut failed, mut other) = (0, 0);
    for position in (good.rfind("CipherValue>").unwrap() - 100)..good.rfind("</xenc:CipherValue>").unwrap() {
        let mut octets = good.clone().into_bytes();
        octets[position] = if octets[position] == b'A' { b'B' } else { b'A' };
        match open_with(&String::from_utf8(octets).unwrap(), &[own_key()], &lenient()) {
            Ok((plain, _)) => {
                assert_ne!(plain, PLAIN);
                other += 1;
            }
            Err(refused) if refused.code().as_str() == "decryption.failed" => failed += 1,
            // The last character of Base64 has bits that must be zero.
            Err(refused) => assert_eq!(refused.code().as_str(), "encryption.malformed"),
        }
    }
    assert!(failed > 50, "{failed} failed, {other} opened to something else");
}

/// `EncryptedAssertion` within a message with an identifier and bindings of its own.
fn within(plaintext: &str) -> String {
    format!(
        "<r xmlns:outer=\"{SAML_NS}\" xmlns:xs=\"urn:xs\" ID=\"_r\"><b Id=\"_b\"/>{}</r>",
        sealed(plaintext)
    )
}

#[test]
fn prefixes_that_are_bound_outside_alone_are_understood() {
    let plain = "<outer:Assertion xmlns:mine=\"urn:m\" mine:x=\"\" xs:y=\"\"/>";
    assert_eq!(open(&within(plain)).unwrap().0, plain);
    let refused = "octets that the parser refuses: xml.namespace";
    assert_told("not bound anywhere", &within("<other:Assertion/>"), &format!("{refused} (other)"));
    // Bound on EncryptedData, which the plaintext replaces.
    let replaced = within("<outer:Assertion xenc:x=\"\"/>");
    assert_told("bound on what is replaced", &replaced, &format!("{refused} (xenc)"));
}

#[test]
fn an_identifier_that_stands_outside_too_is_refused() {
    let named = |id: &str| PLAIN.replace("ID=\"_a\"", id);
    assert!(open(&within(PLAIN)).is_ok());
    let found = |id: &str| format!("an identifier that stands in the message, too: {id}");
    for id in ["ID=\"_r\"", "Id=\"_r\"", "xml:id=\"_r\""] {
        assert_told(id, &within(&named(id)), &found("_r"));
    }
    assert_told("of another element", &within(&named("ID=\"_b\"")), &found("_b"));
    let inner = PLAIN.replace("ü &amp; ä", "<saml:Advice id=\"_b\"/>");
    assert_told("deeper", &within(&inner), &found("_b"));
}

#[test]
fn white_space_around_the_element_says_nothing() {
    assert!(open(&sealed(&format!("\n {PLAIN}\n"))).is_ok());
}
