//! What libxmlsec1 says to single questions, also to those that our own engine never asks.

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use saml_core::crypto::{
    Dissent, LocalSigner, PrivateKey, SecondOpinion as _, SignatureAlgorithm, SignedElement, Signer as _,
};
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::trust::{PeerKeys, verify_element};
use saml_core::{base::Limits, crypto::PeerPolicy};
use saml_xmlsec::LibXmlSec;

use SignatureAlgorithm as A;

const MESSAGE: &str = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r\"><saml:Issuer \
                       xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">idp</saml:Issuer><x>a &lt; \u{fc}</x>\
                       </samlp:Response>";

fn signer(algorithm: A) -> LocalSigner {
    let curve =
        |nid| PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(nid).unwrap()).unwrap()).unwrap();
    let key = match algorithm {
        A::EcdsaSha256 => curve(Nid::X9_62_PRIME256V1),
        A::EcdsaSha384 => curve(Nid::SECP384R1),
        A::EcdsaSha512 => curve(Nid::SECP521R1),
        A::Ed25519 => PKey::generate_ed25519().unwrap(),
        A::RsaSha1
        | A::RsaSha256
        | A::RsaSha384
        | A::RsaSha512
        | A::RsaPssSha256
        | A::RsaPssSha384
        | A::RsaPssSha512 => PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(),
    };
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    LocalSigner::new(key, algorithm).unwrap()
}

/// A signed message and the octets that were hashed for it.
struct Question {
    signer: LocalSigner,
    document: String,
    octets: Vec<u8>,
}

impl Question {
    fn new(algorithm: A) -> Self {
        let signer = signer(algorithm);
        let options = SigningOptions::default();
        let document = sign_document(MESSAGE.as_bytes().to_vec(), None, &signer, options).unwrap();
        let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
        let policy = PeerPolicy::default();
        let octets = verify_element(document.clone(), None, &keys, &policy, &Limits::MESSAGE).unwrap();
        Self { signer, document: String::from_utf8(document).unwrap(), octets: octets.into_inner() }
    }

    fn answer(&self) -> Result<(), Dissent> {
        LibXmlSec::new().unwrap().confirm(&SignedElement {
            document: self.document.as_bytes(),
            id: "_r",
            key: self.signer.public_key(),
            octets: &self.octets,
        })
    }

    /// The document with this changed in it, which must be there.
    fn changed(mut self, from: &str, to: &str) -> Self {
        assert!(self.document.contains(from), "{from} is not in {}", self.document);
        self.document = self.document.replacen(from, to, 1);
        self
    }
}

#[test]
fn agrees_on_every_algorithm_that_it_knows() {
    for algorithm in
        [A::RsaSha256, A::RsaSha384, A::RsaSha512, A::EcdsaSha256, A::EcdsaSha384, A::EcdsaSha512]
    {
        assert_eq!(Question::new(algorithm).answer(), Ok(()), "{algorithm}");
    }
}

#[test]
fn an_algorithm_that_it_does_not_know_is_no_consent() {
    assert!(matches!(Question::new(A::Ed25519).answer(), Err(Dissent::Unable { .. })));
    // Known since version 1.3, where it agrees.
    let pss = Question::new(A::RsaPssSha256).answer();
    assert!(matches!(pss, Ok(()) | Err(Dissent::Unable { .. })), "{pss:?}");
}

#[test]
fn disagrees_where_anything_differs() {
    let mut question = Question::new(A::RsaSha256);
    question.octets.push(b' ');
    assert_eq!(question.answer(), Err(Dissent::Disagrees { finding: "it digested other octets" }));

    let mut question = Question::new(A::RsaSha256);
    question.signer = signer(A::RsaSha256);
    assert_eq!(question.answer(), Err(Dissent::Disagrees { finding: "the signature does not verify" }));

    for (from, to) in [
        ("a &lt; ", "a &gt; "),
        ("<x>", "<x y=''>"),
        ("ID=\"_r\"", "ID=\"_s\""),
        ("ID=\"_r\"", "xmlns:e='urn:e' e:ID='_r' ID='_s'"),
        ("URI=\"#_r\"", "URI=\"\""),
        ("<x>", "<x ID='_r'>"),
        (
            "</samlp:Response>",
            "<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/></samlp:Response>",
        ),
        ("</samlp:Response>", ""),
    ] {
        let answer = Question::new(A::RsaSha256).changed(from, to).answer();
        assert!(answer.is_err(), "{from} -> {to}: {answer:?}");
    }
}

#[test]
fn a_document_type_is_refused_before_anything_is_verified() {
    let typed = Question::new(A::RsaSha256)
        .changed("<samlp:Response", "<!DOCTYPE r [<!ENTITY e 'x'>]><samlp:Response");
    assert_eq!(typed.answer(), Err(Dissent::Disagrees { finding: "libxml2 finds a document type" }));
}

#[test]
fn looks_at_the_element_with_the_id_below_its_ancestors() {
    let question = Question::new(A::RsaSha256);
    let wrap = |before: &str, after: &str| Question {
        signer: question.signer.clone(),
        document: format!("{before}{}{after}", question.document),
        octets: question.octets.clone(),
    };
    assert_eq!(wrap("<a xmlns:q=\"urn:q\"><b xml:lang='en'>", "</b></a>").answer(), Ok(()));
    assert!(wrap("<a><b/>", "</a>").answer().is_err(), "a sibling");
    assert!(wrap("<a>text", "</a>").answer().is_err(), "a text beside it");
}

#[test]
fn a_key_in_the_message_is_not_looked_at() {
    let question = Question::new(A::RsaSha256);
    let stranger = signer(A::RsaSha256);
    let value =
        "<ds:KeyInfo xmlns:ds='http://www.w3.org/2000/09/xmldsig#'><ds:KeyName>x</ds:KeyName></ds:KeyInfo>";
    let named = Question { signer: stranger, ..question }
        .changed("</ds:Signature>", &format!("{value}</ds:Signature>"));
    assert!(named.answer().is_err());
}
