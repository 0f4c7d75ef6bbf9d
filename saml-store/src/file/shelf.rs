//! Records inside one transaction, and how they are read outside.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};

use super::error::meaning;
use super::limits::{Amount, Limits, require_room};
use super::request::{Answer, Outcome, RecordChange, RecordRequest};
use crate::{
    Insertion, MAX_OCTETS_OF_OWNER, MAX_RECORDS_OF_OWNER, Namespace, Record, RecordName, RecordPage, Removal,
    Replacement, StoreError,
};

/// The records in a transaction that has begun. While it lasts nobody else writes, so that amounts are read once and
/// written once, however many operations share it.
pub(super) struct Shelf<'c> {
    connection: &'c Connection,
    limits: &'c Limits,
    /// What the namespaces hold that were changed so far.
    held: HashMap<Namespace, Amount>,
}

/// A record as it stands in the file.
struct Standing {
    id: i64,
    value: Vec<u8>,
}

impl<'c> Shelf<'c> {
    pub(super) fn new(connection: &'c Connection, limits: &'c Limits) -> Self {
        Self { connection, limits, held: HashMap::new() }
    }

    /// Carries a request out.
    ///
    /// # Errors
    /// The engine failed; the transaction must be rolled back. A refusal by the rules is an answer like any other.
    pub(super) fn apply(&mut self, request: &RecordRequest) -> Result<Answer, rusqlite::Error> {
        match &request.change {
            RecordChange::Insert { name, value } => self.insert(request.at(name), value),
            RecordChange::Replace { name, value, expected } => {
                self.replace(request.at(name), value, expected)
            }
            RecordChange::Remove { name, expected } => self.remove(request.at(name), expected),
            RecordChange::RemoveAll => self.remove_all(request.namespace, &request.owner),
        }
    }

    fn insert(&mut self, at: RecordName<'_>, value: &[u8]) -> Result<Answer, rusqlite::Error> {
        if self.standing(at)?.is_some() {
            return Ok(Ok(Outcome::Stored(Insertion::AlreadyPresent)));
        }
        let wanted = Amount { entries: 1, octets: octets(at, value) };
        if let Err(refused) = self.require_room(at.namespace, wanted)? {
            return Ok(Err(refused));
        }
        if let Err(refused) = self.require_room_of_owner(at, wanted)? {
            return Ok(Err(refused));
        }
        let mut insert = self
            .connection
            .prepare_cached("INSERT INTO record (namespace, owner, name, value) VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute(params![at.namespace.as_str(), at.owner, at.name, value])?;
        self.count(at.namespace, wanted)?;
        Ok(Ok(Outcome::Stored(Insertion::Inserted)))
    }

    fn replace(
        &mut self,
        at: RecordName<'_>,
        value: &[u8],
        expected: &[u8],
    ) -> Result<Answer, rusqlite::Error> {
        let Some(there) = self.standing(at)?.filter(|there| there.value == expected) else {
            return Ok(Ok(Outcome::Replaced(Replacement::Changed)));
        };
        let more = octets(at, value).saturating_sub(octets(at, &there.value));
        let more = Amount { entries: 0, octets: more };
        if let Err(refused) = self.require_room(at.namespace, more)? {
            return Ok(Err(refused));
        }
        if let Err(refused) = self.require_room_of_owner(at, more)? {
            return Ok(Err(refused));
        }
        let mut update = self.connection.prepare_cached("UPDATE record SET value = ?2 WHERE id = ?1")?;
        update.execute(params![there.id, value])?;
        self.count(at.namespace, more)?;
        Ok(Ok(Outcome::Replaced(Replacement::Replaced)))
    }

    fn remove(&mut self, at: RecordName<'_>, expected: &[u8]) -> Result<Answer, rusqlite::Error> {
        let Some(there) = self.standing(at)?.filter(|there| there.value == expected) else {
            return Ok(Ok(Outcome::Removed(Removal::Changed)));
        };
        self.connection.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([there.id])?;
        self.count(at.namespace, Amount { entries: 1, octets: octets(at, expected) }.negated())?;
        Ok(Ok(Outcome::Removed(Removal::Removed)))
    }

    fn remove_all(&mut self, namespace: Namespace, owner: &str) -> Result<Answer, rusqlite::Error> {
        let gone = self.held_by(namespace, owner)?;
        let mut remove =
            self.connection.prepare_cached("DELETE FROM record WHERE namespace = ?1 AND owner = ?2")?;
        let removed = remove.execute([namespace.as_str(), owner])?;
        self.count(namespace, gone.negated())?;
        Ok(Ok(Outcome::Ended(removed)))
    }

    fn standing(&self, at: RecordName<'_>) -> Result<Option<Standing>, rusqlite::Error> {
        let mut find = self.connection.prepare_cached(
            "SELECT id, value FROM record WHERE namespace = ?1 AND owner = ?2 AND name = ?3",
        )?;
        let read = |row: &Row<'_>| Ok(Standing { id: row.get(0)?, value: row.get(1)? });
        find.query_row([at.namespace.as_str(), at.owner, at.name], read).optional()
    }

    fn held_by(&self, namespace: Namespace, owner: &str) -> Result<Amount, rusqlite::Error> {
        let mut sum = self.connection.prepare_cached(
            "SELECT count(*), coalesce(sum(octet_length(owner) + octet_length(name) + octet_length(value)), 0) \
             FROM record WHERE namespace = ?1 AND owner = ?2",
        )?;
        let read = |row: &Row<'_>| Ok(Amount { entries: row.get(0)?, octets: row.get(1)? });
        sum.query_row([namespace.as_str(), owner], read)
    }

    /// Whether the owner may have more.
    fn require_room_of_owner(
        &self,
        at: RecordName<'_>,
        wanted: Amount,
    ) -> Result<Result<(), StoreError>, rusqlite::Error> {
        let (namespace, capacity, octets) = (at.namespace, MAX_RECORDS_OF_OWNER, MAX_OCTETS_OF_OWNER);
        if wanted.entries <= 0 && wanted.octets <= 0 {
            return Ok(Ok(()));
        }
        let after = self.held_by(namespace, at.owner)?.plus(wanted);
        let exceeds = |amount: i64, most: usize| usize::try_from(amount).unwrap_or(0) > most;
        Ok(if wanted.entries > 0 && exceeds(after.entries, capacity) {
            Err(StoreError::OwnerFull { namespace, capacity })
        } else if wanted.octets > 0 && exceeds(after.octets, octets) {
            Err(StoreError::OwnerFullOfOctets { namespace, octets })
        } else {
            Ok(())
        })
    }

    fn require_room(
        &mut self,
        namespace: Namespace,
        wanted: Amount,
    ) -> Result<Result<(), StoreError>, rusqlite::Error> {
        let capacity = self.limits.records;
        let free = capacity.plus(self.amount(namespace)?.negated());
        Ok(require_room(namespace, capacity, free, wanted))
    }

    fn amount(&mut self, namespace: Namespace) -> Result<Amount, rusqlite::Error> {
        if let Some(amount) = self.held.get(&namespace) {
            return Ok(*amount);
        }
        let mut find = self
            .connection
            .prepare_cached("SELECT records, octets FROM record_amount WHERE namespace = ?1")?;
        let read = |row: &Row<'_>| Ok(Amount { entries: row.get(0)?, octets: row.get(1)? });
        let amount = find.query_row([namespace.as_str()], read).optional()?.unwrap_or_default();
        self.held.insert(namespace, amount);
        Ok(amount)
    }

    fn count(&mut self, namespace: Namespace, more: Amount) -> Result<(), rusqlite::Error> {
        let counted = self.amount(namespace)?.plus(more);
        self.held.insert(namespace, counted);
        Ok(())
    }

    /// Writes the amounts, before the transaction is committed.
    pub(super) fn settle(self) -> Result<(), rusqlite::Error> {
        for (namespace, amount) in &self.held {
            if amount.entries > 0 {
                let mut write = self.connection.prepare_cached(
                    "INSERT INTO record_amount (namespace, records, octets) VALUES (?1, ?2, ?3) \
                     ON CONFLICT DO UPDATE SET records = excluded.records, octets = excluded.octets",
                )?;
                write.execute(params![namespace.as_str(), amount.entries, amount.octets])?;
            } else {
                let mut forget =
                    self.connection.prepare_cached("DELETE FROM record_amount WHERE namespace = ?1")?;
                forget.execute([namespace.as_str()])?;
            }
        }
        Ok(())
    }
}

fn octets(at: RecordName<'_>, value: &[u8]) -> i64 {
    i64::try_from(at.octets(value)).unwrap_or(i64::MAX)
}

/// The value of a record, as of the latest commit.
pub(super) fn record(
    connection: &Connection,
    namespace: Namespace,
    owner: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let find = || {
        let mut find = connection
            .prepare_cached("SELECT value FROM record WHERE namespace = ?1 AND owner = ?2 AND name = ?3")?;
        find.query_row([namespace.as_str(), owner, name], |row| row.get(0)).optional()
    };
    find().map_err(|error| meaning(&error))
}

/// The records of an owner behind a name. No name is empty, so that all are behind the empty one.
pub(super) fn page_of(
    connection: &Connection,
    namespace: Namespace,
    owner: &str,
    after: &str,
) -> Result<RecordPage, StoreError> {
    let select = "SELECT owner, name, value FROM record WHERE namespace = ?1 AND owner = ?2 AND name > ?3 \
                  ORDER BY name";
    page(connection, select, [namespace.as_str(), owner, after]).map_err(|error| meaning(&error))
}

/// The records of all owners behind an owner and a name.
pub(super) fn page_of_all(
    connection: &Connection,
    namespace: Namespace,
    owner: &str,
    name: &str,
) -> Result<RecordPage, StoreError> {
    let select = "SELECT owner, name, value FROM record WHERE namespace = ?1 AND (owner, name) > (?2, ?3) \
                  ORDER BY owner, name";
    page(connection, select, [namespace.as_str(), owner, name]).map_err(|error| meaning(&error))
}

fn page(connection: &Connection, select: &str, values: impl Params) -> Result<RecordPage, rusqlite::Error> {
    let mut select = connection.prepare_cached(select)?;
    let mut rows = select.query(values)?;
    let mut page = RecordPage::default();
    while let Some(row) = rows.next()? {
        if !page.add(Record { owner: row.get(0)?, name: row.get(1)?, value: row.get(2)? }) {
            break;
        }
    }
    Ok(page)
}
