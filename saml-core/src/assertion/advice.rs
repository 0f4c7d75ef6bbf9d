//! Floor 5: what may be ignored. May import `base` and `xml`.

use crate::xml::names::saml;
use crate::xml::{Element, ElementReader, SchemaError, Writer, XmlElement};

/// Additional material that an issuer offers, and that a relying party may ignore [Core §2.6.1].
///
/// Kept as it was and never descended into: an assertion in here counts for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advice(pub Vec<XmlElement>);

impl Advice {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let content = reader.rest().map(XmlElement::read).collect();
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
