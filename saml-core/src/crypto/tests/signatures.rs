use super::keys::{ec, ed25519, rsa};
use crate::crypto::{CryptoError, LocalSigner, PrivateKey, SignatureAlgorithm, Signer, verify_signature};

const MESSAGE: &[u8] = b"<samlp:Response/>";

fn key_for(algorithm: SignatureAlgorithm) -> Vec<PrivateKey> {
    match algorithm.family() {
        crate::crypto::KeyFamily::Rsa => vec![rsa(2048)],
        crate::crypto::KeyFamily::Ec => vec![ec("P-256"), ec("P-384"), ec("P-521")],
        crate::crypto::KeyFamily::Ed25519 => vec![ed25519()],
    }
}

#[test]
fn what_is_signed_verifies_and_nothing_else_does() {
    for algorithm in SignatureAlgorithm::ALL {
        if algorithm == SignatureAlgorithm::RsaSha1 {
            continue;
        }
        for key in key_for(algorithm) {
            let signer = LocalSigner::new(key.clone(), algorithm).unwrap();
            let signature = signer.sign(MESSAGE).unwrap();
            let verify = |octets: &[u8], signature: &[u8]| {
                verify_signature(key.public_key(), algorithm, octets, signature)
            };
            assert_eq!(verify(MESSAGE, &signature), Ok(()), "{algorithm}");
            assert_eq!(verify(b"<samlp:Response />", &signature), Err(CryptoError::SignatureInvalid));
            for position in 0..signature.len() {
                let mut forged = signature.clone();
                forged[position] ^= 1;
                assert_eq!(
                    verify(MESSAGE, &forged),
                    Err(CryptoError::SignatureInvalid),
                    "{algorithm} {position}"
                );
            }
        }
    }
}
