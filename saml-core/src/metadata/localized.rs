//! Floor 5: texts for people. May import `base`, `xml` and `assertion`.

use crate::xml::names::XML;
use crate::xml::{Element, ElementReader, ExpandedName, QName, SchemaError, Writer};

const LANG: ExpandedName<'static> = ExpandedName::new(XML, "lang");

/// A text, or the URI of one, in a language: the schema's `localizedNameType` and `localizedURIType`
/// [Metadata §2.2.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    /// The language tag, as it was; not checked.
    pub lang: String,
    /// The text or URI, as it was.
    pub value: String,
}

impl Localized {
    pub(super) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let lang =
            reader.attribute_ns(LANG).ok_or_else(|| SchemaError::missing_attribute(element, "xml:lang"))?;
        let value = reader.finish_text()?.into_owned();
        Ok(Self { lang: lang.to_owned(), value })
    }

    pub(super) fn write_as(&self, name: QName<'static>, writer: &mut Writer) {
        writer.start(name);
        writer.attribute_ns("xml", LANG, &self.lang);
        writer.text(&self.value);
        writer.end();
    }
}
