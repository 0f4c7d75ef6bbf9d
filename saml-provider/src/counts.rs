//! How often what happened, for those who watch a running program.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::event::Event;

/// The counts of one provider since the program began. A copy counts on with it.
///
/// They tell names of events and codes: no peer, no person, no address. So there are never more than a few hundred of them,
/// whatever strangers send.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    events: Arc<Mutex<BTreeMap<Counted, u64>>>,
    audit_failures: Arc<AtomicU64>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The name of the event, as the log has it.
    pub event: &'static str,
    /// The code of the likeliest cause, or why a session ended; empty where there is neither.
    pub code: &'static str,
}

impl Counts {
    /// Counts an event.
    pub(crate) fn count(&self, event: &Event) {
        let code = match event {
            Event::Refused { code, .. } => code.as_str(),
            Event::SessionEnded { cause } => cause.name(),
            Event::LoginStarted
            | Event::LoginAccepted { .. }
            | Event::LoginCompleted
            | Event::NobodySignedIn
            | Event::RequestReceived
            | Event::LoginOffered
            | Event::SignedIn
            | Event::AssertionIssued { .. } => "",
        };
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let count = events.entry(Counted { event: event.name(), code }).or_default();
        *count = count.saturating_add(1);
    }

    /// Counts an event that the audit did not get.
    pub(crate) fn count_audit_failure(&self) {
        self.audit_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// How often what happened, in the order of their names.
    #[must_use]
    pub fn events(&self) -> Vec<(Counted, u64)> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().map(|(counted, count)| (*counted, *count)).collect()
    }

    /// How many events the audit did not get.
    #[must_use]
    pub fn audit_failures(&self) -> u64 {
        self.audit_failures.load(Ordering::Relaxed)
    }
}
