//! Capsules: one decision in one file, to be taken again on any machine in any year.
//!
//! A [`Setting`] is all that a service provider knows when a Response arrives, the clock included. A [`Capsule`] holds
//! it together with the octets that arrived and the verdict that they got.

mod error;
mod record;
mod redact;
mod setting;
#[cfg(test)]
mod tests;

pub use error::CapsuleError;
pub use record::{Capsule, Difference, RecordedCheck, RecordedVerdict, Redaction};
pub use setting::{Demand, Judged, Peer, Setting, Side};
