//! Unguessable names of entries.

use std::fmt;

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

/// A name of an entry that is given away: in a cookie, in a URL, in a form.
///
/// 256 random bits in URL-safe Base64. Only a hash of it is stored ([`Handle::key`]), so that whoever reads the
/// store can't use what they find there. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Handle(String);

impl Handle {
    const OCTETS: usize = 32;
    /// The length of the text.
    pub const TEXT_OCTETS: usize = 43;

    /// A fresh handle from the operating system's randomness.
    ///
    /// # Errors
    /// [`HandleUnavailable`]: there is no randomness, hence no handle.
    pub fn random() -> Result<Self, HandleUnavailable> {
        let mut octets = [0_u8; Self::OCTETS];
        openssl::rand::rand_bytes(&mut octets).map_err(HandleUnavailable)?;
        Ok(Self(encode(&octets)))
    }

    /// Takes a handle that came back. The text is bounded and of the right alphabet; whether it names anything only
    /// the store knows.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        let right = text.len() == Self::TEXT_OCTETS
            && text.bytes().all(|o| o.is_ascii_alphanumeric() || matches!(o, b'-' | b'_'));
        right.then(|| Self(text.to_owned()))
    }

    /// The text, for the one place that hands it out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The key under which the entry is stored: SHA-256 of the text.
    #[must_use]
    pub fn key(&self) -> String {
        encode(&openssl::sha::sha256(self.0.as_bytes()))
    }

    /// Whether this handle is the one that hashes to `key`, in constant time.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        let ours = self.key();
        ours.len() == key.len() && openssl::memcmp::eq(ours.as_bytes(), key.as_bytes())
    }

    /// A token that only the holder of this handle can have been shown, for one purpose: what a form carries against
    /// cross-site requests while the handle itself stays in its cookie. HMAC-SHA-256.
    ///
    /// # Errors
    /// [`HandleUnavailable`] if the cryptographic library fails.
    pub fn token_for(&self, purpose: &str) -> Result<String, HandleUnavailable> {
        let key = PKey::hmac(self.0.as_bytes()).map_err(HandleUnavailable)?;
        let mut mac = Signer::new(MessageDigest::sha256(), &key).map_err(HandleUnavailable)?;
        let octets = mac.sign_oneshot_to_vec(purpose.as_bytes()).map_err(HandleUnavailable)?;
        Ok(encode(&octets))
    }

    /// Whether `token` is the one for this handle and purpose, in constant time.
    #[must_use]
    pub fn is_token_for(&self, purpose: &str, token: &str) -> bool {
        self.token_for(purpose).is_ok_and(|ours| {
            ours.len() == token.len() && openssl::memcmp::eq(ours.as_bytes(), token.as_bytes())
        })
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

fn encode(octets: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(octets)
}

/// The operating system gave no random octets.
#[derive(Debug, thiserror::Error)]
#[error("no random octets for a handle")]
pub struct HandleUnavailable(#[source] ErrorStack);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_comes_back_as_it_was_and_names_one_key() {
        let handle = Handle::random().unwrap();
        assert_eq!(handle.expose().len(), Handle::TEXT_OCTETS);
        let back = Handle::received(handle.expose()).unwrap();
        assert!(back.has_key(&handle.key()));
        assert!(!Handle::random().unwrap().has_key(&handle.key()));
        assert_ne!(handle.key(), handle.expose());
    }

    #[test]
    fn refuses_text_that_can_be_no_handle() {
        for text in ["", "short", &"a".repeat(44), &"a b".repeat(15), &format!("{}é", "a".repeat(41))] {
            assert_eq!(Handle::received(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_token_is_for_one_handle_and_one_purpose() {
        let handle = Handle::random().unwrap();
        let token = handle.token_for("login").unwrap();
        assert!(handle.is_token_for("login", &token));
        assert!(!handle.is_token_for("logout", &token));
        assert!(!Handle::random().unwrap().is_token_for("login", &token));
        assert!(!handle.is_token_for("login", ""));
    }

    #[test]
    fn a_handle_does_not_print() {
        assert_eq!(format!("{:?}", Handle::random().unwrap()), "Handle(…)");
    }
}
