//! Floor 5: texts for people. May import `base`, `xml` and `assertion`.

use crate::xml::names::XML;
use crate::xml::schema::{string, uri};
use crate::xml::{Element, ElementReader, ExpandedName, QName, SchemaError, Writer, collapsed};

const LANG: ExpandedName<'static> = ExpandedName::new(XML, "lang");

/// A text, or the URI of one, in a language: the schema's `localizedNameType` and `localizedURIType`
/// [Metadata §2.2.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    /// The language tag; not checked.
    pub lang: String,
    /// The text as it was, or the URI; not empty where it was read.
    pub value: String,
}

impl Localized {
    /// A text, octet by octet.
    pub(super) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        Self::read_with(element, string)
    }

    /// A URI.
    pub(super) fn read_uri(element: Element<'_>) -> Result<Self, SchemaError> {
        Self::read_with(element, uri)
    }

    fn read_with(element: Element<'_>, parse: fn(&str) -> Option<String>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let lang =
            reader.attribute_ns(LANG).ok_or_else(|| SchemaError::missing_attribute(element, "xml:lang"))?;
        let text = reader.finish_text()?;
        let value = parse(&text).ok_or_else(|| SchemaError::text(element, &text))?;
        Ok(Self { lang: collapsed(lang).into_owned(), value })
    }

    pub(super) fn write_as(&self, name: QName<'static>, writer: &mut Writer) {
        writer.start(name);
        writer.attribute_ns("xml", LANG, &self.lang);
        writer.text(&self.value);
        writer.end();
    }
}
