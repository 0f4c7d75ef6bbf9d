//! Hides what is stored from those who keep the store, and notices what they change.

mod key;
mod octets;
mod records;
mod value;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use self::key::{SealingKey, SealingKeyError, SealingKeys};
use self::octets::joined;
pub use self::records::Resealing;
use self::value::{MORE_OCTETS, Opened, Place, is_current, open, seal};
use crate::{
    EngineFailure, Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant, hmac,
    require_key,
};

/// How often a compare-and-swap is begun anew because somebody stored the same value again.
const ATTEMPTS: usize = 100;

/// A [`Store`], or [`crate::Records`], that seals what it gives to another one.
///
/// Values are encrypted with AES-256-GCM, each under a key of its own (HKDF-SHA-256 of the sealing key and 32 random
/// octets), and bound to the namespace, the key and the expiry of their entry. Keys of entries and names of parties, which
/// may tell a person, become HMAC-SHA-256 under the key of the installation, other ones in each namespace.
///
/// # What it guarantees
/// Who reads the store underneath, its disk, its backups or its network learns no value, no key of an entry and no party.
/// A value that was changed, that stood under another key or in another namespace, or that was never sealed, is refused
/// with [`StoreError::Corrupt`]. An entry whose life somebody prolonged is gone when it was to be.
///
/// # What it does not guarantee
/// - **Deletion is not noticed.** Who can write to the store underneath can remove an entry: a session ends, and a replay
///   mark that is gone lets an assertion be used again while it is valid.
/// - **Putting back is not noticed.** An earlier value of an entry, sealed for the same key and expiry in the future, is a
///   good one: a counter goes back, a session that was ended or a request that was answered is there again.
/// - Namespaces, the number of entries, their lengths, when they expire, which ones are used when, and which of a namespace
///   belong to one party, are in clear.
/// - Whoever has the keys can do everything. Keep them apart from the store and from its backups.
/// - What was stored before without sealing, or under another key of the installation, is not found. It is as if the store
///   were empty: sessions end, and replay marks are lost.
///
/// A value may have 65 octets less than the store underneath takes, and that of a record 571 less.
///
/// # Records
/// Owners and names of records become HMACs, too, and their values are bound to namespace, owner and name. The clear name
/// is in the sealed value, so that a list tells it; the clear owner is nowhere. An export stays sealed, hidden owners and
/// all: import it where the same keys are. What was exported in clear is refused; insert it record by record.
#[derive(Clone, Debug)]
pub struct Sealed<S: ?Sized> {
    keys: SealingKeys,
    inner: Arc<S>,
}

impl<S: ?Sized> Sealed<S> {
    /// Seals what is given to `inner`.
    #[must_use]
    pub fn new(inner: Arc<S>, keys: SealingKeys) -> Self {
        Self { keys, inner }
    }

    /// The name of something underneath: of an entry, a party, an owner or a record, as `kind` says.
    fn hidden(&self, kind: &str, namespace: Namespace, name: &str) -> Result<String, StoreError> {
        // Lengths keep apart what would read alike.
        let before = joined(&[kind.as_bytes(), namespace.as_str().as_bytes()]);
        let octets = hmac::sha256(self.keys.of_names(), &[&before, name.as_bytes()])
            .map_err(|failure| StoreError::Unavailable(EngineFailure::from(failure)))?;
        Ok(URL_SAFE_NO_PAD.encode(octets))
    }
}

impl<S: Store + ?Sized> Sealed<S> {
    fn hidden_key(&self, namespace: Namespace, key: &str) -> Result<String, StoreError> {
        require_key(key)?;
        self.hidden("entry", namespace, key)
    }

    /// The value to be stored underneath. Whatever the contract refuses is refused before.
    fn sealed(&self, entry: &Entry<'_>, now: StoreInstant) -> Result<Vec<u8>, StoreError> {
        entry.require_storable(now)?;
        if entry.value.len() > self.max_value_octets() {
            return Err(StoreError::ValueTooLong { octets: entry.value.len() });
        }
        seal(&self.keys, place(entry), &entry.value, entry.expires_at)
    }

    /// The value of what was found underneath, if it has not expired.
    fn opened(
        &self,
        place: Place<'_>,
        found: Option<&[u8]>,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = found else { return Ok(None) };
        let Opened { value, expires_at } = open(&self.keys, place, sealed)?;
        Ok((now < expires_at).then_some(value))
    }
}

fn place<'a>(entry: &Entry<'a>) -> Place<'a> {
    Place { namespace: entry.namespace, key: entry.key }
}

#[async_trait]
impl<S: Store + ?Sized> Store for Sealed<S> {
    fn max_value_octets(&self) -> usize {
        self.inner.max_value_octets().saturating_sub(MORE_OCTETS)
    }

    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        let (key, value) = (self.hidden_key(entry.namespace, entry.key)?, self.sealed(&entry, now)?);
        self.inner.insert_if_absent(Entry { key: &key, value, ..entry }, now).await
    }

    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        require_key(party)?;
        let party = self.hidden("party", entry.namespace, party)?;
        let (key, value) = (self.hidden_key(entry.namespace, entry.key)?, self.sealed(&entry, now)?);
        self.inner.insert_for(&party, Entry { key: &key, value, ..entry }, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        let (key, value) = (self.hidden_key(entry.namespace, entry.key)?, self.sealed(&entry, now)?);
        self.inner.put(Entry { key: &key, value, ..entry }, now).await
    }

    /// Reads what is there, and replaces exactly that if it is the expected value sealed.
    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        let (key, value) = (self.hidden_key(entry.namespace, entry.key)?, self.sealed(&entry, now)?);
        for _ in 0..ATTEMPTS {
            let found = self.inner.get(entry.namespace, &key, now).await?;
            let Some(before) = found else { return Ok(Replacement::Changed) };
            if self.opened(place(&entry), Some(&before), now)?.as_deref() != Some(expected) {
                return Ok(Replacement::Changed);
            }
            let sealed = Entry { key: &key, value: value.clone(), ..entry };
            if self.inner.replace(sealed, &before, now).await? == Replacement::Replaced {
                return Ok(Replacement::Replaced);
            }
            // Another value is there by now, or the same one, sealed once more: which of the two has to be looked at.
        }
        Err(StoreError::Unavailable(EngineFailure::from("others stored the same value time and again")))
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let (hidden, place) = (self.hidden_key(namespace, key)?, Place { namespace, key });
        let Some(sealed) = self.inner.get(namespace, &hidden, now).await? else { return Ok(None) };
        let Opened { value, expires_at } = open(&self.keys, place, &sealed)?;
        if now >= expires_at {
            return Ok(None);
        }
        if !is_current(&self.keys, &sealed) {
            // Some entries live for years and are only read. Where this fails, a later reader does it.
            let anew = Entry {
                namespace,
                key: &hidden,
                value: seal(&self.keys, place, &value, expires_at)?,
                expires_at,
            };
            let _either = self.inner.replace(anew, &sealed, now).await;
        }
        Ok(Some(value))
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let hidden = self.hidden_key(namespace, key)?;
        let found = self.inner.take(namespace, &hidden, now).await?;
        self.opened(Place { namespace, key }, found.as_deref(), now)
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        let hidden = self.hidden_key(namespace, key)?;
        self.inner.remove(namespace, &hidden, now).await
    }
}
