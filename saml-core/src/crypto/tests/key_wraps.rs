use super::{hex, openssl_errors_left};
use crate::base::Secret;
use crate::crypto::{CryptoError, KeyWrap};

/// RFC 3394 §4.1 to §4.6: wrapping key, key, result.
const VECTORS: [(KeyWrap, [&str; 3]); 6] = [
    (
        KeyWrap::Aes128,
        [
            "000102030405060708090A0B0C0D0E0F",
            "00112233445566778899AABBCCDDEEFF",
            "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5",
        ],
    ),
    (
        KeyWrap::Aes192,
        [
            "000102030405060708090A0B0C0D0E0F1011121314151617",
            "00112233445566778899AABBCCDDEEFF",
            "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D",
        ],
    ),
    (
        KeyWrap::Aes256,
        [
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF",
            "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7",
        ],
    ),
    (
        KeyWrap::Aes192,
        [
            "000102030405060708090A0B0C0D0E0F1011121314151617",
            "00112233445566778899AABBCCDDEEFF0001020304050607",
            "031D33264E15D33268F24EC260743EDCE1C6C7DDEE725A936BA814915C6762D2",
        ],
    ),
    (
        KeyWrap::Aes256,
        [
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF0001020304050607",
            "A8F9BC1612C68B3FF6E6F4FBE30E71E4769C8B80A32CB8958CD5D17D6B254DA1",
        ],
    ),
    (
        KeyWrap::Aes256,
        [
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
            "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
        ],
    ),
];

#[test]
fn key_wrap_matches_rfc_3394() {
    for (wrap, vector) in VECTORS {
        let [wrapping_key, key, wrapped] = vector.map(hex);
        let (wrapping_key, key) = (Secret::new(wrapping_key), Secret::new(key));
        assert_eq!(wrap.wrap_key(&wrapping_key, &key), Ok(wrapped.clone()), "{wrap}");
        assert_eq!(wrap.unwrap_key(&wrapping_key, &wrapped, key.expose().len()), Ok(key));
    }
}

#[test]
fn unwraps_nothing_that_was_changed() {
    let wrapping_key = Secret::new(vec![5; 16]);
    let wrapped = KeyWrap::Aes128.wrap_key(&wrapping_key, &Secret::new(vec![6; 32])).unwrap();
    let unwrap = |wrapped: &[u8], octets| KeyWrap::Aes128.unwrap_key(&wrapping_key, wrapped, octets);
    for position in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[position] ^= 1;
        assert_eq!(unwrap(&changed, 32), Err(CryptoError::OpenFailed));
        assert_eq!(unwrap(&wrapped[..position], 32), Err(CryptoError::OpenFailed));
        assert_eq!(openssl_errors_left(), 0);
    }
    for octets in [0, 8, 16, 24, 31, 33, 40] {
        assert_eq!(unwrap(&wrapped, octets), Err(CryptoError::OpenFailed));
    }
    let other = KeyWrap::Aes128.unwrap_key(&Secret::new(vec![4; 16]), &wrapped, 32);
    assert_eq!(other, Err(CryptoError::OpenFailed));
}

#[test]
fn wraps_only_keys_of_a_fitting_length() {
    for length in [0, 8, 15, 17, 23, 4104] {
        let refused = KeyWrap::Aes128.wrap_key(&Secret::new(vec![0; 16]), &Secret::new(vec![0; length]));
        assert_eq!(refused, Err(CryptoError::LengthMismatch), "{length}");
    }
    for wrap in KeyWrap::ALL {
        for length in [0, 15, 16, 24, 32, 33].into_iter().filter(|length| *length != wrap.key_octets()) {
            let wrapping_key = Secret::new(vec![0; length]);
            let refused = wrap.wrap_key(&wrapping_key, &Secret::new(vec![0; 16]));
            assert_eq!(refused, Err(CryptoError::LengthMismatch), "{wrap} {length}");
            assert_eq!(wrap.unwrap_key(&wrapping_key, &[0; 24], 16), Err(CryptoError::OpenFailed));
        }
        assert_eq!(KeyWrap::from_uri(wrap.uri()), Some(wrap));
    }
    assert_eq!(KeyWrap::from_uri("http://www.w3.org/2001/04/xmlenc#kw-tripledes"), None);
}
