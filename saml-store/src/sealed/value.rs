//! A sealed value: how it is made, and how it is read again.

use openssl::error::ErrorStack;
use zeroize::Zeroizing;

use super::key::{ID_OCTETS, SealingKeys};
use super::octets::{Own, SALT_OCTETS, TAG_OCTETS};
use crate::{EngineFailure, Namespace, StoreError, StoreInstant};

/// The first octet, which changes with the form.
const FORM: u8 = 1;
/// When it expires, as the first of what is encrypted.
const INSTANT_OCTETS: usize = 8;
/// What the keys of values are derived for.
const PURPOSE: &str = "saml-store value";
const HEAD_OCTETS: usize = 1 + ID_OCTETS + SALT_OCTETS;
/// Octets that [`seal_for`] adds.
pub(super) const SEAL_OCTETS: usize = HEAD_OCTETS + TAG_OCTETS;
/// Octets that a sealed value has more than the value.
pub(super) const MORE_OCTETS: usize = SEAL_OCTETS + INSTANT_OCTETS;

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

/// Seals a value and its expiry for a place.
///
/// # Errors
/// [`StoreError::Unavailable`]: the cryptographic library failed.
pub(super) fn seal(
    keys: &SealingKeys,
    place: Place<'_>,
    value: &[u8],
    expires_at: StoreInstant,
) -> Result<Vec<u8>, StoreError> {
    let clear = Zeroizing::new([&expires_at.unix_millis().to_be_bytes(), value].concat());
    seal_for(keys, PURPOSE, &associated(place), &clear)
}

/// Opens what [`seal`] made for this place.
///
/// # Errors
/// [`StoreError::Corrupt`]: it was made for another place, under a key that isn't there, or by something else.
pub(super) fn open(keys: &SealingKeys, place: Place<'_>, sealed: &[u8]) -> Result<Opened, StoreError> {
    let clear = open_for(keys, PURPOSE, &associated(place), sealed)?;
    let (instant, value) = clear.split_first_chunk::<INSTANT_OCTETS>().ok_or_else(not_ours)?;
    let expires_at = StoreInstant::from_unix_millis(i64::from_be_bytes(*instant));
    Ok(Opened { value: value.to_vec(), expires_at })
}

/// The place of an entry. Lengths keep apart what would read alike.
fn associated(place: Place<'_>) -> Vec<u8> {
    let namespace = place.namespace.as_str().as_bytes();
    let length = u64::try_from(namespace.len()).unwrap_or(u64::MAX).to_be_bytes();
    [&length, namespace, place.key.as_bytes()].concat()
}

/// AES-256-GCM under a key of its own: form, id of the sealing key, salt, ciphertext, tag. The first three and what it is
/// `bound` to are authenticated; `purpose` keeps kinds of values apart.
///
/// # Errors
/// [`StoreError::Unavailable`]: the cryptographic library failed.
pub(super) fn seal_for(
    keys: &SealingKeys,
    purpose: &str,
    bound: &[u8],
    clear: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let sealing = || -> Result<Vec<u8>, ErrorStack> {
        let mut salt = [0; SALT_OCTETS];
        openssl::rand::rand_bytes(&mut salt)?;
        let head = [&[FORM], keys.current.id.as_slice(), &salt].concat();
        let own = Own::derive(&keys.current.key, &salt, purpose)?;
        let sealed = own.encrypt(&[head.as_slice(), bound].concat(), clear)?;
        Ok([head, sealed].concat())
    };
    sealing().map_err(|failure| StoreError::Unavailable(EngineFailure::from(failure)))
}

/// Opens what [`seal_for`] made for this purpose and these bounds.
///
/// # Errors
/// [`StoreError::Corrupt`]: it was made for others, under a key that isn't there, or by something else.
pub(super) fn open_for(
    keys: &SealingKeys,
    purpose: &str,
    bound: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let parts = || {
        let (head, rest) = sealed.split_at_checked(HEAD_OCTETS)?;
        let (form, id_and_salt) = head.split_first()?;
        let (id, salt) = id_and_salt.split_at_checked(ID_OCTETS)?;
        (*form == FORM).then_some((head, id, salt, rest))
    };
    let Some((head, id, salt, rest)) = parts() else {
        return Err(corrupt("a stored value is not sealed"));
    };
    let Some(key) = keys.find(id) else {
        return Err(corrupt("a stored value is sealed under a key that is not configured"));
    };
    let own = Own::derive(key, salt, purpose).map_err(|failure| StoreError::Unavailable(failure.into()))?;
    own.decrypt(&[head, bound].concat(), rest).ok_or_else(not_ours)
}

/// Whether a value that could be opened was sealed under the current key.
pub(super) fn is_current(keys: &SealingKeys, sealed: &[u8]) -> bool {
    sealed.get(1..=ID_OCTETS) == Some(keys.current.id.as_slice())
}

fn corrupt(why: &str) -> StoreError {
    StoreError::Corrupt(EngineFailure::from(why))
}

pub(super) fn not_ours() -> StoreError {
    corrupt("a stored value was changed, or sealed for another place")
}
