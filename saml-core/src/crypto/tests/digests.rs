use super::hex;
use crate::crypto::{CryptoError, Digest, DigestAlgorithm, digest};

/// FIPS 180-4, the message `abc`.
const ABC: [(DigestAlgorithm, &str); 4] = [
    (DigestAlgorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (DigestAlgorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
        DigestAlgorithm::Sha384,
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ),
    (
        DigestAlgorithm::Sha512,
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
         2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ),
];

#[test]
fn digests_match_the_standard() {
    for (algorithm, expected) in ABC {
        let value = digest(algorithm, b"abc").unwrap();
        assert_eq!(value.as_octets(), hex(expected), "{algorithm}");
        assert_eq!(value.as_octets().len(), algorithm.octets());
        assert_eq!(format!("{value:?}"), format!("DigestValue({expected})"));
    }
}

#[test]
fn a_digest_may_be_fed_in_parts() {
    for algorithm in DigestAlgorithm::ALL {
        let mut parts = Digest::new(algorithm);
        for part in [b"a".as_slice(), b"", b"bc"] {
            parts.update(part);
        }
        assert_eq!(parts.finish().unwrap(), digest(algorithm, b"abc").unwrap());
    }
}

#[test]
fn refuses_a_claimed_digest_that_differs() {
    for algorithm in DigestAlgorithm::ALL {
        let value = digest(algorithm, b"abc").unwrap();
        let right = value.as_octets().to_vec();
        assert_eq!(value.verify(&right), Ok(()));
        assert_eq!(value.verify(&[]), Err(CryptoError::DigestMismatch));
        assert_eq!(value.verify(&right[..right.len() - 1]), Err(CryptoError::DigestMismatch));
        assert_eq!(value.verify(&[&right[..], &[0]].concat()), Err(CryptoError::DigestMismatch));
        for position in 0..right.len() {
            let mut wrong = right.clone();
            wrong[position] ^= 0x80;
            assert_eq!(value.verify(&wrong), Err(CryptoError::DigestMismatch), "{position}");
        }
    }
}

#[test]
fn sha_384_has_two_names_and_is_written_under_one() {
    let (signature, encryption) =
        ("http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha384");
    for name in [signature, encryption] {
        assert_eq!(DigestAlgorithm::from_uri(name), Some(DigestAlgorithm::Sha384));
    }
    assert_eq!(DigestAlgorithm::Sha384.uri(), signature);
    // Other algorithms have no second name, although some texts look like one.
    for other in
        ["xmldsig-more#sha256", "xmldsig-more#sha512", "xmldsig-more#sha1", "xmlenc#sha1", "xmlenc#sha224"]
    {
        assert_eq!(DigestAlgorithm::from_uri(&format!("http://www.w3.org/2001/04/{other}")), None);
    }
}

#[test]
fn digest_identifiers_are_compared_octet_by_octet() {
    for algorithm in DigestAlgorithm::ALL {
        assert_eq!(DigestAlgorithm::from_uri(algorithm.uri()), Some(algorithm));
        assert_eq!(DigestAlgorithm::from_uri(&format!("{} ", algorithm.uri())), None);
        assert_eq!(DigestAlgorithm::from_uri(&algorithm.uri().to_uppercase()), None);
    }
    for refused in
        ["", "http://www.w3.org/2001/04/xmldsig-more#md5", "http://www.w3.org/2000/09/xmldsig#sha256"]
    {
        assert_eq!(DigestAlgorithm::from_uri(refused), None);
    }
}
