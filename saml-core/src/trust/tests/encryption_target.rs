use crate::base::{Coded as _, EntityId, Relaxation};
use crate::crypto::tests::keys::{certificate_for, certificate_issued, ec, fresh_rsa, rsa};
use crate::crypto::{
    Certificate, ContentCipher, Curve, DigestAlgorithm, KeyTransport, KeyWrap, PeerPolicy, PrivateKey,
    PublicKey,
};
use crate::enc::{EncryptionTarget, RecipientKey};
use crate::metadata::{EncryptionMethod, KeyDescriptor, KeyUse, KeyValue};
use crate::trust::{EncryptionKeyFault, NoEncryptionKey, encryption_target};

fn descriptor(key_use: KeyUse, key: &PrivateKey, methods: &[EncryptionMethod]) -> KeyDescriptor {
    let certificate = certificate_for(key).to_base64();
    KeyDescriptor {
        encryption_methods: methods.to_vec(),
        ..KeyDescriptor::of_certificate(key_use, certificate)
    }
}

fn method(algorithm: &str) -> EncryptionMethod {
    EncryptionMethod {
        algorithm: algorithm.to_owned(),
        key_size: None,
        oaep_params: None,
        digest_method: None,
        mask_generation_function: None,
    }
}

fn choose(descriptors: &[KeyDescriptor]) -> Result<Option<EncryptionTarget>, NoEncryptionKey> {
    let name = EntityId::try_from("https://sp.example.com").unwrap();
    encryption_target(&name, descriptors, &PeerPolicy::default()).map_err(|fault| fault.reason)
}

fn chosen(methods: &[EncryptionMethod]) -> Option<(ContentCipher, KeyTransport)> {
    let recipient = choose(&[descriptor(KeyUse::Encryption, &rsa(2048), methods)]).ok()??;
    match recipient.key {
        RecipientKey::Public { transport, .. } => Some((recipient.cipher, transport)),
        RecipientKey::Shared(_) => None,
    }
}

/// The key, which came in a certificate.
fn certified(recipient: EncryptionTarget) -> PublicKey {
    match recipient.key {
        RecipientKey::Public { key, certificate: Some(certificate), .. } => {
            assert_eq!(key, *certificate.public_key());
            key
        }
        other @ (RecipientKey::Public { .. } | RecipientKey::Shared(_)) => {
            panic!("not from a certificate: {other:?}")
        }
    }
}

#[test]
fn a_key_for_encryption_comes_before_one_for_both_and_one_for_signing_never() {
    let (signing, both, encryption) = (fresh_rsa(2048), fresh_rsa(2048), rsa(2048));
    let all = [
        descriptor(KeyUse::Signing, &signing, &[]),
        descriptor(KeyUse::Both, &both, &[]),
        descriptor(KeyUse::Encryption, &encryption, &[]),
    ];
    let recipient = choose(&all).unwrap().unwrap();
    assert_eq!(recipient.name.as_ref().unwrap().as_str(), "https://sp.example.com");
    assert_eq!(certified(recipient), *encryption.public_key());
    assert_eq!(certified(choose(&all[..2]).unwrap().unwrap()), *both.public_key());
    assert!(choose(&all[..1]).unwrap().is_none());
    assert!(choose(&[]).unwrap().is_none());
}

#[test]
fn the_first_algorithms_that_are_listed_and_sealed_with_are_taken() {
    let gcm_256 = ContentCipher::Aes256Gcm;
    let usual = KeyTransport::oaep_for_any_peer();
    let ciphers = |ciphers: &[ContentCipher]| ciphers.iter().map(|c| method(c.uri())).collect::<Vec<_>>();
    assert_eq!(chosen(&[]), Some((gcm_256, usual.clone())));
    let cbc_first = ciphers(&[ContentCipher::Aes128Cbc, ContentCipher::Aes128Gcm, gcm_256]);
    assert_eq!(chosen(&cbc_first), Some((ContentCipher::Aes128Gcm, usual.clone())));
    assert_eq!(chosen(&ciphers(&[ContentCipher::Aes256Cbc, ContentCipher::TripleDesCbc])), None);
    assert_eq!(chosen(&[method(KeyTransport::RSA_1_5)]), None);
    let weak_first = [method(KeyTransport::RSA_1_5), method(KeyTransport::RSA_OAEP_MGF1P)];
    assert_eq!(chosen(&weak_first), Some((gcm_256, usual.clone())));
    assert_eq!(chosen(&[method("urn:unknown")]), Some((gcm_256, usual)));
}

/// Nobody can put a shared key into metadata.
#[test]
fn key_wrap_that_is_listed_is_passed_over() {
    let usual = Some((ContentCipher::Aes256Gcm, KeyTransport::oaep_for_any_peer()));
    let sha256 = method(KeyTransport::RSA_OAEP);
    for wrap in KeyWrap::ALL.map(|wrap| method(wrap.uri())) {
        assert_eq!(chosen(std::slice::from_ref(&wrap)), usual);
        assert_eq!(chosen(&[wrap.clone(), method(KeyTransport::RSA_OAEP_MGF1P)]), usual);
        let newer = chosen(&[wrap.clone(), sha256.clone()]).unwrap().1;
        assert_eq!(newer.uri(), KeyTransport::RSA_OAEP);
        assert_eq!(chosen(&[wrap, method(KeyTransport::RSA_1_5)]), None);
    }
}

#[test]
fn the_parameters_of_oaep_are_the_listed_ones() {
    let sha256 = DigestAlgorithm::Sha256;
    let new = EncryptionMethod {
        digest_method: Some(sha256.uri().to_owned()),
        mask_generation_function: Some(KeyTransport::mask_uri(sha256).to_owned()),
        ..method(KeyTransport::RSA_OAEP)
    };
    let old = EncryptionMethod {
        digest_method: Some(sha256.uri().to_owned()),
        ..method(KeyTransport::RSA_OAEP_MGF1P)
    };
    let transport = |method: &EncryptionMethod| chosen(std::slice::from_ref(method)).map(|chosen| chosen.1);
    let expected = KeyTransport::RsaOaep { digest: sha256, mask: sha256, label: Vec::new() };
    assert_eq!(transport(&new), Some(expected));
    assert_eq!(transport(&old), Some(KeyTransport::RsaOaepMgf1p { digest: sha256, label: Vec::new() }));
    let labelled = EncryptionMethod { oaep_params: Some("AA==".to_owned()), ..old.clone() };
    assert_eq!(transport(&labelled), None);
    let unknown = EncryptionMethod { digest_method: Some("urn:unknown".to_owned()), ..old.clone() };
    assert_eq!(transport(&unknown), None);
    assert!(chosen(&[labelled, unknown, old]).is_some());
}

#[test]
fn a_key_that_says_it_is_for_encryption_and_can_t_be_used_is_an_error() {
    let short = descriptor(KeyUse::Encryption, &rsa(1024), &[]);
    let curve = descriptor(KeyUse::Encryption, &ec(Curve::P256), &[]);
    let broken = KeyDescriptor::of_certificate(KeyUse::Encryption, "AAAA".to_owned());
    assert!(matches!(choose(std::slice::from_ref(&short)), Err(NoEncryptionKey::Policy(_))));
    assert!(matches!(choose(std::slice::from_ref(&curve)), Err(NoEncryptionKey::NotRsa)));
    assert!(matches!(choose(std::slice::from_ref(&broken)), Err(NoEncryptionKey::Key(_))));
    let usable = descriptor(KeyUse::Encryption, &rsa(2048), &[]);
    assert!(choose(&[short, curve, broken, usable]).unwrap().is_some());
    // One without a stated use is for signing alone, if it is of a kind that nothing can be encrypted to …
    let both = |key: &PrivateKey, methods: &[EncryptionMethod]| descriptor(KeyUse::Both, key, methods);
    assert!(choose(&[both(&ec(Curve::P256), &[])]).unwrap().is_none());
    // … and an offer otherwise, which is not passed over by sending in clear.
    assert!(matches!(choose(&[both(&rsa(1024), &[])]), Err(NoEncryptionKey::Policy(_))));
    let cbc = [method(ContentCipher::Aes256Cbc.uri())];
    assert!(matches!(choose(&[both(&rsa(2048), &cbc)]), Err(NoEncryptionKey::Cipher)));
    assert!(matches!(choose(&[both(&ec(Curve::P256), &cbc)]), Err(NoEncryptionKey::NotRsa)));
    let broken = KeyDescriptor::of_certificate(KeyUse::Both, "AAAA".to_owned());
    assert!(matches!(choose(&[broken]), Err(NoEncryptionKey::Key(_))));
}

/// The chain of a certificate comes in any order; its owner alone can read what is sealed.
#[test]
fn nothing_is_encrypted_to_an_authority_that_came_along() {
    let (root, authority, leaf) = (fresh_rsa(2048), fresh_rsa(2048), rsa(2048));
    let of = |key_use, certificates: &[Certificate]| KeyDescriptor {
        certificates: certificates.iter().map(Certificate::to_base64).collect(),
        ..KeyDescriptor::of_certificate(key_use, String::new())
    };
    let chain = [
        certificate_issued(&root, "Root CA", &root, "Root CA"),
        certificate_issued(&authority, "Issuing CA", &root, "Root CA"),
        certificate_issued(&leaf, "sp.example.com", &authority, "Issuing CA"),
    ];
    let reversed: Vec<Certificate> = chain.iter().rev().cloned().collect();
    // The owner's key is of a kind that nothing is encrypted to: the authorities' keys don't stand in for it.
    let signer = ec(Curve::P256);
    let mut of_signer = chain.clone();
    of_signer[2] = certificate_issued(&signer, "sp.example.com", &authority, "Issuing CA");
    let circle =
        [certificate_issued(&root, "A", &authority, "B"), certificate_issued(&authority, "B", &root, "A")];
    for key_use in [KeyUse::Encryption, KeyUse::Both] {
        for certificates in [&chain[..], &reversed[..]] {
            let recipient = choose(&[of(key_use, certificates)]).unwrap().unwrap();
            assert_eq!(certified(recipient), *leaf.public_key(), "{key_use:?}");
        }
        let fault = encryption_fault(&[of(key_use, &circle)]);
        assert!(matches!(fault.reason, NoEncryptionKey::AuthoritiesAlone), "{key_use:?}");
        assert_eq!((fault.descriptor, fault.code().as_str()), (0, "key.unsupported"), "{key_use:?}");
        assert!(fault.expected().is_some() && fault.found().is_some() && fault.hint().is_some());
    }
    assert!(matches!(choose(&[of(KeyUse::Encryption, &of_signer)]), Err(NoEncryptionKey::NotRsa)));
    assert!(choose(&[of(KeyUse::Both, &of_signer)]).unwrap().is_none());
    // By itself, an authority's certificate is that of its owner.
    let alone = choose(&[of(KeyUse::Encryption, &chain[..1])]).unwrap().unwrap();
    assert_eq!(certified(alone), *root.public_key());
}

fn encryption_fault(descriptors: &[KeyDescriptor]) -> EncryptionKeyFault {
    let name = EntityId::try_from("https://sp.example.com").unwrap();
    encryption_target(&name, descriptors, &PeerPolicy::default()).unwrap_err()
}

/// Each says which `KeyDescriptor` it is about, under which code, and both ways out.
#[test]
fn an_unusable_key_for_encryption_names_its_ways_out() {
    let name = EntityId::try_from("https://sp.example.com").unwrap();
    let cbc = [method(ContentCipher::Aes128Cbc.uri()), method(ContentCipher::TripleDesCbc.uri())];
    for (key, methods, code, ways) in [
        (
            rsa(2048),
            &cbc[..],
            "encryption.algorithm_refused",
            ["`encrypt_assertions = \"never\"`", "`aes-cbc`"],
        ),
        (rsa(1024), &[], "signature.key_too_short", ["`encrypt_assertions = \"never\"`", "`rsa-1024`"]),
        (ec(Curve::P256), &[], "key.unsupported", ["`encrypt_assertions = \"never\"`", "RSA key"]),
        (
            rsa(2048),
            &[method(KeyTransport::RSA_1_5)],
            "encryption.algorithm_refused",
            ["`encrypt_assertions = \"never\"`", "RSA-OAEP"],
        ),
    ] {
        let descriptors =
            [descriptor(KeyUse::Signing, &rsa(2048), &[]), descriptor(KeyUse::Encryption, &key, methods)];
        let fault = encryption_target(&name, &descriptors, &PeerPolicy::default()).unwrap_err();
        assert_eq!((fault.descriptor, fault.code().as_str()), (1, code));
        let hint = fault.hint().unwrap();
        assert!(ways.iter().all(|way| hint.contains(way)), "{hint}");
        assert!(fault.expected().is_some() && fault.found().is_some(), "{fault:?}");
    }
}

/// AES-CBC where nothing else is listed and it is granted; triple DES never, and never instead of AES-GCM.
#[test]
fn cbc_is_chosen_by_its_relaxation_only_and_after_gcm() {
    let name = EntityId::try_from("https://sp.example.com").unwrap();
    let granted = PeerPolicy::relaxed([Relaxation::AesCbc, Relaxation::TripleDesCbc].into_iter().collect());
    let choose = |ciphers: &[ContentCipher]| {
        let methods: Vec<EncryptionMethod> = ciphers.iter().map(|cipher| method(cipher.uri())).collect();
        let offered = [descriptor(KeyUse::Encryption, &rsa(2048), &methods)];
        let recipient = encryption_target(&name, &offered, &granted);
        recipient.map(|recipient| recipient.map(|r| (r.cipher, r.granted.contains(Relaxation::AesCbc))))
    };
    let (triple, cbc, gcm) =
        (ContentCipher::TripleDesCbc, ContentCipher::Aes192Cbc, ContentCipher::Aes128Gcm);
    assert_eq!(choose(&[triple, cbc]).unwrap(), Some((cbc, true)));
    assert_eq!(choose(&[triple, cbc, gcm]).unwrap(), Some((gcm, false)));
    assert!(choose(&[triple]).is_err());
}

#[test]
fn a_key_by_itself_is_encrypted_to() {
    let key = rsa(2048);
    let value = KeyValue::Der(openssl::base64::encode_block(key.public_key().spki_der()));
    let offered = KeyDescriptor {
        certificates: Vec::new(),
        key_values: vec![value],
        ..descriptor(KeyUse::Encryption, &key, &[])
    };
    let RecipientKey::Public { key: chosen, certificate: None, .. } =
        choose(&[offered]).unwrap().unwrap().key
    else {
        panic!("a public key without a certificate")
    };
    assert_eq!(chosen, *key.public_key());
}

#[test]
fn a_short_key_needs_its_relaxation() {
    let name = EntityId::try_from("https://sp.example.com").unwrap();
    let short = [descriptor(KeyUse::Encryption, &rsa(1024), &[])];
    let policy = PeerPolicy::relaxed(Relaxation::Rsa1024.into());
    assert!(encryption_target(&name, &short, &policy).unwrap().is_some());
}
