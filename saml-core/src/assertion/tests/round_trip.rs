//! A written value is read back unchanged, and the schema accepts it.

use std::sync::Arc;

use super::examples::{assertion, extended_assertion};
use super::source::Source;
use crate::assertion::Assertion;
use crate::assertion::tests::schema;
use crate::base::Limits;
use crate::xml::{Document, Writer, Written};

/// Runs a `write`.
pub(crate) fn written(write: impl FnOnce(&mut Writer)) -> Written {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish().unwrap()
}

/// The octets as a document.
pub(crate) fn parsed(octets: &[u8]) -> Arc<Document> {
    Document::parse(octets.to_vec(), &Limits::METADATA).unwrap()
}

/// A signature, as far as a reader of the signed element cares.
pub(crate) const SIGNATURE: &[u8] = b"<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";

#[test]
fn reads_what_it_wrote() {
    for mut source in Source::many() {
        for value in [assertion(&mut source), extended_assertion(&mut source)] {
            let written = written(|writer| value.write(writer));
            assert_eq!(Assertion::read(parsed(written.octets()).root()), Ok(value));
        }
    }
}

#[test]
fn writes_what_the_schema_allows() {
    let documents: Vec<_> = Source::many()
        .map(|mut source| {
            let value = assertion(&mut source);
            written(|writer| value.write(writer)).into_octets()
        })
        .collect();
    schema::require_valid("assertion-written", &documents);
}

#[test]
fn passes_over_a_signature_in_its_slot() {
    for mut source in Source::many() {
        let value = assertion(&mut source);
        let mut written = written(|writer| value.write(writer));
        written.insert_signature(value.id.as_str(), SIGNATURE).unwrap();
        let octets = String::from_utf8(written.into_octets()).unwrap();
        assert!(octets.contains("</saml:Issuer><ds:Signature"), "{octets}");
        assert_eq!(Assertion::read(parsed(octets.as_bytes()).root()), Ok(value));
    }
}
