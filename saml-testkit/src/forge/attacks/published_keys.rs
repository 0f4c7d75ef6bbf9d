//! Attacks 126 and 232: how the peer's key is published, which must not matter as long as it is that key.

use saml_core::metadata::{KeyDescriptor, KeyUse};
use saml_core::trust::PeerKeys;

use super::base64;
use crate::forge::certificate::certificate_over;
use crate::forge::corpus::Corpus;
use crate::forge::{Context, Family, ForgeError, Specimen};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    validity(s, corpus)?;
    corpus.family(Family::Metadata);
    forms(s, corpus)
}

const YEAR: i64 = 31_536_000;
/// A year in the past, and one that begins then.
const PAST: (i64, i64) = (YEAR, 2 * YEAR);
const FUTURE: (i64, i64) = (130 * YEAR, 131 * YEAR);

fn published(descriptors: &[KeyDescriptor]) -> Result<PeerKeys, ForgeError> {
    PeerKeys::of_descriptors(descriptors)
        .map_err(|_unusable| ForgeError::Unusable { what: "a set of key descriptors" })
}

fn pinned(keys: PeerKeys) -> impl FnOnce(&mut Context) {
    move |context| context.keys = keys
}

/// Attack 126: of a pinned certificate only the key counts. A receiver that refuses an expired certificate breaks the
/// next key roll-over.
fn validity(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let key = s.keys.genuine.public_key();
    for (title, subject, period) in [
        ("has expired", "idp.example.com", PAST),
        ("is not valid yet", "idp.example.com", FUTURE),
        ("ends before it begins", "idp.example.com", (PAST.1, PAST.0)),
        ("names somebody else", "other.example.org", (PAST.0, FUTURE.1)),
    ] {
        let certificate = base64(&certificate_over(key, subject, period)?);
        let keys = published(&[KeyDescriptor::of_certificate(KeyUse::Signing, certificate)])?;
        corpus
            .attack(126, format!("a pinned certificate that {title}"))
            .when(pinned(keys))
            .decoy(s.tree())?;
    }
    let attacker = certificate_over(s.keys.attacker.public_key(), "idp.example.com", (PAST.0, FUTURE.1))?;
    let keys = published(&[KeyDescriptor::of_certificate(KeyUse::Signing, base64(&attacker))])?;
    corpus
        .attack(126, "a pinned certificate of the same name, of another key")
        .when(pinned(keys))
        .refused("signature.invalid", s.tree())
}

/// Attack 232: white space and PEM lines around the same octets.
fn forms(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let der = certificate_over(s.keys.genuine.public_key(), "idp.example.com", (PAST.0, FUTURE.1))?;
    let dense = base64(&der);
    let broken = |width: usize, end: &str| {
        let lines: Vec<String> =
            dense.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        lines.join(end)
    };
    let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", broken(64, "\n"));
    for (title, text) in [
        ("in lines of 64 characters", broken(64, "\n")),
        ("in lines of 76 characters as Windows ends them", broken(76, "\r\n")),
        ("indented", format!("\n\t    {}\n    ", broken(64, "\n\t    "))),
        ("with a space in every other place", broken(1, " ")),
        ("without padding", dense.trim_end_matches('=').to_owned()),
        ("with PEM lines", pem.clone()),
        ("with PEM lines and a text before them", format!("subject=CN=idp.example.com\n{pem}")),
        ("as a PEM text that was encoded again", base64(pem.as_bytes())),
    ] {
        let keys = published(&[KeyDescriptor::of_certificate(KeyUse::Signing, text)])?;
        corpus.attack(232, format!("a pinned certificate {title}")).when(pinned(keys)).decoy(s.tree())?;
    }
    Ok(())
}
