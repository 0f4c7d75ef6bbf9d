//! One request, one answer, on however many nodes.

use saml_core::base::SamlInstant;
use saml_provider::record::{Draft, RecordError, RecordKind, StateKey};
use saml_store::{Insertion, Namespace};

use super::pending_sso::{PendingSso, over};
use crate::{Snapshot, SsoRefusal};

/// Requests that somebody who is signed in was answered about, by their random names, until they expire everywhere.
const ANSWERED: RecordKind<()> = RecordKind::new(Namespace::new("idp.answered-request"), 64);

impl Snapshot {
    /// The key of what browsers carry for us.
    pub(crate) async fn state_key(&self, now: SamlInstant) -> Result<StateKey, RecordError> {
        self.records().state_key(ANSWERED.namespace(), now).await
    }

    /// Nobody looks at a password for a request that was answered.
    pub(super) async fn require_unanswered(
        &self,
        pending: &PendingSso,
        now: SamlInstant,
    ) -> Result<(), SsoRefusal> {
        match self.records().get(ANSWERED, &pending.id, now).await? {
            None => Ok(()),
            Some(()) => Err(over("one that was answered")),
        }
    }

    /// Marks a request as answered: of several answers that were made at the same time, one goes out.
    ///
    /// The mark is made when there is an answer, and counts for the service. A stranger can't multiply marks: an error that
    /// needs nobody to be signed in leaves none, like the errors of requests that are refused on arrival.
    pub(super) async fn mark_answered(
        &self,
        pending: &PendingSso,
        now: SamlInstant,
    ) -> Result<(), SsoRefusal> {
        let draft = Draft {
            name: &pending.id,
            content: &(),
            peer: Some(pending.service_provider()),
            // A node whose clock is behind still takes the request for that long.
            expires_at: pending.expires_at.saturating_add(self.config().site.clock_skew.as_duration()),
        };
        match self.records().insert(ANSWERED, draft, now).await? {
            Insertion::Inserted => Ok(()),
            Insertion::AlreadyPresent => Err(over("one that was answered")),
        }
    }

    /// Takes the mark back: the answer could not be sent, and the person may try again.
    pub(super) async fn unmark_answered(&self, pending: &PendingSso, now: SamlInstant) {
        // If that fails, the person starts again at the service. They are told the earlier failure.
        let _unmarked = self.records().remove(ANSWERED, &pending.id, now).await;
    }
}
