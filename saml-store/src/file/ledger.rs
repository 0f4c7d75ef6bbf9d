//! The operations inside one transaction, and the amounts that they count in it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::meaning;
use super::limits::{Amount, Limits, require_room, require_share};
use super::request::{Answer, Change, Outcome, Request, Version};
use crate::{Insertion, Namespace, Replacement, StoreError, StoreInstant};

/// Expired entries that one operation removes at most.
pub(super) const FREED_PER_OPERATION: usize = 256;
/// How many of them are removed for each operation that has room already, at the end of the transaction. One would keep
/// the file from growing without bound, two make any backlog shrink.
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
    rooms: HashMap<Namespace, Room>,
    /// Expired entries that the present operation has removed.
    freed: usize,
    /// The most that one operation has removed.
    most_freed: usize,
}

/// What a transaction knows of a namespace.
#[derive(Default)]
struct Room {
    /// What each party holds, and what [`ALL`] do.
    amounts: HashMap<String, Amount>,
    /// Operations so far, and the latest of their instants.
    operations: usize,
    latest: Option<StoreInstant>,
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
        Self { connection, limits, rooms: HashMap::new(), freed: 0, most_freed: 0 }
    }

    /// Carries a request out.
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
        let room = self.rooms.entry(request.namespace).or_default();
        room.operations = room.operations.saturating_add(1);
        room.latest = room.latest.max(Some(request.now));
        self.most_freed = self.most_freed.max(self.freed);
        Ok(answer)
    }

    fn carry_out(&mut self, request: &Request) -> Result<Outcome, Stop> {
        match &request.change {
            Change::Insert { party, version } => {
                if self.enter_where_none_is(request, party.as_deref(), version)? {
                    return Ok(Outcome::Stored(Insertion::Inserted));
                }
                match self.standing(request)? {
                    Some(there) if there.live => Ok(Outcome::Stored(Insertion::AlreadyPresent)),
                    there => self.enter(request, there, party.as_deref(), version),
                }
            }
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
        self.insert(request, party, version)?;
        Ok(Outcome::Stored(Insertion::Inserted))
    }

    /// The common case in one statement: there is room, and nothing under the key, expired or not. Returns whether it was.
    fn enter_where_none_is(
        &mut self,
        request: &Request,
        party: Option<&str>,
        version: &Version,
    ) -> Result<bool, rusqlite::Error> {
        let wanted = Amount { entries: 1, octets: counted(&request.key, &version.value) };
        let none = self.refusal(request.namespace, party, wanted)?.is_none()
            && self.insert(request, party, version)? == 1;
        if none {
            self.count(request.namespace, party, wanted)?;
        }
        Ok(none)
    }

    /// Writes a new entry if there is none under its key. Returns how many were written.
    fn insert(
        &self,
        request: &Request,
        party: Option<&str>,
        version: &Version,
    ) -> Result<usize, rusqlite::Error> {
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO entry (namespace, key, party, expires_at, value) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (namespace, key) DO NOTHING",
        )?;
        let expires_at = version.expires_at.unix_millis();
        insert.execute(params![request.namespace.as_str(), request.key, party, expires_at, version.value])
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
            if self.make_room(request)? == 0 {
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

    /// Removes a few entries that have expired for an operation that finds no room. Returns how many.
    fn make_room(&mut self, request: &Request) -> Result<usize, rusqlite::Error> {
        let left = (FREED_PER_OPERATION - SWEPT_PER_OPERATION).saturating_sub(self.freed);
        let gone = self.free_expired(request.namespace, request.now, left.min(STEP))?;
        self.freed = self.freed.saturating_add(gone);
        Ok(gone)
    }

    /// Removes a few entries that have expired for each operation there was. Returns the most of one operation, with those
    /// that it removed itself.
    fn sweep(&mut self) -> Result<usize, rusqlite::Error> {
        let rooms: Vec<_> =
            self.rooms.iter().map(|(name, room)| (*name, room.operations, room.latest)).collect();
        let mut swept = 0;
        for (namespace, operations, latest) in rooms {
            let Some(now) = latest else { continue };
            let gone = self.free_expired(namespace, now, operations.saturating_mul(SWEPT_PER_OPERATION))?;
            swept = swept.max(gone.div_ceil(operations.max(1)));
        }
        Ok(self.most_freed.saturating_add(swept))
    }

    /// Removes at most `most` entries that have expired. Returns how many.
    fn free_expired(
        &mut self,
        namespace: Namespace,
        now: StoreInstant,
        most: usize,
    ) -> Result<usize, rusqlite::Error> {
        if most == 0 {
            return Ok(0);
        }
        // Two statements, for one that deletes what it selects makes temporary tables, also where it finds nothing.
        let mut select = self.connection.prepare_cached(
            "SELECT id, party, octet_length(key) + octet_length(value) FROM entry \
             WHERE namespace = ?1 AND expires_at <= ?2 ORDER BY expires_at LIMIT ?3",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Standing { id: row.get(0)?, live: false, party: row.get(1)?, octets: row.get(2)? })
        };
        let expired = select
            .query_map(params![namespace.as_str(), now.unix_millis(), most], read)?
            .collect::<Result<Vec<_>, _>>()?;
        for gone in &expired {
            self.drop_entry(namespace, gone)?;
        }
        Ok(expired.len())
    }

    fn amount(&mut self, namespace: Namespace, party: &str) -> Result<Amount, rusqlite::Error> {
        if let Some(amount) = self.rooms.get(&namespace).and_then(|room| room.amounts.get(party)) {
            return Ok(*amount);
        }
        let mut find = self
            .connection
            .prepare_cached("SELECT entries, octets FROM amount WHERE namespace = ?1 AND party = ?2")?;
        let read = |row: &rusqlite::Row<'_>| Ok(Amount { entries: row.get(0)?, octets: row.get(1)? });
        let amount = find.query_row([namespace.as_str(), party], read).optional()?.unwrap_or_default();
        self.rooms.entry(namespace).or_default().amounts.insert(party.to_owned(), amount);
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
            let room = self.rooms.get_mut(&namespace);
            if let Some(amount) = room.and_then(|room| room.amounts.get_mut(name)) {
                *amount = counted;
            }
        }
        Ok(())
    }

    /// Removes a few expired entries and writes the amounts, as the last thing before the transaction is committed. Returns
    /// the most expired entries that were removed for one operation.
    pub(super) fn settle(mut self) -> Result<usize, rusqlite::Error> {
        let most_freed = self.sweep()?;
        let mut write = self.connection.prepare_cached(
            "INSERT INTO amount (namespace, party, entries, octets) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT DO UPDATE SET entries = excluded.entries, octets = excluded.octets",
        )?;
        let mut forget =
            self.connection.prepare_cached("DELETE FROM amount WHERE namespace = ?1 AND party = ?2")?;
        for (namespace, room) in &self.rooms {
            for (party, amount) in &room.amounts {
                if amount.entries > 0 {
                    write.execute(params![namespace.as_str(), party, amount.entries, amount.octets])?;
                } else {
                    forget.execute([namespace.as_str(), party])?;
                }
            }
        }
        Ok(most_freed)
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
