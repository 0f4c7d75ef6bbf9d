//! The key of what others carry for us: requests under way, forms.

use std::fmt;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use saml_core::base::SamlInstant;
use saml_store::{Insertion, Namespace, SealingKey, SealingKeyError};
use zeroize::Zeroizing;

use super::{Draft, RecordError, RecordKind, Records};

/// Under which the key is stored, which is no name of a mark. There is one for each owner.
const NAME: &str = "state-key";
/// The most octets of its record.
const RECORD_OCTETS: usize = 64;
const KEY_OCTETS: usize = 32;
/// How long a key serves: ten years, longer than anything lives that is made with it.
const LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// Octets of a code that stands in an identifier.
const MAC_OCTETS: usize = 16;

/// The key under which one entity seals what browsers and peers carry for it, so that strangers leave nothing in its store.
///
/// # What it guarantees
/// The key lives in the namespace that holds the marks of what was used, so that an engine that spreads namespaces has both in
/// one place, and it is drawn anew with them: whoever loses the marks loses all that was sealed before, so that nothing can be used a second time because its mark is gone. No other entity has
/// the key, though it has the same store.
///
/// # What it does not guarantee
/// - What was sealed can be shown again and again until whoever opens it finds its mark. Expiry is the opener's to judge.
/// - A store that goes back to what it was some time ago, as a backup or a replica that lags, has the key and lacks the marks
///   since: what was used in between can be used again.
/// - Whoever reads the store can seal anything. [`saml_store::Sealed`] hides the key from those who keep the store.
pub struct StateKey(SealingKey);

impl Records<'_> {
    /// The owner's key, which stands beside the marks in this namespace, and is drawn now if there is none. Of several nodes that draw one at the same time, all get
    /// the same.
    ///
    /// # Errors
    /// The store failed or has a key that can't be read, or the system has no randomness.
    pub async fn state_key(self, marks: Namespace, now: SamlInstant) -> Result<StateKey, RecordError> {
        let kind = RecordKind::<String>::new(marks, RECORD_OCTETS);
        if let Some(text) = self.get(kind, NAME, now).await? {
            return StateKey::read(&text);
        }
        let mut octets = Zeroizing::new([0; KEY_OCTETS]);
        openssl::rand::rand_bytes(octets.as_mut()).map_err(|_error| RecordError::Crypto)?;
        let drawn = BASE64URL_NOPAD.encode(octets.as_ref());
        let draft =
            Draft { name: NAME, content: &drawn, peer: None, expires_at: now.saturating_add(LIFETIME) };
        let _either: Insertion = self.insert(kind, draft, now).await?;
        // What counts is what stands there now, whoever drew it.
        let text = self.get(kind, NAME, now).await?.ok_or(RecordError::Contended)?;
        StateKey::read(&text)
    }
}

impl StateKey {
    fn read(text: &str) -> Result<Self, RecordError> {
        let octets = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_error| RecordError::Unreadable)?;
        SealingKey::from_octets(&Zeroizing::new(octets)).map(Self).map_err(|_error| RecordError::Unreadable)
    }

    /// A code over the parts, each with its length, for one purpose: the first half of an HMAC-SHA-256. Compare it in constant
    /// time.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Result<[u8; MAC_OCTETS], RecordError> {
        let code = self.0.mac(purpose, parts).map_err(crypto)?;
        let (half, _rest) = code.split_first_chunk::<MAC_OCTETS>().ok_or(RecordError::Crypto)?;
        Ok(*half)
    }

    /// Seals octets for one purpose and what `bound` names, as text in URL-safe Base64 without padding: a third longer than
    /// `clear`, and 64 characters more. [`SealingKey::seal`]
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn seal(&self, purpose: &str, bound: &[&[u8]], clear: &[u8]) -> Result<String, RecordError> {
        Ok(BASE64URL_NOPAD.encode(&self.0.seal(purpose, bound, clear).map_err(crypto)?))
    }

    /// The most characters that so many octets take when they are sealed.
    #[must_use]
    pub const fn sealed_chars(octets: usize) -> usize {
        octets.div_ceil(3).saturating_mul(4).saturating_add(64)
    }

    /// Whether a text may be one that [`Self::seal`] made of at most `octets` octets, by its length and its alphabet. Whether
    /// it is one is seen when it is opened.
    #[must_use]
    pub fn may_be_sealed(text: &str, octets: usize) -> bool {
        (1..=Self::sealed_chars(octets)).contains(&text.len())
            && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
    }

    /// Opens what [`Self::seal`] made with this key for this purpose and these bounds; `None` for everything else. The text is
    /// held twice while it is read: bound its length before.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn open(
        &self,
        purpose: &str,
        bound: &[&[u8]],
        text: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, RecordError> {
        let Ok(sealed) = BASE64URL_NOPAD.decode(text.as_bytes()) else { return Ok(None) };
        self.0.open(purpose, bound, &sealed).map_err(crypto)
    }
}

fn crypto(_error: SealingKeyError) -> RecordError {
    RecordError::Crypto
}

impl fmt::Debug for StateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateKey(…)")
    }
}

#[cfg(test)]
mod tests;
