//! Floor 5: the elements that hold ciphertexts. May import `base` and `xml`.

use crate::xml::names::{saml, xenc};
use crate::xml::schema::any_number;
use crate::xml::{Element, ElementReader, KeptElement, QName, SchemaError, Writer};

/// The schema's `EncryptedElementType` [Core §2.2.4]: ciphertext, and keys that are encrypted beside it.
///
/// Nothing is decrypted or checked beyond the order of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedElement {
    /// `xenc:EncryptedData`.
    pub encrypted_data: KeptElement,
    /// `xenc:EncryptedKey`, where the keys don't stand inside the data.
    pub encrypted_keys: Vec<KeptElement>,
}

impl EncryptedElement {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let encrypted_data = KeptElement::read(reader.required(xenc::ENCRYPTED_DATA)?);
        let encrypted_keys =
            any_number(&mut reader, xenc::ENCRYPTED_KEY, |element| Ok(KeptElement::read(element)))?;
        reader.finish()?;
        Ok(Self { encrypted_data, encrypted_keys })
    }

    fn write_as(&self, name: QName<'static>, writer: &mut Writer) {
        writer.start(name);
        self.encrypted_data.write(writer);
        for key in &self.encrypted_keys {
            key.write(writer);
        }
        writer.end();
    }
}

/// A name identifier that only the holder of a key can read [Core §2.2.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedId(pub EncryptedElement);

impl EncryptedId {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        EncryptedElement::read(element).map(Self)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write_as(saml::ENCRYPTED_ID, writer);
    }
}

/// An assertion that only the holder of a key can read [Core §2.3.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedAssertion(pub EncryptedElement);

impl EncryptedAssertion {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        EncryptedElement::read(element).map(Self)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write_as(saml::ENCRYPTED_ASSERTION, writer);
    }
}

/// An attribute that only the holder of a key can read [Core §2.7.3.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptedAttribute(pub EncryptedElement);

impl EncryptedAttribute {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        EncryptedElement::read(element).map(Self)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write_as(saml::ENCRYPTED_ATTRIBUTE, writer);
    }
}
