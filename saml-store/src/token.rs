//! Unguessable names of entries.

use std::fmt;

use openssl::error::ErrorStack;

use crate::hmac;

/// A name of an entry that is given away: in a cookie, in a URL, in a form.
///
/// 256 random bits in URL-safe Base64. Only a hash of it is stored ([`Token::key`]), so that a reader of the store
/// can't use it. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    const OCTETS: usize = 32;
    /// The length of the text.
    pub const TEXT_OCTETS: usize = 43;

    /// A fresh token from the operating system's randomness.
    ///
    /// # Errors
    /// [`TokenUnavailable`]: the random source failed.
    pub fn random() -> Result<Self, TokenUnavailable> {
        let mut octets = [0_u8; Self::OCTETS];
        openssl::rand::rand_bytes(&mut octets).map_err(TokenUnavailable)?;
        Ok(Self(encode(&octets)))
    }

    /// Takes a token that came back. The text is bounded and of the right alphabet; whether it names anything only
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

    /// Whether this token is the one that hashes to `key`, in constant time.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        let ours = self.key();
        ours.len() == key.len() && openssl::memcmp::eq(ours.as_bytes(), key.as_bytes())
    }

    /// A proof for one purpose, which only the holder of the token can have. A form carries it against cross-site
    /// requests, while the token itself stays in its cookie. HMAC-SHA-256.
    ///
    /// # Errors
    /// [`TokenUnavailable`] if the cryptographic library fails.
    pub fn proof_for(&self, purpose: &str) -> Result<String, TokenUnavailable> {
        let octets = hmac::sha256(self.0.as_bytes(), &[purpose.as_bytes()]).map_err(TokenUnavailable)?;
        Ok(encode(&octets))
    }

    /// Whether `proof` is the one for this token and purpose, in constant time.
    #[must_use]
    pub fn is_proof_for(&self, purpose: &str, proof: &str) -> bool {
        self.proof_for(purpose).is_ok_and(|ours| {
            ours.len() == proof.len() && openssl::memcmp::eq(ours.as_bytes(), proof.as_bytes())
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn encode(octets: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(octets)
}

/// The operating system gave no random octets.
#[derive(Debug, thiserror::Error)]
#[error("no random octets for a token")]
pub struct TokenUnavailable(#[source] ErrorStack);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_it_was_and_names_one_key() {
        let token = Token::random().unwrap();
        assert_eq!(token.expose().len(), Token::TEXT_OCTETS);
        let back = Token::received(token.expose()).unwrap();
        assert!(back.has_key(&token.key()));
        assert!(!Token::random().unwrap().has_key(&token.key()));
        assert_ne!(token.key(), token.expose());
    }

    #[test]
    fn refuses_text_that_can_be_no_token() {
        for text in ["", "short", &"a".repeat(44), &"a b".repeat(15), &format!("{}é", "a".repeat(41))] {
            assert_eq!(Token::received(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_proof_is_for_one_token_and_one_purpose() {
        let token = Token::random().unwrap();
        let proof = token.proof_for("login").unwrap();
        assert!(token.is_proof_for("login", &proof));
        assert!(!token.is_proof_for("logout", &proof));
        assert!(!Token::random().unwrap().is_proof_for("login", &proof));
        assert!(!token.is_proof_for("login", ""));
    }

    #[test]
    fn a_token_does_not_print() {
        assert_eq!(format!("{:?}", Token::random().unwrap()), "Token(…)");
    }
}
