//! A working folder, the signed message, and our verdict on it.

use std::path::{Path, PathBuf};

use saml_core::base::Limits;
use saml_core::crypto::{DigestAlgorithm, PeerPolicy, SignatureAlgorithm, Signer as _};
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::trust::{PeerKeys, TrustError, verify_element};
use saml_testkit::left_out::without_tool;

use crate::algorithms::signer;

/// A Response in which every canonicalisation has something to do.
pub(crate) const RESPONSE: &str = "<?xml version=\"1.0\"?>\n<samlp:Response \
    xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" \
    xmlns:unused='urn:unused' xml:lang=\"en\" Version=\"2.0\"   ID=\"_r\"><saml:Issuer \
    xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">https://idp.example.com</saml:Issuer>\n<!-- a comment \
    --><saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID='_a' \
    b='&#9;&lt;\"'><saml:Issuer>https://idp.example.com</saml:Issuer><!-- another --><saml:AttributeValue \
    xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"xs:string\">a &lt; b &gt; c é \u{1F600} \
    &#13;</saml:AttributeValue><empty xmlns=\"\"/></saml:Assertion></samlp:Response>";

/// The element that is signed: the root, and one that inherits from it.
pub(crate) const ELEMENTS: [&str; 2] = ["_r", "_a"];

/// A folder that goes away.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("saml-oracles-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, octets: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), octets).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether a judge is there. A person may do without; where merging is decided, it must be heard.
pub(crate) fn is_there(judge: &str, found: bool) -> bool {
    if !found {
        without_tool("a judgement of another implementation", judge);
    }
    found
}

/// What we sign.
pub(crate) fn signed_here(
    algorithm: SignatureAlgorithm,
    digest_algorithm: DigestAlgorithm,
    id: &str,
) -> Vec<u8> {
    let options = SigningOptions { digest_algorithm, ..SigningOptions::default() };
    sign_document(RESPONSE.as_bytes().to_vec(), Some(id), &signer(algorithm), options).unwrap()
}

/// Our verdict on a message that somebody else signed.
pub(crate) fn verified_here(
    document: Vec<u8>,
    id: &str,
    algorithm: SignatureAlgorithm,
) -> Result<Vec<u8>, TrustError> {
    let keys = PeerKeys::new([signer(algorithm).public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    verify_element(document, Some(id), &keys, &policy, &Limits::MESSAGE).map(|verified| verified.into_inner())
}

/// The same message with one letter of its content changed.
pub(crate) fn altered(document: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(document.to_vec()).unwrap();
    assert!(text.contains(" b &gt; c "), "{text}");
    text.replacen(" b &gt; c ", " b &gt; d ", 1).into_bytes()
}
