//! Signatures that a lenient verifier takes.

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::md::Md;
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::sign::RsaPssSaltlen;

use super::hex;
use super::keys::{ec, rsa, rsa_with_exponent_3};
use crate::crypto::{
    CryptoError, Curve, DigestAlgorithm, LocalSigner, PrivateKey, SignatureAlgorithm, Signer, digest,
    verify_signature,
};

const MESSAGE: &[u8] = b"<samlp:Response/>";
const SHA256_INFO: &str = "3031300d060960864801650304020105000420";
const REFUSED: Result<(), CryptoError> = Err(CryptoError::SignatureInvalid);

/// Raw RSA with the private key over an encoded message of our making.
fn raw_rsa(key: &PrivateKey, encoded: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; 256];
    key.openssl().rsa().unwrap().private_encrypt(encoded, &mut signature, Padding::NONE).unwrap();
    signature
}

fn hash() -> Vec<u8> {
    digest(DigestAlgorithm::Sha256, MESSAGE).unwrap().as_octets().to_vec()
}

/// `00 01 padding… 00 tail`, filled up to 256 octets with `filler`.
fn encoded(lead: &[u8], filler: u8, separator: &[u8], tail: &[u8]) -> Vec<u8> {
    let count = 256 - lead.len() - separator.len() - tail.len();
    [lead, &vec![filler; count], separator, tail].concat()
}

fn verify(key: &PrivateKey, encoded: &[u8]) -> Result<(), CryptoError> {
    verify_signature(key.public_key(), SignatureAlgorithm::RsaSha256, MESSAGE, &raw_rsa(key, encoded))
}

#[test]
fn pkcs1_has_one_encoding() {
    let key = rsa(2048);
    let info = [hex(SHA256_INFO), hash()].concat();
    // The control: the encoding that this test builds is the one of the standard.
    assert_eq!(verify(&key, &encoded(&[0, 1], 0xff, &[0], &info)), Ok(()));

    let without_null = [hex("302f300b06096086480165030402010420"), hash()].concat();
    let long_length = [hex("308131300d060960864801650304020105000420"), hash()].concat();
    let sha512_info = [hex("3051300d060960864801650304020305000440"), hash(), hash()].concat();
    let null_with_content = [hex("3033300f06096086480165030402010502ffff0420"), hash()].concat();
    let garbage_inside = [hex("3035300d060960864801650304020105000420"), hash(), vec![1, 2, 3, 4]].concat();
    let hash_only = hash();
    for (encoded, why) in [
        (encoded(&[0, 1], 0xff, &[0], &without_null), "NULL left out"),
        (encoded(&[0, 1], 0xff, &[0], &long_length), "BER length"),
        (encoded(&[0, 1], 0xff, &[0], &sha512_info), "another digest's identifier"),
        (encoded(&[0, 1], 0xff, &[0], &null_with_content), "NULL with content"),
        (encoded(&[0, 1], 0xff, &[0], &garbage_inside), "octets after the digest"),
        (encoded(&[0, 1], 0xff, &[0], &hash_only), "no DigestInfo"),
        (encoded(&[0, 2], 0xff, &[0], &info), "block type 2"),
        (encoded(&[0, 0], 0xff, &[0], &info), "block type 0"),
        (encoded(&[0, 1], 0xfe, &[0], &info), "padding that is not FF"),
        (encoded(&[0, 1, 0xff, 0xfe], 0xff, &[0], &info), "one octet of padding wrong"),
        (encoded(&[0, 1], 0xff, &[1], &info), "no separator"),
        (encoded(&[0, 1, 0xff, 0], 0xff, &[0], &info), "an early separator"),
    ] {
        assert_eq!(verify(&key, &encoded), REFUSED, "{why}");
    }
}

/// Bleichenbacher's forgery of 2006 (CVE-2006-4339): short padding, the digest, then room for anything.
#[test]
fn short_padding_with_octets_after_the_digest_is_no_signature() {
    let key = rsa(2048);
    for padding in [0, 1, 8, 100] {
        let start = [vec![0, 1], vec![0xff; padding], vec![0], hex(SHA256_INFO), hash()].concat();
        let filled = [start.clone(), vec![0x5a; 256 - start.len()]].concat();
        assert_eq!(verify(&key, &filled), REFUSED, "{padding}");
    }
}

/// The same with an exponent of 3 and without the private key: a cube root is the signature.
#[test]
fn a_cube_root_is_no_signature() {
    let key = rsa_with_exponent_3();
    let start =
        [vec![0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], hex(SHA256_INFO), hash()].concat();
    let target = BigNum::from_slice(&[start.clone(), vec![0xff; 256 - start.len()]].concat()).unwrap();
    let signature = cube_root(&target).to_vec_padded(256).unwrap();
    // The control: the cube does begin with what a lenient parser wants to see.
    let mut opened = vec![0; 256];
    let rsa = openssl::rsa::Rsa::public_key_from_der(key.public_key().spki_der()).unwrap();
    rsa.public_decrypt(&signature, &mut opened, Padding::NONE).unwrap();
    assert_eq!(opened[..start.len()], start[..]);
    let verdict = verify_signature(key.public_key(), SignatureAlgorithm::RsaSha256, MESSAGE, &signature);
    assert_eq!(verdict, REFUSED);
}

/// The largest number whose cube is at most `target`, by bisection.
fn cube_root(target: &BigNum) -> BigNum {
    let mut context = openssl::bn::BigNumContext::new().unwrap();
    let three = BigNum::from_u32(3).unwrap();
    let mut root = BigNum::new().unwrap();
    for bit in (0..=target.num_bits() / 3 + 1).rev() {
        root.set_bit(bit).unwrap();
        let mut cube = BigNum::new().unwrap();
        cube.exp(&root, &three, &mut context).unwrap();
        if cube > *target {
            root.clear_bit(bit).unwrap();
        }
    }
    root
}

#[test]
fn a_signature_plus_the_modulus_is_no_signature() {
    let key = rsa(2048);
    let algorithm = SignatureAlgorithm::RsaSha256;
    let signature = LocalSigner::new(key.clone(), algorithm).unwrap().sign(MESSAGE).unwrap();
    let mut sum = BigNum::new().unwrap();
    sum.checked_add(&BigNum::from_slice(&signature).unwrap(), key.openssl().rsa().unwrap().n()).unwrap();
    let verdict = verify_signature(key.public_key(), algorithm, MESSAGE, &sum.to_vec());
    assert_eq!(verdict, REFUSED);
    let n = key.openssl().rsa().unwrap().n().to_vec();
    for trivial in [vec![0; 256], [vec![0; 255], vec![1]].concat(), n, vec![0xff; 256]] {
        assert_eq!(verify_signature(key.public_key(), algorithm, MESSAGE, &trivial), REFUSED);
    }
}

fn pss(key: &PrivateKey, salt: RsaPssSaltlen, mask: MessageDigest) -> Vec<u8> {
    let mask = Md::from_nid(mask.type_()).unwrap();
    let mut context = PkeyCtx::new(key.openssl()).unwrap();
    context.sign_init().unwrap();
    context.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
    context.set_signature_md(Md::sha256()).unwrap();
    context.set_rsa_pss_saltlen(salt).unwrap();
    context.set_rsa_mgf1_md(mask).unwrap();
    let mut signature = Vec::new();
    context.sign_to_vec(&hash(), &mut signature).unwrap();
    signature
}

#[test]
fn pss_has_fixed_parameters() {
    let key = rsa(2048);
    let sha256 = MessageDigest::sha256();
    let verify = |signature: &[u8]| {
        verify_signature(key.public_key(), SignatureAlgorithm::RsaPssSha256, MESSAGE, signature)
    };
    assert_eq!(verify(&pss(&key, RsaPssSaltlen::custom(32), sha256)), Ok(()));
    for salt in [0, 20, 31, 33, 64] {
        assert_eq!(verify(&pss(&key, RsaPssSaltlen::custom(salt), sha256)), REFUSED, "salt of {salt}");
    }
    assert_eq!(verify(&pss(&key, RsaPssSaltlen::MAXIMUM_LENGTH, sha256)), REFUSED);
    for mask in [MessageDigest::sha1(), MessageDigest::sha512()] {
        assert_eq!(verify(&pss(&key, RsaPssSaltlen::custom(32), mask)), REFUSED);
    }
}

#[test]
fn ecdsa_is_two_numbers_in_range_and_nothing_else() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let key = ec(curve);
        let algorithm = SignatureAlgorithm::EcdsaSha256;
        let signature = LocalSigner::new(key.clone(), algorithm).unwrap().sign(MESSAGE).unwrap();
        let verify = |signature: &[u8]| verify_signature(key.public_key(), algorithm, MESSAGE, signature);
        assert_eq!(verify(&signature), Ok(()));

        let (r, s) = signature.split_at(curve.octets());
        let zero = vec![0; curve.octets()];
        let one = [vec![0; curve.octets() - 1], vec![1]].concat();
        let mut order = BigNum::new().unwrap();
        let group = key.openssl().ec_key().unwrap();
        group.group().order(&mut order, &mut openssl::bn::BigNumContext::new().unwrap()).unwrap();
        let order = order.to_vec_padded(i32::try_from(curve.octets()).unwrap()).unwrap();
        let all = vec![0xff; curve.octets()];
        for (r, s, why) in [
            (&zero[..], s, "r = 0"),
            (r, &zero[..], "s = 0"),
            (&zero, &zero, "both 0"),
            (&one, &one, "both 1"),
            (&order, s, "r = n"),
            (r, &order, "s = n"),
            (&order, &order, "both n"),
            (&all, &all, "both at the limit"),
            (s, r, "the wrong way round"),
            (r, &[&[0], s].concat(), "s with a zero before it"),
            (&[&[0], r].concat(), s, "r with a zero before it"),
            (&[&[0], r].concat(), &[&[0], s].concat(), "both with a zero before them"),
            (r, &[s, &[0]].concat(), "an octet after s"),
        ] {
            assert_eq!(verify(&[r, s].concat()), REFUSED, "{curve}: {why}");
        }
    }
}

#[test]
fn ecdsa_in_der_is_refused() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let key = ec(curve);
        let sign = || EcdsaSig::sign(&hash(), &key.openssl().ec_key().unwrap()).unwrap();
        let framed = sign().to_der().unwrap();
        let algorithm = SignatureAlgorithm::EcdsaSha256;
        let verify = |signature: &[u8]| verify_signature(key.public_key(), algorithm, MESSAGE, signature);
        assert_eq!(verify(&framed), REFUSED);
        let mut padded = framed.clone();
        padded.resize(2 * curve.octets(), 0);
        assert_eq!(verify(&padded), REFUSED);
        // XML Signature of some products drops leading zeros, or writes one more.
        let signature = sign();
        let half = i32::try_from(curve.octets() + 1).unwrap();
        let longer =
            [signature.r().to_vec_padded(half).unwrap(), signature.s().to_vec_padded(half).unwrap()].concat();
        assert_eq!(verify(&longer), REFUSED);
    }
}
