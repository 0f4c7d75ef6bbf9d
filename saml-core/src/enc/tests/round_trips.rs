use super::*;
use crate::base::EntityId;
use crate::crypto::DigestAlgorithm;
use crate::crypto::tests::keys::{certificate_for, ec, fresh_rsa};
use crate::crypto::{CryptoError, Curve};
use crate::xml::{Writer, names};

fn every_oaep() -> Vec<KeyTransport> {
    let mut transports = Vec::new();
    for digest in DigestAlgorithm::ALL {
        for label in [Vec::new(), b"label".to_vec()] {
            transports.push(KeyTransport::RsaOaepMgf1p { digest, label: label.clone() });
            for mask in DigestAlgorithm::ALL {
                transports.push(KeyTransport::RsaOaep { digest, mask, label: label.clone() });
            }
        }
    }
    transports
}

#[test]
fn what_is_sealed_opens_with_every_algorithm_that_seals() {
    for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm] {
        for transport in every_oaep() {
            let recipient = EncryptionTarget { cipher, ..recipient_by(transport.clone()) };
            let (plain, facts) = open(&sealed_with(PLAIN.as_bytes(), &recipient)).unwrap();
            assert_eq!(plain, PLAIN);
            assert_eq!((facts.content_cipher, facts.key_encryption), (cipher, transport.into()));
            let fingerprint = *own_key().public_key().fingerprint();
            assert_eq!(facts.key, OpeningKey::Own { fingerprint });
            assert!(facts.relaxations_used.is_empty());
        }
    }
}

#[test]
fn what_needs_a_relaxation_opens_with_it_alone_and_says_so() {
    let oaep = KeyTransport::oaep_for_any_peer();
    let gcm = ContentCipher::Aes256Gcm;
    let cases = [
        (ContentCipher::Aes128Cbc, oaep.clone(), vec![Relaxation::AesCbc]),
        (ContentCipher::Aes192Cbc, oaep.clone(), vec![Relaxation::AesCbc]),
        (ContentCipher::Aes256Cbc, oaep.clone(), vec![Relaxation::AesCbc]),
        (ContentCipher::TripleDesCbc, oaep, vec![Relaxation::TripleDesCbc]),
        (gcm, KeyTransport::Rsa15, vec![Relaxation::Rsa15]),
        (ContentCipher::Aes128Cbc, KeyTransport::Rsa15, vec![Relaxation::AesCbc, Relaxation::Rsa15]),
        (ContentCipher::TripleDesCbc, KeyTransport::Rsa15, vec![Relaxation::TripleDesCbc, Relaxation::Rsa15]),
    ];
    for (cipher, transport, needed) in cases {
        let xml = sealed_weakly(PLAIN.as_bytes(), cipher, &transport);
        let (plain, facts) = open_with(&xml, &[own_key()], &lenient()).unwrap();
        assert_eq!(plain, PLAIN);
        assert_eq!(facts.relaxations_used.iter().collect::<Vec<_>>(), needed);
        for missing in &needed {
            let granted = lenient().granted().iter().filter(|granted| granted != missing).collect();
            let refused = open_with(&xml, &[own_key()], &PeerPolicy::relaxed(granted)).unwrap_err();
            assert_eq!(refused.code().as_str(), "encryption.algorithm_refused", "{cipher} {transport}");
            assert!(matches!(&refused, EncryptionError::Policy(v) if v.allowed_by() == Some(*missing)));
        }
    }
}

#[test]
fn nothing_weak_is_ever_sealed() {
    let wrapper = saml::ENCRYPTED_ASSERTION;
    let weak = [
        EncryptionTarget { cipher: ContentCipher::Aes256Cbc, ..recipient() },
        EncryptionTarget { cipher: ContentCipher::TripleDesCbc, ..recipient() },
        recipient_by(KeyTransport::Rsa15),
    ];
    for recipient in weak {
        let refused = seal(PLAIN.as_bytes(), wrapper, &recipient, &mut Counter(1)).unwrap_err();
        assert!(matches!(refused, SealingError::Crypto(CryptoError::ReadOnlyAlgorithm)), "{refused:?}");
    }
    let other = EncryptionTarget::new(ec(Curve::P256).public_key().clone());
    let refused = seal(PLAIN.as_bytes(), wrapper, &other, &mut Counter(1)).unwrap_err();
    assert!(matches!(refused, SealingError::Crypto(CryptoError::KeyUnsupported { .. })), "{refused:?}");
}

/// For a peer that lists nothing else and is granted `aes-cbc`. Such peers open what is sealed here.
#[test]
fn cbc_is_sealed_by_its_relaxation() {
    let granted = Relaxations::from(Relaxation::AesCbc);
    for cipher in [ContentCipher::Aes128Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc] {
        for length in 0..33 {
            let plain = PLAIN.replace("_a", &format!("_a{}", "a".repeat(length)));
            let xml = sealed_with(plain.as_bytes(), &EncryptionTarget { cipher, granted, ..recipient() });
            assert_eq!(open_with(&xml, &[own_key()], &lenient()).unwrap().0, plain, "{cipher}");
        }
    }
    let triple = EncryptionTarget { cipher: ContentCipher::TripleDesCbc, granted, ..recipient() };
    let refused = seal(PLAIN.as_bytes(), saml::ENCRYPTED_ASSERTION, &triple, &mut Counter(1)).unwrap_err();
    assert!(matches!(refused, SealingError::Crypto(CryptoError::ReadOnlyAlgorithm)), "{refused:?}");
}

// Attack 132.
#[test]
fn key_and_vector_are_drawn_anew_for_every_message() {
    let mut random = Counter(0);
    let mut once = || seal(PLAIN.as_bytes(), saml::ENCRYPTED_ASSERTION, &recipient(), &mut random).unwrap();
    let content = |octets: Vec<u8>| {
        let text = String::from_utf8(octets).unwrap();
        text.rsplit("CipherValue>").nth(1).unwrap().to_owned()
    };
    assert_ne!(content(once()), content(once()));
}

#[test]
fn no_randomness_is_a_failure() {
    struct Dry;
    impl SecureRandom for Dry {
        fn fill(&mut self, _octets: &mut [u8]) -> Result<(), RandomUnavailable> {
            Err(RandomUnavailable)
        }
    }
    let refused = seal(PLAIN.as_bytes(), saml::ENCRYPTED_ID, &recipient(), &mut Dry).unwrap_err();
    assert!(matches!(refused, SealingError::Crypto(CryptoError::RandomUnavailable(_))));
}

#[test]
fn the_recipient_and_its_certificate_are_named() {
    let key = fresh_rsa(2048);
    let certificate = certificate_for(&key);
    let recipient = EncryptionTarget {
        key: RecipientKey::of_certificate(certificate.clone(), KeyTransport::oaep_for_any_peer()),
        name: Some(EntityId::try_from("https://sp.example.com").unwrap()),
        ..EncryptionTarget::new(key.public_key().clone())
    };
    let xml = sealed_with(PLAIN.as_bytes(), &recipient);
    assert!(xml.contains("Recipient=\"https://sp.example.com\""), "{xml}");
    assert!(xml.contains(&certificate.to_base64()), "{xml}");
    assert!(!xml.contains("OAEPparams"), "there is no label: {xml}");
    assert_eq!(open_with(&xml, &[decrypter(key)], &PeerPolicy::default()).unwrap().0, PLAIN);
}

/// A response whose assertion uses a prefix that is bound outside it alone, in a value where nothing sees it.
fn written() -> crate::xml::Written {
    let mut w = Writer::new();
    w.start(names::samlp::RESPONSE);
    w.declare("xs", names::XS);
    w.declare("", "urn:default");
    w.attribute("ID", "_r");
    w.start(saml::ISSUER);
    w.end();
    w.signature_slot("_r");
    w.start(saml::ASSERTION);
    w.attribute("ID", "_a");
    w.signature_slot("_a");
    w.start(saml::ATTRIBUTE_VALUE);
    w.attribute_ns("xsi", names::xsi::TYPE, "xs:string");
    w.end();
    w.end();
    w.text_element(saml::AUDIENCE, "after");
    w.end();
    w.finish().unwrap()
}

#[test]
fn a_sealed_assertion_takes_all_its_bindings_along() {
    let mut message = written();
    seal_assertion(&mut message, "_a", &recipient(), &mut Counter(1)).unwrap();
    assert_eq!(message.signature_slots().len(), 1, "the assertion's slot is gone");
    let xml = String::from_utf8(message.octets().to_vec()).unwrap();
    assert!(!xml.contains("AttributeValue") && xml.contains(">after<"), "{xml}");
    let (plain, _) = open(&xml).unwrap();
    assert!(plain.contains(&format!("xmlns:xs=\"{}\"", names::XS)), "{plain}");
    assert!(plain.contains("xmlns=\"urn:default\""), "{plain}");
    Document::parse(plain.into_bytes(), &Limits::MESSAGE).unwrap();
}

#[test]
fn what_can_t_be_sealed_leaves_the_message_as_it_was() {
    let mut message = written();
    let refused = seal_assertion(&mut message, "_nobody", &recipient(), &mut Counter(1)).unwrap_err();
    assert!(matches!(refused, SealingError::NoSuchElement));
    assert_eq!(refused.code().as_str(), "sealing.failed");
    assert_eq!(message, written());
}

/// Everything around the assertion stays, octet for octet.
#[test]
fn the_one_assertion_of_a_document_is_sealed_in_its_place() {
    let seal = |xml: &str, id| {
        let sealed = seal_document(xml.as_bytes().to_vec(), id, &recipient(), &mut Counter(11));
        sealed.map(|octets| String::from_utf8(octets).unwrap())
    };
    let document = format!("<o a='1'><!-- --><b/>{PLAIN}</o>");
    for id in [None, Some("_a")] {
        let sealed = seal(&document, id).unwrap();
        let within = sealed.strip_prefix("<o a='1'><!-- --><b/>").and_then(|rest| rest.strip_suffix("</o>"));
        assert_eq!(open(within.unwrap()).unwrap().0, PLAIN);
    }
    let absent = |outcome| matches!(outcome, Err(SealingError::NoSuchElement));
    assert!(absent(seal(&document, Some("_b"))));
    assert!(absent(seal("<o/>", None)));
    let two = document.replace("<b/>", &PLAIN.replace("_a", "_b"));
    assert!(absent(seal(&two, None)));
    assert!(seal(&two, Some("_b")).unwrap().contains(PLAIN));
}
