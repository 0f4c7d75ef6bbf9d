//! `xmlsec1`, the command of libxmlsec1.

use std::process::Command;

use saml_core::crypto::SignatureAlgorithm;

use crate::algorithms::{DIGESTS, METHODS, SIGNATURES, key};
use crate::bench::{ELEMENTS, Folder, RESPONSE, altered, is_there, signed_here, verified_here};

/// The ID attributes that it must be told, because it doesn't read our schemas.
const IDS: [&str; 4] = [
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:protocol:Response",
    "--id-attr:ID",
    "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
];

pub(crate) fn xmlsec1_is_there() -> bool {
    let found = Command::new("xmlsec1").arg("--version").output().is_ok_and(|output| output.status.success());
    is_there("xmlsec1", found)
}

/// Whether it ends well.
pub(crate) fn xmlsec1(folder: &Folder, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("xmlsec1").current_dir(folder.path()).args(arguments).output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Whether this version knows the algorithm: RSA-PSS came with 1.3, Ed25519 did not come yet.
fn knows(algorithm: SignatureAlgorithm) -> bool {
    let output = Command::new("xmlsec1").arg("--list-transforms").output().unwrap();
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    match algorithm {
        SignatureAlgorithm::RsaPssSha256
        | SignatureAlgorithm::RsaPssSha384
        | SignatureAlgorithm::RsaPssSha512 => listed.contains("\"rsa-pss-"),
        SignatureAlgorithm::Ed25519 => listed.contains("ed25519"),
        SignatureAlgorithm::RsaSha1
        | SignatureAlgorithm::RsaSha256
        | SignatureAlgorithm::RsaSha384
        | SignatureAlgorithm::RsaSha512
        | SignatureAlgorithm::EcdsaSha256
        | SignatureAlgorithm::EcdsaSha384
        | SignatureAlgorithm::EcdsaSha512 => true,
    }
}

/// The signature of one element, wherever it stands.
fn signature_of(id: &str) -> String {
    format!("//*[@ID='{id}']/*[local-name()='Signature']")
}

#[test]
fn what_is_signed_here_holds_in_xmlsec1_and_what_is_changed_does_not() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("xmlsec1-verifies");
    for algorithm in SIGNATURES.into_iter().filter(|algorithm| knows(*algorithm)) {
        folder.write("key.pem", key(algorithm).public_key_to_pem().unwrap());
        for digest in DIGESTS {
            for id in ELEMENTS {
                let document = signed_here(algorithm, digest, id);
                folder.write("signed.xml", &document);
                folder.write("altered.xml", altered(&document));
                let node = signature_of(id);
                let verify = |file: &str| {
                    let arguments = ["--verify", "--pubkey-pem", "key.pem", "--node-xpath", &node];
                    xmlsec1(&folder, &[&arguments[..], &IDS, &[file]].concat())
                };
                assert_eq!(verify("signed.xml"), Ok(()), "{algorithm} {digest:?} {id}");
                assert!(verify("altered.xml").is_err(), "{algorithm} {digest:?} {id}");
            }
        }
    }
}

/// A signature for xmlsec1 to fill in.
fn template(
    algorithm: SignatureAlgorithm,
    digest: &str,
    id: &str,
    c14n: &str,
    transform: Option<&str>,
    prefixes: &str,
) -> String {
    let list = |method: &str| {
        if prefixes.is_empty() || !method.contains("exc-c14n") {
            return String::new();
        }
        format!(
            "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{prefixes}\"/>"
        )
    };
    let transform = transform.map_or_else(String::new, |method| {
        format!("<ds:Transform Algorithm=\"{method}\">{}</ds:Transform>", list(method))
    });
    let c14n_list = list(c14n);
    let signature = algorithm.uri();
    format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo><ds:CanonicalizationMethod \
         Algorithm=\"{c14n}\">{c14n_list}</ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{signature}\"/><ds:Reference \
         URI=\"#{id}\"><ds:Transforms><ds:Transform \
         Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>{transform}</ds:Transforms><ds:DigestMethod \
         Algorithm=\"{digest}\"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>"
    )
}

#[test]
fn what_xmlsec1_signs_holds_here_and_what_is_changed_does_not() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("xmlsec1-signs");
    let exclusive = METHODS[0].0;
    let mut templates = Vec::new();
    for id in ELEMENTS {
        for algorithm in SIGNATURES.into_iter().filter(|algorithm| knows(*algorithm)) {
            for digest in DIGESTS {
                let template = template(algorithm, digest.uri(), id, exclusive, Some(exclusive), "");
                templates.push((algorithm, id, template));
            }
        }
        let algorithm = SignatureAlgorithm::EcdsaSha256;
        let digest = DIGESTS[0].uri();
        for (c14n, _) in METHODS {
            templates.push((algorithm, id, template(algorithm, digest, id, c14n, None, "")));
            for (transform, _) in METHODS {
                for prefixes in ["", "xs unused #default"] {
                    let template = template(algorithm, digest, id, c14n, Some(transform), prefixes);
                    templates.push((algorithm, id, template));
                }
            }
        }
    }
    for (algorithm, id, template) in templates {
        folder.write("key.pem", key(algorithm).private_key_to_pem_pkcs8().unwrap());
        folder.write("template.xml", with_signature(id, &template));
        let node = signature_of(id);
        let arguments =
            ["--sign", "--privkey-pem", "key.pem", "--node-xpath", &node, "--output", "signed.xml"];
        xmlsec1(&folder, &[&arguments[..], &IDS, &["template.xml"]].concat()).unwrap();
        let document = folder.read("signed.xml");
        if let Err(error) = verified_here(document.clone(), id, algorithm) {
            panic!("{error:?}: {}", String::from_utf8_lossy(&document));
        }
        assert!(verified_here(altered(&document), id, algorithm).is_err(), "{template}");
    }
}

/// The message with a signature after the issuer of one element.
fn with_signature(id: &str, signature: &str) -> String {
    let (before, after) = match id {
        "_r" => RESPONSE.split_once("</saml:Issuer>").unwrap(),
        _ => RESPONSE.rsplit_once("</saml:Issuer>").unwrap(),
    };
    format!("{before}</saml:Issuer>{signature}{after}")
}
