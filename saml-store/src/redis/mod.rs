//! The Redis engine: a Redis or Valkey server, or a cluster of them, that several nodes share.

mod address;
mod cluster;
mod connector;
mod driver;
mod fault;
mod fitness;
mod limits;
mod line;
mod options;
mod records;
mod renewed;
mod router;
mod script;
mod url;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use dashmap::DashMap;
use redis::{Cmd, Value, cmd};
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub use self::address::Address as RedisAddress;
use self::connector::Connector;
use self::driver::Driver;
pub use self::fault::RedisFault;
use self::limits::Limits;
use self::line::{Access, Use};
pub use self::options::RedisStoreOptions;
use self::options::{Confirmation, Persistence};
pub use self::records::RedisRecords;
use self::router::{Route, Router};
use self::script::{Names, Script, Scripts, Stored, digits, life};
use crate::{Entry, Insertion, Namespace, Replacement, SHARE, Store, StoreError, StoreInstant, require_key};

/// Each so many insertions remove so many expired entries in passing at most.
const EVERY: u32 = 8;
const SWEPT_IN_PASSING: u32 = 64;
/// Expired entries that an operation removes if there is no room.
const SWEPT_FOR_ROOM: u32 = 192;

/// A [`Store`] in Redis 7 or later, or Valkey, `redis://` and `rediss://`, that all nodes share.
///
/// Each operation is one script, which the server runs at one moment. It decides by the caller's `now`, to the
/// millisecond; the server's clock only frees, [`RedisStore::SLACK`] after that, what nobody has removed. The scripts of a
/// namespace touch names with one hash tag only, so each namespace lies on one node of a cluster.
///
/// Each namespace has a capacity ([`RedisStoreOptions`]), in entries and in octets of their keys and values; a full one
/// refuses new entries and keeps the live ones. Expired ones give way first, at most 192 for one operation: where a large
/// entry would need more, it is refused, and finds room at a later attempt. No party may take all of a namespace: see
/// [`Store::insert_for`].
///
/// # When the server is away
/// An operation that gets no answer ends with [`StoreError::Unavailable`], whose source is a [`RedisFault`], and is never
/// sent again: nobody knows whether it took effect. The next operation opens a new connection, asks the sentinels or the
/// cluster anew where the primary is, and goes on. A connection that is known to have ended is replaced before anything is
/// sent. Operations that wait for a connection share the one attempt.
///
/// # What it does not guarantee
/// - It is as durable as the server: with `appendonly yes` and `appendfsync always` nothing that was answered is lost when
///   the server is killed; with `everysec` a second is; without persistence everything is.
/// - A failover can lose the writes that the new primary had not received, replay marks among them.
///   [`RedisStoreOptions::with_replicas`] narrows that.
/// - While slots of a cluster move, operations on them end with `Unavailable`.
/// - Whoever may write in the server can change, remove and put back what is in it. Values are in clear.
/// - Memory of the client library that a password went through is not erased.
///
/// # The server
/// It needs `maxmemory-policy noeviction`, and a user who may `EVALSHA`, `SCRIPT LOAD`, `INFO`, `TIME`, `WAIT`, `CLUSTER
/// SLOTS` (the last two if they are used), and in scripts, for names with the prefix: `GET`, `GETRANGE`, `STRLEN`, `SET`,
/// `DEL`, `ZADD`, `ZREM`, `ZRANGEBYSCORE`, `HMGET`, `HSET`, `HINCRBY`, `HDEL`, `PEXPIRE`, `PERSIST`.
///
/// Operations run on any Tokio runtime with time; the connections are served by a thread of the store.
#[derive(Debug)]
pub struct RedisStore {
    router: Router,
    scripts: Scripts,
    names: DashMap<Namespace, Arc<Names>>,
    prefix: String,
    limits: Limits,
    places: Semaphore,
    response_timeout: Duration,
    replicas: Option<Confirmation>,
}

impl RedisStore {
    /// How long an entry outlives its expiry in the server at most, by the server's clock.
    pub const SLACK: Duration = Duration::from_secs(600);

    /// Connects, and looks whether the server can be relied on: it is a primary, it evicts nothing, and its clock is about
    /// `now`.
    ///
    /// # Errors
    /// See [`RedisFault`].
    pub async fn connect(options: RedisStoreOptions, now: StoreInstant) -> Result<Self, RedisFault> {
        Self::connect_to(options, now, Persistence::Any).await
    }

    async fn connect_to(
        options: RedisStoreOptions,
        now: StoreInstant,
        persistence: Persistence,
    ) -> Result<Self, RedisFault> {
        options.require_sense()?;
        let connector = Connector::new(&options, Arc::new(Driver::start()?))?;
        let sentinels = connector.for_sentinels(&options.sentinel_credentials);
        let access = Access { connector, sentinels, eviction: options.eviction, persistence };
        let router = Router::new(&options.location.servers, access);
        router.start(now, options.clock_difference).await?;
        Ok(Self {
            router,
            scripts: Scripts::new(),
            names: DashMap::new(),
            prefix: options.prefix,
            limits: options.limits,
            places: Semaphore::new(options.in_flight),
            response_timeout: options.response_timeout,
            replicas: options.replicas,
        })
    }

    fn names(&self, namespace: Namespace) -> Arc<Names> {
        if let Some(names) = self.names.get(&namespace) {
            return Arc::clone(&names);
        }
        let names = Arc::new(Names::new(&self.prefix, namespace));
        Arc::clone(&self.names.entry(namespace).or_insert(names))
    }

    /// Runs a script on the server that has the namespace.
    async fn run(&self, call: &Call<'_>) -> Result<Value, RedisFault> {
        let waits = call.confirms != Confirms::Nothing && self.replicas.is_some();
        let purpose = if waits { Use::Confirmed } else { Use::Brief };
        let after = self.response_timeout;
        let place = timeout(after, self.places.acquire()).await;
        let _place = place.map_err(|_| RedisFault::TimedOut { step: "take on another operation", after })?;
        let route = self.router.route(call.names.slot, purpose).await?;
        let answer = self.run_on(&route, call).await;
        if let Err(fault) = &answer
            && fault.ends_connection()
        {
            self.router.give_up(&route);
        }
        answer
    }

    async fn run_on(&self, route: &Route, call: &Call<'_>) -> Result<Value, RedisFault> {
        let connection = &route.connection;
        let mut answer = connection.ask(&call.command).await;
        // This is no repetition: the server says that it has not run anything.
        if matches!(&answer, Err(RedisFault::Answered { code }) if code == "NOSCRIPT") {
            let _digest: String = connection.ask(cmd("SCRIPT").arg("LOAD").arg(call.script.text)).await?;
            answer = connection.ask(&call.command).await;
        }
        let answer = answer?;
        match self.replicas {
            Some(confirmation) if call.confirms.includes(&answer) => confirm(route, confirmation).await?,
            Some(_) | None => {}
        }
        Ok(answer)
    }

    /// What a fault means to the caller of the store.
    async fn failed(&self, names: &Names, now: StoreInstant, fault: RedisFault) -> StoreError {
        if let RedisFault::Answered { code } = &fault
            && matches!(code.as_str(), "CORRUPT" | "WRONGTYPE")
        {
            return StoreError::Corrupt(fault.into());
        }
        if fault == RedisFault::OutOfMemory {
            // What has expired makes room for the operations that follow. If this fails, too, they say so.
            let mut command = call(&self.scripts.sweep, &[&names.order, &names.held]);
            command.arg(&names.base).arg(digits(now)).arg(now.unix_millis()).arg(SWEPT_FOR_ROOM);
            let sweep = Call { script: &self.scripts.sweep, names, command, confirms: Confirms::Nothing };
            let _swept = self.run(&sweep).await;
        }
        StoreError::Unavailable(fault.into())
    }

    /// Stores an entry in one of three ways; whether it was stored.
    async fn store(&self, way: Way<'_>, entry: Entry<'_>, now: StoreInstant) -> Result<bool, StoreError> {
        entry.require_storable(now)?;
        let names = self.names(entry.namespace);
        let name = format!("{}{}", names.base, entry.key);
        let limits = self.limits.of(entry.namespace);
        let (mode, party, expected) = match way {
            Way::Insert { party } => ("insert", party.unwrap_or_default(), [].as_slice()),
            Way::Put => ("put", "", [].as_slice()),
            Way::Replace { expected } => ("replace", "", expected),
        };
        let stored = Stored::new(&entry, party);
        let mut command = call(&self.scripts.store, &[&name, &names.order, &names.held]);
        command.arg(mode).arg(entry.key).arg(digits(now)).arg(now.unix_millis());
        command.arg(&stored.expires).arg(entry.expires_at.unix_millis());
        command.arg(party).arg(&stored.octets).arg(&stored.member).arg(expected);
        command.arg(limits.entries).arg(limits.octets).arg(SHARE);
        command.arg(life(now, entry.expires_at, Self::SLACK)).arg(&names.base);
        command.arg(EVERY).arg(SWEPT_IN_PASSING).arg(SWEPT_FOR_ROOM);
        let confirms = match way {
            Way::Insert { .. } => Confirms::Changes,
            Way::Put | Way::Replace { .. } => Confirms::Nothing,
        };
        let call = Call { script: &self.scripts.store, names: &names, command, confirms };
        match self.run(&call).await {
            Ok(Value::Int(1)) => Ok(true),
            Ok(Value::Int(0)) => Ok(false),
            Ok(Value::Int(number)) => {
                let lacking = self.limits.lacking(entry.namespace, number);
                Err(lacking.unwrap_or_else(|| StoreError::Unavailable(RedisFault::Unreadable.into())))
            }
            Ok(_) => Err(StoreError::Unavailable(RedisFault::Unreadable.into())),
            Err(fault) => Err(self.failed(&names, now, fault).await),
        }
    }

    async fn value(&self, call: &Call<'_>, now: StoreInstant) -> Result<Option<Vec<u8>>, StoreError> {
        match self.run(call).await {
            Ok(Value::BulkString(value)) => Ok(Some(value)),
            Ok(Value::Nil) => Ok(None),
            Ok(_) => Err(StoreError::Unavailable(RedisFault::Unreadable.into())),
            Err(fault) => Err(self.failed(call.names, now, fault).await),
        }
    }

    async fn remove_as(
        &self,
        mode: &str,
        (namespace, key): (Namespace, &str),
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        require_key(key)?;
        let names = self.names(namespace);
        let name = format!("{}{key}", names.base);
        let mut command = call(&self.scripts.take, &[&name, &names.order, &names.held]);
        command.arg(mode).arg(key).arg(digits(now));
        let confirms = if mode == "take" { Confirms::Changes } else { Confirms::Nothing };
        let call = Call { script: &self.scripts.take, names: &names, command, confirms };
        self.value(&call, now).await
    }
}

/// A script, and what it is told.
struct Call<'a> {
    script: &'a Script,
    names: &'a Names,
    command: Cmd,
    confirms: Confirms,
}

/// What replicas are to confirm before it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Confirms {
    Nothing,
    /// That something was stored or taken.
    Changes,
    /// That, and that nothing had to be changed: somebody else's change, or the same one at an earlier attempt, may be
    /// what no replica has. Not a refusal.
    EachAnswer,
}

impl Confirms {
    const fn includes(self, answer: &Value) -> bool {
        match self {
            Self::Nothing => false,
            Self::Changes => matches!(answer, Value::Int(1..) | Value::BulkString(_)),
            Self::EachAnswer => matches!(answer, Value::Int(0..)),
        }
    }
}

fn call(script: &Script, names: &[&str]) -> Cmd {
    let mut command = cmd("EVALSHA");
    command.arg(&script.digest).arg(names.len()).arg(names);
    command
}

/// Waits until replicas have what this connection has written.
async fn confirm(route: &Route, confirmation: Confirmation) -> Result<(), RedisFault> {
    let Confirmation { replicas: expected, within } = confirmation;
    let mut wait = cmd("WAIT");
    wait.arg(expected).arg(u64::try_from(within.as_millis()).unwrap_or(u64::MAX));
    let found: u32 = route.connection.ask_for(&wait, within).await?;
    if found < expected { Err(RedisFault::Replicas { expected, found, within }) } else { Ok(()) }
}

/// How an entry is stored.
enum Way<'a> {
    Insert { party: Option<&'a str> },
    Put,
    Replace { expected: &'a [u8] },
}

const fn insertion(stored: bool) -> Insertion {
    if stored { Insertion::Inserted } else { Insertion::AlreadyPresent }
}

#[async_trait]
impl Store for RedisStore {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.store(Way::Insert { party: None }, entry, now).await.map(insertion)
    }

    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        require_key(party)?;
        self.store(Way::Insert { party: Some(party) }, entry, now).await.map(insertion)
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.store(Way::Put, entry, now).await.map(|_stored| ())
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        let replaced = self.store(Way::Replace { expected }, entry, now).await?;
        Ok(if replaced { Replacement::Replaced } else { Replacement::Changed })
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        require_key(key)?;
        let names = self.names(namespace);
        let name = format!("{}{key}", names.base);
        let mut command = call(&self.scripts.get, &[&name]);
        command.arg(digits(now));
        let call = Call { script: &self.scripts.get, names: &names, command, confirms: Confirms::Nothing };
        self.value(&call, now).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.remove_as("take", (namespace, key), now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.remove_as("remove", (namespace, key), now).await.map(|_nothing| ())
    }
}
