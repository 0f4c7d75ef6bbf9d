//! Records, and the bounds that every engine enforces alike.

use crate::{MAX_KEY_OCTETS, Namespace, StoreError, require_key};

/// The longest value of a record, in octets. An engine may take a little less: [`crate::Records::max_record_octets`].
pub const MAX_RECORD_OCTETS: usize = 64 * 1024;
/// Records that one owner may have in a namespace.
pub const MAX_RECORDS_OF_OWNER: usize = 1_000;
/// Octets of owner, name and value that the records of one owner may have together in a namespace: 1 MiB.
pub const MAX_OCTETS_OF_OWNER: usize = 1024 * 1024;
/// Records of a [`RecordPage`] at most.
pub const MAX_PAGE_RECORDS: usize = 100;
/// Octets of a [`RecordPage`], those of owners, names and values: once it has so many, no record is added.
pub const MAX_PAGE_OCTETS: usize = 512 * 1024;

/// The place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordName<'a> {
    /// The use that it belongs to.
    pub namespace: Namespace,
    /// Who owns it, 1 to [`MAX_KEY_OCTETS`] octets, compared octet by octet.
    pub owner: &'a str,
    /// Its name among those of the owner, 1 to [`MAX_KEY_OCTETS`] octets, compared octet by octet.
    pub name: &'a str,
}

impl RecordName<'_> {
    /// Checks the bounds of the contract. Engines call it first.
    ///
    /// # Errors
    /// [`StoreError::OwnerLength`], [`StoreError::KeyLength`] for the name.
    pub fn require(&self) -> Result<(), StoreError> {
        require_owner(self.owner)?;
        require_key(self.name)
    }

    /// Checks the bounds of the contract for a record to be stored. Engines call it first.
    ///
    /// # Errors
    /// Those of [`RecordName::require`], and [`StoreError::ValueTooLong`].
    pub fn require_storable(&self, value: &[u8]) -> Result<(), StoreError> {
        if value.len() > MAX_RECORD_OCTETS {
            return Err(StoreError::ValueTooLong { octets: value.len() });
        }
        self.require()
    }

    /// As many octets as a record counts for: those of owner, name and value.
    #[must_use]
    pub const fn octets(&self, value: &[u8]) -> usize {
        self.owner.len().saturating_add(self.name.len()).saturating_add(value.len())
    }
}

/// Checks that an owner keeps the bounds of the contract. Engines call it first.
///
/// # Errors
/// [`StoreError::OwnerLength`].
pub const fn require_owner(owner: &str) -> Result<(), StoreError> {
    if owner.is_empty() || owner.len() > MAX_KEY_OCTETS {
        return Err(StoreError::OwnerLength { octets: owner.len() });
    }
    Ok(())
}

/// A record of a namespace, as it is listed, exported and imported.
///
/// `Debug` shows the length of the value alone, for it may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Who owns it.
    pub owner: String,
    /// Its name among those of the owner.
    pub name: String,
    /// The value.
    pub value: Vec<u8>,
}

impl Record {
    /// Its place in this namespace.
    #[must_use]
    pub fn at(&self, namespace: Namespace) -> RecordName<'_> {
        RecordName { namespace, owner: &self.owner, name: &self.name }
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut record = f.debug_struct("Record");
        record.field("owner", &self.owner).field("name", &self.name);
        record.field("octets", &self.value.len()).finish()
    }
}

/// Some of the records that were asked for: at most [`MAX_PAGE_RECORDS`], and few enough for [`MAX_PAGE_OCTETS`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordPage {
    /// In the order of the engine.
    pub records: Vec<Record>,
    /// Whether others follow the last of them.
    pub more: bool,
}

impl RecordPage {
    /// Adds a record while there is room, and notes otherwise that there are more. Returns whether it was added. An
    /// engine gives the records in its order, and stops at the first that is not added.
    #[must_use]
    pub fn add(&mut self, record: Record) -> bool {
        let octets = |record: &Record| record.owner.len() + record.name.len() + record.value.len();
        let held: usize = self.records.iter().map(octets).sum();
        self.more = self.records.len() >= MAX_PAGE_RECORDS || held >= MAX_PAGE_OCTETS;
        if !self.more {
            self.records.push(record);
        }
        !self.more
    }
}
