use openssl::bn::BigNum;
use openssl::ec::PointConversionForm;
use openssl::rsa::Rsa;

use super::hex;
use super::keys::{certificate_for, ec, ed25519, rsa};
use crate::crypto::der::{encode, encode_unsigned};
use crate::crypto::{CryptoError, Curve, DigestAlgorithm, KeyKind, PublicKey, UnsupportedKey, digest};

#[test]
fn public_keys_are_encoded_as_openssl_encodes_them() {
    for key in [rsa(1024), rsa(2048), ec(Curve::P256), ec(Curve::P384), ec(Curve::P521), ed25519()] {
        let theirs = key.openssl().public_key_to_der().unwrap();
        let ours = PublicKey::from_spki_der(&theirs).unwrap();
        assert_eq!(ours.spki_der(), theirs);
        assert_eq!(&ours, key.public_key());
        assert_eq!(*ours.fingerprint(), digest(DigestAlgorithm::Sha256, &theirs).unwrap());
        assert_eq!(PublicKey::from_pem(&ours.to_pem()), Ok(ours.clone()));
        assert_eq!(PublicKey::from_pem(&certificate_for(&key).to_pem()), Ok(ours));
    }
}

#[test]
fn tells_what_a_key_is_made_of() {
    for (key, kind, shown) in [
        (rsa(1024), KeyKind::Rsa { bits: 1024 }, "RSA 1024"),
        (rsa(2048), KeyKind::Rsa { bits: 2048 }, "RSA 2048"),
        (ec(Curve::P256), KeyKind::Ec { curve: Curve::P256 }, "EC P-256"),
        (ec(Curve::P521), KeyKind::Ec { curve: Curve::P521 }, "EC P-521"),
        (ed25519(), KeyKind::Ed25519, "Ed25519"),
    ] {
        assert_eq!(key.kind(), kind);
        assert_eq!(kind.to_string(), shown);
    }
}

#[test]
fn keys_are_built_from_the_numbers_of_a_key_value() {
    let key = rsa(2048);
    let numbers = key.openssl().rsa().unwrap();
    let (modulus, exponent) = (numbers.n().to_vec(), numbers.e().to_vec());
    assert_eq!(PublicKey::from_rsa_components(&modulus, &exponent).as_ref(), Ok(key.public_key()));
    // Some products write the sign octet of DER.
    let signed = [&[0], &modulus[..]].concat();
    assert_eq!(PublicKey::from_rsa_components(&signed, &exponent).as_ref(), Ok(key.public_key()));
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let key = ec(curve);
        let points = key.openssl().ec_key().unwrap();
        let mut context = openssl::bn::BigNumContext::new().unwrap();
        let mut encode = |form| points.public_key().to_bytes(points.group(), form, &mut context).unwrap();
        let uncompressed = encode(PointConversionForm::UNCOMPRESSED);
        assert_eq!(PublicKey::from_ec_point(curve, &uncompressed).as_ref(), Ok(key.public_key()));
        let mut off_the_curve = uncompressed.clone();
        off_the_curve[curve.octets()] ^= 1;
        let hybrid = encode(PointConversionForm::HYBRID);
        let compressed = encode(PointConversionForm::COMPRESSED);
        for wrong in [&off_the_curve[..], &hybrid, &compressed, &uncompressed[1..], &[0], &[4], &[]] {
            assert_eq!(PublicKey::from_ec_point(curve, wrong), Err(CryptoError::KeyMalformed));
        }
    }
}

#[test]
fn refuses_rsa_numbers_that_no_honest_generator_makes() {
    let modulus = rsa(2048).openssl().rsa().unwrap().n().to_vec();
    let mut even = modulus.clone();
    *even.last_mut().unwrap() &= 0xfe;
    let wide = [&[1][..], &[0; 7], &[1]].concat();
    for (modulus, exponent, why) in [
        (&modulus[..], &[1][..], "an exponent of 1"),
        (&modulus, &[], "an exponent of 0"),
        (&modulus, &[2], "an even exponent"),
        (&modulus, &wide, "an exponent of 65 bits"),
        (&modulus, &modulus, "an exponent as long as the modulus"),
        (&even, &[1, 0, 1], "an even modulus"),
        (&[], &[1, 0, 1], "no modulus"),
        (&modulus[..63], &[1, 0, 1], "a modulus below 512 bits"),
        (&[0xff; 2049], &[1, 0, 1], "a modulus above 16384 bits"),
    ] {
        let refused = PublicKey::from_rsa_components(modulus, exponent);
        assert_eq!(refused, Err(CryptoError::KeyMalformed), "{why}");
    }
    assert!(PublicKey::from_rsa_components(&modulus, &[3]).is_ok());
}

fn rsa_spki(identifier: &[u8], numbers: &[u8]) -> Vec<u8> {
    encode(0x30, &[identifier, &encode(0x03, &[&[0], numbers])])
}

#[test]
fn an_rsa_key_is_the_same_with_and_without_null() {
    let key = rsa(2048);
    let numbers = key.openssl().rsa().unwrap();
    let numbers =
        encode(0x30, &[&encode_unsigned(&numbers.n().to_vec()), &encode_unsigned(&numbers.e().to_vec())]);
    let with_null = hex("300d06092a864886f70d0101010500");
    let without = hex("300b06092a864886f70d010101");
    let other_parameters = hex("300e06092a864886f70d010101020105");
    let pss = hex("300b06092a864886f70d01010a");
    let read = |identifier: &[u8]| PublicKey::from_spki_der(&rsa_spki(identifier, &numbers));
    assert_eq!(read(&with_null).as_ref(), Ok(key.public_key()));
    assert_eq!(read(&without).as_ref(), Ok(key.public_key()));
    assert_eq!(read(&other_parameters), Err(CryptoError::KeyMalformed));
    let found = UnsupportedKey::RsaPssOnly;
    assert_eq!(read(&pss), Err(CryptoError::KeyUnsupported { found }));
    // The same with parameters that say which digest, and a kind that nobody knows.
    let restricted = hex("301206092a864886f70d01010a3005a303020120");
    let found = UnsupportedKey::RsaPssOnly;
    assert_eq!(read(&restricted), Err(CryptoError::KeyUnsupported { found }));
    let found = UnsupportedKey::Unknown { oid: "2.999.3".to_owned() };
    assert_eq!(read(&hex("30050603883703")), Err(CryptoError::KeyUnsupported { found }));
    let negative = encode(0x30, &[&encode(0x02, &[&[0x80; 256]]), &encode_unsigned(&[1, 0, 1])]);
    let third = encode(0x30, &[&numbers[4..], &encode_unsigned(&[1])]);
    for wrong in [&negative, &third, &numbers[..numbers.len() - 1].to_vec()] {
        assert_eq!(PublicKey::from_spki_der(&rsa_spki(&with_null, wrong)), Err(CryptoError::KeyMalformed));
    }
}

#[test]
fn compressed_points_are_the_same_key() {
    let key = ec(Curve::P256);
    let points = key.openssl().ec_key().unwrap();
    let mut context = openssl::bn::BigNumContext::new().unwrap();
    let point =
        points.public_key().to_bytes(points.group(), PointConversionForm::COMPRESSED, &mut context).unwrap();
    let p256 = hex("301306072a8648ce3d020106082a8648ce3d030107");
    let compressed = encode(0x30, &[&p256, &encode(0x03, &[&[0], &point])]);
    assert_ne!(compressed, key.public_key().spki_der(), "the control");
    assert_eq!(PublicKey::from_spki_der(&compressed).as_ref(), Ok(key.public_key()));
}

#[test]
fn refuses_points_that_are_no_key() {
    let p256 = hex("301306072a8648ce3d020106082a8648ce3d030107");
    for point in [hex("00"), vec![4; 65], vec![4; 64], vec![]] {
        let spki = encode(0x30, &[&p256, &encode(0x03, &[&[0], &point])]);
        assert_eq!(PublicKey::from_spki_der(&spki), Err(CryptoError::KeyMalformed));
    }
    let ed25519_short = encode(0x30, &[&hex("300506032b6570"), &encode(0x03, &[&[0], &[1; 31]])]);
    assert_eq!(PublicKey::from_spki_der(&ed25519_short), Err(CryptoError::KeyMalformed));
}

#[test]
fn refuses_what_is_no_public_key() {
    let spki = rsa(2048).public_key().spki_der().to_vec();
    let trailing = [&spki[..], &[0]].concat();
    for octets in [&[][..], &[0x30], &spki[..100], &trailing] {
        assert_eq!(PublicKey::from_spki_der(octets), Err(CryptoError::KeyMalformed));
    }
    let private = String::from_utf8(rsa(2048).openssl().private_key_to_pem_pkcs8().unwrap()).unwrap();
    for text in ["", "x", "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----", &private] {
        assert_eq!(PublicKey::from_pem(text), Err(CryptoError::KeyMalformed));
    }
    let unused_bits = {
        let mut octets = spki;
        let position = octets.windows(4).position(|four| four == [0x03, 0x82, 0x01, 0x0f]).unwrap();
        octets[position + 4] = 1;
        octets
    };
    assert_eq!(PublicKey::from_spki_der(&unused_bits), Err(CryptoError::KeyMalformed));
}

#[test]
fn keys_print_as_kind_and_fingerprint() {
    let key = Rsa::generate_with_e(2048, &BigNum::from_u32(65_537).unwrap()).unwrap();
    let key = PublicKey::from_rsa_components(&key.n().to_vec(), &key.e().to_vec()).unwrap();
    assert!(format!("{key:?}").starts_with("PublicKey(RSA 2048, DigestValue("));
}
