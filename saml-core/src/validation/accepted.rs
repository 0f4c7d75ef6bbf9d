//! Floor 8: the end of the way.

use std::ops::Deref;

use super::Verdict;
use crate::assertion::Assertion;
use crate::base::{EntityId, SamlInstant};
use crate::crypto::Relaxations;

/// A value that is verified *and* meets every rule of its profile, at one instant, under one policy.
///
/// Does not guarantee that it was not used before: the role crates make sure of that with their store, and hand out
/// the session only then.
#[derive(Debug)]
pub struct Accepted<T> {
    value: T,
    issuer: EntityId,
    at: SamlInstant,
    relaxations: Relaxations,
    verdict: Verdict,
}

impl<T> Accepted<T> {
    pub(super) const fn new(
        value: T,
        issuer: EntityId,
        at: SamlInstant,
        relaxations: Relaxations,
        verdict: Verdict,
    ) -> Self {
        Self { value, issuer, at, relaxations, verdict }
    }

    /// The peer whose key signed it.
    pub const fn issuer(&self) -> &EntityId {
        &self.issuer
    }

    /// The instant for which it was accepted.
    pub const fn at(&self) -> SamlInstant {
        self.at
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

impl Accepted<Assertion> {
    /// The last instant at which the assertion could be presented to us, clock skew not counted: for as long it must
    /// be remembered as used (attack 183).
    #[must_use]
    pub fn last_instant_of_use(&self) -> Option<SamlInstant> {
        let confirmations = &self.value.subject.as_ref()?.confirmations;
        confirmations.iter().filter_map(|confirmation| confirmation.data.as_ref()?.not_on_or_after).max()
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
}
