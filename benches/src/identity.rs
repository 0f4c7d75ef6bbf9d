//! The key pair of an identity provider, for OpenSSL and for us.

use std::path::Path;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use saml_core::crypto::{Certificate, LocalSigner, PrivateKey, SignatureAlgorithm};

use crate::Failure;

/// A private key with a certificate.
#[derive(Clone)]
pub struct Identity {
    /// For the floor.
    pub key: PKey<Private>,
    /// For us.
    pub private_key: PrivateKey,
    /// For both sides.
    pub certificate: Certificate,
}

impl Identity {
    /// A fresh RSA-2048 key.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn rsa() -> Result<Self, Failure> {
        Self::of(PKey::from_rsa(Rsa::generate(2048)?)?)
    }

    /// A fresh P-256 key.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn ec() -> Result<Self, Failure> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        Self::of(PKey::from_ec_key(EcKey::generate(&group)?)?)
    }

    /// The key `NAME.key` and the certificate `NAME.crt` of a folder.
    ///
    /// # Errors
    /// One of them can't be read.
    pub fn read(folder: &Path, name: &str) -> Result<Self, Failure> {
        let pem = std::fs::read_to_string(folder.join(format!("{name}.key")))?;
        let certificate = std::fs::read_to_string(folder.join(format!("{name}.crt")))?;
        Ok(Self {
            key: PKey::private_key_from_pem(pem.as_bytes())?,
            private_key: PrivateKey::from_pem(&pem)?,
            certificate: Certificate::from_pem(&certificate)?,
        })
    }

    fn of(key: PKey<Private>) -> Result<Self, Failure> {
        let certificate = self_signed(&key)?;
        let pem = String::from_utf8(key.private_key_to_pem_pkcs8()?)?;
        Ok(Self {
            private_key: PrivateKey::from_pem(&pem)?,
            certificate: Certificate::from_der(&certificate.to_der()?)?,
            key,
        })
    }

    /// Signs with SHA-256 and shows the certificate.
    ///
    /// # Errors
    /// Never, unless the key and the certificate don't belong together.
    pub fn signer(&self) -> Result<LocalSigner, Failure> {
        let algorithm = match self.private_key.kind().family() {
            saml_core::crypto::KeyFamily::Rsa => SignatureAlgorithm::RsaSha256,
            saml_core::crypto::KeyFamily::Ec => SignatureAlgorithm::EcdsaSha256,
            saml_core::crypto::KeyFamily::Ed25519 => SignatureAlgorithm::Ed25519,
        };
        let signer = LocalSigner::new(self.private_key.clone(), algorithm)?;
        Ok(signer.with_certificate(self.certificate.clone())?)
    }
}

fn self_signed(key: &PKey<Private>) -> Result<X509, Failure> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_text("O", "Example Org")?;
    name.append_entry_by_text("CN", "idp.example.com")?;
    let name = name.build();
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    builder.set_serial_number(&*BigNum::from_u32(1000)?.to_asn1_integer()?)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_not_before(&*Asn1Time::from_unix(1_767_225_600)?)?;
    builder.set_not_after(&*Asn1Time::from_unix(4_070_908_800)?)?;
    builder.set_pubkey(key)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}
