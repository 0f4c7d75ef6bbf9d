//! A document that is signed while it goes by is the one that is signed as a whole.

use super::*;
use crate::crypto::tests::keys;
use crate::crypto::{LocalSigner, SignatureAlgorithm};
use crate::dsig::sign_document;

const MD: &str = "xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"";

/// RSA with PKCS #1 signs the same octets alike each time, so that documents can be compared.
fn signer() -> LocalSigner {
    LocalSigner::new(keys::fresh_rsa(2048), SignatureAlgorithm::RsaSha256).unwrap()
}

fn fresh_id() -> MessageId {
    MessageId::try_from("_fresh").unwrap()
}

/// Signs the document in pieces of so many octets.
fn sign(xml: &str, piece: usize, signer: &LocalSigner) -> Result<String, SigningError> {
    let mut stream = SigningStream::new(&fresh_id(), &Limits::AGGREGATE, SigningOptions::default());
    for piece in xml.as_bytes().chunks(piece) {
        stream.feed(piece)?;
    }
    let head = stream.finish(signer)?;
    let mut signed = head.octets;
    signed.extend_from_slice(&xml.as_bytes()[head.replaces..]);
    Ok(String::from_utf8(signed).unwrap())
}

fn code(xml: &str) -> String {
    sign(xml, 7, &signer()).unwrap_err().to_string()
}

#[test]
fn signs_as_the_whole_document_is_signed_however_it_is_cut() {
    let signer = signer();
    let documents = [
        format!("<md:EntitiesDescriptor {MD} ID=\"_a\"><md:EntityDescriptor entityID=\"urn:x\"/></md:EntitiesDescriptor>"),
        format!("\u{feff}<?xml version=\"1.0\"?>\n<!-- > <x ID='no'> -->\n<?pi <a> ?><md:EntitiesDescriptor\n  {MD} Name='a>b' ID='_a'\n>\n <!-- in --><?in it?>ü&amp;<b xmlns='urn:b' z='1' a='&gt;'/></md:EntitiesDescriptor>\n<!-- after -->\n"),
        "<EntityDescriptor ID=\"_a\" xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:unused=\"urn:u\" entityID=\"urn:x\"> </EntityDescriptor>".to_owned(),
    ];
    for xml in documents {
        let whole =
            sign_document(xml.clone().into_bytes(), None, &signer, SigningOptions::default()).unwrap();
        let whole = String::from_utf8(whole).unwrap();
        for piece in [1, 2, 3, 5, 17, 64, xml.len()] {
            // The byte order mark stays in the stream. A document that is signed as a whole loses it.
            let signed = sign(&xml, piece, &signer).unwrap();
            assert_eq!(signed.trim_start_matches('\u{feff}'), whole, "{piece}");
        }
    }
}

#[test]
fn a_root_without_an_id_gets_the_fresh_one() {
    let signer = signer();
    let xml = format!("<md:EntitiesDescriptor {MD} Name=\"x\"> </md:EntitiesDescriptor>");
    let named = xml.replacen("EntitiesDescriptor ", "EntitiesDescriptor ID=\"_fresh\" ", 1);
    assert_eq!(sign(&xml, 5, &signer).unwrap(), sign(&named, 5, &signer).unwrap());
}

#[test]
fn refuses_what_can_not_be_signed() {
    let md =
        |content: &str| format!("<md:EntitiesDescriptor {MD} ID=\"_a\">{content}</md:EntitiesDescriptor>");
    let signature = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    assert_eq!(code(&md(signature)), SigningError::SignedAlready.to_string());
    assert_eq!(code(&md(&format!("<md:a/>{signature}"))), SigningError::SignedAlready.to_string());
    // A signature of a member is its own.
    sign(&md(&format!("<md:a>{signature}</md:a>")), 7, &signer()).unwrap();
    assert_eq!(code("<a ID=\"_a\">x</a>"), SigningError::NoPlace.to_string());
    assert_eq!(code(&format!("<md:EntitiesDescriptor {MD} ID=\"_a\"/>")), SigningError::NoPlace.to_string());
    assert_eq!(
        code(&md("x").replace("\"_a\"", "\"not a name\"")),
        SigningError::ElementWithoutId.to_string()
    );
    for broken in
        [md("<a>"), md("<a ID=\"_a\"/>"), "<!DOCTYPE a><a/>".to_owned(), String::new(), "<md:".to_owned()]
    {
        assert!(matches!(sign(&broken, 7, &signer()), Err(SigningError::Parse(_))), "{broken}");
    }
    let endless = format!("<!--{}-->", "x".repeat(100_000)).repeat(11);
    assert!(matches!(
        sign(&endless, 4096, &signer()),
        Err(SigningError::Parse(XmlError::MarkupTooLong { .. }))
    ));
}
