//! Records that an engine gets sealed.

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::octets::joined;
use super::value::{SEAL_OCTETS, is_current, not_ours, open_for, seal_for};
use super::{ATTEMPTS, Sealed};
use crate::{
    EngineFailure, Import, Insertion, MAX_KEY_OCTETS, Namespace, Record, RecordName, RecordPage, Records,
    Removal, Replacement, StoreError, require_key, require_owner,
};

/// What the keys of values are derived for.
const PURPOSE: &str = "saml-store record";
/// The length of the name, as the first of what is encrypted; the name and the value follow.
const LENGTH_OCTETS: usize = 2;
/// Octets that a sealed value has more than the value, with the longest name.
const MORE_OCTETS: usize = SEAL_OCTETS + LENGTH_OCTETS + MAX_KEY_OCTETS;

/// The owner and the name under which the engine has a record.
pub(super) struct Hidden {
    pub(super) owner: String,
    pub(super) name: String,
}

impl Hidden {
    pub(super) fn at(&self, namespace: Namespace) -> RecordName<'_> {
        RecordName { namespace, owner: &self.owner, name: &self.name }
    }
}

/// A record whose value was opened.
#[derive(PartialEq, Eq)]
struct Opened {
    name: String,
    value: Vec<u8>,
}

impl<R: ?Sized> Sealed<R> {
    fn hidden_owner(&self, namespace: Namespace, owner: &str) -> Result<String, StoreError> {
        require_owner(owner)?;
        self.hidden("owner", namespace, owner)
    }

    pub(super) fn hidden_record(&self, at: RecordName<'_>) -> Result<Hidden, StoreError> {
        at.require()?;
        let owner = self.hidden_owner(at.namespace, at.owner)?;
        // The length keeps apart what would read alike.
        let both = format!("{}:{}{}", at.owner.len(), at.owner, at.name);
        Ok(Hidden { owner, name: self.hidden("record", at.namespace, &both)? })
    }

    /// The value that the engine gets for a record of this clear name.
    fn seal_record(&self, beneath: RecordName<'_>, name: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX).to_be_bytes();
        let clear = Zeroizing::new([&length, name.as_bytes(), value].concat());
        seal_for(&self.keys, PURPOSE, &bound(beneath), &clear)
    }

    /// Opens what [`Self::seal_record`] made for this place.
    fn open_record(&self, beneath: RecordName<'_>, sealed: &[u8]) -> Result<Opened, StoreError> {
        let clear = open_for(&self.keys, PURPOSE, &bound(beneath), sealed)?;
        let (length, rest) = clear.split_first_chunk::<LENGTH_OCTETS>().ok_or_else(not_ours)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (name, value) = rest.split_at_checked(length).ok_or_else(not_ours)?;
        let name = String::from_utf8(name.to_vec()).map_err(|_| not_ours())?;
        Ok(Opened { name, value: value.to_vec() })
    }
}

/// The place that a value is bound to, as the engine has it.
fn bound(beneath: RecordName<'_>) -> Vec<u8> {
    joined(&[beneath.namespace.as_str(), beneath.owner, beneath.name].map(str::as_bytes))
}

impl<R: Records + ?Sized> Sealed<R> {
    /// Bounds of the contract, before the longer sealed value meets those of the engine.
    fn require_storable(&self, at: RecordName<'_>, value: &[u8]) -> Result<(), StoreError> {
        at.require_storable(value)?;
        if value.len() > self.max_record_octets() {
            return Err(StoreError::ValueTooLong { octets: value.len() });
        }
        Ok(())
    }

    /// What the engine has at a place, if its value is `expected` once it is opened.
    async fn expected(
        &self,
        beneath: RecordName<'_>,
        expected: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = self.inner.record(beneath).await? else { return Ok(None) };
        let is_expected = self.open_record(beneath, &sealed)?.value == expected;
        Ok(is_expected.then_some(sealed))
    }
}

/// What became of a record that was to be sealed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Resealing {
    /// It was sealed under an earlier key, and is under the current one now.
    SealedAnew,
    /// It is sealed under the current key already.
    AlreadyCurrent,
    /// It has been removed since.
    Gone,
}

impl<R: Records + ?Sized> Sealed<R> {
    /// Seals a record under the current key, whichever key it is under, and changes nothing else of it. `exported` is a
    /// record as [`Records::export_records`] gives it, and says which one; the value that stands there now counts.
    ///
    /// It is atomic: a change that is made meanwhile stays. Once no node seals under the earlier key any more, and all
    /// pages of an export that began after that went through here, no record of the namespace needs the earlier key.
    ///
    /// ```
    /// # use saml_store::{Namespace, Records, Resealing, Sealed, StoreError};
    /// async fn seal_all_anew(store: &Sealed<dyn Records>, namespace: Namespace) -> Result<usize, StoreError> {
    ///     let (mut after, mut sealed) = (None::<(String, String)>, 0);
    ///     loop {
    ///         let behind = after.as_ref().map(|(owner, name)| (owner.as_str(), name.as_str()));
    ///         let page = store.export_records(namespace, behind).await?;
    ///         for record in &page.records {
    ///             if store.seal_anew(namespace, record).await? == Resealing::SealedAnew {
    ///                 sealed += 1;
    ///             }
    ///         }
    ///         after = page.records.last().map(|last| (last.owner.clone(), last.name.clone()));
    ///         if !page.more {
    ///             return Ok(sealed);
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// See [`Records`]. [`StoreError::Corrupt`] also where the value is under a key that isn't there. The record was left as
    /// it is; [`StoreError::Unavailable`] leaves it open.
    pub async fn seal_anew(&self, namespace: Namespace, exported: &Record) -> Result<Resealing, StoreError> {
        let beneath = exported.at(namespace);
        for _ in 0..ATTEMPTS {
            let Some(sealed) = self.inner.record(beneath).await? else { return Ok(Resealing::Gone) };
            let Opened { name, value } = self.open_record(beneath, &sealed)?;
            if is_current(&self.keys, &sealed) {
                return Ok(Resealing::AlreadyCurrent);
            }
            let value = Zeroizing::new(value);
            let anew = self.seal_record(beneath, &name, &value)?;
            if self.inner.replace_record(beneath, anew, &sealed).await? == Replacement::Replaced {
                return Ok(Resealing::SealedAnew);
            }
        }
        Err(contended())
    }
}

fn contended() -> StoreError {
    StoreError::Unavailable(EngineFailure::from("others stored the same value time and again"))
}

#[async_trait]
impl<R: Records + ?Sized> Records for Sealed<R> {
    fn max_record_octets(&self) -> usize {
        self.inner.max_record_octets().saturating_sub(MORE_OCTETS)
    }

    async fn insert_record(&self, at: RecordName<'_>, value: Vec<u8>) -> Result<Insertion, StoreError> {
        self.require_storable(at, &value)?;
        let hidden = self.hidden_record(at)?;
        let beneath = hidden.at(at.namespace);
        self.inner.insert_record(beneath, self.seal_record(beneath, at.name, &value)?).await
    }

    async fn record(&self, at: RecordName<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let hidden = self.hidden_record(at)?;
        let beneath = hidden.at(at.namespace);
        let Some(sealed) = self.inner.record(beneath).await? else { return Ok(None) };
        Ok(Some(self.open_record(beneath, &sealed)?.value))
    }

    /// Reads what is there, and replaces exactly that if it is the expected value sealed.
    async fn replace_record(
        &self,
        at: RecordName<'_>,
        value: Vec<u8>,
        expected: &[u8],
    ) -> Result<Replacement, StoreError> {
        self.require_storable(at, &value)?;
        let hidden = self.hidden_record(at)?;
        let beneath = hidden.at(at.namespace);
        let sealed = self.seal_record(beneath, at.name, &value)?;
        for _ in 0..ATTEMPTS {
            let Some(before) = self.expected(beneath, expected).await? else {
                return Ok(Replacement::Changed);
            };
            let replaced = self.inner.replace_record(beneath, sealed.clone(), &before).await?;
            if replaced == Replacement::Replaced {
                return Ok(replaced);
            }
            // Another value is there by now, or the same one, sealed once more: which of the two has to be looked at.
        }
        Err(contended())
    }

    async fn remove_record(&self, at: RecordName<'_>, expected: &[u8]) -> Result<Removal, StoreError> {
        let hidden = self.hidden_record(at)?;
        let beneath = hidden.at(at.namespace);
        for _ in 0..ATTEMPTS {
            let Some(before) = self.expected(beneath, expected).await? else {
                return Ok(Removal::Changed);
            };
            if self.inner.remove_record(beneath, &before).await? == Removal::Removed {
                return Ok(Removal::Removed);
            }
        }
        Err(contended())
    }

    async fn records_of(
        &self,
        namespace: Namespace,
        owner: &str,
        after: Option<&str>,
    ) -> Result<RecordPage, StoreError> {
        after.map_or(Ok(()), require_key)?;
        let hidden = self.hidden_owner(namespace, owner)?;
        let after = after.map(|name| self.hidden_record(RecordName { namespace, owner, name }));
        let after = after.transpose()?.map(|hidden| hidden.name);
        let page = self.inner.records_of(namespace, &hidden, after.as_deref()).await?;
        let open = |record: Record| {
            // The engine could list those of somebody else.
            let beneath = RecordName { owner: &hidden, ..record.at(namespace) };
            let Opened { name, value } = self.open_record(beneath, &record.value)?;
            Ok(Record { owner: owner.to_owned(), name, value })
        };
        let records = page.records.into_iter().map(open).collect::<Result<_, StoreError>>()?;
        Ok(RecordPage { records, more: page.more })
    }

    async fn remove_records_of(&self, namespace: Namespace, owner: &str) -> Result<usize, StoreError> {
        let hidden = self.hidden_owner(namespace, owner)?;
        self.inner.remove_records_of(namespace, &hidden).await
    }

    async fn export_records(
        &self,
        namespace: Namespace,
        after: Option<(&str, &str)>,
    ) -> Result<RecordPage, StoreError> {
        self.inner.export_records(namespace, after).await
    }

    /// Takes what was exported sealed, if it was sealed under one of these keys for this place.
    async fn import_record(&self, namespace: Namespace, record: &Record) -> Result<Import, StoreError> {
        let beneath = record.at(namespace);
        let opened = self.open_record(beneath, &record.value)?;
        for _ in 0..ATTEMPTS {
            if self.inner.insert_record(beneath, record.value.clone()).await? == Insertion::Inserted {
                return Ok(Import::Imported);
            }
            // The same value may have been sealed once more since the export.
            match self.inner.record(beneath).await? {
                Some(there) if self.open_record(beneath, &there)? == opened => {
                    return Ok(Import::AlreadyPresent);
                }
                Some(_) => return Ok(Import::Differs),
                None => {}
            }
        }
        Err(contended())
    }
}
