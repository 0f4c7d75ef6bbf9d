//! A sealed value: how it is made, and how it is read again.

use openssl::error::ErrorStack;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use zeroize::Zeroizing;

use super::key::{ID_OCTETS, SealingKey, SealingKeys};
use crate::{EngineFailure, Namespace, StoreError, StoreInstant};

/// The first octet, which changes with the form.
const FORM: u8 = 1;
/// Random octets of each value, from which its key is derived.
const SALT_OCTETS: usize = 32;
/// When it expires, as the first of what is encrypted.
const INSTANT_OCTETS: usize = 8;
const TAG_OCTETS: usize = 16;
const KEY_OCTETS: usize = 32;
const NONCE_OCTETS: usize = 12;
const HEAD_OCTETS: usize = 1 + ID_OCTETS + SALT_OCTETS;
/// Octets that a sealed value has more than the value.
pub(super) const MORE_OCTETS: usize = HEAD_OCTETS + INSTANT_OCTETS + TAG_OCTETS;

/// The place that a value is bound to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) namespace: Namespace,
    pub(super) key: &'a str,
}

/// A value that was opened, and its expiry.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) value: Vec<u8>,
    pub(super) expires_at: StoreInstant,
}

/// AES-256-GCM under a key of its own: form, id of the sealing key, salt, ciphertext, tag.
///
/// # Errors
/// [`StoreError::Unavailable`]: the cryptographic library failed.
pub(super) fn seal(
    keys: &SealingKeys,
    place: Place<'_>,
    value: &[u8],
    expires_at: StoreInstant,
) -> Result<Vec<u8>, StoreError> {
    let sealing = || -> Result<Vec<u8>, ErrorStack> {
        let mut salt = [0; SALT_OCTETS];
        openssl::rand::rand_bytes(&mut salt)?;
        let head = [&[FORM], keys.current.id.as_slice(), &salt].concat();
        let own = Own::derive(&keys.current.key, &salt)?;
        let clear = Zeroizing::new([&expires_at.unix_millis().to_be_bytes(), value].concat());
        let mut tag = [0; TAG_OCTETS];
        let bound = associated(&head, place);
        let sealed =
            encrypt_aead(Cipher::aes_256_gcm(), own.key(), Some(own.nonce()), &bound, &clear, &mut tag)?;
        Ok([head, sealed, tag.to_vec()].concat())
    };
    sealing().map_err(|failure| StoreError::Unavailable(EngineFailure::from(failure)))
}

/// Opens what [`seal`] made for this place.
///
/// # Errors
/// [`StoreError::Corrupt`]: it was made for another place, under a key that isn't there, or by something else.
pub(super) fn open(keys: &SealingKeys, place: Place<'_>, sealed: &[u8]) -> Result<Opened, StoreError> {
    let corrupt = |why: &str| StoreError::Corrupt(EngineFailure::from(why));
    let parts = || {
        let (head, rest) = sealed.split_at_checked(HEAD_OCTETS)?;
        let (ciphertext, tag) = rest.split_at_checked(rest.len().checked_sub(TAG_OCTETS)?)?;
        let (form, id_and_salt) = head.split_first()?;
        let (id, salt) = id_and_salt.split_at_checked(ID_OCTETS)?;
        (*form == FORM).then_some((head, id, salt, ciphertext, tag))
    };
    let Some((head, id, salt, ciphertext, tag)) = parts() else {
        return Err(corrupt("a stored value is not sealed"));
    };
    let Some(key) = keys.find(id) else {
        return Err(corrupt("a stored value is sealed under a key that is not configured"));
    };
    let own = Own::derive(key, salt).map_err(|failure| StoreError::Unavailable(failure.into()))?;
    let bound = associated(head, place);
    let opened = decrypt_aead(Cipher::aes_256_gcm(), own.key(), Some(own.nonce()), &bound, ciphertext, tag);
    let not_ours = || corrupt("a stored value was changed, or sealed for another entry");
    let clear = Zeroizing::new(opened.map_err(|_| not_ours())?);
    let (instant, value) = clear.split_first_chunk::<INSTANT_OCTETS>().ok_or_else(not_ours)?;
    let expires_at = StoreInstant::from_unix_millis(i64::from_be_bytes(*instant));
    Ok(Opened { value: value.to_vec(), expires_at })
}

/// The key and the nonce of one value. No other value has this key, so that its nonce could be any.
struct Own(Zeroizing<[u8; KEY_OCTETS + NONCE_OCTETS]>);

impl Own {
    fn derive(key: &SealingKey, salt: &[u8]) -> Result<Self, ErrorStack> {
        key.derive(salt, "saml-store value").map(Self)
    }

    fn key(&self) -> &[u8] {
        self.0.split_at(KEY_OCTETS).0
    }

    fn nonce(&self) -> &[u8] {
        self.0.split_at(KEY_OCTETS).1
    }
}

/// Everything that a value is bound to. Lengths keep apart what would read alike.
fn associated(head: &[u8], place: Place<'_>) -> Vec<u8> {
    let namespace = place.namespace.as_str().as_bytes();
    let length = u64::try_from(namespace.len()).unwrap_or(u64::MAX).to_be_bytes();
    [head, &length, namespace, place.key.as_bytes()].concat()
}
