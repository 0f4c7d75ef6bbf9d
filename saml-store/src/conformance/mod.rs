//! The contract of [`Store`] as a test suite, for tests of any engine. Feature `conformance`; dev-dependencies only.
//!
//! ```
//! # use std::sync::Arc;
//! # use saml_store::{MemoryStore, StoreInstant, conformance};
//! # #[tokio::main(flavor = "multi_thread", worker_threads = 2)]
//! # async fn main() -> Result<(), conformance::Violation> {
//! let now = StoreInstant::from_unix_millis(1_795_176_000_000);
//! conformance::run(Arc::new(MemoryStore::new()), now).await
//! # }
//! ```
//!
//! Each function answers with the first [`Violation`] that it meets, and expects a store that holds nothing in the
//! namespaces whose names begin with `conformance.`. `now` is an argument because an engine may lean on a server's
//! clock for freeing memory: give it the real time there.

mod capacity;
mod expiry;
mod handles;
mod instants;
mod kill;
mod lengths;
mod octets;
mod party;
mod race;
pub mod records;
mod restart;
mod single_entry;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

pub use self::capacity::{admits_no_more_at_once, refuses_when_full};
pub use self::handles::{after_contest, before_contest, compete, in_turn};
pub use self::instants::keeps_to_the_clock_of_its_callers;
pub use self::kill::{after_kill, write_until_killed};
pub use self::octets::bounds_octets;
pub use self::party::leaves_room_for_others;
pub use self::restart::{after_restart, before_restart};
use crate::{Entry, Namespace, Store, StoreError, StoreInstant};

const PLACE: Namespace = Namespace::new("conformance.main");

/// Every check that holds for every engine. Needs a multi-threaded runtime to race in earnest.
///
/// # Errors
/// The first [`Violation`].
pub async fn run(store: Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    single_entry::run(store.as_ref(), now).await?;
    party::run(store.as_ref(), now).await?;
    lengths::run(store.as_ref(), now).await?;
    expiry::run(store.as_ref(), now).await?;
    instants::run(store.as_ref(), now).await?;
    race::run(store, now).await
}

/// A guarantee that an engine does not keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}: expected {expected}, found {found}")]
pub struct Violation {
    /// The rule, in words.
    pub rule: &'static str,
    /// The behaviour that the contract asks for.
    pub expected: String,
    /// What the engine did.
    pub found: String,
}

/// Compares an answer with the one that the contract asks for. Errors are compared by their code.
fn require<T: Debug + PartialEq>(
    rule: &'static str,
    found: Result<T, StoreError>,
    expected: Result<T, &'static str>,
) -> Result<(), Violation> {
    let found = found.map_err(|error| error.code());
    if found == expected {
        return Ok(());
    }
    Err(Violation { rule, expected: format!("{expected:?}"), found: format!("{found:?}") })
}

fn entry<'a>(key: &'a str, value: &[u8], expires_at: StoreInstant) -> Entry<'a> {
    Entry { namespace: PLACE, key, value: value.to_vec(), expires_at }
}

fn later(now: StoreInstant, seconds: u64) -> StoreInstant {
    now.saturating_add(Duration::from_secs(seconds))
}
