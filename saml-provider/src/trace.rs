//! Where every event goes: into the log as one line, and into the audit.

use std::sync::Arc;
use std::time::Duration;

use saml_core::base::EntityId;

use crate::audit::{Audit, Failure, Values};
use crate::counts::Counts;
use crate::event::{Occurrence, Person, PersonKey, write_line};

/// The one way of an event into the log and the audit.
#[derive(Clone, Debug)]
pub struct Trace {
    entity_id: EntityId,
    person_key: Arc<PersonKey>,
    audit: Option<Audit>,
    counts: Counts,
}

/// The audit could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the audit could not be written: {found}")]
pub struct AuditFailed {
    /// How it failed, in constant words.
    pub found: &'static str,
}

impl Trace {
    /// How long a sink may take for an event.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// The trace of an entity.
    #[must_use]
    pub fn new(entity_id: EntityId, person_key: Arc<PersonKey>, audit: Option<Audit>) -> Self {
        Self { entity_id, person_key, audit, counts: Counts::default() }
    }

    /// The same, with the counts of `other`.
    #[must_use]
    pub fn counting_on(self, other: &Self) -> Self {
        Self { counts: other.counts.clone(), ..self }
    }

    /// The key under which people stand in the log.
    #[must_use]
    pub const fn person_key(&self) -> &Arc<PersonKey> {
        &self.person_key
    }

    /// How often what happened.
    #[must_use]
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Writes an event, before what it tells of has an effect.
    ///
    /// # Errors
    /// The audit did not get it, and that refuses: there is no line then, and nothing may come of it.
    pub async fn write(&self, occurrence: &Occurrence) -> Result<(), AuditFailed> {
        self.audited(occurrence).await?;
        self.line(occurrence);
        Ok(())
    }

    /// Writes an event of which nothing comes, or which can't be held up: a refusal, the end of a session.
    pub async fn note(&self, occurrence: &Occurrence) {
        let _counted = self.audited(occurrence).await;
        self.line(occurrence);
    }

    fn line(&self, occurrence: &Occurrence) {
        self.counts.count(&occurrence.event);
        let tag = occurrence.person.as_ref().and_then(|person| self.person_key.tag(person));
        write_line(occurrence, tag.as_deref());
    }

    async fn audited(&self, occurrence: &Occurrence) -> Result<(), AuditFailed> {
        let Some(audit) = &self.audit else { return Ok(()) };
        let mut told = occurrence.clone();
        if audit.values == Values::LeftOut {
            told.person = told.person.map(Person::without_values);
        }
        let found = match tokio::time::timeout(Self::PATIENCE, audit.sink.write(&self.entity_id, &told)).await
        {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(_may_quote_it)) => "an error of the sink",
            Err(_elapsed) => "no answer within 5 s",
        };
        self.counts.count_audit_failure();
        let (event, correlation_id) = (occurrence.event.name(), &occurrence.correlation_id);
        tracing::error!(code = "audit.failed", of = event, %correlation_id, found, "the audit could not be written");
        match audit.failure {
            Failure::Refuses => Err(AuditFailed { found }),
            Failure::IsCounted => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
