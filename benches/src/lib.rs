//! The documents of the benchmarks, and the floors that they are compared with.
//!
//! Nanoseconds mean nothing on another machine, and little on this one an hour later. Every figure is a ratio to a
//! [`Floor`]: the work that no implementation can leave out, done by OpenSSL and `quick-xml` in the same process and,
//! turn by turn, at the same time.

#![forbid(unsafe_code)]

mod aggregate;
mod documents;
mod floor;
mod generated;
mod growth;
mod hostile;
mod identity;
mod measure;
mod parties;
mod relying_party;

use std::error::Error;

pub use aggregate::{entity_id, write_aggregate};
pub use documents::{Sample, Samples, generated_samples, scale, shared_samples};
pub use floor::{Floor, SigningFloor, scan};
pub use generated::{Signed, response, sign, typed_response};
pub use growth::{attributed_response, certified_role, filled_signed_info, prefixed_federation};
pub use hostile::{generated_hostile, shared_hostile};
pub use identity::Identity;
pub use measure::{Pair, Spent, alone, paired, paired_by_wall};
pub use relying_party::RelyingParty;

/// The error of a benchmark that can't go on.
pub type Failure = Box<dyn Error>;
