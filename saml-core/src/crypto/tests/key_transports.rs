use openssl::bn::BigNum;
use openssl::rsa::Padding;

use super::keys::{ec, ed25519, fresh_rsa, rsa};
use super::openssl_errors_left;
use crate::base::Secret;
use crate::crypto::{
    CryptoError, Curve, Decrypter, DigestAlgorithm, KeyTransport, LocalDecrypter, PrivateKey, UnsupportedKey,
};

const FAILED: Result<Secret, CryptoError> = Err(CryptoError::OpenFailed);

fn session_key() -> Secret {
    Secret::new((1..=32).collect())
}

fn decrypter(key: &PrivateKey) -> LocalDecrypter {
    LocalDecrypter::new(key.clone()).unwrap()
}

fn every_oaep() -> Vec<KeyTransport> {
    let mut transports = Vec::new();
    for digest in DigestAlgorithm::ALL {
        for label in [Vec::new(), b"label".to_vec()] {
            transports.push(KeyTransport::RsaOaepMgf1p { digest, label: label.clone() });
            for mask in DigestAlgorithm::ALL {
                transports.push(KeyTransport::RsaOaep { digest, mask, label: label.clone() });
            }
        }
    }
    transports
}

/// What OAEP computes with, which the two forms can share.
fn parameters(transport: &KeyTransport) -> (DigestAlgorithm, DigestAlgorithm, Vec<u8>) {
    match transport {
        KeyTransport::RsaOaepMgf1p { digest, label } => (*digest, DigestAlgorithm::Sha1, label.clone()),
        KeyTransport::RsaOaep { digest, mask, label } => (*digest, *mask, label.clone()),
        KeyTransport::Rsa15 => panic!("not OAEP"),
    }
}

#[test]
fn oaep_unwraps_under_its_own_parameters_only() {
    let key = rsa(2048);
    let decrypter = decrypter(&key);
    assert_eq!(decrypter.public_key(), key.public_key());
    for wrapping in every_oaep() {
        let wrapped = wrapping.wrap_key(key.public_key(), &session_key()).unwrap();
        assert_eq!(wrapped.len(), 256);
        for unwrapping in every_oaep() {
            let same = parameters(&wrapping) == parameters(&unwrapping);
            let expected = if same { Ok(session_key()) } else { FAILED };
            assert_eq!(decrypter.unwrap_key(&unwrapping, &wrapped, 32), expected, "{wrapping} {unwrapping}");
        }
    }
}

#[test]
fn oaep_is_openssl_s_for_the_form_that_every_peer_reads() {
    let key = rsa(2048);
    let mut wrapped = vec![0; 256];
    let public = openssl::rsa::Rsa::public_key_from_der(key.public_key().spki_der()).unwrap();
    public.public_encrypt(session_key().expose(), &mut wrapped, Padding::PKCS1_OAEP).unwrap();
    let opened = decrypter(&key).unwrap_key(&KeyTransport::oaep_for_any_peer(), &wrapped, 32);
    assert_eq!(opened, Ok(session_key()));
}

#[test]
fn oaep_fails_in_one_way() {
    let key = rsa(2048);
    let transport = KeyTransport::oaep_for_any_peer();
    let wrapped = transport.wrap_key(key.public_key(), &session_key()).unwrap();
    let decrypter = decrypter(&key);
    for position in [0, 1, 100, 255] {
        let mut changed = wrapped.clone();
        changed[position] ^= 1;
        assert_eq!(decrypter.unwrap_key(&transport, &changed, 32), FAILED);
        assert_eq!(openssl_errors_left(), 0);
    }
    let longer = [&[0], &wrapped[..]].concat();
    for wrong in [&[][..], &wrapped[1..], &wrapped[..255], &longer, &[0; 256], &[0xff; 256]] {
        assert_eq!(decrypter.unwrap_key(&transport, wrong, 32), FAILED);
        assert_eq!(openssl_errors_left(), 0);
    }
    for octets in [0, 16, 24, 31, 33, 256] {
        assert_eq!(decrypter.unwrap_key(&transport, &wrapped, octets), FAILED, "{octets}");
    }
    assert_eq!(self::decrypter(&fresh_rsa(2048)).unwrap_key(&transport, &wrapped, 32), FAILED);
}

#[test]
fn keys_are_wrapped_for_rsa_and_never_by_pkcs1() {
    let transport = KeyTransport::oaep_for_any_peer();
    for key in [ec(Curve::P256), ed25519()] {
        let refused = transport.wrap_key(key.public_key(), &session_key());
        let found = UnsupportedKey::NotRsa { kind: key.kind() };
        let unsupported = CryptoError::KeyUnsupported { found };
        assert_eq!(refused, Err(unsupported.clone()));
        assert_eq!(LocalDecrypter::new(key).unwrap_err(), unsupported);
    }
    let refused = KeyTransport::Rsa15.wrap_key(rsa(2048).public_key(), &session_key());
    assert_eq!(refused, Err(CryptoError::ReadOnlyAlgorithm));
    // RSA of 1024 bits has no room for OAEP with SHA-512.
    let large = KeyTransport::RsaOaep {
        digest: DigestAlgorithm::Sha512,
        mask: DigestAlgorithm::Sha1,
        label: Vec::new(),
    };
    let refused = large.wrap_key(rsa(1024).public_key(), &session_key());
    assert_eq!(refused, Err(CryptoError::LibraryFailed));
}

/// Raw RSA with the public key over a block of our making.
fn raw(key: &PrivateKey, block: &[u8]) -> Vec<u8> {
    let mut wrapped = vec![0; 256];
    let public = openssl::rsa::Rsa::public_key_from_der(key.public_key().spki_der()).unwrap();
    public.public_encrypt(block, &mut wrapped, Padding::NONE).unwrap();
    wrapped
}

/// `lead`, `filler` up to 256 octets, a zero, and the session key.
fn block(lead: &[u8], filler: u8, session_key: &[u8]) -> Vec<u8> {
    [lead, &vec![filler; 255 - lead.len() - session_key.len()], &[0], session_key].concat()
}

#[test]
fn pkcs1_unwraps_what_is_well_padded() {
    let key = rsa(2048);
    let public = openssl::rsa::Rsa::public_key_from_der(key.public_key().spki_der()).unwrap();
    for octets in [16_usize, 24, 32] {
        let expected = Secret::new((1..=u8::try_from(octets).unwrap()).collect());
        let mut wrapped = vec![0; 256];
        public.public_encrypt(expected.expose(), &mut wrapped, Padding::PKCS1).unwrap();
        let unwrap = |octets| decrypter(&key).unwrap_key(&KeyTransport::Rsa15, &wrapped, octets);
        assert_eq!(unwrap(octets), Ok(expected.clone()));
        // The control for the blocks below.
        let made = raw(&key, &block(&[0, 2], 0x77, expected.expose()));
        let unwrapped = decrypter(&key).unwrap_key(&KeyTransport::Rsa15, &made, octets);
        assert_eq!(unwrapped, Ok(expected));
    }
}

#[test]
fn pkcs1_rejects_implicitly() {
    let key = rsa(2048);
    let session_key = session_key();
    let plain = session_key.expose();
    let unwrap = |wrapped: &[u8]| {
        let unwrapped = decrypter(&key).unwrap_key(&KeyTransport::Rsa15, wrapped, 32);
        assert_eq!(openssl_errors_left(), 0);
        unwrapped
    };
    let mut stand_ins = Vec::new();
    for (block, why) in [
        (block(&[0, 1], 0x77, plain), "block type 1"),
        (block(&[1, 2], 0x77, plain), "no leading zero"),
        (block(&[0, 2, 0], 0x77, plain), "no padding at all"),
        (block(&[0, 2, 1, 1, 1, 1, 1, 1, 1, 0], 0x77, plain), "seven octets of padding"),
        (block(&[0, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0], 0x77, plain), "a longer session key"),
        (block(&[0, 2], 0x77, &plain[..31]), "a session key of 31 octets"),
        (block(&[0, 2], 0x77, &[plain, &[1]].concat()), "a session key of 33 octets"),
        (block(&[0, 2], 0x77, &[&[1], plain].concat()), "no separator in its place"),
        (block(&[0, 2], 0x77, &[]), "an empty session key"),
        ([&[0, 2][..], &[0x77; 254]].concat(), "no separator"),
        ([&[0][..], &[0; 255]].concat(), "zero"),
    ] {
        let wrapped = raw(&key, &block);
        let stand_in = unwrap(&wrapped).expect(why);
        assert_eq!(stand_in.expose().len(), 32);
        assert_ne!(stand_in, session_key, "{why}");
        assert_ne!(stand_in.expose(), &block[block.len() - 32..], "{why}");
        assert_eq!(unwrap(&wrapped), Ok(stand_in.clone()), "the same again: {why}");
        assert!(!stand_ins.contains(&stand_in), "no two alike: {why}");
        stand_ins.push(stand_in);
    }
}

#[test]
fn stand_ins_depend_on_the_key_the_ciphertext_and_the_length() {
    let (one, two) = (rsa(2048), fresh_rsa(2048));
    let wrapped = [vec![0], vec![0x55; 255]].concat();
    let unwrap = |key: &PrivateKey, octets| {
        decrypter(key).unwrap_key(&KeyTransport::Rsa15, &wrapped, octets).unwrap().expose().to_vec()
    };
    assert_ne!(unwrap(&one, 32), unwrap(&two, 32));
    assert_ne!(unwrap(&one, 16), unwrap(&one, 32)[..16]);
    let again = PrivateKey::from_pkcs8_der(&one.openssl().private_key_to_pkcs8().unwrap()).unwrap();
    assert_eq!(unwrap(&one, 32), unwrap(&again, 32), "another process agrees");
}

#[test]
fn pkcs1_fails_only_for_what_is_public() {
    let key = rsa(2048);
    let decrypter = decrypter(&key);
    let modulus = key.openssl().rsa().unwrap().n().to_vec();
    let mut above = BigNum::new().unwrap();
    above.checked_add(&BigNum::from_slice(&modulus).unwrap(), &BigNum::from_u32(5).unwrap()).unwrap();
    for wrong in [&[][..], &[1; 255], &[1; 257], &modulus, &above.to_vec(), &[0xff; 256]] {
        assert_eq!(decrypter.unwrap_key(&KeyTransport::Rsa15, wrong, 32), FAILED);
        assert_eq!(openssl_errors_left(), 0);
    }
    let wrapped = raw(&key, &block(&[0, 2], 0x77, session_key().expose()));
    for octets in [65, 245, 246, 256, usize::MAX] {
        assert_eq!(decrypter.unwrap_key(&KeyTransport::Rsa15, &wrapped, octets), FAILED, "{octets}");
    }
}

#[test]
fn masks_have_identifiers_of_their_own() {
    for digest in DigestAlgorithm::ALL {
        assert_eq!(KeyTransport::mask_from_uri(KeyTransport::mask_uri(digest)), Some(digest));
        assert_eq!(KeyTransport::mask_from_uri(digest.uri()), None);
    }
}

#[test]
fn decrypters_do_not_print_their_secrets() {
    let shown = format!("{:?}", decrypter(&rsa(2048)));
    assert!(shown.contains("PrivateKey(…") && shown.contains("Secret(…)"), "{shown}");
}
