//! Messages with an encrypted assertion.

use std::sync::Arc;

use saml_core::assertion::{Attribute, AttributeStatement, AttributeValue, StatedAttribute, Statement};
use saml_core::base::{Limits, NonEmpty, SamlInstant};
use saml_core::crypto::{LocalDecrypter, PrivateKey};
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::enc::{EncryptionTarget, seal_assertion};
use saml_core::protocol::ResponseAssertion;
use saml_core::trust::DecryptionKeys;
use saml_core::xml::{Document, KeptContent};
use saml_testkit::forge::{self, good};
use saml_tests::randomness::Randomness;

use crate::scene::{NOW, Scene};
use crate::shapes::SHAPES;
use crate::{Ledger, peak};

#[test]
fn an_encrypted_response_of_any_shape_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let mut scene = Scene::new();
    let pem = openssl::pkey::PKey::from_rsa(openssl::rsa::Rsa::generate(2048).unwrap()).unwrap();
    let key =
        PrivateKey::from_pem(&String::from_utf8(pem.private_key_to_pem_pkcs8().unwrap()).unwrap()).unwrap();
    let recipient = EncryptionTarget::new(key.public_key().clone());
    scene.decryption_keys = DecryptionKeys::new([Arc::new(LocalDecrypter::new(key).unwrap()) as _]).unwrap();
    let mut random = Randomness;
    let login = forge::Scene::new(SamlInstant::try_from(NOW).unwrap(), &mut random).unwrap();
    scene.request = login.answered().unwrap().clone();
    let mut accepted = 0;
    for shape in SHAPES {
        let content = format!("<a xmlns:x=\"urn:x\">{}</a>", (shape.content)(300_000));
        let Ok(content) = Document::parse(content.into_bytes(), &Limits::METADATA) else { continue };
        let mut response = good::response(&login);
        let mut id = None;
        for assertion in &mut response.assertions {
            let ResponseAssertion::Assertion(assertion) = assertion else { continue };
            let value = AttributeValue::Xml(KeptContent::read(content.root()));
            let attribute = Attribute { values: vec![value], ..Attribute::new("a", Vec::<String>::new()) };
            let attributes = NonEmpty::new(StatedAttribute::Attribute(attribute));
            assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
            id = Some(assertion.id.clone());
        }
        let id = id.unwrap();
        let mut written = response.to_xml().unwrap();
        let Ok(()) = sign_enveloped(&mut written, id.as_str(), scene.signer(), SigningOptions::default())
        else {
            continue;
        };
        seal_assertion(&mut written, id.as_str(), &recipient, &mut random).unwrap();
        let xml = written.into_octets();
        let (taken, outcome) = peak(|| scene.receive(xml.clone()).map(|outcome| outcome.is_ok()));
        accepted += usize::from(outcome == Some(true));
        // Who reads it reads the plaintext too, which has nodes of its own.
        let nodes = content.node_count();
        ledger.measured += 1;
        ledger.require(shape.name, taken, crate::bound(nodes + 100, xml.len()));
    }
    assert!(accepted >= 15, "{accepted}");
    ledger.close(20);
}
