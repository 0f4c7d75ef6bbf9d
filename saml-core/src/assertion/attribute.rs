//! Floor 5: attributes of subjects and entities. May import `base` and `xml`.

use crate::base::uri_vocabulary;
use crate::xml::names::{saml, xsi};
use crate::xml::schema::{boolean, string, word};
use crate::xml::{Element, ElementReader, KeptAttributes, KeptContent, SchemaError, Writer};

uri_vocabulary! {
    /// How the name of an attribute is to be understood [Core §8.2].
    AttributeNameFormat {
        /// Left to the parties' own agreement [Core §8.2.1]. What an absent `NameFormat` means.
        Unspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified",
        /// A URI [Core §8.2.2].
        Uri = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
        /// A plain name [Core §8.2.3].
        Basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
    }
}

/// A named list of values [Core §2.7.3.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name, octet by octet; not empty where it was read.
    pub name: String,
    /// How the name is to be understood; absent, or empty where it was read, means
    /// [`AttributeNameFormat::Unspecified`].
    pub name_format: Option<AttributeNameFormat>,
    /// A name for people. Means nothing to a program [Core §2.7.3.1].
    pub friendly_name: Option<String>,
    /// The values in document order. None at all is not the same as one empty value [Core §2.7.3.1.1].
    pub values: Vec<AttributeValue>,
    /// Attributes of other namespaces, such as the X.500 profile's `Encoding`, as they were.
    pub other_attributes: KeptAttributes,
}

impl Attribute {
    /// An attribute with these text values and no format.
    #[must_use]
    pub fn new<V: Into<String>>(name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        Self {
            name: name.into(),
            name_format: None,
            friendly_name: None,
            values: values.into_iter().map(|value| AttributeValue::Text(value.into())).collect(),
            other_attributes: KeptAttributes::default(),
        }
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let attribute = Self::read_with(&mut reader)?;
        reader.finish_foreign_attributes()?;
        Ok(attribute)
    }

    /// Reads the part that types derived from `AttributeType` share; the caller finishes the reader.
    pub(crate) fn read_with(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        Ok(Self {
            name: reader.parse_required_attribute("Name", string)?,
            name_format: reader.attribute("NameFormat").and_then(word(AttributeNameFormat::from_uri)),
            friendly_name: reader.attribute("FriendlyName").and_then(string),
            values: values(reader)?,
            other_attributes: KeptAttributes::read(reader.element()),
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::ATTRIBUTE);
        self.write_content(writer);
        writer.end();
    }

    /// Writes attributes and values into the element that is open and has no content yet.
    pub(crate) fn write_content(&self, writer: &mut Writer) {
        writer.attribute("Name", &self.name);
        writer.attribute_opt("NameFormat", self.name_format.as_ref().map(AttributeNameFormat::uri));
        writer.attribute_opt("FriendlyName", self.friendly_name.as_deref());
        self.other_attributes.write(writer);
        for value in &self.values {
            value.write(writer);
        }
    }
}

/// The values, with room for as many as there can be: each is an element with a text in it.
fn values(reader: &mut ElementReader<'_>) -> Result<Vec<AttributeValue>, SchemaError> {
    let mut values = Vec::with_capacity(reader.element().node_count() / 2);
    while let Some(value) = reader.optional(saml::ATTRIBUTE_VALUE)? {
        values.push(AttributeValue::read(value)?);
    }
    Ok(values)
}

/// One value of an attribute [Core §2.7.3.1.1].
///
/// An `xsi:type` is not kept: every simple value is read as text, and none is written with a type ([IIP-SP02]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// Text, octet by octet, possibly empty.
    Text(String),
    /// The null value, `xsi:nil`.
    Nil,
    /// Content with elements in it, such as the `NameID` of `eduPersonTargetedID`, as it was.
    Xml(KeptContent),
}

impl AttributeValue {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let nil = match element.attribute_ns(xsi::NIL) {
            Some(value) => {
                boolean(value).ok_or_else(|| SchemaError::attribute_value(element, "nil", value))?
            }
            None => false,
        };
        if element.child_elements().next().is_some() && !nil {
            return Ok(Self::Xml(KeptContent::read(element)));
        }
        let text = element.simple_text()?;
        match (nil, text.is_empty()) {
            (true, true) => Ok(Self::Nil),
            (true, false) => Err(SchemaError::text(element, &text)),
            (false, _) => Ok(Self::Text(text.into_owned())),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::ATTRIBUTE_VALUE);
        match self {
            Self::Text(text) => writer.text(text),
            Self::Nil => writer.attribute_ns(xsi::NIL.prefix, xsi::NIL, "true"),
            Self::Xml(content) => content.write(writer),
        }
        writer.end();
    }
}
