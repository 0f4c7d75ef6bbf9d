//! Floor 4: an `Encrypted*` element of SAML and the `xenc:EncryptedData` in it [Core §2.2.4], [XMLEnc §3].

use super::EncryptionError;
use super::algorithms::read_content_cipher;
use super::cipher_value::cipher_value;
use super::encrypted_key::EncryptedKey;
use super::key_info::DataKeyInfo;
use super::properties::require_advisory;
use crate::crypto::ContentCipher;
use crate::xml::names::{ds, xenc};
use crate::xml::{Element, ElementReader};

/// Wrapped keys of one element that are read; a sender has one per recipient, and we are one.
const MAX_KEYS: usize = 4;

/// The `Type` of a ciphertext that stands for one element [XMLEnc §3.1]. `Content` may be any number of them, or text
/// (attack 137).
pub(super) const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";

/// Something encrypted, read but not opened.
pub(super) struct EncryptedData {
    pub(super) cipher: ContentCipher,
    pub(super) cipher_value: Vec<u8>,
    /// In document order: those inside, then those beside.
    pub(super) keys: Vec<EncryptedKey>,
}

impl EncryptedData {
    /// Reads `EncryptedAssertion`, `EncryptedID` or `EncryptedAttribute`.
    pub(super) fn read(encrypted: Element<'_>) -> Result<Self, EncryptionError> {
        let mut reader = ElementReader::new(encrypted);
        let data = reader.required(xenc::ENCRYPTED_DATA)?;
        let beside = reader.many(xenc::ENCRYPTED_KEY)?;
        reader.finish()?;
        Self::read_data(data, &beside)
    }

    pub(super) fn read_data(data: Element<'_>, beside: &[Element<'_>]) -> Result<Self, EncryptionError> {
        let mut reader = ElementReader::new(data);
        let _id = reader.attribute("Id");
        // The media type and the encoding of the plaintext: XML in UTF-8 or nothing [XMLEnc §3.1].
        let _advisory = (reader.attribute("MimeType"), reader.attribute("Encoding"));
        if reader.attribute("Type").is_some_and(|kind| kind != ELEMENT) {
            return Err(EncryptionError::NotInProfile { part: "a Type that is not that of one element" });
        }
        let method = reader.required(xenc::ENCRYPTION_METHOD)?;
        let key_info = reader.optional(ds::KEY_INFO)?;
        let cipher_data = reader.required(xenc::CIPHER_DATA)?;
        let properties = reader.optional(xenc::ENCRYPTION_PROPERTIES)?;
        reader.finish()?;
        require_advisory(properties)?;
        let cipher = read_content_cipher(method)?;
        let keys = read_keys(key_info, beside)?;
        Ok(Self { cipher, cipher_value: cipher_value(cipher_data)?, keys })
    }
}

/// A `RetrievalMethod` may only point at a key beside the data, and all of those are tried anyway. So it is compared
/// with their IDs, and not followed (attack 135).
fn read_keys(
    key_info: Option<Element<'_>>,
    beside: &[Element<'_>],
) -> Result<Vec<EncryptedKey>, EncryptionError> {
    let DataKeyInfo { inside, retrieved } = match key_info {
        Some(key_info) => DataKeyInfo::read(key_info)?,
        None => DataKeyInfo::default(),
    };
    let found = inside.len().saturating_add(beside.len()).max(retrieved.len());
    if found > MAX_KEYS {
        return Err(EncryptionError::TooManyKeys { found });
    }
    if retrieved.iter().any(|id| beside.iter().all(|key| key.attribute("Id") != Some(id))) {
        return Err(EncryptionError::NotInProfile {
            part: "a RetrievalMethod to no EncryptedKey beside the data",
        });
    }
    inside.into_iter().chain(beside.iter().copied()).map(EncryptedKey::read).collect()
}
