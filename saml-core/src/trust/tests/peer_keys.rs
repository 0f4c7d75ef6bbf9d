//! Which keys of a peer's metadata are pinned.

use crate::crypto::tests::keys::{certificate_issued, ec, rsa};
use crate::crypto::{Certificate, Curve, DigestValue, PrivateKey};
use crate::metadata::{KeyDescriptor, KeyUse};
use crate::trust::PeerKeys;

fn pinned(certificates: &[Certificate]) -> Vec<DigestValue> {
    let descriptor = KeyDescriptor {
        key_use: KeyUse::Signing,
        certificates: certificates.iter().map(Certificate::to_base64).collect(),
        key_names: Vec::new(),
        other: Vec::new(),
        encryption_methods: Vec::new(),
    };
    let keys = PeerKeys::of_descriptors(&[descriptor]).unwrap();
    keys.as_slice().iter().map(|key| *key.fingerprint()).collect()
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
