//! The documents that are measured: other people's where they are, and our own.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use saml_core::crypto::ContentCipher;

use crate::generated::{Signed, encrypted_response, response};
use crate::{Failure, Floor, Identity};

/// A message to be validated.
pub struct Sample {
    /// Its name in the tables.
    pub name: String,
    /// The document.
    pub xml: Vec<u8>,
    /// The form that brings it.
    pub form: Vec<u8>,
    /// How many signatures it carries.
    pub signatures: usize,
}

impl Sample {
    /// A message as a browser posts it.
    #[must_use]
    pub fn new(name: impl Into<String>, xml: Vec<u8>, signatures: usize) -> Self {
        let base64 = STANDARD.encode(&xml);
        let form = format!("SAMLResponse={}", utf8_percent_encode(&base64, NON_ALPHANUMERIC)).into_bytes();
        Self { name: name.into(), xml, form, signatures }
    }

    /// The floor of it.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn floor(&self, samples: &Samples) -> Result<Floor, Failure> {
        Floor::new(&samples.identity, &samples.recipient, &self.xml, self.signatures)
    }

    /// The most that it may cost, in floors; `None` for a document without a target of its own.
    #[must_use]
    pub fn target(&self) -> Option<f64> {
        match self.name.split_once(' ')?.0 {
            "a" | "b" | "c" => Some(1.8),
            "d" | "d2" => Some(1.25),
            "e" => Some(1.3),
            _ => None,
        }
    }
}

/// Documents of one identity provider.
pub struct Samples {
    /// Who signed them.
    pub identity: Identity,
    /// The recipient of their encrypted parts.
    pub recipient: Identity,
    /// Those that must be accepted.
    pub good: Vec<Sample>,
    /// Those that must be refused.
    pub bad: Vec<Sample>,
}

/// The folder of `gen_corpus.py`, if it is there: `SAML_BENCH_CORPUS`, else `shared/bench` beside the repository.
pub(crate) fn shared_folder() -> Option<PathBuf> {
    let folder = match std::env::var_os("SAML_BENCH_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/bench"),
    };
    folder.join("corpus").exists().then_some(folder)
}

/// The documents that every implementation is measured with, RSA and then ECDSA; none where they are not.
///
/// # Errors
/// One can't be read.
pub fn shared_samples() -> Result<Vec<Samples>, Failure> {
    let Some(folder) = shared_folder() else { return Ok(Vec::new()) };
    let (corpus, keys) = (folder.join("corpus"), folder.join("keys"));
    let read = |name: &str, file: &str, signatures| -> Result<Sample, Failure> {
        Ok(Sample::new(name, std::fs::read(corpus.join(format!("{file}.xml")))?, signatures))
    };
    Ok(vec![
        Samples {
            identity: Identity::read(&keys, "idp_rsa")?,
            recipient: Identity::read(&keys, "sp_rsa")?,
            good: vec![
                read("a  assertion signed", "a_assertion_signed", 1)?,
                read("b  response signed", "b_response_signed", 1)?,
                read("c  both signed", "c_both_signed", 2)?,
                read("d  signed, then encrypted", "d_encrypted", 1)?,
                read("d2 response around it signed", "d2_encrypted128_response_signed", 2)?,
            ],
            bad: vec![
                read("a, digest broken", "x_tampered_digest", 1)?,
                read("a, signature value broken", "x_tampered_sigvalue", 1)?,
                read("b, digest broken", "x_tampered_b", 1)?,
            ],
        },
        Samples {
            identity: Identity::read(&keys, "idp_ec")?,
            recipient: Identity::read(&keys, "sp_rsa")?,
            good: vec![read("e  assertion signed, ECDSA", "e_ec_assertion_signed", 1)?],
            bad: Vec::new(),
        },
    ])
}

/// Documents of the same size and shape, made here, signed with fresh keys: RSA and then ECDSA.
///
/// # Errors
/// Something could not be made.
pub fn generated_samples() -> Result<Vec<Samples>, Failure> {
    let (rsa, ec, recipient) = (Identity::rsa()?, Identity::ec()?, Identity::rsa()?);
    let a = response(&rsa, Signed::Assertion, 20)?;
    let b = response(&rsa, Signed::Response, 20)?;
    let c = response(&rsa, Signed::Both, 20)?;
    let d = encrypted_response(&rsa, Signed::Assertion, &recipient, ContentCipher::Aes256Gcm)?;
    let d2 = encrypted_response(&rsa, Signed::Both, &recipient, ContentCipher::Aes128Gcm)?;
    let e = response(&ec, Signed::Assertion, 20)?;
    Ok(vec![
        Samples {
            bad: vec![
                Sample::new(
                    "a, digest broken",
                    replaced(&a, "mueller@example.com</", "attacker@exampleco</"),
                    1,
                ),
                Sample::new("a, signature value broken", with_other_signature_value(&a), 1),
                Sample::new(
                    "b, digest broken",
                    replaced(&b, "mueller@example.com</", "attacker@exampleco</"),
                    1,
                ),
            ],
            good: vec![
                Sample::new("a  assertion signed", a, 1),
                Sample::new("b  response signed", b, 1),
                Sample::new("c  both signed", c, 2),
                Sample::new("d  signed, then encrypted", d, 1),
                Sample::new("d2 response around it signed", d2, 2),
            ],
            identity: rsa,
            recipient: recipient.clone(),
        },
        Samples {
            good: vec![Sample::new("e  assertion signed, ECDSA", e, 1)],
            bad: Vec::new(),
            identity: ec,
            recipient,
        },
    ])
}

/// As `a`, with so many attribute values.
///
/// # Errors
/// Something could not be made.
pub fn scale(values: usize) -> Result<Samples, Failure> {
    let name = format!("{values} values");
    if let Some(folder) = shared_folder() {
        let xml = std::fs::read(folder.join("corpus").join(format!("scale_{values:05}.xml")))?;
        let identity = Identity::read(&folder.join("keys"), "idp_rsa")?;
        return Ok(Samples {
            recipient: identity.clone(),
            identity,
            good: vec![Sample::new(name, xml, 1)],
            bad: Vec::new(),
        });
    }
    let identity = Identity::rsa()?;
    let xml = response(&identity, Signed::Assertion, values)?;
    Ok(Samples {
        recipient: identity.clone(),
        identity,
        good: vec![Sample::new(name, xml, 1)],
        bad: Vec::new(),
    })
}

/// The document with the first occurrence of a text replaced.
pub(crate) fn replaced(xml: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(xml).replacen(from, to, 1).into_bytes()
}

/// The document with another character in its first `SignatureValue`.
pub(crate) fn with_other_signature_value(xml: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(xml);
    let (before, rest) = text.split_once("SignatureValue>").unwrap_or_default();
    let (value, after) = rest.split_once('<').unwrap_or_default();
    let other = if value.starts_with('A') { "B" } else { "A" };
    format!("{before}SignatureValue>{other}{}<{after}", value.get(1..).unwrap_or_default()).into_bytes()
}
