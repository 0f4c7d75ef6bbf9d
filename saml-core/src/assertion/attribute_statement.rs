//! Floor 5: that a subject has attributes. May import `base` and `xml`.

use super::attribute::Attribute;
use super::encrypted::EncryptedAttribute;
use crate::base::NonEmpty;
use crate::xml::names::saml;
use crate::xml::{Element, ElementReader, ExpandedName, SchemaError, Writer};

/// The subject has these attributes [Core §2.7.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeStatement {
    /// The attributes in document order; a name may occur more than once (KC-01).
    pub attributes: NonEmpty<StatedAttribute>,
}

/// An attribute in clear or encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatedAttribute {
    /// In clear.
    Attribute(Attribute),
    /// Encrypted.
    Encrypted(EncryptedAttribute),
}

impl AttributeStatement {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let is_one = |child: Element<'_>| StatedAttribute::CHOICE.iter().any(|name| child.is(*name));
        let mut attributes = Vec::with_capacity(reader.run(is_one));
        while let Some(attribute) = reader.optional_any_of(&StatedAttribute::CHOICE)? {
            attributes.push(StatedAttribute::read(attribute)?);
        }
        let attributes = match NonEmpty::from_vec(attributes) {
            Some(attributes) => attributes,
            // Neither of them is next. This call fails and names the missing element.
            None => NonEmpty::new(StatedAttribute::read(reader.required(saml::ATTRIBUTE)?)?),
        };
        reader.finish()?;
        Ok(Self { attributes })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::ATTRIBUTE_STATEMENT);
        for attribute in &self.attributes {
            match attribute {
                StatedAttribute::Attribute(attribute) => attribute.write(writer),
                StatedAttribute::Encrypted(attribute) => attribute.write(writer),
            }
        }
        writer.end();
    }
}

impl StatedAttribute {
    const CHOICE: [ExpandedName<'static>; 2] = [saml::ATTRIBUTE.name, saml::ENCRYPTED_ATTRIBUTE.name];

    fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        if element.is(saml::ENCRYPTED_ATTRIBUTE) {
            EncryptedAttribute::read(element).map(Self::Encrypted)
        } else {
            Attribute::read(element).map(Self::Attribute)
        }
    }
}
