//! Floor 2: X.509 certificates as carriers of keys.

use std::fmt;
use std::sync::Arc;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::x509::{X509, X509NameRef, X509Ref};

use super::error::drain_openssl_errors;
use super::pem::{PemBlocks, decode_base64, encode_base64, encode_pem, is_pem};
use super::{CryptoError, DigestAlgorithm, DigestValue, PublicKey, der, digest};
use crate::base::SamlInstant;

/// An X.509 certificate: a key with words around it.
///
/// Trust comes from where a certificate was pinned, never from what it says [MetaIOP §2.6.1]: validity period, issuer,
/// signature, key usage and extensions are not judged here or anywhere below. The dates and the subject are for
/// administrators. Equal certificates have equal DER.
#[derive(Clone)]
pub struct Certificate(Arc<Material>);

struct Material {
    der: Vec<u8>,
    public_key: PublicKey,
    subject: String,
    not_before: SamlInstant,
    not_after: SamlInstant,
    form: CertificateForm,
}

/// The wrapping that a certificate came in. All but the first two are tolerated, and worth a remark (NET-14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CertificateForm {
    /// The octets themselves.
    Der,
    /// Base64 of the DER, with or without white space, as `ds:X509Certificate` wants it.
    Base64,
    /// A PEM text.
    Pem,
    /// Base64 of a PEM text, which some products put into metadata.
    Base64OfPem,
    /// Base64 of Base64.
    Base64OfBase64,
}

impl Certificate {
    /// From strict DER with nothing after it [RFC 5280 §4.1].
    ///
    /// # Errors
    /// [`CryptoError::CertificateMalformed`]; [`CryptoError::KeyMalformed`] and [`CryptoError::KeyUnsupported`] for
    /// the key inside.
    pub fn from_der(octets: &[u8]) -> Result<Self, CryptoError> {
        Self::read(octets, CertificateForm::Der)
    }

    /// From the one certificate of a PEM text. Other blocks are skipped; line ends don't matter.
    ///
    /// # Errors
    /// As [`Certificate::from_der`]; [`CryptoError::CertificateAmbiguous`] where there are several.
    pub fn from_pem(text: &str) -> Result<Self, CryptoError> {
        Self::read_pem(text, CertificateForm::Pem)
    }

    /// All certificates of a PEM text, in order; at least one.
    ///
    /// # Errors
    /// As [`Certificate::from_der`], for the first that is wrong.
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, CryptoError> {
        let certificates: Vec<Self> = certificate_blocks(text)
            .map(|body| Self::read(&body?, CertificateForm::Pem))
            .collect::<Result<_, _>>()?;
        if certificates.is_empty() {
            return Err(CryptoError::CertificateMalformed);
        }
        Ok(certificates)
    }

    /// From the content of `ds:X509Certificate`, or from what an administrator pasted for it.
    ///
    /// Tolerates white space anywhere, missing `=` at the end, a PEM text, and a PEM text or Base64 that was encoded
    /// once more. [`Certificate::form`] tells which it was. The DER inside is as strict as ever.
    ///
    /// # Errors
    /// As [`Certificate::from_pem`].
    pub fn from_base64(text: &str) -> Result<Self, CryptoError> {
        if is_pem(text) {
            return Self::read_pem(text, CertificateForm::Pem);
        }
        let octets = decode_base64(text).ok_or(CryptoError::CertificateMalformed)?;
        if der::is_der(&octets) {
            return Self::read(&octets, CertificateForm::Base64);
        }
        let inner = std::str::from_utf8(&octets).map_err(|_| CryptoError::CertificateMalformed)?;
        if is_pem(inner) {
            return Self::read_pem(inner, CertificateForm::Base64OfPem);
        }
        let octets = decode_base64(inner).ok_or(CryptoError::CertificateMalformed)?;
        Self::read(&octets, CertificateForm::Base64OfBase64)
    }

    /// From a file whose form is not known: DER, PEM or Base64.
    ///
    /// # Errors
    /// As [`Certificate::from_pem`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CryptoError> {
        if der::is_der(octets) {
            return Self::from_der(octets);
        }
        let text = std::str::from_utf8(octets).map_err(|_| CryptoError::CertificateMalformed)?;
        Self::from_base64(text)
    }

    fn read_pem(text: &str, form: CertificateForm) -> Result<Self, CryptoError> {
        let mut blocks = certificate_blocks(text);
        let first = blocks.next().ok_or(CryptoError::CertificateMalformed)??;
        if blocks.next().is_some() {
            return Err(CryptoError::CertificateAmbiguous);
        }
        Self::read(&first, form)
    }

    fn read(octets: &[u8], form: CertificateForm) -> Result<Self, CryptoError> {
        if !der::is_der(octets) {
            return Err(CryptoError::CertificateMalformed);
        }
        let certificate = X509::from_der(octets).map_err(|_| CryptoError::CertificateMalformed)?;
        let key = certificate.public_key().map_err(|_| CryptoError::KeyUnsupported)?;
        let material = Material {
            der: octets.to_vec(),
            public_key: PublicKey::from_openssl(key)?,
            subject: render_name(certificate.subject_name()),
            not_before: instant(certificate.not_before()).ok_or(CryptoError::CertificateMalformed)?,
            not_after: instant(certificate.not_after()).ok_or(CryptoError::CertificateMalformed)?,
            form,
        };
        drain_openssl_errors();
        Ok(Self(Arc::new(material)))
    }

    pub(super) fn from_openssl(certificate: &X509Ref) -> Result<Self, CryptoError> {
        Self::from_der(&certificate.to_der()?)
    }

    /// The certified key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// The certificate as it is encoded.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 over the DER, as administration consoles show it. For display; a certificate is compared by its key.
    ///
    /// # Errors
    /// [`CryptoError::LibraryFailed`].
    pub fn fingerprint(&self) -> Result<DigestValue, CryptoError> {
        digest(DigestAlgorithm::Sha256, self.der())
    }

    /// The subject as text [RFC 4514], the most specific part first. For display and for `ds:KeyName` (ADFS-13);
    /// it names nobody that this crate would trust.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// When the certificate says it begins. Not judged here.
    #[must_use]
    pub fn not_before(&self) -> SamlInstant {
        self.0.not_before
    }

    /// When the certificate says it ends. Not judged here: peers go on signing with expired ones (ENTRA-19).
    #[must_use]
    pub fn not_after(&self) -> SamlInstant {
        self.0.not_after
    }

    /// The wrapping that it came in.
    #[must_use]
    pub fn form(&self) -> CertificateForm {
        self.0.form
    }

    /// The DER in Base64 without line ends, for `ds:X509Certificate`.
    #[must_use]
    pub fn to_base64(&self) -> String {
        encode_base64(self.der())
    }

    /// The certificate as a PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        encode_pem("CERTIFICATE", self.der())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.0.subject)
            .field("not_after", &self.0.not_after)
            .field("public_key", &self.0.public_key)
            .finish_non_exhaustive()
    }
}

/// The decoded certificate blocks of a PEM text.
fn certificate_blocks(text: &str) -> impl Iterator<Item = Result<Vec<u8>, CryptoError>> {
    PemBlocks::new(text)
        .filter(|block| matches!(block.label, "CERTIFICATE" | "X509 CERTIFICATE"))
        .map(|block| decode_base64(block.body).ok_or(CryptoError::CertificateMalformed))
}

fn instant(time: &Asn1TimeRef) -> Option<SamlInstant> {
    let since_epoch = Asn1Time::from_unix(0).ok()?.diff(time).ok()?;
    SamlInstant::from_unix(i64::from(since_epoch.days) * 86_400 + i64::from(since_epoch.secs))
}

/// The parts from last to first, joined by commas [RFC 4514 §2.1]. Parts of one multi-valued RDN are joined likewise.
fn render_name(name: &X509NameRef) -> String {
    let mut parts: Vec<String> = Vec::new();
    for entry in name.entries() {
        let kind = match entry.object().nid().short_name() {
            Ok(short) if short != "UNDEF" => short.to_owned(),
            Ok(_) | Err(_) => entry.object().to_string(),
        };
        let value = entry.data().to_string().unwrap_or_default();
        parts.push(format!("{kind}={}", escape_name_value(&value)));
    }
    parts.reverse();
    parts.join(",")
}

/// Escapes what would read as structure [RFC 4514 §2.4], and control characters.
fn escape_name_value(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (position, c) in value.chars().enumerate() {
        let special = matches!(c, '"' | '+' | ',' | ';' | '<' | '>' | '\\')
            || (position == 0 && matches!(c, '#' | ' '))
            || (position == last && c == ' ');
        if c.is_control() {
            let mut buffer = [0_u8; 4];
            for octet in c.encode_utf8(&mut buffer).bytes() {
                escaped.push_str(&format!("\\{octet:02X}"));
            }
            continue;
        }
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
