//! Floor 4: octets in Base64, those of a `CipherData` above all [XMLEnc §3.3].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::EncryptionError;
use crate::xml::names::xenc;
use crate::xml::{Element, ElementReader};

/// The octets of a `CipherData` that holds them; a `CipherReference` would be fetched from somewhere (attack 136).
pub(super) fn cipher_value(cipher_data: Element<'_>) -> Result<Vec<u8>, EncryptionError> {
    let mut reader = ElementReader::new(cipher_data);
    let value = reader.required(xenc::CIPHER_VALUE)?;
    reader.finish()?;
    base64_of(value, "CipherValue")
}

/// The octets of an element that holds Base64 and nothing else: no comment, no child, no attribute.
pub(super) fn base64_of(element: Element<'_>, part: &'static str) -> Result<Vec<u8>, EncryptionError> {
    let text = ElementReader::new(element).finish_text()?;
    let is_white = |o: u8| matches!(o, b' ' | b'\t' | b'\n' | b'\r');
    let decoded = if text.bytes().any(is_white) {
        let dense: Vec<u8> = text.bytes().filter(|o| !is_white(*o)).collect();
        STANDARD.decode(dense)
    } else {
        STANDARD.decode(text.as_bytes())
    };
    decoded.map_err(|_not_base64| EncryptionError::NotBase64 { part })
}
