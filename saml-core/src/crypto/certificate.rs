//! Floor 2: X.509 certificates as carriers of keys.

use std::fmt;
use std::sync::{Arc, OnceLock};

use openssl::asn1::Asn1Time;
use openssl::x509::{X509Name, X509NameRef, X509Ref};

use super::der::{self, DerReader, DerValue};
use super::error::drain_openssl_errors;
use super::pem::{PemBlocks, decode_base64, encode_base64, encode_pem, is_pem};
use super::{CryptoError, DigestAlgorithm, DigestValue, PublicKey, digest};
use crate::base::{SamlInstant, take_steps};

/// An X.509 certificate: a key with words around it.
///
/// A certificate is trusted because it was pinned, never because of its content [MetaIOP §2.6.1]: its validity period,
/// issuer, signature, key usage and extensions are judged nowhere in this crate. The dates and the subject are for
/// administrators. Equal certificates have equal DER.
#[derive(Clone)]
pub struct Certificate(Arc<Material>);

struct Material {
    der: Vec<u8>,
    /// The same in Base64, once it was asked for: a signer shows it with every message.
    base64: OnceLock<String>,
    public_key: PublicKey,
    /// DER of the issuer's name and of the subject's.
    issuer_name: Vec<u8>,
    subject_name: Vec<u8>,
    subject: X509Name,
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
    /// As [`Certificate::from_der`]; [`CryptoError::CertificateAmbiguous`] if there are several.
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
    /// Tolerates white space anywhere, missing `=` at the end, a PEM text, and a PEM text that was encoded once more. [`Certificate::form`] tells which it was. The DER inside is as strict as ever.
    ///
    /// # Errors
    /// As [`Certificate::from_pem`].
    pub fn from_base64(text: &str) -> Result<Self, CryptoError> {
        if is_pem(text) {
            return Self::read_pem(text, CertificateForm::Pem);
        }
        take_steps(text.len());
        let octets = decode_base64(text).ok_or(CryptoError::CertificateMalformed)?;
        if der::is_der(&octets) {
            return Self::read(&octets, CertificateForm::Base64);
        }
        let inner = std::str::from_utf8(&octets).map_err(|_| CryptoError::CertificateMalformed)?;
        Self::read_pem(inner, CertificateForm::Base64OfPem)
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
        Self::read_fields(octets, form).inspect_err(|_| drain_openssl_errors())
    }

    fn read_fields(octets: &[u8], form: CertificateForm) -> Result<Self, CryptoError> {
        let fields = Fields::read(octets).ok_or(CryptoError::CertificateMalformed)?;
        let material = Material {
            der: octets.to_vec(),
            base64: OnceLock::new(),
            public_key: PublicKey::from_spki_der(fields.public_key)?,
            issuer_name: fields.issuer.to_vec(),
            subject_name: fields.subject.to_vec(),
            subject: X509Name::from_der(fields.subject).map_err(|_| CryptoError::CertificateMalformed)?,
            not_before: instant(fields.not_before).ok_or(CryptoError::CertificateMalformed)?,
            not_after: instant(fields.not_after).ok_or(CryptoError::CertificateMalformed)?,
            form,
        };
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
    pub fn subject(&self) -> String {
        render_name(&self.0.subject)
    }

    /// The issuer's name in DER; `None` if the certificate is its own issuer [RFC 5280 §6.1]. A certificate of that
    /// name stands above this one in a chain.
    ///
    /// Says nothing about trust, and no signature is looked at. It tells the certificate of a key from those that were
    /// sent along to certify it.
    #[must_use]
    pub(crate) fn certified_by(&self) -> Option<&[u8]> {
        (self.0.issuer_name != self.0.subject_name).then_some(self.0.issuer_name.as_slice())
    }

    /// DER of the name that it certifies.
    #[must_use]
    pub(crate) fn subject_name(&self) -> &[u8] {
        &self.0.subject_name
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
        self.0.base64.get_or_init(|| encode_base64(self.der())).clone()
    }

    /// The certificate as a PEM text.
    #[must_use]
    pub fn to_pem(&self) -> String {
        encode_pem("CERTIFICATE", self.der())
    }
}

impl PublicKey {
    /// The key of a certificate in DER. Nothing else of the certificate is looked at.
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub fn from_certificate_der(octets: &[u8]) -> Result<Self, CryptoError> {
        Certificate::from_der(octets).map(|certificate| certificate.public_key().clone())
    }

    /// From the first `PUBLIC KEY` or `CERTIFICATE` block of a PEM text.
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`], [`CryptoError::CertificateMalformed`].
    pub fn from_pem(text: &str) -> Result<Self, CryptoError> {
        for block in PemBlocks::new(text) {
            match block.label {
                "PUBLIC KEY" => {
                    let octets = decode_base64(block.body).ok_or(CryptoError::KeyMalformed)?;
                    return Self::from_spki_der(&octets);
                }
                "CERTIFICATE" => {
                    let octets = decode_base64(block.body).ok_or(CryptoError::CertificateMalformed)?;
                    return Self::from_certificate_der(&octets);
                }
                _ => {}
            }
        }
        Err(CryptoError::KeyMalformed)
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
            .field("subject", &self.subject())
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

/// The parts of a certificate that are read [RFC 5280 §4.1]. The others need only be where they belong.
struct Fields<'a> {
    not_before: DerValue<'a>,
    not_after: DerValue<'a>,
    issuer: &'a [u8],
    subject: &'a [u8],
    public_key: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(octets: &'a [u8]) -> Option<Self> {
        const VERSION: u8 = 0xa0;
        const ISSUER_UNIQUE_ID: u8 = 0x81;
        const SUBJECT_UNIQUE_ID: u8 = 0x82;
        const EXTENSIONS: u8 = 0xa3;
        if !der::is_der(octets) {
            return None;
        }
        let mut certificate = DerReader::new(DerReader::new(octets).content(der::SEQUENCE)?);
        let mut fields = DerReader::new(certificate.content(der::SEQUENCE)?);
        certificate.content(der::SEQUENCE)?;
        certificate.bit_string()?;
        certificate.end()?;

        fields.optional(VERSION)?;
        fields.content(der::INTEGER)?;
        fields.content(der::SEQUENCE)?;
        let issuer = fields.value(der::SEQUENCE)?.whole;
        let mut validity = DerReader::new(fields.content(der::SEQUENCE)?);
        let subject = fields.value(der::SEQUENCE)?.whole;
        let public_key = fields.value(der::SEQUENCE)?.whole;
        fields.optional(ISSUER_UNIQUE_ID)?;
        fields.optional(SUBJECT_UNIQUE_ID)?;
        fields.optional(EXTENSIONS)?;
        fields.end()?;

        let (not_before, not_after) = (validity.any()?, validity.any()?);
        validity.end()?;
        Some(Self { not_before, not_after, issuer, subject, public_key })
    }
}

/// `UTCTime` or `GeneralizedTime` in UTC to the second [RFC 5280 §4.1.2.5].
fn instant(time: DerValue<'_>) -> Option<SamlInstant> {
    const UTC_TIME_OCTETS: usize = 13;
    const GENERALIZED_TIME_OCTETS: usize = 15;
    let length = match time.tag {
        der::UTC_TIME => UTC_TIME_OCTETS,
        der::GENERALIZED_TIME => GENERALIZED_TIME_OCTETS,
        _ => return None,
    };
    let text = std::str::from_utf8(time.content).ok()?;
    let digits = text.strip_suffix('Z')?;
    if text.len() != length || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let since_epoch = Asn1Time::from_unix(0).ok()?.diff(Asn1Time::from_str(text).ok()?.as_ref()).ok()?;
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
