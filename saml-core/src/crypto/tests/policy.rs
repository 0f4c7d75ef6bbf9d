use super::keys::{ec, ed25519};
use crate::base::{Coded, Relaxation, Relaxations};
use crate::crypto::{
    ContentCipher, Curve, DigestAlgorithm, KeyTransport, KeyWrap, PeerPolicy, PolicyViolation, PublicKey,
    SignatureAlgorithm,
};

const ALL: [Relaxation; 13] = Relaxation::ALL;

fn with(relaxations: &[Relaxation]) -> PeerPolicy {
    PeerPolicy::relaxed(relaxations.iter().copied().collect())
}

/// A public key of any size; nobody holds the private one.
fn modulus_of(bits: usize) -> PublicKey {
    let mut modulus = vec![0xff; bits / 8];
    modulus[0] = 0x80;
    PublicKey::from_rsa_components(&modulus, &[1, 0, 1]).unwrap()
}

fn judge(
    policy: &PeerPolicy,
    algorithm: SignatureAlgorithm,
    key: &PublicKey,
) -> Result<String, &'static str> {
    policy
        .check_signature(algorithm, key)
        .map(|used| used.to_string())
        .map_err(|refused| refused.code().as_str())
}

#[test]
fn signatures_are_denied_by_default_and_relaxed_by_name() {
    use SignatureAlgorithm::{EcdsaSha256, Ed25519, RsaPssSha512, RsaSha1, RsaSha256};
    const REFUSED: &str = "signature.algorithm_refused";
    const SHORT: &str = "signature.key_too_short";
    const LONG: &str = "signature.key_too_long";
    let none = with(&[]);
    let sha1 = with(&[Relaxation::Sha1]);
    let short = with(&[Relaxation::Rsa1024]);
    let both = with(&[Relaxation::Sha1, Relaxation::Rsa1024]);
    let others =
        with(&[Relaxation::AesCbc, Relaxation::TripleDesCbc, Relaxation::Rsa15, Relaxation::Unsolicited]);
    let all = with(&ALL);
    let (k512, k1024, k2047, k2048, k8192, k8200) = (
        modulus_of(512),
        modulus_of(1024),
        modulus_of(2040),
        modulus_of(2048),
        modulus_of(8192),
        modulus_of(8200),
    );
    let (p256, p521, ed) = (
        ec(Curve::P256).public_key().clone(),
        ec(Curve::P521).public_key().clone(),
        ed25519().public_key().clone(),
    );
    for (policy, algorithm, key, expected) in [
        (&none, RsaSha256, &k2048, Ok("")),
        (&none, RsaPssSha512, &k2048, Ok("")),
        (&none, RsaSha256, &k8192, Ok("")),
        (&none, EcdsaSha256, &p256, Ok("")),
        (&none, EcdsaSha256, &p521, Ok("")),
        (&none, Ed25519, &ed, Ok("")),
        (&none, RsaSha1, &k2048, Err(REFUSED)),
        (&others, RsaSha1, &k2048, Err(REFUSED)),
        (&short, RsaSha1, &k2048, Err(REFUSED)),
        (&sha1, RsaSha1, &k2048, Ok("sha1")),
        (&none, RsaSha256, &k2047, Err(SHORT)),
        (&none, RsaSha256, &k1024, Err(SHORT)),
        (&sha1, RsaSha256, &k1024, Err(SHORT)),
        (&others, RsaSha256, &k1024, Err(SHORT)),
        (&short, RsaSha256, &k1024, Ok("rsa-1024")),
        (&short, RsaSha256, &k2047, Ok("rsa-1024")),
        (&short, RsaSha256, &k512, Err(SHORT)),
        (&all, RsaSha256, &k512, Err(SHORT)),
        (&none, RsaSha256, &k8200, Err(LONG)),
        (&all, RsaSha256, &k8200, Err(LONG)),
        (&both, RsaSha1, &k1024, Ok("sha1 rsa-1024")),
        (&all, RsaSha1, &k1024, Ok("sha1 rsa-1024")),
        (&sha1, RsaSha1, &k1024, Err(SHORT)),
        (&all, RsaSha256, &k2048, Ok("")),
        (&all, Ed25519, &ed, Ok("")),
    ] {
        let expected = expected.map(str::to_owned);
        assert_eq!(judge(policy, algorithm, key), expected, "{policy:?} {algorithm} {key:?}");
    }
}

#[test]
fn every_algorithm_but_sha1_passes_the_default_policy() {
    let policy = PeerPolicy::default();
    let key = modulus_of(2048);
    for algorithm in SignatureAlgorithm::ALL {
        let refused = policy.check_signature(algorithm, &key).is_err();
        assert_eq!(refused, algorithm == SignatureAlgorithm::RsaSha1, "{algorithm}");
    }
    for algorithm in DigestAlgorithm::ALL {
        let refused = policy.check_digest(algorithm).is_err();
        assert_eq!(refused, algorithm == DigestAlgorithm::Sha1, "{algorithm}");
    }
}

#[test]
fn digests_are_denied_by_default_and_relaxed_by_name() {
    let refused = PeerPolicy::default().check_digest(DigestAlgorithm::Sha1).unwrap_err();
    assert_eq!(refused.code().as_str(), "digest.algorithm_refused");
    assert_eq!(refused.allowed_by(), Some(Relaxation::Sha1));
    let used = with(&[Relaxation::Sha1]).check_digest(DigestAlgorithm::Sha1);
    assert_eq!(used, Ok(Relaxation::Sha1.into()));
    assert_eq!(with(&ALL).check_digest(DigestAlgorithm::Sha256), Ok(Relaxations::NONE));
}

#[test]
fn ciphers_are_denied_by_default_and_relaxed_by_name() {
    for (cipher, needed) in [
        (ContentCipher::Aes128Gcm, None),
        (ContentCipher::Aes192Gcm, None),
        (ContentCipher::Aes256Gcm, None),
        (ContentCipher::Aes128Cbc, Some(Relaxation::AesCbc)),
        (ContentCipher::Aes192Cbc, Some(Relaxation::AesCbc)),
        (ContentCipher::Aes256Cbc, Some(Relaxation::AesCbc)),
        (ContentCipher::TripleDesCbc, Some(Relaxation::TripleDesCbc)),
    ] {
        let by_default = PeerPolicy::default().check_content_cipher(cipher);
        match needed {
            None => assert_eq!(by_default, Ok(Relaxations::NONE)),
            Some(allowed_by) => {
                let refused = by_default.unwrap_err();
                assert_eq!(refused, PolicyViolation::ContentCipherRefused { cipher, allowed_by });
                assert_eq!(refused.code().as_str(), "encryption.algorithm_refused");
                assert_eq!(refused.found().as_deref(), Some(cipher.uri()));
                let others: Vec<Relaxation> = ALL.into_iter().filter(|other| *other != allowed_by).collect();
                assert_eq!(with(&others).check_content_cipher(cipher), Err(refused));
                assert_eq!(with(&[allowed_by]).check_content_cipher(cipher), Ok(allowed_by.into()));
            }
        }
    }
}

#[test]
fn key_transport_by_pkcs1_is_denied_by_default() {
    let policy = PeerPolicy::default();
    assert_eq!(policy.check_key_transport(&KeyTransport::oaep_for_any_peer()), Ok(Relaxations::NONE));
    for digest in DigestAlgorithm::ALL {
        let transport = KeyTransport::RsaOaep { digest, mask: digest, label: Vec::new() };
        assert_eq!(policy.check_key_transport(&transport), Ok(Relaxations::NONE));
    }
    for wrap in KeyWrap::ALL {
        assert_eq!(policy.check_key_encryption(&wrap.into()), Ok(Relaxations::NONE));
    }
    let refused = policy.check_key_transport(&KeyTransport::Rsa15).unwrap_err();
    assert_eq!(policy.check_key_encryption(&KeyTransport::Rsa15.into()), Err(refused.clone()));
    assert_eq!(refused.code().as_str(), "encryption.algorithm_refused");
    assert_eq!(refused.allowed_by(), Some(Relaxation::Rsa15));
    let used = with(&[Relaxation::Rsa15]).check_key_transport(&KeyTransport::Rsa15);
    assert_eq!(used, Ok(Relaxation::Rsa15.into()));
}

#[test]
fn unknown_identifiers_are_refused_and_quoted_only_as_found() {
    let policy = with(&ALL);
    let uri = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
    assert_eq!(
        policy.signature_algorithm(SignatureAlgorithm::Ed25519.uri()),
        Ok(SignatureAlgorithm::Ed25519)
    );
    assert_eq!(policy.digest_algorithm(DigestAlgorithm::Sha384.uri()), Ok(DigestAlgorithm::Sha384));
    assert_eq!(policy.content_cipher(ContentCipher::Aes256Gcm.uri()), Ok(ContentCipher::Aes256Gcm));
    for (refused, code) in [
        (policy.signature_algorithm(uri).unwrap_err(), "signature.algorithm_refused"),
        (policy.digest_algorithm(uri).unwrap_err(), "digest.algorithm_refused"),
        (policy.content_cipher(uri).unwrap_err(), "encryption.algorithm_refused"),
    ] {
        assert_eq!(refused.code().as_str(), code);
        assert_eq!(refused.found().as_deref(), Some(uri));
        assert!(refused.expected().is_some());
        assert_eq!(refused.allowed_by(), None);
        assert!(!refused.to_string().contains("hmac"), "{refused}");
    }
}

#[test]
fn relaxations_have_the_names_of_the_configuration() {
    let names = [
        "sha1",
        "rsa-1024",
        "aes-cbc",
        "3des-cbc",
        "rsa-1_5",
        "unsolicited",
        "empty-reference-uri",
        "signature-position",
        "subject-without-name-id",
        "plain-http",
        "expired-metadata",
        "signature-in-redirect",
        "metadata-without-end",
    ];
    assert_eq!(ALL.map(Relaxation::name), names);
    for (relaxation, name) in ALL.into_iter().zip(names) {
        assert_eq!(name.parse(), Ok(relaxation));
        assert_eq!(relaxation.to_string(), name);
    }
    for wrong in ["", "SHA1", "sha-1", "sha1 ", "rsa-1.5", "all", "*"] {
        assert!(wrong.parse::<Relaxation>().is_err(), "{wrong:?}");
    }
}

#[test]
fn a_set_of_relaxations_holds_what_was_put_in() {
    assert!(Relaxations::default().is_empty());
    for relaxation in ALL {
        let one = Relaxations::from(relaxation);
        assert_eq!(one.iter().collect::<Vec<_>>(), [relaxation]);
        for other in ALL {
            assert_eq!(one.contains(other), one == other.into());
        }
    }
    let mut set: Relaxations =
        [Relaxation::Rsa1024, Relaxation::Sha1, Relaxation::Sha1].into_iter().collect();
    assert_eq!(format!("{set:?}"), r"{sha1, rsa-1024}");
    set.extend([Relaxation::Unsolicited]);
    assert_eq!(set.to_string(), "sha1 rsa-1024 unsolicited");
    assert_eq!(set, Relaxations::from(Relaxation::Unsolicited).union(set));
    assert_eq!(ALL.into_iter().collect::<Relaxations>().iter().count(), ALL.len());
}
