//! Which keys of a peer's metadata are pinned.

use openssl::base64::encode_block;

use crate::base::{Coded as _, Secret, steps_of};
use crate::crypto::tests::keys::{certificate_issued, ec, fresh_ec, fresh_rsa, rsa};
use crate::crypto::{Certificate, Curve, DigestValue, KeyName, PrivateKey, SharedKey};
use crate::enc::tests::decrypter;
use crate::metadata::{KeyDescriptor, KeyUse, KeyValue};
use crate::trust::{DecryptionKeys, NoPeerKeys, PeerKeys, SharedKeys, SignatureKeys};

fn pinned(certificates: &[Certificate]) -> Vec<DigestValue> {
    let descriptor = KeyDescriptor {
        key_use: KeyUse::Signing,
        certificates: certificates.iter().map(Certificate::to_base64).collect(),
        key_values: Vec::new(),
        key_names: Vec::new(),
        other: Vec::new(),
        encryption_methods: Vec::new(),
    };
    let keys = PeerKeys::of_descriptors(&[descriptor]).unwrap();
    keys.iter().map(|key| *key.fingerprint()).collect()
}

fn fingerprints(keys: &[&PrivateKey]) -> Vec<DigestValue> {
    keys.iter().map(|key| *key.public_key().fingerprint()).collect()
}

#[test]
fn authorities_that_came_along_with_a_certificate_are_not_pinned() {
    let (root, authority, leaf) = (rsa(3072), ec(Curve::P384), rsa(2048));
    let chain = [
        certificate_issued(&leaf, "idp.example.com", &authority, "Issuing CA"),
        certificate_issued(&authority, "Issuing CA", &root, "Root CA"),
        certificate_issued(&root, "Root CA", &root, "Root CA"),
    ];
    assert_eq!(pinned(&chain), fingerprints(&[&leaf]));
    let reversed: Vec<Certificate> = chain.iter().rev().cloned().collect();
    assert_eq!(pinned(&reversed), fingerprints(&[&leaf]));
}

#[test]
fn two_keys_in_one_key_info_are_both_pinned_while_neither_certifies_the_other() {
    let (old, new) = (rsa(2048), ec(Curve::P256));
    let same_name = [
        certificate_issued(&old, "idp.example.com", &old, "idp.example.com"),
        certificate_issued(&new, "idp.example.com", &new, "idp.example.com"),
    ];
    assert_eq!(pinned(&same_name), fingerprints(&[&old, &new]));
}

#[test]
fn the_key_of_an_authority_is_pinned_where_it_stands_alone() {
    let authority = rsa(2048);
    assert_eq!(
        pinned(&[certificate_issued(&authority, "Root CA", &authority, "Root CA")]),
        fingerprints(&[&authority])
    );
}

/// The bound is on the keys that are tried, so that a key that occurs twice counts once.
#[test]
fn keys_are_counted_once_each_and_bounded() {
    let (one, other) = (rsa(2048).public_key().clone(), ec(Curve::P256).public_key().clone());
    let repeated = std::iter::repeat_n(one, PeerKeys::MAX).chain([other]);
    assert_eq!(PeerKeys::new(repeated).unwrap().len(), 2);
    let fresh = |_| fresh_ec(Curve::P256).public_key().clone();
    assert_eq!(PeerKeys::new((0..PeerKeys::MAX).map(fresh)).unwrap().len(), PeerKeys::MAX);
    let refused = PeerKeys::new((0..=PeerKeys::MAX).map(fresh));
    assert!(matches!(refused, Err(NoPeerKeys::TooMany { found }) if found == PeerKeys::MAX + 1));
    assert!(matches!(PeerKeys::new([]), Err(NoPeerKeys::None)));
}

#[test]
fn decryption_keys_are_counted_once_each_and_bounded() {
    assert_eq!((DecryptionKeys::NONE.len(), DecryptionKeys::NONE.is_empty()), (0, true));
    let (one, other) = (decrypter(rsa(2048)), decrypter(rsa(3072)));
    let repeated = std::iter::repeat_n(one.clone(), DecryptionKeys::MAX).chain([other]);
    let ours = DecryptionKeys::new(repeated).unwrap();
    assert_eq!((ours.len(), ours.is_empty()), (2, false));
    let fresh = |_| decrypter(fresh_rsa(1024));
    assert_eq!(DecryptionKeys::new((0..DecryptionKeys::MAX).map(fresh)).unwrap().len(), DecryptionKeys::MAX);
    assert_eq!(
        DecryptionKeys::new((0..=DecryptionKeys::MAX).map(fresh)).unwrap_err().found,
        DecryptionKeys::MAX + 1
    );
}

#[test]
fn shared_keys_are_counted_once_each_and_bounded() {
    let key = |fill| SharedKey::new(Secret::new(vec![fill; 16])).unwrap();
    assert_eq!((SharedKeys::NONE.len(), SharedKeys::default().is_empty()), (0, true));
    assert_eq!(SharedKeys::new([]).unwrap(), SharedKeys::NONE);
    let renamed = key(1).named(KeyName::try_from("again").unwrap());
    let ours = SharedKeys::new([key(1), renamed, key(2)]).unwrap();
    assert_eq!(ours.as_slice(), [key(1), key(2)]);
    assert!(!ours.is_empty());
    let many = |count| SharedKeys::new((0..count).map(key));
    assert_eq!(many(4).unwrap().len(), SharedKeys::MAX);
    assert_eq!(many(5).unwrap_err().found, 5);
    let both = DecryptionKeys::new([decrypter(rsa(2048))]).unwrap().with_shared_keys(ours.clone());
    assert_eq!(both.shared_keys(), &ours);
    assert_eq!((both.len(), both.is_empty()), (3, false));
    assert!(!DecryptionKeys::NONE.clone().with_shared_keys(key(1).into()).is_empty());
    assert!(format!("{both:?}").contains("SharedKey { algorithm: Aes128, name: None }"));
}

/// A key by itself, as metadata gives it.
fn bare(key_use: KeyUse, value: KeyValue) -> KeyDescriptor {
    KeyDescriptor {
        certificates: Vec::new(),
        key_values: vec![value],
        ..KeyDescriptor::of_certificate(key_use, String::new())
    }
}

fn der(key: &PrivateKey) -> KeyValue {
    KeyValue::Der(encode_block(key.public_key().spki_der()))
}

/// The two numbers at the end of the encoding of an RSA key: 2048 bits and 3 octets.
fn rsa_value(key: &PrivateKey) -> KeyValue {
    let spki = key.public_key().spki_der();
    let exponent = &spki[spki.len() - 3..];
    let modulus = &spki[spki.len() - 5 - 256..spki.len() - 5];
    KeyValue::Rsa { modulus: format!("\n  {}", encode_block(modulus)), exponent: encode_block(exponent) }
}

fn ec_value(key: &PrivateKey, curve: Curve) -> KeyValue {
    let spki = key.public_key().spki_der();
    let point = &spki[spki.len() - 2 * curve.octets() - 1..];
    KeyValue::Ec { named_curve: format!("urn:oid:{}", curve.oid()), public_key: encode_block(point) }
}

#[test]
fn keys_that_are_given_by_themselves_are_pinned() {
    let rsa = rsa(2048);
    let values = [(bare(KeyUse::Signing, rsa_value(&rsa)), &rsa), (bare(KeyUse::Both, der(&rsa)), &rsa)];
    for (descriptor, key) in values {
        let keys = PeerKeys::of_descriptors(std::slice::from_ref(&descriptor)).unwrap();
        assert_eq!(keys.iter().collect::<Vec<_>>(), [key.public_key()]);
        let encryption = KeyDescriptor { key_use: KeyUse::Encryption, ..descriptor };
        assert!(matches!(PeerKeys::of_descriptors(&[encryption]), Err(NoPeerKeys::None)));
    }
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let key = ec(curve);
        for value in [ec_value(&key, curve), der(&key)] {
            let keys = PeerKeys::of_descriptors(&[bare(KeyUse::Signing, value)]).unwrap();
            assert_eq!(keys.iter().collect::<Vec<_>>(), [key.public_key()]);
        }
    }
    // The certificate and the key itself are two names of one key.
    let both = KeyDescriptor {
        certificates: vec![certificate_issued(&rsa, "a", &rsa, "a").to_base64()],
        ..bare(KeyUse::Signing, der(&rsa))
    };
    assert_eq!(PeerKeys::of_descriptors(&[both]).unwrap().len(), 1);
}

/// Each that can't be used is named, and spoils none of those that can.
#[test]
fn a_key_that_is_none_spoils_no_other() {
    let good = ec(Curve::P256);
    let (rsa, text) = (rsa(2048), |text: &str| text.to_owned());
    let KeyValue::Rsa { modulus, .. } = rsa_value(&rsa) else { panic!() };
    let KeyValue::Ec { public_key, .. } = ec_value(&good, Curve::P256) else { panic!() };
    let broken = [
        (KeyDescriptor::of_certificate(KeyUse::Signing, text("AAAA")), "certificate.malformed"),
        (bare(KeyUse::Signing, KeyValue::Der(text("AAAA"))), "key.malformed"),
        (bare(KeyUse::Signing, KeyValue::Der(text("*"))), "key.malformed"),
        (
            bare(KeyUse::Signing, KeyValue::Rsa { modulus: modulus.clone(), exponent: text("AQ==") }),
            "key.malformed",
        ),
        (bare(KeyUse::Signing, KeyValue::Rsa { modulus, exponent: text("") }), "key.malformed"),
        (
            bare(KeyUse::Signing, KeyValue::Rsa { modulus: text("AQ=="), exponent: text("AQAB") }),
            "key.malformed",
        ),
        (
            bare(
                KeyUse::Signing,
                KeyValue::Ec { named_curve: text("urn:oid:1.3.132.0.10"), public_key: public_key.clone() },
            ),
            "key.unsupported",
        ),
        (
            bare(KeyUse::Signing, KeyValue::Ec { named_curve: text("1.2.840.10045.3.1.7"), public_key }),
            "key.unsupported",
        ),
        (
            bare(
                KeyUse::Signing,
                KeyValue::Ec { named_curve: text("urn:oid:1.2.840.10045.3.1.7"), public_key: text("AA==") },
            ),
            "key.malformed",
        ),
    ];
    for (descriptor, code) in broken {
        let alone = PeerKeys::of_descriptors(std::slice::from_ref(&descriptor)).unwrap_err();
        assert!(matches!(alone, NoPeerKeys::Unusable(_)), "{descriptor:?}");
        assert_eq!(alone.code().as_str(), code, "{descriptor:?}");
        let beside = [bare(KeyUse::Signing, der(&good)), descriptor.clone(), bare(KeyUse::Both, der(&good))];
        let found = SignatureKeys::of_descriptors(&beside);
        assert_eq!(found.keys.unwrap().iter().collect::<Vec<_>>(), [good.public_key()]);
        let [fault] = found.faults.as_slice() else { panic!("{:?}", found.faults) };
        assert_eq!((fault.descriptor, fault.key.code().as_str()), (1, code));
    }
}

/// Work grows with the certificates of a role, not with their square: authorities are looked up by name.
#[test]
fn many_certificates_of_one_role_are_refused_by_their_number() {
    let fresh = |_| {
        KeyDescriptor::of_certificate(
            KeyUse::Signing,
            certificate_issued(&fresh_ec(Curve::P256), "a", &ec(Curve::P256), "ca").to_base64(),
        )
    };
    let many: Vec<KeyDescriptor> = (0..PeerKeys::MAX + 4).map(fresh).collect();
    assert!(
        matches!(PeerKeys::of_descriptors(&many), Err(NoPeerKeys::TooMany { found }) if found == PeerKeys::MAX + 1)
    );
}

/// Makes the descriptors of a role with so many certificates.
type MakeRole<'a> = &'a dyn Fn(usize) -> Vec<KeyDescriptor>;

/// Each shape at two sizes: four times as many certificates cost no more than four times as much, and a tenth.
#[test]
fn reading_the_certificates_of_a_role_costs_what_their_length_costs() {
    let owner = ec(Curve::P256);
    let issued =
        |number: usize| certificate_issued(&owner, &format!("{number:04}"), &owner, &format!("{number:04}"));
    let with_own_keys = |count: usize| -> Vec<Certificate> {
        let own = |number: usize| {
            let key = fresh_ec(Curve::P256);
            let name = format!("{number:04}");
            certificate_issued(&key, &name, &key, &name)
        };
        (0..count).map(own).collect()
    };
    let chain = |count: usize| -> Vec<Certificate> {
        let link =
            |n: usize| certificate_issued(&owner, &format!("{n:04}"), &owner, &format!("{:04}", n + 1));
        (0..count).map(link).collect()
    };
    let descriptor = |certificates: &[Certificate]| KeyDescriptor {
        certificates: certificates.iter().map(Certificate::to_base64).collect(),
        ..KeyDescriptor::of_certificate(KeyUse::Signing, String::new())
    };
    let shapes: [(&str, MakeRole<'_>); 6] = [
        ("certificates of one key", &|n| vec![descriptor(&(0..n).map(issued).collect::<Vec<_>>())]),
        ("certificates of keys of their own", &|n| vec![descriptor(&with_own_keys(n))]),
        ("descriptors", &|n| {
            with_own_keys(n).iter().map(|one| descriptor(std::slice::from_ref(one))).collect()
        }),
        ("a chain", &|n| vec![descriptor(&chain(n))]),
        ("one certificate again and again", &|n| vec![descriptor(&vec![issued(0); n])]),
        ("what is no certificate", &|n| {
            vec![KeyDescriptor { certificates: vec!["AAAA".repeat(100); n], ..descriptor(&[]) }]
        }),
    ];
    for (shape, make) in shapes {
        let measure = |count: usize| {
            let role = make(count);
            let octets: usize = role.iter().flat_map(|one| &one.certificates).map(String::len).sum();
            let (_keys, steps) = steps_of(|| SignatureKeys::of_descriptors(&role));
            (octets, steps)
        };
        let ((octets, steps), (more_octets, more_steps)) = (measure(50), measure(200));
        let said = format!("{shape}: {steps} steps for {octets} octets, {more_steps} for {more_octets}");
        assert!(steps >= 50, "{said}");
        assert!(10 * more_steps * octets < 11 * steps * more_octets, "{said}");
        assert!(more_steps < 4 * more_octets, "{said}");
    }
}
