//! Floor 5: the keys of an entity. May import `base`, `xml` and `assertion`.

use super::empty_part::any_number;
use super::encryption_method::EncryptionMethod;
use super::key_value::KeyValue;
use crate::xml::names::{ds, md};
use crate::xml::{Element, ElementReader, KeptElement, SchemaError, Writer};

/// A key, or several names of the same one, and what it is for [Metadata §2.4.1.1].
///
/// Nothing is decoded here. A malformed certificate is found when a key is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDescriptor {
    /// The use of the key.
    pub key_use: KeyUse,
    /// Base64 of the certificates, in document order, as it was, white space included.
    pub certificates: Vec<String>,
    /// Keys that are given by themselves, in document order.
    pub key_values: Vec<KeyValue>,
    /// Names of the key.
    pub key_names: Vec<String>,
    /// Other ways in which the key is given, as they were: a `ds:KeyValue` of a kind that is not read is among them.
    pub other: Vec<KeptElement>,
    /// The algorithms that the owner of the key can decrypt, the preferred one first.
    pub encryption_methods: Vec<EncryptionMethod>,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    /// To verify signatures of the entity.
    Signing,
    /// To encrypt for the entity.
    Encryption,
    /// Both: what an absent `use` means.
    Both,
}

impl KeyUse {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "signing" => Some(Self::Signing),
            "encryption" => Some(Self::Encryption),
            _ => None,
        }
    }

    const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Signing => Some("signing"),
            Self::Encryption => Some("encryption"),
            Self::Both => None,
        }
    }
}

impl KeyDescriptor {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let key_use = reader.parse_attribute("use", KeyUse::parse)?.unwrap_or(KeyUse::Both);
        let key_info = reader.required(ds::KEY_INFO)?;
        let encryption_methods = any_number(&mut reader, md::ENCRYPTION_METHOD, EncryptionMethod::read)?;
        reader.finish_open_attributes()?;
        let mut descriptor = Self {
            key_use,
            certificates: Vec::new(),
            key_values: Vec::new(),
            key_names: Vec::new(),
            other: Vec::new(),
            encryption_methods,
        };
        descriptor.read_key_info(key_info)?;
        Ok(descriptor)
    }

    /// `ds:KeyInfo` is a list of choices, open to other namespaces [XMLDSig §4.5].
    fn read_key_info(&mut self, key_info: Element<'_>) -> Result<(), SchemaError> {
        let mut reader = ElementReader::new(key_info);
        reader.attribute("Id");
        while let Some(item) = reader.next_any()? {
            let certificates_before = self.certificates.len();
            if item.is(ds::KEY_NAME) {
                self.key_names.push(item.simple_text()?.into_owned());
            } else if item.is(ds::X509_DATA) {
                for certificate in item.child_elements().filter(|child| child.is(ds::X509_CERTIFICATE)) {
                    self.certificates.push(certificate.simple_text()?.into_owned());
                }
                if self.certificates.len() == certificates_before {
                    self.other.push(KeptElement::read(item));
                }
            } else if let Some(value) = KeyValue::read(item) {
                self.key_values.push(value);
            } else {
                self.other.push(KeptElement::read(item));
            }
        }
        reader.finish_open_attributes()
    }

    /// Writes nothing if there is no key.
    pub(crate) fn write(&self, writer: &mut Writer) {
        let has_key = !self.certificates.is_empty() || !self.key_values.is_empty();
        if !has_key && self.key_names.is_empty() && self.other.is_empty() {
            return;
        }
        writer.start(md::KEY_DESCRIPTOR);
        writer.attribute_opt("use", self.key_use.attribute());
        writer.start(ds::KEY_INFO);
        for name in &self.key_names {
            writer.text_element(ds::KEY_NAME, name);
        }
        if !self.certificates.is_empty() {
            writer.start(ds::X509_DATA);
            for certificate in &self.certificates {
                writer.text_element(ds::X509_CERTIFICATE, certificate);
            }
            writer.end();
        }
        for value in &self.key_values {
            value.write(writer);
        }
        for other in &self.other {
            other.write(writer);
        }
        writer.end();
        for method in &self.encryption_methods {
            method.write(writer);
        }
        writer.end();
    }
}
