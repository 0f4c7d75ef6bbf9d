//! Floor 6: a name that only the service that it is for can read. [Core §2.2.4]

use crate::assertion::{EncryptedId, NameId};
use crate::base::{Limits, SecureRandom};
use crate::enc::{EncryptionTarget, SealingError, seal};
use crate::xml::{Document, Writer, names};

/// Encrypts a name by itself, to stand in the place of the `NameID`.
///
/// Everything else that the assertion says of its subject stays readable. Does not sign: the assertion around it is
/// signed afterwards, for its signature covers the ciphertext.
///
/// # Errors
/// [`SealingError`].
pub fn seal_name_id(
    name: &NameId,
    recipient: &EncryptionTarget,
    random: &mut dyn SecureRandom,
) -> Result<EncryptedId, SealingError> {
    let mut writer = Writer::new();
    name.write_as(names::saml::NAME_ID, &mut writer);
    let plaintext = writer.finish()?.into_octets();
    let sealed = seal(&plaintext, names::saml::ENCRYPTED_ID, recipient, random)?;
    let document = Document::parse(sealed, &Limits::METADATA)?;
    Ok(EncryptedId::read(document.root())?)
}
