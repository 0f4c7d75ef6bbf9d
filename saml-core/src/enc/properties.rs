//! Floor 4: properties of a ciphertext that don't affect decryption [XMLEnc §3.7].

use super::EncryptionError;
use crate::xml::{Element, hides_content};

/// An element that is not read, if it is there: `EncryptionProperties`, `CarriedKeyName`. It may say anything, and hide
/// nothing.
pub(super) fn require_advisory(element: Option<Element<'_>>) -> Result<(), EncryptionError> {
    if element.is_some_and(hides_content) {
        return Err(EncryptionError::NotInProfile {
            part: "an assertion, a signature or a ciphertext in the properties of a ciphertext",
        });
    }
    Ok(())
}
