//! Session keys under a key that both sides were given by hand.

use std::sync::Arc;

use saml_core::assertion::NameIdFormat;
use saml_core::base::Secret;
use saml_core::crypto::{KeyName, KeyWrap, SharedKey};
use saml_core::enc::{EncryptionTarget, seal};
use saml_core::trust::SharedKeys;
use saml_core::xml::names;
use saml_idp::{EncryptAssertions, SpPeerPolicy};
use saml_sp::{DecryptionKey, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::MemoryStore;
use saml_tests::randomness::Counter;

use super::{IdentitySide, Parties, encrypting, is_encrypted, key_pair, published};

fn key(fill: u8, octets: usize) -> SharedKey {
    SharedKey::new(Secret::new(vec![fill; octets])).unwrap()
}

/// A service that knows two identity providers and shares keys with each. The first one answers it.
fn sharing(
    [with_first, with_second]: [SharedKeys; 2],
    own: &[DecryptionKey],
    policy: SpPeerPolicy,
) -> Parties {
    let (first, second) =
        (IdentitySide::new("https://idp.example.com"), IdentitySide::new("https://other.example.com"));
    let knowing = |shared_keys| IdpPeerPolicy { shared_keys, ..IdpPeerPolicy::default() };
    let peers = vec![second.known(knowing(with_second)), first.known(knowing(with_first))];
    let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
    let sp = ServiceProvider::builder(config).identity_providers(peers).store(Arc::new(MemoryStore::new()));
    let sp = sp.decryption_keys(own.iter().cloned()).build().unwrap();
    let metadata = sp.metadata_xml().unwrap();
    let peer = saml_idp::SpPeer::from_metadata(metadata, policy).unwrap();
    let asked = Some("https://idp.example.com/saml/metadata");
    Parties { idp: first.serving(peer), sp, name_id_format: None, asked }
}

fn under(key: &SharedKey) -> SpPeerPolicy {
    SpPeerPolicy { shared_key: Some(key.clone()), ..SpPeerPolicy::default() }
}

#[tokio::test]
async fn a_login_is_encrypted_under_the_shared_key_of_any_length() {
    for octets in [16, 24, 32] {
        let key = key(1, octets).named(KeyName::try_from("idp & sp").unwrap());
        for demand in [EncryptAssertions::IfPossible, EncryptAssertions::Always] {
            let policy = SpPeerPolicy { encrypt_assertions: demand, ..under(&key) };
            let (xml, outcome) = sharing([key.clone().into(), SharedKeys::NONE], &[], policy).log_in().await;
            assert!(is_encrypted(&xml));
            assert!(
                xml.contains(key.algorithm().uri()) && xml.contains("<ds:KeyName>idp &amp; sp<"),
                "{xml}"
            );
            assert!(xml.contains("Recipient=\"https://sp.example.com/saml/metadata\""), "{xml}");
            outcome.unwrap();
        }
    }
}

/// Only the configuration decides: a certificate or another algorithm in the metadata changes nothing.
#[tokio::test]
async fn the_shared_key_comes_before_what_the_metadata_offers() {
    let (key, own) = (key(1, 32), [published(&key_pair())]);
    let with = |policy| sharing([key.clone().into(), SharedKeys::NONE], &own, policy);
    let (xml, outcome) = with(under(&key)).log_in().await;
    assert!(xml.contains(KeyWrap::Aes256.uri()) && !xml.contains("rsa-oaep"), "{xml}");
    outcome.unwrap();
    let (xml, outcome) = with(encrypting(EncryptAssertions::IfPossible)).log_in().await;
    assert!(!xml.contains(KeyWrap::Aes256.uri()) && xml.contains("rsa-oaep"), "{xml}");
    outcome.unwrap();
    let (xml, outcome) =
        with(SpPeerPolicy { encrypt_assertions: EncryptAssertions::Never, ..under(&key) }).log_in().await;
    assert!(!is_encrypted(&xml));
    outcome.unwrap();
}

#[tokio::test]
async fn a_name_is_encrypted_by_itself_under_the_shared_key() {
    let key = key(1, 16);
    let in_clear = SpPeerPolicy { encrypt_assertions: EncryptAssertions::Never, ..under(&key) };
    let by_policy = SpPeerPolicy { encrypt_name_ids: true, ..in_clear.clone() };
    let with = |policy| sharing([key.clone().into(), SharedKeys::NONE], &[], policy);
    let asking = Parties { name_id_format: Some(NameIdFormat::Encrypted), ..with(in_clear) };
    for parties in [with(by_policy), asking] {
        let (xml, outcome) = parties.log_in().await;
        assert!(!xml.contains("saml:NameID") && xml.contains("<saml:EncryptedID>"), "{xml}");
        assert!(xml.contains(KeyWrap::Aes128.uri()), "{xml}");
        outcome.unwrap();
    }
}

/// A key is shared with one peer. A message of another peer under that key stays closed.
#[tokio::test]
async fn a_key_that_is_shared_with_another_peer_is_not_tried() {
    let (ours, theirs) = (key(1, 32), key(2, 32));
    for (with_first, expected) in [
        (SharedKeys::NONE, "decryption.no_key"),
        (key(1, 16).into(), "decryption.no_key"),
        (theirs.into(), "decryption.failed"),
    ] {
        for own in [&[][..], &[published(&key_pair())]] {
            let parties = sharing([with_first.clone(), ours.clone().into()], own, under(&ours));
            assert_eq!(parties.log_in().await.1.unwrap_err().code().as_str(), expected);
        }
    }
    let both = sharing([ours.clone().into(), ours.clone().into()], &[], under(&ours));
    both.log_in().await.1.unwrap();
}

#[tokio::test]
async fn a_shared_key_is_replaced_without_a_failed_login() {
    let (old, new) = (key(1, 32), key(2, 16));
    let both = SharedKeys::new([old.clone(), new.clone()]).unwrap();
    for (known, used) in
        [(old.clone().into(), &old), (both.clone(), &old), (both, &new), (new.clone().into(), &new)]
    {
        sharing([known, SharedKeys::NONE], &[], under(used)).log_in().await.1.unwrap();
    }
}

/// The key decrypts and proves nothing: content under it must be signed all the same.
#[tokio::test]
async fn a_shared_key_signs_nothing() {
    let key = key(1, 32);
    let parties = sharing([key.clone().into(), SharedKeys::NONE], &[], under(&key));
    let answer = parties.answer().await;
    let plaintext = b"<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' ID='_forged'/>";
    let sealed =
        seal(plaintext, names::saml::ENCRYPTED_ASSERTION, &EncryptionTarget::sharing(key), &mut Counter(0));
    let sealed = String::from_utf8(sealed.unwrap()).unwrap();
    let without = |xml: &str, element: &str, instead: &str| {
        let (before, rest) = xml.split_once(&format!("<{element}")).unwrap();
        let (_, after) = rest.split_once(&format!("</{element}>")).unwrap();
        format!("{before}{instead}{after}")
    };
    let forged = without(&without(&answer, "ds:Signature", ""), "saml:EncryptedAssertion", &sealed);
    assert_eq!(parties.receive(&forged).await.unwrap_err().code().as_str(), "signature.missing");
}
