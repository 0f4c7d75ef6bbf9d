//! Which keys of a peer's metadata are pinned.

use crate::base::Secret;
use crate::crypto::tests::keys::{certificate_issued, ec, fresh_ec, fresh_rsa, rsa};
use crate::crypto::{Certificate, Curve, DigestValue, KeyName, PrivateKey, SharedKey};
use crate::enc::tests::decrypter;
use crate::metadata::{KeyDescriptor, KeyUse};
use crate::trust::{DecryptionKeys, NoPeerKeys, PeerKeys, SharedKeys};

fn pinned(certificates: &[Certificate]) -> Vec<DigestValue> {
    let descriptor = KeyDescriptor {
        key_use: KeyUse::Signing,
        certificates: certificates.iter().map(Certificate::to_base64).collect(),
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

/// The bound is on what is tried, so a key that stands there twice counts once.
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
