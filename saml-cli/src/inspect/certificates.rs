//! The certificates in a message.

use std::collections::BTreeSet;

use saml_core::base::SamlInstant;
use saml_core::crypto::Certificate;
use saml_core::xml::{Element, names};

use super::walk::{ancestors, descendants, labelled, text};
use crate::screen::{DIM, REJECTED, Screen, plain, styled};

/// One certificate, or the text in its place.
pub(super) struct CertificateNote {
    /// The element that says it, such as a message with a signature.
    pub(super) place: String,
    /// The certificate; none if it can't be read.
    pub(super) certificate: Option<Certificate>,
}

/// All of them, in document order, each once.
pub(super) fn of(root: Element<'_>) -> Vec<CertificateNote> {
    let mut notes: Vec<CertificateNote> = Vec::new();
    let mut known: BTreeSet<Vec<u8>> = BTreeSet::new();
    for element in descendants(root).filter(|element| element.is(names::ds::X509_CERTIFICATE)) {
        let certificate = Certificate::from_base64(&text(element)).ok();
        // A malformed certificate is reported each time.
        if certificate.as_ref().is_none_or(|certificate| known.insert(certificate.der().to_vec())) {
            let place = ancestors(element).find(|outer| outer.attribute("ID").is_some());
            notes.push(CertificateNote { place: labelled(place.unwrap_or(root)), certificate });
        }
    }
    notes
}

impl CertificateNote {
    /// SHA-256 of the certificate in hexadecimal, as administration consoles show it.
    pub(super) fn fingerprint(&self) -> Option<String> {
        let fingerprint = self.certificate.as_ref()?.fingerprint().ok()?;
        Some(hexadecimal(fingerprint.as_octets()))
    }

    pub(super) fn is_expired(&self, now: SamlInstant) -> bool {
        self.certificate.as_ref().is_some_and(|certificate| certificate.not_after() < now)
    }

    pub(super) fn show(&self, screen: &mut Screen, now: SamlInstant) {
        let Some(certificate) = &self.certificate else {
            screen.line(&format!(
                "  {} {}",
                styled(REJECTED, "not a certificate"),
                styled(DIM, &format!("in {}", plain(&self.place)))
            ));
            return;
        };
        screen.fact("subject", &certificate.subject());
        screen.fact("key", &certificate.public_key().kind().to_string());
        let expiry = if self.is_expired(now) { " (has passed)" } else { "" };
        screen.fact("valid until", &format!("{}{expiry}", certificate.not_after()));
        if let Some(fingerprint) = self.fingerprint() {
            screen.fact("SHA-256", &fingerprint);
        }
        screen.fact("in", &self.place);
    }
}

/// Octets as `0aff`.
pub(crate) fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
