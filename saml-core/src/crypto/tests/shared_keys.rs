use super::hex;
use crate::base::{Coded as _, Secret};
use crate::crypto::{CryptoError, InvalidKeyName, KeyName, KeyWrap, SharedKey};

#[test]
fn a_key_has_a_length_of_aes_and_that_decides_the_algorithm() {
    for octets in 0..70 {
        let key = SharedKey::new(Secret::new(vec![7; octets]));
        match KeyWrap::ALL.into_iter().find(|wrap| wrap.key_octets() == octets) {
            Some(wrap) => assert_eq!(key.unwrap().algorithm(), wrap),
            None => assert_eq!(key, Err(CryptoError::SharedKeyLength { octets })),
        }
    }
}

#[test]
fn a_key_is_read_from_digits_or_base64_and_from_nothing_else() {
    let octets: Vec<u8> = (0xe0..=0xff).collect();
    for length in [16, 24, 32] {
        let key = SharedKey::new(Secret::new(octets[..length].to_vec())).unwrap();
        let digits: String = octets[..length].iter().map(|o| format!("{o:02x}")).collect();
        let base64 = crate::enc::tests::base64(&octets[..length]);
        for text in [digits.to_uppercase(), digits, base64] {
            assert_eq!(SharedKey::from_text(&text), Ok(key.clone()), "{text}");
            assert_eq!(SharedKey::from_text(&format!("\t{text} \r\n")), Ok(key.clone()), "{text}");
        }
    }
    for (text, refused) in [
        ("", CryptoError::SharedKeyLength { octets: 0 }),
        ("zzzz", CryptoError::SharedKeyLength { octets: 3 }),
        ("000102030405060708090a0b0c0d0e", CryptoError::SharedKeyLength { octets: 15 }),
        ("000102030405060708090a0b0c0d0e0f0", CryptoError::SharedKeyMalformed),
        ("00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f", CryptoError::SharedKeyMalformed),
        ("zzzzzzzzzzzzzzzzzzzzzz", CryptoError::SharedKeyMalformed),
        ("zzzzzzzzzzzzzzzz zzzzzg==", CryptoError::SharedKeyMalformed),
        ("-----BEGIN PRIVATE KEY-----", CryptoError::SharedKeyMalformed),
        ("sixteen octets !", CryptoError::SharedKeyMalformed),
    ] {
        assert_eq!(SharedKey::from_text(text), Err(refused), "{text}");
    }
    assert_eq!(CryptoError::SharedKeyMalformed.code().as_str(), "key.malformed");
    assert_eq!(CryptoError::SharedKeyLength { octets: 1 }.code().as_str(), "crypto.length_mismatch");
}

#[test]
fn a_key_wraps_as_rfc_3394_says() {
    let key = SharedKey::from_text("000102030405060708090A0B0C0D0E0F").unwrap();
    let session_key = Secret::new(hex("00112233445566778899AABBCCDDEEFF"));
    let wrapped = hex("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5");
    assert_eq!(key.wrap_key(&session_key), Ok(wrapped.clone()));
    assert_eq!(key.unwrap_key(&wrapped, 16), Ok(session_key));
    let other = SharedKey::from_text("000102030405060708090A0B0C0D0E0E").unwrap();
    assert_eq!(other.unwrap_key(&wrapped, 16), Err(CryptoError::OpenFailed));
    assert_eq!(key.unwrap_key(&wrapped, 24), Err(CryptoError::OpenFailed));
}

#[test]
fn a_name_is_shown_and_the_octets_are_not() {
    let name = KeyName::try_from("idp 2026 & co").unwrap();
    let key = SharedKey::new(Secret::new(vec![0xa7; 16])).unwrap();
    assert_eq!(key.name(), None);
    let key = key.named(name.clone());
    assert_eq!(key.name(), Some(&name));
    let shown = format!("{key:?} {key:#?}");
    assert!(shown.contains("idp 2026 & co") && shown.contains("Aes128"), "{shown}");
    for secret in ["a7", "A7", "167", "p6en"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_name_is_one_line_that_survives_any_writer() {
    let longest = "n".repeat(KeyName::MAX_OCTETS);
    for good in ["a", "Schlüssel 1", "<&>", longest.as_str()] {
        assert_eq!(KeyName::try_from(good).unwrap().as_str(), good);
    }
    let too_long = format!("{longest}n");
    for bad in ["", " ", " a", "a ", "a\n", "a\u{0}b", "a\tb", "a\u{FFFE}", "\u{FFFF}b", too_long.as_str()] {
        assert_eq!(KeyName::try_from(bad), Err(InvalidKeyName), "{bad:?}");
    }
}
