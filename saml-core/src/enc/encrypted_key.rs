//! Floor 4: `xenc:EncryptedKey`, a session key that is wrapped for somebody [XMLEnc §3.5.1].

use super::EncryptionError;
use super::algorithms::read_key_encryption;
use super::cipher_value::cipher_value;
use super::key_info::key_names;
use super::properties::require_advisory;
use crate::crypto::{KeyEncryption, PolicyViolation};
use crate::xml::names::{ds, xenc};
use crate::xml::{Element, ElementReader};

/// A wrapped key.
pub(super) struct EncryptedKey {
    /// How it is wrapped, or that the algorithm has no name here.
    pub(super) encryption: Result<KeyEncryption, PolicyViolation>,
    pub(super) wrapped: Vec<u8>,
    /// The recipient that the sender names.
    pub(super) recipient: Option<String>,
    /// Under which key, by the sender's words.
    pub(super) key_names: Vec<String>,
}

impl EncryptedKey {
    pub(super) fn read(key: Element<'_>) -> Result<Self, EncryptionError> {
        let mut reader = ElementReader::new(key);
        let _id = reader.attribute("Id");
        let _advisory = ["Type", "MimeType", "Encoding"].map(|name| reader.attribute(name));
        let recipient = reader.attribute("Recipient").map(str::to_owned);
        let method = reader.required(xenc::ENCRYPTION_METHOD)?;
        let key_info = reader.optional(ds::KEY_INFO)?;
        let cipher_data = reader.required(xenc::CIPHER_DATA)?;
        let properties = reader.optional(xenc::ENCRYPTION_PROPERTIES)?;
        let references = reader.optional(xenc::REFERENCE_LIST)?;
        let name = reader.optional(xenc::CARRIED_KEY_NAME)?;
        reader.finish()?;
        let key_names = key_info.map(key_names).transpose()?.unwrap_or_default();
        if let Some(references) = references {
            require_references(references)?;
        }
        require_advisory(properties)?;
        require_advisory(name)?;
        let (encryption, wrapped) = (read_key_encryption(method)?, cipher_value(cipher_data)?);
        Ok(Self { encryption, wrapped, recipient, key_names })
    }
}

/// The list of ciphertexts that the key opens [XMLEnc §3.6]. It stands beside one `EncryptedData`, so it can say
/// nothing new, and nothing in it is followed.
fn require_references(list: Element<'_>) -> Result<(), EncryptionError> {
    let mut reader = ElementReader::new(list);
    let references = reader.at_least_one(xenc::DATA_REFERENCE)?;
    reader.finish()?;
    for reference in references {
        let mut reader = ElementReader::new(reference);
        let uri = reader.required_attribute("URI")?;
        reader.finish()?;
        if !uri.starts_with('#') {
            return Err(EncryptionError::NotInProfile { part: "a DataReference to another document" });
        }
    }
    Ok(())
}
