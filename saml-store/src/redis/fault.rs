//! Why a server did not do what it was asked.

use std::time::Duration;

use redis::{ErrorKind, RedisError};

use super::address::Address;

/// Why a Redis or Valkey server can't be used, or did not answer.
///
/// From [`super::RedisStore::connect`] it comes by itself; later it is the source of a
/// [`crate::StoreError::Unavailable`]. It never has a password in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedisFault {
    /// Configuration: the URL can't be read.
    #[error("the store's URL can't be used: {why}")]
    Url {
        /// What is wrong with it; nothing of the URL itself.
        why: &'static str,
    },
    /// Configuration: two options don't fit together, or one has no meaning.
    #[error("the store's options can't be used: {why}")]
    Options {
        /// What is wrong with them.
        why: &'static str,
    },
    /// Configuration: certificates or keys for TLS can't be used.
    #[error("the store's certificates or keys can't be used: {why}")]
    Certificates {
        /// What OpenSSL, or the file system, says.
        why: String,
    },
    /// Environment: there is no connection to the server.
    #[error("no connection to the server at {address}: {why}")]
    Unreachable {
        /// Where it should be.
        address: Address,
        /// What the network, or TLS, says.
        why: String,
    },
    /// Environment: the server did not answer in time.
    #[error("the server did not {step} within {after:?}")]
    TimedOut {
        /// What it was to do.
        step: &'static str,
        /// How long it was given.
        after: Duration,
    },
    /// Environment: the connection was lost before the answer came.
    #[error("the connection to the server was lost")]
    Lost,
    /// Configuration: the server refuses the user, the password, or what this user asks.
    #[error("the server refuses this user: {code}")]
    Refused {
        /// The server's word: `WRONGPASS`, `NOAUTH`, `NOPERM` ….
        code: String,
    },
    /// Configuration: the server would forget live entries when its memory is full.
    #[error("the server's maxmemory-policy must be {expected} and is {found}")]
    EvictionPolicy {
        /// The policy that forgets nothing.
        expected: &'static str,
        /// The server's.
        found: String,
    },
    /// Configuration: the server was to keep records, and writes down no change at once.
    #[error("the server keeps no append-only file, and records need one")]
    NoAppendOnlyFile,
    /// Environment: the server's clock and ours differ.
    #[error("the server's clock and ours differ by {found:?}, and may differ by {most:?}")]
    Clock {
        /// How much is admitted.
        most: Duration,
        /// How much it is.
        found: Duration,
    },
    /// Environment: the server is a copy of another one, and what it has may be old.
    #[error("the server at {address} must be a primary and is a {found}")]
    NotPrimary {
        /// Which server.
        address: Address,
        /// What it calls itself.
        found: String,
    },
    /// Environment: no sentinel, or no node of the cluster, tells which server to ask.
    #[error("nobody tells which server is the primary of {of}")]
    NoPrimary {
        /// The name that the sentinels know, or `slot` and its number.
        of: String,
    },
    /// Environment: the server has no memory left.
    #[error("the server has no memory left")]
    OutOfMemory,
    /// Environment: the server refused the operation: it is loading, moving or read-only, its disk is full ….
    #[error("the server answered {code}")]
    Answered {
        /// The server's word: `READONLY`, `MOVED`, `LOADING`, `MISCONF`, `CLUSTERDOWN` ….
        code: String,
    },
    /// Environment: fewer replicas than demanded have confirmed a write in time. The primary has it.
    #[error("{expected} replicas were to confirm within {within:?}, and {found} did")]
    Replicas {
        /// How many were to.
        expected: u32,
        /// How many did.
        found: u32,
        /// In which time.
        within: Duration,
    },
    /// Environment: the system gives no thread for the connections.
    #[error("no thread for the connections can be started: {why}")]
    Thread {
        /// What the system says.
        why: String,
    },
    /// Environment: the answer is of a form that this engine doesn't know.
    #[error("the server's answer can't be read")]
    Unreadable,
}

impl RedisFault {
    /// The stable, dotted name of this fault.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } | Self::Options { .. } | Self::Certificates { .. } => "store.redis_settings",
            Self::Unreachable { .. } | Self::NoPrimary { .. } => "store.redis_unreachable",
            Self::TimedOut { .. } => "store.redis_timeout",
            Self::Thread { .. } => "store.unavailable",
            Self::Lost => "store.redis_lost",
            Self::Refused { .. } => "store.redis_refused",
            Self::EvictionPolicy { .. } => "store.redis_eviction_policy",
            Self::NoAppendOnlyFile => "store.redis_append_only",
            Self::Clock { .. } => "store.redis_clock",
            Self::NotPrimary { .. } => "store.redis_not_primary",
            Self::OutOfMemory => "store.redis_out_of_memory",
            Self::Answered { .. } | Self::Unreadable => "store.redis_answer",
            Self::Replicas { .. } => "store.redis_replicas",
        }
    }

    /// What should have been, for an administrator.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Url { .. } => "redis:// or rediss:// and the server's host".to_owned(),
            Self::Options { .. } => "options that fit together".to_owned(),
            Self::Certificates { .. } => "certificates and keys in PEM".to_owned(),
            Self::Unreachable { address, .. } => format!("a server at {address}"),
            Self::TimedOut { after, .. } => format!("at most {after:?}"),
            Self::Thread { .. } => "a thread".to_owned(),
            Self::Lost => "a connection that lasts until the answer".to_owned(),
            Self::Refused { .. } => "a user who may do what the engine asks".to_owned(),
            Self::EvictionPolicy { expected, .. } => (*expected).to_owned(),
            Self::NoAppendOnlyFile => "appendonly yes".to_owned(),
            Self::Clock { most, .. } => format!("at most {most:?}"),
            Self::NotPrimary { .. } => "a primary (role:master)".to_owned(),
            Self::NoPrimary { of } => format!("the address of the primary of {of}"),
            Self::OutOfMemory => "memory below maxmemory".to_owned(),
            Self::Answered { .. } | Self::Unreadable => "an answer of the engine's own scripts".to_owned(),
            Self::Replicas { expected, within, .. } => format!("{expected} within {within:?}"),
        }
    }

    /// What was there instead, for an administrator.
    #[must_use]
    pub fn found(&self) -> String {
        match self {
            Self::Url { why } | Self::Options { why } => (*why).to_owned(),
            Self::Certificates { why } | Self::Unreachable { why, .. } => why.clone(),
            Self::TimedOut { step, .. } => format!("it did not {step}"),
            Self::Lost => "the server, or the network, closed it".to_owned(),
            Self::Refused { code } | Self::Answered { code } => code.clone(),
            Self::EvictionPolicy { found, .. } | Self::NotPrimary { found, .. } => found.clone(),
            Self::NoAppendOnlyFile => "appendonly no".to_owned(),
            Self::Clock { found, .. } => format!("{found:?}"),
            Self::NoPrimary { .. } => "no answer".to_owned(),
            Self::OutOfMemory => "OOM".to_owned(),
            Self::Unreadable => "another answer".to_owned(),
            Self::Thread { why } => why.clone(),
            Self::Replicas { found, .. } => found.to_string(),
        }
    }

    /// Whether the connection is of no use any more, so that the next operation needs a new one.
    ///
    /// After a time-out nobody knows whether the server will ever answer; a server that has become a replica, or has lost
    /// a slot, is not asked again before somebody told where its primary is.
    pub(super) fn ends_connection(&self) -> bool {
        match self {
            Self::TimedOut { .. }
            | Self::Lost
            | Self::Unreachable { .. }
            | Self::NotPrimary { .. }
            | Self::Unreadable => true,
            Self::Answered { code } => MOVES.contains(&code.as_str()),
            Self::Refused { code } => code == "NOAUTH",
            Self::Url { .. }
            | Self::Options { .. }
            | Self::Certificates { .. }
            | Self::EvictionPolicy { .. }
            | Self::NoAppendOnlyFile
            | Self::Clock { .. }
            | Self::NoPrimary { .. }
            | Self::OutOfMemory
            | Self::Thread { .. }
            | Self::Replicas { .. } => false,
        }
    }
}

/// Answers of a server that is not, or no longer, the one to ask.
const MOVES: [&str; 6] = ["READONLY", "MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN"];

/// What an error of the client's library means once there is a connection.
impl From<RedisError> for RedisFault {
    fn from(error: RedisError) -> Self {
        let code = error.code().unwrap_or_default();
        let kind = error.kind();
        if kind == ErrorKind::AuthenticationFailed {
            return Self::Refused { code: word(&error, "WRONGPASS") };
        }
        if kind == ErrorKind::Io {
            return Self::Lost;
        }
        match code {
            "" => Self::Unreadable,
            "OOM" => Self::OutOfMemory,
            "NOAUTH" | "WRONGPASS" | "NOPERM" => Self::Refused { code: code.to_owned() },
            _ => Self::Answered { code: word(&error, code) },
        }
    }
}

/// The first word of what the server says if that is one of its own, and `otherwise` if not: text of a server may quote
/// what it was asked.
fn word(error: &RedisError, otherwise: &str) -> String {
    let said = error.detail().and_then(|detail| detail.split([' ', ':']).next()).unwrap_or_default();
    let is_code = (3..=20).contains(&said.len()) && said.bytes().all(|octet| octet.is_ascii_uppercase());
    if is_code && matches!(otherwise, "ERR" | "WRONGPASS") { said.to_owned() } else { otherwise.to_owned() }
}
