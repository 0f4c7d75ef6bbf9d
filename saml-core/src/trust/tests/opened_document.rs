//! Documents that are opened for people to look at.

use super::scene::{SP, assertion, encrypted_name, named, own_key, response, seal_it, text};
use crate::assertion::NameId;
use crate::base::{Coded as _, EntityId, Limits};
use crate::crypto::tests::keys;
use crate::crypto::{PeerPolicy, PrivateKey};
use crate::enc::tests::decrypter;
use crate::trust::{DecryptionKeys, OpenedDocument, TrustError, open_document};

fn open(xml: &str, key: PrivateKey) -> Result<OpenedDocument, TrustError> {
    let keys = DecryptionKeys::new([decrypter(key)]).unwrap();
    let policy = PeerPolicy::default();
    let us = EntityId::try_from(SP).unwrap();
    open_document(xml.as_bytes().to_vec(), &keys, &us, &policy, &Limits::MESSAGE)
}

#[test]
fn everything_is_opened_also_what_is_inside_one_another() {
    let mut written = response(assertion(encrypted_name(&NameId::new("ada"))));
    seal_it(&mut written);
    let opened = open(&text(&written), own_key()).unwrap();
    let xml = String::from_utf8(opened.octets).unwrap();
    assert!(xml.contains(">ada</") && !xml.contains("Encrypted"), "{xml}");
    let facts: Vec<_> = opened.facts.iter().map(ToString::to_string).collect();
    let transport = "aes256-gcm, rsa-oaep-mgf1p (sha1)";
    assert_eq!(facts, [format!("Assertion: {transport}"), format!("NameID: {transport}")]);
}

#[test]
fn what_is_in_clear_stays_as_it_is() {
    let xml = text(&response(named("ada")));
    let opened = open(&xml, own_key()).unwrap();
    assert_eq!((opened.octets, opened.facts), (xml.into_bytes(), Vec::new()));
}

#[test]
fn what_stays_closed_yields_nothing() {
    let mut written = response(named("ada"));
    seal_it(&mut written);
    assert_eq!(open(&text(&written), keys::rsa(2048)).unwrap_err().code().as_str(), "decryption.failed");
}
