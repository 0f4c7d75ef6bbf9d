use openssl::hash::MessageDigest;
use openssl::sign::Signer as OpensslSigner;

use super::keys::{certificate_for, ec, ed25519, rsa};
use super::{hex, openssl_errors_left};
use crate::crypto::{
    CryptoError, Curve, KeyFamily, LocalSigner, PrivateKey, PublicKey, SignatureAlgorithm, Signer,
    SignerWith, verify_signature,
};

const MESSAGE: &[u8] = b"<samlp:Response/>";

fn keys_for(algorithm: SignatureAlgorithm) -> Vec<PrivateKey> {
    match algorithm.family() {
        KeyFamily::Rsa => vec![rsa(2048)],
        KeyFamily::Ec => vec![ec(Curve::P256), ec(Curve::P384), ec(Curve::P521)],
        KeyFamily::Ed25519 => vec![ed25519()],
    }
}

fn writable() -> impl Iterator<Item = SignatureAlgorithm> {
    SignatureAlgorithm::ALL.into_iter().filter(|algorithm| *algorithm != SignatureAlgorithm::RsaSha1)
}

#[test]
fn what_is_signed_verifies_and_nothing_else_does() {
    for algorithm in writable() {
        for key in keys_for(algorithm) {
            let signature = LocalSigner::new(key.clone(), algorithm).unwrap().sign(MESSAGE).unwrap();
            let verify = |octets: &[u8], signature: &[u8]| {
                verify_signature(key.public_key(), algorithm, octets, signature)
            };
            assert_eq!(verify(MESSAGE, &signature), Ok(()), "{algorithm}");
            assert_eq!(verify(b"<samlp:Response />", &signature), Err(CryptoError::SignatureInvalid));
            for position in 0..signature.len() {
                let mut forged = signature.clone();
                forged[position] ^= 1;
                assert_eq!(verify(MESSAGE, &forged), Err(CryptoError::SignatureInvalid), "{position}");
            }
            assert_eq!(verify(MESSAGE, &signature), Ok(()), "{algorithm} after failures");
        }
    }
}

#[test]
fn one_key_signs_again_and_again_with_every_algorithm_of_its_family() {
    for key in [rsa(2048), ec(Curve::P256)] {
        let of_its_family = |algorithm: &SignatureAlgorithm| algorithm.family() == key.kind().family();
        for algorithm in (0..3).flat_map(|_| writable().filter(of_its_family)) {
            let signature = LocalSigner::new(key.clone(), algorithm).unwrap().sign(MESSAGE).unwrap();
            let verdict = verify_signature(key.public_key(), algorithm, MESSAGE, &signature);
            assert_eq!(verdict, Ok(()), "{algorithm}");
        }
    }
}

#[test]
fn a_signer_signs_with_each_algorithm_that_it_knows_and_with_no_other() {
    for (key, own) in [
        (rsa(2048), SignatureAlgorithm::RsaSha256),
        (ec(Curve::P256), SignatureAlgorithm::EcdsaSha256),
        (ed25519(), SignatureAlgorithm::Ed25519),
    ] {
        let signer = LocalSigner::new(key.clone(), own).unwrap();
        let known = signer.algorithms();
        let writable: Vec<_> =
            writable().filter(|algorithm| algorithm.family() == key.kind().family()).collect();
        assert_eq!(known, writable);
        for algorithm in SignatureAlgorithm::ALL {
            let chosen = SignerWith::new(&signer, algorithm);
            let expected = if known.contains(&algorithm) { algorithm } else { own };
            assert_eq!((chosen.algorithm(), chosen.public_key()), (expected, key.public_key()));
            let signature = chosen.sign(MESSAGE).unwrap();
            assert_eq!(verify_signature(key.public_key(), expected, MESSAGE, &signature), Ok(()));
            assert_eq!(
                signer.sign_with(algorithm, MESSAGE).is_ok(),
                known.contains(&algorithm),
                "{algorithm}"
            );
        }
    }
}

#[test]
fn a_signature_has_one_length() {
    for algorithm in writable() {
        for key in keys_for(algorithm) {
            let signature = LocalSigner::new(key.clone(), algorithm).unwrap().sign(MESSAGE).unwrap();
            let zero_first = [&[0], &signature[..]].concat();
            let zero_last = [&signature[..], &[0]].concat();
            let twice = signature.repeat(2);
            let cut = &signature[..signature.len() - 1];
            let cut_first = &signature[1..];
            for wrong in [&zero_first[..], &zero_last, &twice, cut, cut_first, &[]] {
                let verdict = verify_signature(key.public_key(), algorithm, MESSAGE, wrong);
                assert_eq!(verdict, Err(CryptoError::SignatureInvalid), "{algorithm} {}", wrong.len());
            }
        }
    }
}

#[test]
fn rsa_sha1_is_read_and_never_written() {
    let key = rsa(2048);
    let mut signer = OpensslSigner::new(MessageDigest::sha1(), key.openssl()).unwrap();
    let signature = signer.sign_oneshot_to_vec(MESSAGE).unwrap();
    let verify = |algorithm| verify_signature(key.public_key(), algorithm, MESSAGE, &signature);
    assert_eq!(verify(SignatureAlgorithm::RsaSha1), Ok(()));
    assert_eq!(verify(SignatureAlgorithm::RsaSha256), Err(CryptoError::SignatureInvalid));
    let refused = LocalSigner::new(key, SignatureAlgorithm::RsaSha1);
    assert_eq!(refused.unwrap_err(), CryptoError::ReadOnlyAlgorithm);
}

#[test]
fn a_signature_counts_under_its_own_algorithm_only() {
    let key = rsa(2048);
    for signed in writable().filter(|algorithm| algorithm.family() == KeyFamily::Rsa) {
        let signature = LocalSigner::new(key.clone(), signed).unwrap().sign(MESSAGE).unwrap();
        for claimed in writable().filter(|algorithm| algorithm.family() == KeyFamily::Rsa) {
            let verdict = verify_signature(key.public_key(), claimed, MESSAGE, &signature);
            let expected = if claimed == signed { Ok(()) } else { Err(CryptoError::SignatureInvalid) };
            assert_eq!(verdict, expected, "{signed} as {claimed}");
        }
    }
}

#[test]
fn the_key_fixes_the_family_of_the_algorithm() {
    for key in [rsa(2048), ec(Curve::P256), ed25519()] {
        for algorithm in SignatureAlgorithm::ALL {
            if algorithm.family() == key.kind().family() {
                continue;
            }
            let mismatch = CryptoError::KeyAlgorithmMismatch { key: key.kind(), algorithm };
            let verdict = verify_signature(key.public_key(), algorithm, MESSAGE, &[0; 64]);
            assert_eq!(verdict, Err(mismatch.clone()));
            assert_eq!(LocalSigner::new(key.clone(), algorithm).unwrap_err(), mismatch);
        }
    }
}

#[test]
fn another_key_of_the_same_kind_does_not_verify() {
    for algorithm in writable() {
        let (one, other) = match algorithm.family() {
            KeyFamily::Rsa => (rsa(2048), super::keys::fresh_rsa(2048)),
            KeyFamily::Ec => (ec(Curve::P256), super::keys::fresh_ec(Curve::P256)),
            KeyFamily::Ed25519 => (ed25519(), super::keys::fresh_ed25519()),
        };
        let signature = LocalSigner::new(one, algorithm).unwrap().sign(MESSAGE).unwrap();
        let verdict = verify_signature(other.public_key(), algorithm, MESSAGE, &signature);
        assert_eq!(verdict, Err(CryptoError::SignatureInvalid), "{algorithm}");
    }
}

/// RFC 6979 A.2.5: P-256, SHA-256, the message `sample`.
#[test]
fn verifies_the_ecdsa_vector_of_rfc_6979() {
    let point = hex("04
        60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
        7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
    let signature = hex("
        EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
        F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
    let key = PublicKey::from_ec_point(Curve::P256, &point).unwrap();
    let verify = |octets| verify_signature(&key, SignatureAlgorithm::EcdsaSha256, octets, &signature);
    assert_eq!(verify(b"sample".as_slice()), Ok(()));
    assert_eq!(verify(b"test"), Err(CryptoError::SignatureInvalid));
}

/// RFC 8032 §7.1, test 1.
#[test]
fn verifies_the_ed25519_vector_of_rfc_8032() {
    let spki = hex("302a300506032b6570032100
        d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let signature = hex("
        e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555
        fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
    let key = PublicKey::from_spki_der(&spki).unwrap();
    assert_eq!(verify_signature(&key, SignatureAlgorithm::Ed25519, b"", &signature), Ok(()));
    let verdict = verify_signature(&key, SignatureAlgorithm::Ed25519, b" ", &signature);
    assert_eq!(verdict, Err(CryptoError::SignatureInvalid));
}

#[test]
fn one_key_verifies_in_many_threads() {
    let key = rsa(2048);
    let algorithm = SignatureAlgorithm::RsaSha256;
    let signature = LocalSigner::new(key.clone(), algorithm).unwrap().sign(MESSAGE).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8_u32 {
            let (key, signature) = (key.public_key(), &signature);
            scope.spawn(move || {
                for round in 0..50 {
                    if (thread + round) % 3 == 0 {
                        let verdict = verify_signature(key, algorithm, b"other", signature);
                        assert_eq!(verdict, Err(CryptoError::SignatureInvalid));
                    } else {
                        assert_eq!(verify_signature(key, algorithm, MESSAGE, signature), Ok(()));
                    }
                }
            });
        }
    });
}

#[test]
fn a_failure_leaves_no_openssl_error_behind() {
    for algorithm in SignatureAlgorithm::ALL {
        for key in keys_for(algorithm) {
            for length in [0, 1, 64, 96, 132, 255, 256, 257] {
                let verdict = verify_signature(key.public_key(), algorithm, MESSAGE, &vec![0xff; length]);
                assert_eq!(verdict, Err(CryptoError::SignatureInvalid));
                assert_eq!(openssl_errors_left(), 0, "{algorithm} {length}");
            }
        }
    }
}

#[test]
fn a_signer_shows_only_a_certificate_of_its_own_key() {
    let (key, other) = (rsa(2048), ec(Curve::P256));
    let signer = LocalSigner::new(key.clone(), SignatureAlgorithm::RsaSha256).unwrap();
    assert_eq!(signer.certificate(), None);
    let refused = signer.clone().with_certificate(certificate_for(&other));
    assert_eq!(refused.unwrap_err(), CryptoError::CertificateKeyMismatch);
    let signer = signer.with_certificate(certificate_for(&key)).unwrap();
    assert_eq!(signer.certificate(), Some(&certificate_for(&key)));
    assert_eq!(signer.public_key(), key.public_key());
    assert_eq!(signer.algorithm(), SignatureAlgorithm::RsaSha256);
}

#[test]
fn signature_identifiers_are_compared_octet_by_octet() {
    for algorithm in SignatureAlgorithm::ALL {
        assert_eq!(SignatureAlgorithm::from_uri(algorithm.uri()), Some(algorithm));
        assert_eq!(SignatureAlgorithm::from_uri(&format!(" {}", algorithm.uri())), None);
    }
    for refused in [
        "",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-ripemd160",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha224",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
        "http://www.w3.org/2007/05/xmldsig-more#rsa-pss",
        "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha256",
    ] {
        assert_eq!(SignatureAlgorithm::from_uri(refused), None, "{refused}");
    }
}
