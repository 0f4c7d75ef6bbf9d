//! What was encrypted for a service stays encrypted.

use super::*;
use crate::EncryptAssertions;

/// The service's metadata with a key to encrypt with.
fn with_key() -> Vec<u8> {
    let rsa = Rsa::generate(2048).unwrap();
    let [modulus, exponent] =
        [rsa.n(), rsa.e()].map(|number| openssl::base64::encode_block(&number.to_vec()));
    let endpoint = "<AssertionConsumerService";
    let key = format!(
        "<KeyDescriptor use=\"encryption\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:KeyValue>\
         <ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>{exponent}</ds:Exponent></ds:RSAKeyValue>\
         </ds:KeyValue></ds:KeyInfo></KeyDescriptor>{endpoint}"
    );
    String::from_utf8(metadata("", "")).unwrap().replacen(endpoint, &key, 1).into_bytes()
}

/// What the service is sent if this is its metadata and our policy for it.
async fn sent(store: &Arc<MemoryStore>, metadata: Vec<u8>, encrypt: EncryptAssertions) -> &'static str {
    let policy = SpPeerPolicy { encrypt_assertions: encrypt, ..SpPeerPolicy::default() };
    let sp = SpPeer::from_metadata(metadata, policy).unwrap();
    let idp = knowing(vec![sp], |_config| (), Arc::new(Nobody), Arc::clone(store));
    let Next::Continue(waiting) = receive(&idp, "").await.unwrap() else { panic!("not kept") };
    let answer = go_on(&idp, &waiting, Some(&session())).await.unwrap();
    let xml = xml_of(&answer);
    let Next::Post { verdict, .. } = answer else { panic!("not answered") };
    match verdict {
        Some(verdict) => {
            assert!(xml.contains("status:RequestDenied") && !xml.contains("Assertion "), "{xml}");
            verdict.code().unwrap().as_str()
        }
        None if xml.contains("<saml:EncryptedAssertion") => "encrypted",
        None => "in clear",
    }
}

#[tokio::test]
async fn what_was_encrypted_once_is_not_sent_in_clear_because_the_metadata_changed() {
    use EncryptAssertions::{Always, IfPossible, Never};
    const REFUSED: &str = "sp.encryption_key_withdrawn";
    let (clear, key) = (metadata("", ""), with_key());
    for steps in [
        &[(&clear, IfPossible, "in clear"), (&clear, IfPossible, "in clear")][..],
        &[(&clear, IfPossible, "in clear"), (&key, IfPossible, "encrypted"), (&clear, IfPossible, REFUSED)],
        &[(&key, Always, "encrypted"), (&clear, IfPossible, REFUSED), (&key, IfPossible, "encrypted")],
        // The policy may say so, and says so for as long as it does.
        &[(&key, IfPossible, "encrypted"), (&clear, Never, "in clear"), (&clear, IfPossible, REFUSED)],
        &[(&key, Never, "in clear"), (&clear, IfPossible, "in clear")],
    ] {
        let store = Arc::new(MemoryStore::new());
        for (step, (metadata, encrypt, expected)) in steps.iter().enumerate() {
            let sent = sent(&store, metadata.to_vec(), *encrypt).await;
            assert_eq!(sent, *expected, "{encrypt:?}, step {step}");
        }
    }
}

/// That it was encrypted is remembered before it goes out, or it does not go out.
#[tokio::test]
async fn nothing_is_encrypted_that_could_not_be_remembered() {
    let store = MemoryStore::new().with_capacity(saml_store::Namespace::new("idp.encrypted-for"), 0);
    let sp = SpPeer::from_metadata(with_key(), SpPeerPolicy::default()).unwrap();
    let idp = knowing(vec![sp], |_config| (), Arc::new(Nobody), Arc::new(store));
    let Next::Continue(waiting) = receive(&idp, "").await.unwrap() else { panic!("not kept") };
    let refusal = go_on(&idp, &waiting, Some(&session())).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "store.full");
}
