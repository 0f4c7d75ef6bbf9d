//! Floor 4: `ds:KeyInfo` of encrypted data and of encrypted keys [XMLEnc §3.5].

use super::EncryptionError;
use crate::xml::names::{DS, DSIG11, ds, xenc};
use crate::xml::{Element, ElementReader};

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
        let mut found = Self::default();
        let mut reader = ElementReader::new(key_info);
        let _id = reader.attribute("Id");
        while let Some(child) = reader.next_any()? {
            if child.is(xenc::ENCRYPTED_KEY) {
                found.inside.push(child);
            } else if child.is(ds::RETRIEVAL_METHOD) {
                found.retrieved.push(retrieved(child)?);
            } else {
                require_hint(child)?;
            }
        }
        reader.finish()?;
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

/// `KeyInfo` of an `EncryptedKey` says at most for whom it is wrapped, or under which key; whether that is so, our keys
/// find out by trying. The names of keys in it.
pub(super) fn key_names(key_info: Element<'_>) -> Result<Vec<String>, EncryptionError> {
    let mut names = Vec::new();
    let mut reader = ElementReader::new(key_info);
    let _id = reader.attribute("Id");
    while let Some(child) = reader.next_any()? {
        require_hint(child)?;
        if child.is(ds::KEY_NAME) {
            names.push(ElementReader::new(child).finish_text()?.into_owned());
        }
    }
    reader.finish()?;
    Ok(names)
}

/// A name, a value or a certificate of a key, which is not read. Foreign content is refused: it would be a place to
/// hide something in.
fn require_hint(hint: Element<'_>) -> Result<(), EncryptionError> {
    let known = [ds::KEY_NAME, ds::KEY_VALUE, ds::X509_DATA];
    if !known.into_iter().any(|name| hint.is(name)) {
        return Err(EncryptionError::NotInProfile { part: "foreign content in KeyInfo" });
    }
    let mut open = vec![hint.child_elements()];
    while let Some(children) = open.last_mut() {
        let Some(child) = children.next() else {
            open.pop();
            continue;
        };
        let namespace = child.name().namespace;
        let structure = [ds::SIGNATURE, ds::OBJECT, ds::KEY_INFO, ds::RETRIEVAL_METHOD];
        if (namespace != DS && namespace != DSIG11) || structure.into_iter().any(|name| child.is(name)) {
            return Err(EncryptionError::NotInProfile { part: "foreign content in KeyInfo" });
        }
        open.push(child.child_elements());
    }
    Ok(())
}
