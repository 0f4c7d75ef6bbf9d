//! Floor 8: the end of the way.

use std::ops::Deref;

use super::Verdict;
use crate::base::Relaxations;
use crate::base::{EntityId, SamlInstant};
use crate::protocol::Status;

/// A value that is verified *and* meets every rule of its profile, at one instant, under one policy.
///
/// Does not guarantee that it was not used before: the role crates make sure of that with their store, and hand out
/// the session only then.
#[derive(Debug)]
pub struct Accepted<T> {
    pub(super) value: T,
    pub(super) issuer: EntityId,
    pub(super) at: SamlInstant,
    pub(super) replayable_until: SamlInstant,
    pub(super) relaxations: Relaxations,
    pub(super) verdict: Verdict,
}

impl<T> Accepted<T> {
    /// The peer whose key signed it.
    pub const fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// The instant for which it was accepted.
    pub const fn at(&self) -> SamlInstant {
        self.at
    }

    /// Until when it must be remembered as used, exclusive: from then on it would be refused though nobody remembered it
    /// (attack 183). The clock skew is counted.
    ///
    /// An assertion that is good for nothing but the request that it answers is over with that request; any other one
    /// with the last of its bearer confirmations that are for us, and no later than its age allows.
    pub const fn replayable_until(&self) -> SamlInstant {
        self.replayable_until
    }

    /// The relaxations that the peer's policy allowed when it was accepted, used or not.
    pub const fn relaxations(&self) -> Relaxations {
        self.relaxations
    }

    /// Everything that was checked.
    pub const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// The value and the verdict, for the role crate that goes on to the checks against its store.
    pub fn into_parts(self) -> (T, Verdict) {
        (self.value, self.verdict)
    }
}

impl<T> Deref for Accepted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A message that was not accepted, with everything that could be checked of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the message is rejected: {}", self.verdict.code().map_or("no check", |code| code.as_str()))]
pub struct Rejected {
    /// Why.
    pub verdict: Verdict,
    /// The status with which the peer said no, where it is signed and nothing else is wrong: an answer that may be
    /// followed, though it signs nobody in.
    pub status: Option<Box<Status>>,
}
