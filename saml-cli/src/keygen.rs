//! Keys and self-signed certificates.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use openssl::asn1::Asn1Time;
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509NameBuilder};
use saml_core::crypto::{Certificate, CryptoError, LocalSigner, PrivateKey, SignatureAlgorithm};

use crate::answer::{Answer, CommandError};
use crate::output::{OWNER_ALONE, READABLE, write_new};
use crate::screen;

/// Options of `saml keygen`.
#[derive(Args, Clone, Debug)]
pub struct KeygenOptions {
    /// What the certificate is named after: the host of your service.
    #[arg(default_value = "saml.example.com", value_parser = name)]
    pub name: String,
    /// Where the files go; made if it is not there.
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub out: PathBuf,
    /// The kind of key.
    #[arg(long = "type", value_enum, default_value_t = KeyType::Rsa3072)]
    pub key_type: KeyType,
    /// How long the certificate is valid. Peers pin the key; most ignore the date.
    #[arg(long, default_value_t = 3650, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub days: u32,
    /// Print JSON: the paths.
    #[arg(long)]
    pub json: bool,
}

/// A name that a certificate holds [RFC 5280 A.1, ub-common-name] and that files are called after.
fn name(text: &str) -> Result<String, &'static str> {
    let is_part = |c: char| !c.is_control() && !matches!(c, '/' | '\\');
    match text.chars().count() {
        1..=64 if text.chars().all(is_part) => Ok(text.to_owned()),
        _ => Err("a host name, or another name of at most 64 characters without slashes"),
    }
}

/// The kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyType {
    /// RSA of 2048 bits: what everyone reads.
    #[value(name = "rsa-2048")]
    Rsa2048,
    /// RSA of 3072 bits, as saml2int recommends.
    #[value(name = "rsa-3072")]
    Rsa3072,
    /// ECDSA on P-256: small and quick; older peers can't read it.
    #[value(name = "p-256")]
    P256,
}

/// A key with its certificate, as PEM.
#[derive(Clone)]
pub struct KeyPair {
    /// The private key, PKCS#8.
    pub key_pem: String,
    /// The certificate.
    pub certificate_pem: String,
}

impl KeyPair {
    /// Makes a key, and a certificate that it signs itself.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn generate(name: &str, key_type: KeyType, days: u32) -> Result<Self, KeygenError> {
        let key = private_key(key_type)?;
        let certificate = self_signed(&key, name, days)?;
        let text = |octets: Vec<u8>| String::from_utf8(octets).map_err(|_error| KeygenError::Pem);
        Ok(Self {
            key_pem: text(key.private_key_to_pem_pkcs8()?)?,
            certificate_pem: text(certificate.to_pem()?)?,
        })
    }

    /// What signs with this key.
    ///
    /// # Errors
    /// The PEM texts were changed.
    pub fn signer(&self) -> Result<LocalSigner, KeygenError> {
        let key = PrivateKey::from_pem(&self.key_pem)?;
        let algorithm = match key.kind().family() {
            saml_core::crypto::KeyFamily::Ec => SignatureAlgorithm::EcdsaSha256,
            saml_core::crypto::KeyFamily::Rsa | saml_core::crypto::KeyFamily::Ed25519 => {
                SignatureAlgorithm::RsaSha256
            }
        };
        let certificate = Certificate::from_pem(&self.certificate_pem)?;
        Ok(LocalSigner::new(key, algorithm)?.with_certificate(certificate)?)
    }
}

fn private_key(key_type: KeyType) -> Result<PKey<Private>, ErrorStack> {
    match key_type {
        KeyType::Rsa2048 => PKey::from_rsa(Rsa::generate(2048)?),
        KeyType::Rsa3072 => PKey::from_rsa(Rsa::generate(3072)?),
        KeyType::P256 => {
            PKey::from_ec_key(EcKey::generate(&*EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?)?)
        }
    }
}

fn self_signed(key: &PKey<Private>, name: &str, days: u32) -> Result<X509, ErrorStack> {
    let mut subject = X509NameBuilder::new()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
    let subject = subject.build();
    let mut serial = BigNum::new()?;
    serial.rand(159, MsbOption::MAYBE_ZERO, false)?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*serial.to_asn1_integer()?)?;
    builder.set_subject_name(&subject)?;
    builder.set_issuer_name(&subject)?;
    builder.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(days)?)?;
    builder.set_pubkey(key)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

/// Writes `NAME.key` and `NAME.crt`, and makes their folder; existing files are never overwritten.
///
/// # Errors
/// [`KeygenError`].
pub fn run(options: &KeygenOptions) -> Result<Answer, CommandError> {
    let (key_path, certificate_path) = write(options)?;
    let (key, certificate) = (key_path.display().to_string(), certificate_path.display().to_string());
    if options.json {
        screen::print_json(&serde_json::json!({ "key": key, "certificate": certificate }))?;
    } else {
        screen::print(&format!("{key}  (keep it secret)\n{certificate}  (give it to your peers)\n"))?;
    }
    Ok(Answer::Accepted)
}

fn write(options: &KeygenOptions) -> Result<(PathBuf, PathBuf), CommandError> {
    let pair = KeyPair::generate(&options.name, options.key_type, options.days)
        .map_err(|error| CommandError::Command(Box::new(error)))?;
    std::fs::create_dir_all(&options.out)
        .map_err(|source| CommandError::Write { path: options.out.clone(), source })?;
    let key_path = options.out.join(format!("{}.key", options.name));
    let certificate_path = options.out.join(format!("{}.crt", options.name));
    write_new(&key_path, pair.key_pem.as_bytes(), OWNER_ALONE)?;
    write_new(&certificate_path, pair.certificate_pem.as_bytes(), READABLE)?;
    Ok((key_path, certificate_path))
}

/// Why there are no new keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeygenError {
    /// OpenSSL failed.
    #[error("the cryptographic library failed")]
    Library(#[from] ErrorStack),
    /// What OpenSSL wrote is not text.
    #[error("the cryptographic library wrote a PEM that is not text")]
    Pem,
    /// The generated key or certificate can't be used.
    #[error("the new key can't be used")]
    Crypto(#[from] CryptoError),
}
