//! Floor 5: advice, which a receiver may ignore. May import `base` and `xml`.

use crate::xml::names::saml;
use crate::xml::{Element, ElementReader, ExpandedName, KeptElement, SchemaError, Writer};

/// Additional material that an issuer offers, and that a relying party may ignore [Core §2.6.1].
///
/// Kept as it was and never descended into: an assertion in here counts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice(pub Vec<KeptElement>);

/// The elements that the schema names, beside those of other namespaces.
const CHOICE: [ExpandedName<'static>; 4] = [
    saml::ASSERTION_ID_REF.name,
    saml::ASSERTION_URI_REF.name,
    saml::ASSERTION.name,
    saml::ENCRYPTED_ASSERTION.name,
];

impl Advice {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let mut content = Vec::new();
        while let Some(element) = next(&mut reader)? {
            content.push(KeptElement::read(element));
        }
        reader.finish()?;
        Ok(Self(content))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::ADVICE);
        for element in &self.0 {
            element.write(writer);
        }
        writer.end();
    }
}

fn next<'d>(reader: &mut ElementReader<'d>) -> Result<Option<Element<'d>>, SchemaError> {
    match reader.optional_any_of(&CHOICE)? {
        Some(element) => Ok(Some(element)),
        None => reader.next_foreign(),
    }
}
