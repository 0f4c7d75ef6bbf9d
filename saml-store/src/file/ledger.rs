//! The operations inside one transaction, and the amounts that they count in it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::meaning;
use super::limits::{Amount, Limits, require_room, require_share};
use super::request::{Answer, Change, Outcome, Request, Version};
use crate::{Insertion, Namespace, Replacement, StoreError, StoreInstant};

/// Expired entries that one operation removes at most.
pub(super) const FREED_PER_OPERATION: usize = 256;
/// How many of them an operation removes that has room already. One would keep the file from growing without bound,
/// two make any backlog shrink.
const SWEPT_PER_OPERATION: usize = 4;
/// How many go at once where there is no room, before the room is looked at again.
const STEP: usize = 32;

/// The row of a namespace's amounts that counts the entries of all, with a party and without.
const ALL: &str = "";

/// The state of a transaction that has begun. While it lasts nobody else writes, so that amounts are read once and
/// written once, however many operations share it.
pub(super) struct Ledger<'c> {
    connection: &'c Connection,
    limits: &'c Limits,
    amounts: HashMap<Namespace, HashMap<String, Amount>>,
    /// Expired entries that the present operation has removed.
    freed: usize,
    /// The most that one operation has removed.
    most_freed: usize,
}

/// An entry as it stands in the file.
struct Standing {
    id: i64,
    live: bool,
    party: Option<String>,
    octets: i64,
}

impl<'c> Ledger<'c> {
    pub(super) fn new(connection: &'c Connection, limits: &'c Limits) -> Self {
        Self { connection, limits, amounts: HashMap::new(), freed: 0, most_freed: 0 }
    }

    /// Carries a request out, and removes a few entries that have expired by its instant.
    ///
    /// # Errors
    /// The engine failed; the transaction must be rolled back. A refusal by the rules is an answer like any other.
    pub(super) fn apply(&mut self, request: &Request) -> Result<Answer, rusqlite::Error> {
        self.freed = 0;
        let answer = match self.carry_out(request) {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Refused(error)) => Err(error),
            Err(Stop::Fault(error)) => return Err(error),
        };
        self.free_expired(request, SWEPT_PER_OPERATION)?;
        self.most_freed = self.most_freed.max(self.freed);
        Ok(answer)
    }

    fn carry_out(&mut self, request: &Request) -> Result<Outcome, Stop> {
        match &request.change {
            Change::Insert { party, version } => match self.standing(request)? {
                Some(there) if there.live => Ok(Outcome::Stored(Insertion::AlreadyPresent)),
                there => self.enter(request, there, party.as_deref(), version),
            },
            Change::Put(version) => match self.standing(request)? {
                Some(there) if there.live => {
                    self.succeed(request, &there, version)?;
                    Ok(Outcome::Stored(Insertion::Inserted))
                }
                there => self.enter(request, there, None, version),
            },
            Change::Replace { expected, version } => {
                let Some(there) = self.standing(request)?.filter(|there| there.live) else {
                    return Ok(Outcome::Replaced(Replacement::Changed));
                };
                if self.value(there.id)? != *expected {
                    return Ok(Outcome::Replaced(Replacement::Changed));
                }
                self.succeed(request, &there, version)?;
                Ok(Outcome::Replaced(Replacement::Replaced))
            }
            Change::Take => {
                let Some(there) = self.standing(request)? else { return Ok(Outcome::Taken(None)) };
                let value = if there.live { Some(self.value(there.id)?) } else { None };
                self.drop_entry(request.namespace, &there)?;
                Ok(Outcome::Taken(value))
            }
        }
    }

    fn standing(&self, request: &Request) -> Result<Option<Standing>, rusqlite::Error> {
        let mut find = self.connection.prepare_cached(
            "SELECT id, expires_at, party, octet_length(key) + octet_length(value) FROM entry \
             WHERE namespace = ?1 AND key = ?2",
        )?;
        let now = request.now.unix_millis();
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Standing { id: row.get(0)?, live: now < row.get(1)?, party: row.get(2)?, octets: row.get(3)? })
        };
        find.query_row(params![request.namespace.as_str(), request.key], read).optional()
    }

    fn value(&self, id: i64) -> Result<Vec<u8>, rusqlite::Error> {
        let mut find = self.connection.prepare_cached("SELECT value FROM entry WHERE id = ?1")?;
        find.query_row([id], |row| row.get(0))
    }

    /// A new entry; an expired one under its key gives back what it held first.
    fn enter(
        &mut self,
        request: &Request,
        expired: Option<Standing>,
        party: Option<&str>,
        version: &Version,
    ) -> Result<Outcome, Stop> {
        if let Some(expired) = expired {
            self.drop_entry(request.namespace, &expired)?;
        }
        let octets = counted(&request.key, &version.value);
        self.admit(request, party, Amount { entries: 1, octets })?;
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO entry (namespace, key, party, expires_at, value) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let expires_at = version.expires_at.unix_millis();
        insert.execute(params![request.namespace.as_str(), request.key, party, expires_at, version.value])?;
        Ok(Outcome::Stored(Insertion::Inserted))
    }

    /// A new version of a live entry, which stays its party's.
    fn succeed(&mut self, request: &Request, there: &Standing, version: &Version) -> Result<(), Stop> {
        let more = counted(&request.key, &version.value).saturating_sub(there.octets);
        if more > 0 {
            self.admit(request, there.party.as_deref(), Amount { entries: 0, octets: more })?;
        } else {
            let more = Amount { entries: 0, octets: more };
            self.count(request.namespace, there.party.as_deref(), more)?;
        }
        let mut update =
            self.connection.prepare_cached("UPDATE entry SET expires_at = ?2, value = ?3 WHERE id = ?1")?;
        update.execute(params![there.id, version.expires_at.unix_millis(), version.value])?;
        Ok(())
    }

    fn drop_entry(&mut self, namespace: Namespace, there: &Standing) -> Result<(), rusqlite::Error> {
        self.connection.prepare_cached("DELETE FROM entry WHERE id = ?1")?.execute([there.id])?;
        self.count(
            namespace,
            there.party.as_deref(),
            Amount { entries: -1, octets: there.octets.saturating_neg() },
        )
    }

    /// Counts what is wanted if there is room, after removing expired entries where there is none.
    fn admit(&mut self, request: &Request, party: Option<&str>, wanted: Amount) -> Result<(), Stop> {
        while let Some(refused) = self.refusal(request.namespace, party, wanted)? {
            if self.free_expired(request, STEP)? == 0 {
                return Err(Stop::Refused(refused));
            }
        }
        self.count(request.namespace, party, wanted)?;
        Ok(())
    }

    /// Why there is no room for what is wanted.
    fn refusal(
        &mut self,
        namespace: Namespace,
        party: Option<&str>,
        wanted: Amount,
    ) -> Result<Option<StoreError>, rusqlite::Error> {
        let capacity = self.limits.of(namespace);
        let free = capacity.plus(self.amount(namespace, ALL)?.negated());
        let room = require_room(namespace, capacity, free, wanted);
        let Some(party) = party.filter(|_| room.is_ok()) else { return Ok(room.err()) };
        let held = self.amount(namespace, party)?;
        Ok(require_share(namespace, capacity, free, held, wanted).err())
    }

    /// Removes at most `most` entries that have expired, and no more than are left to this operation. Returns how many.
    fn free_expired(&mut self, request: &Request, most: usize) -> Result<usize, rusqlite::Error> {
        let most = most.min(FREED_PER_OPERATION.saturating_sub(self.freed));
        if most == 0 {
            return Ok(0);
        }
        let mut delete = self.connection.prepare_cached(
            "DELETE FROM entry WHERE id IN (SELECT id FROM entry WHERE namespace = ?1 AND expires_at <= ?2 \
             ORDER BY expires_at LIMIT ?3) RETURNING party, octet_length(key) + octet_length(value)",
        )?;
        let (namespace, now) = (request.namespace, request.now.unix_millis());
        let gone = delete
            .query_map(params![namespace.as_str(), now, i64::try_from(most).unwrap_or(0)], |row| {
                Ok((row.get::<_, Option<String>>(0)?, row.get::<_, i64>(1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        for (party, octets) in &gone {
            self.count(namespace, party.as_deref(), Amount { entries: -1, octets: octets.saturating_neg() })?;
        }
        self.freed = self.freed.saturating_add(gone.len());
        Ok(gone.len())
    }

    fn amount(&mut self, namespace: Namespace, party: &str) -> Result<Amount, rusqlite::Error> {
        if let Some(amount) = self.amounts.get(&namespace).and_then(|parties| parties.get(party)) {
            return Ok(*amount);
        }
        let mut find = self
            .connection
            .prepare_cached("SELECT entries, octets FROM amount WHERE namespace = ?1 AND party = ?2")?;
        let read = |row: &rusqlite::Row<'_>| Ok(Amount { entries: row.get(0)?, octets: row.get(1)? });
        let amount = find.query_row([namespace.as_str(), party], read).optional()?.unwrap_or_default();
        self.amounts.entry(namespace).or_default().insert(party.to_owned(), amount);
        Ok(amount)
    }

    fn count(
        &mut self,
        namespace: Namespace,
        party: Option<&str>,
        more: Amount,
    ) -> Result<(), rusqlite::Error> {
        for name in [Some(ALL), party].into_iter().flatten() {
            let counted = self.amount(namespace, name)?.plus(more);
            if let Some(amount) = self.amounts.get_mut(&namespace).and_then(|parties| parties.get_mut(name)) {
                *amount = counted;
            }
        }
        Ok(())
    }

    /// Writes the amounts, as the last thing before the transaction is committed. Returns the most entries that one
    /// operation removed because they had expired.
    pub(super) fn settle(self) -> Result<usize, rusqlite::Error> {
        let mut write = self.connection.prepare_cached(
            "INSERT INTO amount (namespace, party, entries, octets) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET entries = excluded.entries, octets = excluded.octets",
        )?;
        let mut forget =
            self.connection.prepare_cached("DELETE FROM amount WHERE namespace = ?1 AND party = ?2")?;
        for (namespace, parties) in &self.amounts {
            for (party, amount) in parties {
                if amount.entries > 0 {
                    write.execute(params![namespace.as_str(), party, amount.entries, amount.octets])?;
                } else {
                    forget.execute([namespace.as_str(), party])?;
                }
            }
        }
        Ok(self.most_freed)
    }
}

/// Why a request was not carried out.
enum Stop {
    /// By the rules; the transaction goes on.
    Refused(StoreError),
    /// By the engine; the transaction is lost.
    Fault(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Fault(error)
    }
}

fn counted(key: &str, value: &[u8]) -> i64 {
    i64::try_from(key.len().saturating_add(value.len())).unwrap_or(i64::MAX)
}

/// The value of a live entry, as of the latest commit.
pub(super) fn read(
    connection: &Connection,
    namespace: Namespace,
    key: &str,
    now: StoreInstant,
) -> Result<Option<Vec<u8>>, StoreError> {
    let find = || {
        let mut find = connection.prepare_cached(
            "SELECT value FROM entry WHERE namespace = ?1 AND key = ?2 AND expires_at > ?3",
        )?;
        find.query_row(params![namespace.as_str(), key, now.unix_millis()], |row| row.get(0)).optional()
    };
    find().map_err(|error| meaning(&error))
}
