use openssl::symm::{Cipher, Crypter, Mode};

use super::{Scripted, hex, openssl_errors_left};
use crate::base::{RandomUnavailable, Secret};
use crate::crypto::{CipherMode, ContentCipher, CryptoError};

fn secret(octets: &[u8]) -> Secret {
    Secret::new(octets.to_vec())
}

/// The GCM specification's test cases 1, 2, 3, 7, 9, 13 and 15: key, vector, plaintext, ciphertext, tag.
const GCM: [(ContentCipher, [&str; 5]); 7] = {
    const PLAIN: &str = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
    const IV: &str = "cafebabefacedbaddecaf888";
    const ZERO_IV: &str = "000000000000000000000000";
    const ZERO: &str = "00000000000000000000000000000000";
    [
        (ContentCipher::Aes128Gcm, [ZERO, ZERO_IV, "", "", "58e2fccefa7e3061367f1d57a4e7455a"]),
        (
            ContentCipher::Aes128Gcm,
            [ZERO, ZERO_IV, ZERO, "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"],
        ),
        (
            ContentCipher::Aes128Gcm,
            [
                "feffe9928665731c6d6a8f9467308308",
                IV,
                PLAIN,
                "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
                 21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
                "4d5c2af327cd64a62cf35abd2ba6fab4",
            ],
        ),
        (
            ContentCipher::Aes192Gcm,
            [
                "000000000000000000000000000000000000000000000000",
                ZERO_IV,
                "",
                "",
                "cd33b28ac773f74ba00ed1f312572435",
            ],
        ),
        (
            ContentCipher::Aes192Gcm,
            [
                "feffe9928665731c6d6a8f9467308308feffe9928665731c",
                IV,
                PLAIN,
                "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c\
                 7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710acade256",
                "9924a7c8587336bfb118024db8674a14",
            ],
        ),
        (
            ContentCipher::Aes256Gcm,
            [
                "0000000000000000000000000000000000000000000000000000000000000000",
                ZERO_IV,
                "",
                "",
                "530f8afbc74536b9a963b4f1c4cb738b",
            ],
        ),
        (
            ContentCipher::Aes256Gcm,
            [
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                IV,
                PLAIN,
                "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                 8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
                "b094dac5d93471bdec1a502270e3cc6c",
            ],
        ),
    ]
};

#[test]
fn gcm_matches_the_vectors_of_its_specification() {
    for (cipher, vector) in GCM {
        let [key, iv, plaintext, ciphertext, tag] = vector.map(hex);
        let sealed = [&iv[..], &ciphertext, &tag].concat();
        let mut random = Scripted(iv);
        assert_eq!(cipher.seal(&secret(&key), &plaintext, &mut random), Ok(sealed.clone()), "{cipher}");
        assert_eq!(cipher.open(&secret(&key), &sealed), Ok(plaintext));
    }
}

#[test]
fn gcm_opens_nothing_that_was_changed_or_cut() {
    let cipher = ContentCipher::Aes256Gcm;
    let key = secret(&[7; 32]);
    let sealed = cipher.seal(&key, b"<saml:Assertion/>", &mut Scripted(vec![9; 12])).unwrap();
    for position in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[position] ^= 1;
        assert_eq!(cipher.open(&key, &changed), Err(CryptoError::OpenFailed), "{position}");
        // A shorter tag, even of no octets, makes a shorter message with a wrong tag (CVE-2026-32313).
        assert_eq!(cipher.open(&key, &sealed[..position]), Err(CryptoError::OpenFailed), "{position}");
        assert_eq!(openssl_errors_left(), 0);
    }
    assert_eq!(cipher.open(&key, &[&sealed[..], &[0]].concat()), Err(CryptoError::OpenFailed));
    assert_eq!(cipher.open(&secret(&[8; 32]), &sealed), Err(CryptoError::OpenFailed));
}

#[test]
fn keys_have_the_length_of_their_cipher() {
    for cipher in ContentCipher::ALL {
        for length in [0, 8, 15, 16, 17, 24, 32, 33] {
            if length == cipher.key_octets() {
                continue;
            }
            let key = secret(&vec![1; length]);
            assert_eq!(cipher.open(&key, &[0; 64]), Err(CryptoError::OpenFailed), "{cipher} {length}");
            if cipher.mode() == CipherMode::Gcm {
                let refused = cipher.seal(&key, b"x", &mut Scripted(vec![0; 12]));
                assert_eq!(refused, Err(CryptoError::LengthMismatch));
            }
        }
    }
}

#[test]
fn keys_and_vectors_come_from_the_given_source_only() {
    let cipher = ContentCipher::Aes128Gcm;
    let octets: Vec<u8> = (0..40).collect();
    let mut random = Scripted(octets.clone());
    let key = cipher.generate_key(&mut random).unwrap();
    assert_eq!(key.expose(), &octets[..16]);
    let one = cipher.seal(&key, b"a", &mut random).unwrap();
    let two = cipher.seal(&key, b"a", &mut random).unwrap();
    assert_eq!((&one[..12], &two[..12]), (&octets[16..28], &octets[28..40]));
    let unavailable = CryptoError::RandomUnavailable(RandomUnavailable);
    assert_eq!(cipher.seal(&key, b"a", &mut random), Err(unavailable.clone()));
    assert_eq!(cipher.generate_key(&mut random), Err(unavailable));
}

#[test]
fn cbc_is_never_sealed() {
    for cipher in ContentCipher::ALL.into_iter().filter(|cipher| cipher.mode() == CipherMode::Cbc) {
        let key = secret(&vec![1; cipher.key_octets()]);
        let refused = cipher.seal(&key, b"x", &mut Scripted(vec![0; 16]));
        assert_eq!(refused, Err(CryptoError::ReadOnlyAlgorithm), "{cipher}");
    }
}

fn cbc_ciphers() -> [(ContentCipher, Cipher); 4] {
    [
        (ContentCipher::Aes128Cbc, Cipher::aes_128_cbc()),
        (ContentCipher::Aes192Cbc, Cipher::aes_192_cbc()),
        (ContentCipher::Aes256Cbc, Cipher::aes_256_cbc()),
        (ContentCipher::TripleDesCbc, Cipher::des_ede3_cbc()),
    ]
}

/// `iv ‖ CBC(blocks)`, whatever the blocks end in.
fn cbc(cipher: Cipher, key: &[u8], blocks: &[u8]) -> Vec<u8> {
    let iv = vec![0x42; cipher.iv_len().unwrap()];
    let mut crypter = Crypter::new(cipher, Mode::Encrypt, key, Some(&iv)).unwrap();
    crypter.pad(false);
    let mut ciphertext = vec![0; blocks.len() + cipher.block_size()];
    let written = crypter.update(blocks, &mut ciphertext).unwrap();
    ciphertext.truncate(written);
    [iv, ciphertext].concat()
}

#[test]
fn cbc_padding_is_that_of_xml_encryption() {
    for (ours, theirs) in cbc_ciphers() {
        let block = theirs.block_size();
        let key: Vec<u8> = (1..=u8::try_from(ours.key_octets()).unwrap()).collect();
        let open = |blocks: &[u8]| ours.open(&secret(&key), &cbc(theirs, &key, blocks));
        for padding in 0..=u8::MAX {
            // The octets before the last are anything [XML-Enc §5.2].
            let mut blocks: Vec<u8> = (0..u8::try_from(3 * block).unwrap()).collect();
            *blocks.last_mut().unwrap() = padding;
            let octets = usize::from(padding);
            let expected = if (1..=block).contains(&octets) {
                Ok(blocks[..blocks.len() - octets].to_vec())
            } else {
                Err(CryptoError::OpenFailed)
            };
            assert_eq!(open(&blocks), expected, "{ours} {padding}");
        }
        let only_padding = vec![u8::try_from(block).unwrap(); block];
        assert_eq!(open(&only_padding), Ok(Vec::new()));
    }
}

#[test]
fn cbc_wants_whole_blocks_and_at_least_one() {
    for (ours, theirs) in cbc_ciphers() {
        let key = vec![3; ours.key_octets()];
        let sealed = cbc(theirs, &key, &vec![1; 2 * theirs.block_size()]);
        for length in 0..sealed.len() {
            let whole = length > theirs.block_size() && length % theirs.block_size() == 0;
            let opened = ours.open(&secret(&key), &sealed[..length]);
            assert_eq!(opened.is_ok(), whole, "{ours} {length}");
            assert!(whole || opened == Err(CryptoError::OpenFailed));
            assert_eq!(openssl_errors_left(), 0);
        }
    }
}

#[test]
fn cipher_identifiers_are_compared_octet_by_octet() {
    for cipher in ContentCipher::ALL {
        assert_eq!(ContentCipher::from_uri(cipher.uri()), Some(cipher));
        assert_eq!(ContentCipher::from_uri(&cipher.uri().to_uppercase()), None);
    }
    assert_eq!(ContentCipher::from_uri("http://www.w3.org/2001/04/xmlenc#aes128-gcm"), None);
}
