//! The key under which the log names people.

use std::fmt;

use saml_core::base::Secret;

use super::Person;
use crate::mac;

/// The key of the installation under which a person stands in the log: lines about one person can be told to be that,
/// and nobody without the key can tell who it is, nor try names.
pub struct PersonKey(Secret);

impl PersonKey {
    /// The fewest octets of a key.
    pub const FEWEST_OCTETS: usize = 32;

    /// This key. All nodes of an installation need the same one for their lines to fit together.
    ///
    /// # Errors
    /// [`PersonKeyError::TooShort`].
    pub fn new(key: Secret) -> Result<Self, PersonKeyError> {
        if key.expose().len() < Self::FEWEST_OCTETS { Err(PersonKeyError::TooShort) } else { Ok(Self(key)) }
    }

    /// A key that is over with the process.
    ///
    /// # Errors
    /// [`PersonKeyError::Unavailable`]: the system has no randomness.
    pub fn random() -> Result<Self, PersonKeyError> {
        let mut octets = vec![0; Self::FEWEST_OCTETS];
        openssl::rand::rand_bytes(&mut octets).map_err(|_error| PersonKeyError::Unavailable)?;
        Ok(Self(Secret::new(octets)))
    }

    /// The person as 128 bits of HMAC-SHA-256 in Base64; `None` if the cryptographic library fails.
    #[must_use]
    pub fn tag(&self, person: &Person) -> Option<String> {
        let octets = mac::of(self.0.expose(), &[b"person\n", person.principal.as_bytes()]).ok()?;
        Some(data_encoding::BASE64URL_NOPAD.encode(octets.get(..16)?))
    }
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(…)")
    }
}

/// There is no key for the names of people in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersonKeyError {
    /// Too little to keep somebody from trying names.
    #[error("the key for people in the log needs at least 32 octets")]
    TooShort,
    /// The system has no randomness.
    #[error("the system gave no random octets for the key of the log")]
    Unavailable,
}
