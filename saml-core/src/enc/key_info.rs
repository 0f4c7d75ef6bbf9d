//! Floor 4: `ds:KeyInfo` of encrypted data and of encrypted keys [XMLEnc §3.5].

use super::EncryptionError;
use crate::xml::names::{ds, xenc};
use crate::xml::{Element, ElementReader, hides_content};

/// The `Type` of a `RetrievalMethod` to a wrapped key [XMLEnc §3.5.2].
const ENCRYPTED_KEY: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";

/// `KeyInfo` of an `EncryptedData`.
#[derive(Default)]
pub(super) struct DataKeyInfo<'d> {
    /// Its `EncryptedKey` elements.
    pub(super) inside: Vec<Element<'d>>,
    /// The identifiers that its `RetrievalMethod` elements name.
    pub(super) retrieved: Vec<&'d str>,
}

impl<'d> DataKeyInfo<'d> {
    pub(super) fn read(key_info: Element<'d>) -> Result<Self, EncryptionError> {
        require_no_attributes(key_info)?;
        let mut found = Self::default();
        for child in key_info.child_elements() {
            if child.is(xenc::ENCRYPTED_KEY) {
                found.inside.push(child);
            } else if child.is(ds::RETRIEVAL_METHOD) {
                found.retrieved.push(retrieved(child)?);
            } else {
                require_advice(child)?;
            }
        }
        Ok(found)
    }
}

/// The identifier in a `RetrievalMethod`: a same-document reference without transforms.
fn retrieved(method: Element<'_>) -> Result<&str, EncryptionError> {
    let mut reader = ElementReader::new(method);
    let uri = reader.required_attribute("URI")?;
    if reader.attribute("Type").is_some_and(|kind| kind != ENCRYPTED_KEY) {
        return Err(EncryptionError::NotInProfile {
            part: "a RetrievalMethod for something else than a key",
        });
    }
    reader.finish()?;
    match uri.strip_prefix('#') {
        Some(id) if !id.is_empty() => Ok(id),
        Some(_) | None => {
            Err(EncryptionError::NotInProfile { part: "a RetrievalMethod to another document" })
        }
    }
}

/// `KeyInfo` of an `EncryptedKey` says at most for whom it is wrapped, or under which key. Only trying our keys shows
/// whether that is true. The names of keys in it.
pub(super) fn key_names(key_info: Element<'_>) -> Result<Vec<String>, EncryptionError> {
    require_no_attributes(key_info)?;
    let mut names = Vec::new();
    for child in key_info.child_elements() {
        require_advice(child)?;
        if child.is(ds::KEY_NAME)
            && let Ok(name) = child.simple_text()
        {
            names.push(name.into_owned());
        }
    }
    Ok(names)
}

/// `KeyInfo` has room for text and for elements of any kind, and for no attribute but its `Id`.
fn require_no_attributes(key_info: Element<'_>) -> Result<(), EncryptionError> {
    let mut reader = ElementReader::new(key_info);
    let _id = reader.attribute("Id");
    Ok(reader.finish_mixed()?)
}

/// Whatever else a `KeyInfo` holds is not read: a name, a value or a certificate of a key, how it was agreed on, words
/// of another vocabulary (`wsse:SecurityTokenReference`). Another key, or a pointer to one, would have to be followed.
pub(super) fn require_advice(hint: Element<'_>) -> Result<(), EncryptionError> {
    let to_follow = [xenc::ENCRYPTED_KEY, ds::RETRIEVAL_METHOD, ds::KEY_INFO];
    let leads_on = |e: Element<'_>| to_follow.into_iter().any(|name| e.is(name));
    if hides_content(hint) {
        return Err(EncryptionError::NotInProfile {
            part: "an assertion, a signature or a ciphertext in a hint",
        });
    }
    if leads_on(hint) || hint.descendants().any(leads_on) {
        return Err(EncryptionError::NotInProfile { part: "a key, or a pointer to one, in a hint" });
    }
    Ok(())
}
