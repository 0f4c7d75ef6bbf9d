use super::*;

/// The failure of a wrong key, which every failure must look like.
fn wrong_key() -> EncryptionError {
    open_with(&sealed(PLAIN), &[decrypter(rsa(3072))], &AlgorithmPolicy::default()).unwrap_err()
}

fn assert_uniform(name: &str, xml: &str) {
    let expected = wrong_key();
    let refused = open_with(xml, &[own_key()], &lenient()).unwrap_err();
    assert_eq!(format!("{refused:?}"), format!("{expected:?}"), "{name}");
    assert_eq!(refused.to_string(), expected.to_string(), "{name}");
    assert_eq!(refused.code().as_str(), "decryption.failed", "{name}");
    assert_eq!((refused.expected(), refused.found()), (expected.expected(), expected.found()), "{name}");
}

#[test]
fn anything_but_one_assertion_fails_as_a_wrong_key_does() {
    let assertion = |content: &str| PLAIN.replace("ü &amp; ä", content);
    let cases = [
        ("nothing", String::new()),
        ("text", "text".to_owned()),
        ("text before", format!("x{PLAIN}")),
        ("text after", format!("{PLAIN}x")),
        ("two elements", format!("{PLAIN}{PLAIN}")),
        ("a comment before", format!("<!-- -->{PLAIN}")),
        ("a comment after", format!("{PLAIN}<!-- -->")),
        ("a processing instruction after", format!("{PLAIN}<?x?>")),
        ("an XML declaration", format!("<?xml version=\"1.0\"?>{PLAIN}")),
        ("a byte order mark", format!("\u{FEFF}{PLAIN}")),
        ("an XML declaration after a byte order mark", format!("\u{FEFF}<?xml version=\"1.0\"?>{PLAIN}")),
        ("a DOCTYPE", format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{PLAIN}")),
        ("an entity", assertion("&e;")),
        ("not well-formed", PLAIN.replace("</saml:Assertion>", "</saml:assertion>")),
        ("cut short", PLAIN.trim_end_matches('>').to_owned()),
        ("a character that XML does not have", PLAIN.replace('ü', "\0")),
        ("another element", PLAIN.replace("saml:Assertion", "saml:NameID")),
        ("another namespace", PLAIN.replace(SAML_NS, "urn:x")),
        ("EncryptedData", around(&sealed(PLAIN), "xenc:EncryptedData").1.to_owned()),
        ("an EncryptedAssertion", sealed(PLAIN)),
        ("an unbound prefix", PLAIN.replace("<saml:Assertion ", "<saml:Assertion x:y=\"\" ")),
        ("a comment in text", assertion("admin<!-- -->.evil")),
        ("a processing instruction", assertion("<?x?>")),
        ("an ID twice", assertion("<saml:Assertion ID=\"_a\"/>")),
        ("too deep", assertion(&format!("{}{}", "<x>".repeat(100), "</x>".repeat(100)))),
    ];
    for (name, plaintext) in cases {
        assert_uniform(name, &sealed(&plaintext));
        // Unauthenticated, an attacker gets this far by trial.
        let oaep = KeyTransport::oaep_for_any_peer();
        assert_uniform(name, &sealed_weakly(plaintext.as_bytes(), ContentCipher::Aes128Cbc, &oaep));
        assert_uniform(
            name,
            &sealed_weakly(plaintext.as_bytes(), ContentCipher::Aes256Gcm, &KeyTransport::Rsa15),
        );
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
    assert_uniform("not bound anywhere", &within("<other:Assertion/>"));
    // Bound on EncryptedData, which the plaintext replaces.
    assert_uniform("bound on what is replaced", &within("<outer:Assertion xenc:x=\"\"/>"));
}

#[test]
fn an_identifier_that_stands_outside_too_fails_as_a_wrong_key_does() {
    let named = |id: &str| PLAIN.replace("ID=\"_a\"", id);
    assert!(open(&within(PLAIN)).is_ok());
    for id in ["ID=\"_r\"", "Id=\"_r\"", "xml:id=\"_r\"", "ID=\"_b\""] {
        assert_uniform(id, &within(&named(id)));
    }
    let inner = PLAIN.replace("ü &amp; ä", "<saml:Advice id=\"_b\"/>");
    assert_uniform("deeper", &within(&inner));
}

#[test]
fn white_space_around_the_element_says_nothing() {
    assert!(open(&sealed(&format!("\n {PLAIN}\n"))).is_ok());
}
