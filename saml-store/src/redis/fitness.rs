//! Whether a server can be relied on.

use std::time::Duration;

use redis::cmd;

use super::connector::Connection;
use super::fault::RedisFault;
use super::options::{Eviction, Persistence};
use crate::StoreInstant;

/// The one policy under which a server forgets nothing that lives.
const KEEPS_ALL: &str = "noeviction";

/// Looked at for each connection: another server may have taken the place of the one before.
///
/// # Errors
/// [`RedisFault::NotPrimary`], [`RedisFault::EvictionPolicy`], [`RedisFault::NoAppendOnlyFile`].
pub(super) async fn require_fit(
    connection: &Connection,
    eviction: Eviction,
    persistence: Persistence,
) -> Result<(), RedisFault> {
    let role = told(connection, "replication", "role").await?;
    if role != "master" {
        return Err(RedisFault::NotPrimary { address: connection.address().clone(), found: role });
    }
    let policy = told(connection, "memory", "maxmemory_policy").await?;
    if policy != KEEPS_ALL && eviction == Eviction::Refused {
        return Err(RedisFault::EvictionPolicy { expected: KEEPS_ALL, found: policy });
    }
    if persistence == Persistence::AppendOnly && told(connection, "persistence", "aof_enabled").await? != "1"
    {
        return Err(RedisFault::NoAppendOnlyFile);
    }
    Ok(())
}

/// What `INFO` says. Not `CONFIG`, which those who run a server for others keep to themselves.
async fn told(connection: &Connection, section: &str, name: &str) -> Result<String, RedisFault> {
    let info: String = connection.ask(cmd("INFO").arg(section)).await?;
    let line = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.map(|value| value.trim().to_owned()).ok_or(RedisFault::Unreadable)
}

/// Whether the server's clock is about ours.
///
/// # Errors
/// [`RedisFault::Clock`].
pub(super) async fn require_clock(
    connection: &Connection,
    now: StoreInstant,
    most: Duration,
) -> Result<(), RedisFault> {
    let (seconds, microseconds): (i64, i64) = connection.ask(&cmd("TIME")).await?;
    let theirs =
        StoreInstant::from_unix_millis(seconds.saturating_mul(1_000).saturating_add(microseconds / 1_000));
    let found = theirs.since(now).max(now.since(theirs));
    if found > most { Err(RedisFault::Clock { most, found }) } else { Ok(()) }
}
