//! Encrypted assertions that stay closed.

use std::sync::Arc;

use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::crypto::{Certificate, Decrypter, LocalDecrypter, PrivateKey};
use saml_core::enc::{EncryptionTarget, seal_document};
use saml_core::trust::DecryptionKeys;
use saml_testkit::forge::{Context, Keyring, Signed, good};
use saml_tests::randomness::Counter;
use saml_tests::scene::scene;

use crate::Reached;
use crate::responses::{judge, knowing};

fn keys_of(pairs: &[&KeyPair]) -> DecryptionKeys {
    let key = |pair: &&KeyPair| -> Arc<dyn Decrypter> {
        Arc::new(LocalDecrypter::new(PrivateKey::from_pem(&pair.key_pem).unwrap()).unwrap())
    };
    DecryptionKeys::new(pairs.iter().map(key)).unwrap()
}

pub fn all(reached: &mut Reached) {
    let pair = || KeyPair::generate("sp.example.com", KeyType::Rsa2048, 1).unwrap();
    let (ours, other) = (pair(), pair());
    let keyring = Keyring::p256().unwrap();
    let signer = keyring.keys().genuine;
    let recipient = |pair: &KeyPair| {
        EncryptionTarget::new(Certificate::from_pem(&pair.certificate_pem).unwrap().public_key().clone())
    };
    let clear = good::signed_response(&good::response(&scene()), Signed::Assertion, signer).unwrap();
    let sealed = seal_document(clear.clone(), None, &recipient(&ours), &mut Counter(0)).unwrap();
    let judge = |xml: Vec<u8>, keys: &[&KeyPair]| {
        judge(&Context { decryption_keys: keys_of(keys), ..knowing(signer.public_key()) }, xml)
    };
    assert!(judge(sealed.clone(), &[&ours]).is_accepted());
    reached.verdict("an assertion for a key that we don't have", &judge(sealed.clone(), &[]));
    reached.verdict("an assertion for another key", &judge(sealed.clone(), &[&other]));
    let text = String::from_utf8(sealed).unwrap();
    let old = text
        .replace("http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#aes256-cbc");
    assert_ne!(old, text);
    reached.verdict("AES-CBC", &judge(old.into_bytes(), &[&ours]));
    let start = text.find("<xenc:EncryptedKey").unwrap();
    let end = text.find("</xenc:EncryptedKey>").unwrap() + "</xenc:EncryptedKey>".len();
    let key = &text[start..end];
    let many = text.replace(key, &key.repeat(30));
    reached.verdict("an assertion for thirty recipients", &judge(many.into_bytes(), &[&ours]));
    let value = text.rfind("<xenc:CipherValue>").unwrap() + "<xenc:CipherValue>".len();
    let broken = format!("{}!{}", &text[..value], &text[value..]);
    reached.verdict("a ciphertext that is not Base64", &judge(broken.into_bytes(), &[&ours]));
    let nobody = seal_document(clear, Some("_nobody"), &recipient(&ours), &mut Counter(0)).unwrap_err();
    reached.error("sealing an assertion that is not there", &nobody);
}
