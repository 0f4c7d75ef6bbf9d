//! How a server is reached, and how much each namespace may hold.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

use super::RedisStore;
use super::fault::RedisFault;
use super::limits::{Amount, Limits};
use super::url::{Credentials, Location};
use crate::{MemoryStore, Namespace, StoreInstant};

/// How a [`RedisStore`], or [`super::RedisRecords`], reaches its server, and how much each namespace may hold.
///
/// Capacities belong to the program, not to the server: give all nodes the same. `Debug` shows no password.
#[derive(Debug)]
pub struct RedisStoreOptions {
    pub(super) location: Location,
    pub(super) sentinel_credentials: Credentials,
    pub(super) tls: Tls,
    pub(super) prefix: String,
    pub(super) limits: Limits,
    pub(super) connect_timeout: Duration,
    pub(super) response_timeout: Duration,
    pub(super) in_flight: usize,
    pub(super) eviction: Eviction,
    pub(super) persistence: Persistence,
    pub(super) clock_difference: Duration,
    pub(super) replicas: Option<Confirmation>,
}

/// Where certificates and keys are, beside those that the operating system trusts.
#[derive(Debug, Default)]
pub(super) struct Tls {
    pub(super) authorities: Option<PathBuf>,
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// What the server may do when its memory is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Eviction {
    Refused,
    Allowed,
}

/// What the server must write down of each change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Persistence {
    /// It keeps an append-only file.
    AppendOnly,
    /// Nothing is asked.
    Any,
}

/// How many replicas must have a mark or a take before it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Confirmation {
    pub(super) replicas: u32,
    pub(super) within: Duration,
}

impl RedisStoreOptions {
    /// Records that a namespace may hold where nothing else was said.
    pub const DEFAULT_RECORDS: usize = 1_000_000;
    /// Octets of owners, names and values of records that a namespace may hold where nothing else was said: 1 GiB.
    pub const DEFAULT_RECORD_OCTETS: usize = 1024 * 1024 * 1024;

    /// Reads where the server is:
    ///
    /// | URL | server |
    /// | --- | --- |
    /// | `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]` | one |
    /// | `redis+unix://[USER:PASSWORD@]/PATH` | one on a socket of this machine |
    /// | `redis+sentinel://[USER:PASSWORD@]HOST[:PORT],…/NAME[/DATABASE]` | the primary that these sentinels call NAME |
    /// | `redis+cluster://[USER:PASSWORD@]HOST[:PORT],…` | a cluster; some of its nodes are enough |
    ///
    /// With `rediss` in place of `redis` everything goes through TLS. User and password are percent-encoded; a user
    /// is one of the server's ACL, and may be left out: `redis://:PASSWORD@HOST`.
    ///
    /// A namespace may hold [`MemoryStore::DEFAULT_CAPACITY`] entries of [`MemoryStore::DEFAULT_OCTETS`], and
    /// [`Self::DEFAULT_RECORDS`] records of [`Self::DEFAULT_RECORD_OCTETS`].
    ///
    /// # Errors
    /// [`RedisFault::Url`], which quotes nothing of the URL.
    pub fn parse(url: &str) -> Result<Self, RedisFault> {
        let default = Amount { entries: MemoryStore::DEFAULT_CAPACITY, octets: MemoryStore::DEFAULT_OCTETS };
        let records = Amount { entries: Self::DEFAULT_RECORDS, octets: Self::DEFAULT_RECORD_OCTETS };
        Ok(Self {
            location: Location::parse(url)?,
            sentinel_credentials: Credentials::default(),
            tls: Tls::default(),
            prefix: "saml:".to_owned(),
            limits: Limits { default, named: HashMap::new(), records },
            connect_timeout: Duration::from_secs(2),
            response_timeout: Duration::from_secs(1),
            in_flight: 256,
            eviction: Eviction::Refused,
            persistence: Persistence::AppendOnly,
            clock_difference: Duration::from_secs(60),
            replicas: None,
        })
    }

    /// What all names in Redis begin with, `saml:` where nothing else was said. Stores with different prefixes share
    /// nothing.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Every namespace may hold so many entries, unless it has a bound of its own.
    #[must_use]
    pub fn with_default_capacity(mut self, entries: usize) -> Self {
        self.limits.default.entries = entries;
        self
    }

    /// Every namespace may hold so many octets of keys and values, unless it has a bound of its own.
    #[must_use]
    pub fn with_default_octets(mut self, octets: usize) -> Self {
        self.limits.default.octets = octets;
        self
    }

    /// `namespace` may hold so many entries.
    #[must_use]
    pub fn with_capacity(mut self, namespace: Namespace, entries: usize) -> Self {
        let capacity = Amount { entries, ..self.limits.of(namespace) };
        self.limits.named.insert(namespace, capacity);
        self
    }

    /// `namespace` may hold so many octets of keys and values.
    #[must_use]
    pub fn with_octets(mut self, namespace: Namespace, octets: usize) -> Self {
        let capacity = Amount { octets, ..self.limits.of(namespace) };
        self.limits.named.insert(namespace, capacity);
        self
    }

    /// Every namespace may hold so many [`crate::Records`].
    #[must_use]
    pub const fn with_record_capacity(mut self, records: usize) -> Self {
        self.limits.records.entries = records;
        self
    }

    /// Every namespace may hold so many octets of owners, names and values of [`crate::Records`].
    #[must_use]
    pub const fn with_record_octets(mut self, octets: usize) -> Self {
        self.limits.records.octets = octets;
        self
    }

    /// How long a connection may take until the server has accepted the user: two seconds where nothing else was said.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an operation waits for its turn, and then for the answer: one second each where nothing else was said.
    #[must_use]
    pub const fn with_response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// How many operations are sent before the first of them is answered: 256 where nothing else was said. The next ones
    /// wait.
    #[must_use]
    pub const fn with_in_flight(mut self, operations: usize) -> Self {
        self.in_flight = operations;
        self
    }

    /// How much the server's clock and ours may differ at the start: a minute where nothing else was said, at most
    /// [`RedisStore::SLACK`].
    #[must_use]
    pub const fn with_clock_difference(mut self, most: Duration) -> Self {
        self.clock_difference = most;
        self
    }

    /// A mark ([`crate::Store::insert_if_absent`], [`crate::Store::insert_for`]) and a [`crate::Store::take`] succeed only
    /// once so many replicas have confirmed them; within this time, or with [`crate::StoreError::Unavailable`]. Likewise
    /// every change of a record, and every answer that it had been changed already: whoever tries a change again, which no
    /// replica confirmed, is not told that it is there before one has it.
    ///
    /// After a failover to one of these replicas the write is there. It narrows what a failover can lose and does not
    /// exclude it: a replica that lacks the write may become the primary. See `WAIT` in Redis's documentation.
    #[must_use]
    pub const fn with_replicas(mut self, replicas: u32, within: Duration) -> Self {
        self.replicas = Some(Confirmation { replicas, within });
        self
    }

    /// Trusts the certificate authorities in this file (PEM) instead of those that the operating system trusts.
    #[must_use]
    pub fn with_certificate_authorities(mut self, file: impl Into<PathBuf>) -> Self {
        self.tls.authorities = Some(file.into());
        self
    }

    /// Shows the server this certificate chain, and signs with this key; both PEM.
    #[must_use]
    pub fn with_client_certificate(mut self, chain: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.tls.client = Some((chain.into(), key.into()));
        self
    }

    /// The user and password for the sentinels themselves; those of the URL are for the server.
    #[must_use]
    pub fn with_sentinel_credentials(mut self, user: Option<&str>, password: &str) -> Self {
        self.sentinel_credentials = Credentials {
            user: user.map(str::to_owned),
            password: Some(Zeroizing::new(password.to_owned())),
        };
        self
    }

    /// Uses a server that forgets entries when its memory is full.
    ///
    /// # Security
    /// Such a server forgets that an assertion was used, and it can be used again. Sessions end early, and the count of
    /// wrong passwords begins anew. Whoever can make the server store a lot can bring all of that about.
    #[must_use]
    pub const fn allow_eviction(mut self) -> Self {
        self.eviction = Eviction::Allowed;
        self
    }

    /// Keeps records in a server without an append-only file (`appendonly no`).
    ///
    /// # Security
    /// Such a server forgets what was answered since its last snapshot, or everything, when it ends: passkeys and consents
    /// of people are lost, and what was revoked since is there again.
    #[must_use]
    pub const fn allow_records_without_append_only_file(mut self) -> Self {
        self.persistence = Persistence::Any;
        self
    }

    /// Connects, and looks whether the server can be relied on.
    ///
    /// # Errors
    /// As [`RedisStore::connect`].
    pub async fn connect(self, now: StoreInstant) -> Result<RedisStore, RedisFault> {
        RedisStore::connect(self, now).await
    }

    /// # Errors
    /// [`RedisFault::Options`].
    pub(super) fn require_sense(&self) -> Result<(), RedisFault> {
        let fault = |why| Err(RedisFault::Options { why });
        let known = |octet: u8| octet.is_ascii_alphanumeric() || b".-_:/".contains(&octet);
        if !self.prefix.bytes().all(known) || self.prefix.is_empty() || self.prefix.len() > 100 {
            return fault("a prefix is 1 to 100 of the characters A-Z a-z 0-9 . - _ : /");
        }
        if self.in_flight == 0 || self.in_flight > 65_536 {
            return fault("1 to 65 536 operations can be in flight");
        }
        if self.clock_difference > RedisStore::SLACK {
            return fault("the clocks may not differ by more than entries outlive their expiry");
        }
        if self.connect_timeout.is_zero() || self.response_timeout.is_zero() {
            return fault("no time is too little to wait");
        }
        if self
            .replicas
            .is_some_and(|confirmation| confirmation.replicas == 0 || confirmation.within.as_millis() == 0)
        {
            return fault("replicas that confirm are at least one, and need at least a millisecond");
        }
        let wants_tls = self.tls.authorities.is_some() || self.tls.client.is_some();
        if wants_tls && !self.location.tls {
            return fault("certificates are for rediss:// only");
        }
        Ok(())
    }
}
