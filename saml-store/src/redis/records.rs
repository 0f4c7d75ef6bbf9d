//! The records in a server that keeps an append-only file.

use async_trait::async_trait;
use redis::Value;

use super::fault::RedisFault;
use super::options::{Eviction, RedisStoreOptions};
use super::{Call, Confirms, RedisStore, call};
use crate::{
    Insertion, MAX_OCTETS_OF_OWNER, MAX_PAGE_OCTETS, MAX_PAGE_RECORDS, MAX_RECORDS_OF_OWNER, Namespace,
    Record, RecordName, RecordPage, Records, Removal, Replacement, StoreError, StoreInstant, require_key,
    require_owner,
};

/// Answers to who meets something that these scripts did not write.
const CORRUPT: [&str; 2] = ["CORRUPT", "WRONGTYPE"];
/// Digits before a member's owner, which say how many octets it has.
const LENGTH_DIGITS: usize = 3;

/// [`Records`] in Redis 7 or later, or Valkey, that all nodes share; for the same servers, options and faults as
/// [`RedisStore`], with which it may share one.
///
/// Each operation is one script, which the server runs at one moment. All records of a namespace, and so all of an owner,
/// lie on one node of a cluster. Nothing in the server expires or makes room for something else.
///
/// # Durability
/// A server without `appendonly yes` is refused ([`RedisFault::NoAppendOnlyFile`]), at the start and at each new
/// connection. **Give it `appendfsync always`**: with `everysec`, what was answered in the last second is lost when the
/// machine fails; a connection can't tell which of the two a server has. A failover can lose what the new primary had not
/// received; [`RedisStoreOptions::with_replicas`] narrows that for every change of a record, and for every answer that
/// nothing had to be changed. Back up the server's files, or export the records.
///
/// # What it does not guarantee
/// - After [`StoreError::Unavailable`] a change may or may not have been made; it is never sent again. Read what is there.
///   Reading does not wait for replicas: where they are to confirm the change, make it again. That it was made before is
///   answered once they have it.
/// - Whoever may write in the server can change, remove and put back what is in it. Values are in clear:
///   [`crate::Sealed`] hides and binds them.
///
/// # The server
/// It needs `maxmemory-policy noeviction`, and a user who may what [`RedisStore`] says, and in scripts `ZCARD`,
/// `ZLEXCOUNT`, `ZRANGEBYLEX`, `EXISTS`, `INCRBY`, `DECRBY`.
#[derive(Debug)]
pub struct RedisRecords {
    server: RedisStore,
}

impl RedisStoreOptions {
    /// Connects for records, and looks whether the server can be relied on.
    ///
    /// # Errors
    /// As [`RedisRecords::connect`].
    pub async fn connect_records(self, now: StoreInstant) -> Result<RedisRecords, RedisFault> {
        RedisRecords::connect(self, now).await
    }
}

impl RedisRecords {
    /// Connects, and looks whether the server can be relied on: beside what [`RedisStore::connect`] looks at, whether it
    /// keeps an append-only file. One that evicts is refused, whatever [`RedisStoreOptions::allow_eviction`] says.
    ///
    /// # Errors
    /// See [`RedisFault`].
    pub async fn connect(options: RedisStoreOptions, now: StoreInstant) -> Result<Self, RedisFault> {
        let persistence = options.persistence;
        let options = RedisStoreOptions { eviction: Eviction::Refused, ..options };
        Ok(Self { server: RedisStore::connect_to(options, now, persistence).await? })
    }

    async fn ask(&self, call: Call<'_>) -> Result<Value, StoreError> {
        let answer = self.server.run(&call).await;
        answer.map_err(|fault| {
            let is_corrupt =
                matches!(&fault, RedisFault::Answered { code } if CORRUPT.contains(&code.as_str()));
            if is_corrupt { StoreError::Corrupt(fault.into()) } else { StoreError::Unavailable(fault.into()) }
        })
    }

    /// Changes records in one of four ways; what the script answers unless it says that something is lacking.
    async fn change(
        &self,
        mode: &str,
        at: RecordName<'_>,
        value: &[u8],
        expected: &[u8],
    ) -> Result<usize, StoreError> {
        let (namespace, scripts) = (at.namespace, &self.server.scripts);
        // What takes nothing more may run where no memory is left.
        let removes = matches!(mode, "remove" | "end");
        let script = if removes { &scripts.remove_record } else { &scripts.change_record };
        let (names, limits) = (self.server.names(namespace), self.server.limits.records);
        let mut command = call(script, &[&names.records, &names.record_octets]);
        command.arg(mode).arg(&names.record_base).arg(at.owner).arg(at.name).arg(value).arg(expected);
        command.arg(limits.entries).arg(limits.octets).arg(MAX_RECORDS_OF_OWNER);
        command.arg(u8::from(self.server.replicas.is_some())).arg(MAX_OCTETS_OF_OWNER);
        let confirms = Confirms::EachAnswer;
        let answer = self.ask(Call { script, names: &names, command, confirms }).await?;
        let Value::Int(number) = answer else { return Err(unreadable()) };
        match number {
            -1 => Err(StoreError::Full { namespace, capacity: limits.entries }),
            -2 => Err(StoreError::FullOfOctets { namespace, octets: limits.octets }),
            -3 => Err(StoreError::OwnerFull { namespace, capacity: MAX_RECORDS_OF_OWNER }),
            -4 => Err(StoreError::OwnerFullOfOctets { namespace, octets: MAX_OCTETS_OF_OWNER }),
            _ => usize::try_from(number).map_err(|_| unreadable()),
        }
    }

    async fn read(&self, mode: &str, at: RecordName<'_>) -> Result<Value, StoreError> {
        let script = &self.server.scripts.read_records;
        let names = self.server.names(at.namespace);
        let mut command = call(script, &[&names.records]);
        command.arg(mode).arg(&names.record_base).arg(at.owner).arg(at.name);
        command.arg(MAX_PAGE_RECORDS).arg(MAX_PAGE_OCTETS);
        self.ask(Call { script, names: &names, command, confirms: Confirms::Nothing }).await
    }

    async fn page(&self, mode: &str, at: RecordName<'_>) -> Result<RecordPage, StoreError> {
        let Value::Array(answer) = self.read(mode, at).await? else { return Err(unreadable()) };
        page(answer).ok_or_else(unreadable)
    }
}

fn unreadable() -> StoreError {
    StoreError::Unavailable(RedisFault::Unreadable.into())
}

/// Whether more follow, then member and value of each record.
fn page(answer: Vec<Value>) -> Option<RecordPage> {
    let mut answer = answer.into_iter();
    let Value::Int(more) = answer.next()? else { return None };
    let mut page = RecordPage { records: Vec::new(), more: more == 1 };
    while let Some(member) = answer.next() {
        let (Value::BulkString(member), Value::BulkString(value)) = (member, answer.next()?) else {
            return None;
        };
        let member = String::from_utf8(member).ok()?;
        let (length, rest) = member.split_at_checked(LENGTH_DIGITS)?;
        let (owner, name) = rest.split_at_checked(length.parse().ok()?)?;
        page.records.push(Record { owner: owner.to_owned(), name: name.to_owned(), value });
    }
    Some(page)
}

#[async_trait]
impl Records for RedisRecords {
    async fn insert_record(&self, at: RecordName<'_>, value: Vec<u8>) -> Result<Insertion, StoreError> {
        at.require_storable(&value)?;
        let inserted = self.change("insert", at, &value, b"").await?;
        Ok(if inserted == 1 { Insertion::Inserted } else { Insertion::AlreadyPresent })
    }

    async fn record(&self, at: RecordName<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        at.require()?;
        let answer = self.read("one", at).await?;
        if answer == Value::Nil {
            return Ok(None);
        }
        let Value::BulkString(value) = answer else { return Err(unreadable()) };
        Ok(Some(value))
    }

    async fn replace_record(
        &self,
        at: RecordName<'_>,
        value: Vec<u8>,
        expected: &[u8],
    ) -> Result<Replacement, StoreError> {
        at.require_storable(&value)?;
        let replaced = self.change("replace", at, &value, expected).await?;
        Ok(if replaced == 1 { Replacement::Replaced } else { Replacement::Changed })
    }

    async fn remove_record(&self, at: RecordName<'_>, expected: &[u8]) -> Result<Removal, StoreError> {
        at.require()?;
        let removed = self.change("remove", at, b"", expected).await?;
        Ok(if removed == 1 { Removal::Removed } else { Removal::Changed })
    }

    async fn records_of(
        &self,
        namespace: Namespace,
        owner: &str,
        after: Option<&str>,
    ) -> Result<RecordPage, StoreError> {
        require_owner(owner)?;
        after.map_or(Ok(()), require_key)?;
        self.page("of", RecordName { namespace, owner, name: after.unwrap_or_default() }).await
    }

    async fn remove_records_of(&self, namespace: Namespace, owner: &str) -> Result<usize, StoreError> {
        require_owner(owner)?;
        self.change("end", RecordName { namespace, owner, name: "" }, b"", b"").await
    }

    async fn export_records(
        &self,
        namespace: Namespace,
        after: Option<(&str, &str)>,
    ) -> Result<RecordPage, StoreError> {
        if let Some((owner, name)) = after {
            RecordName { namespace, owner, name }.require()?;
        }
        let (owner, name) = after.unwrap_or_default();
        self.page("all", RecordName { namespace, owner, name }).await
    }
}
