//! Where the audit goes, and what happens if it doesn't get there.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use saml_core::base::EntityId;

use crate::event::Occurrence;

/// Takes every event, before what it tells of has an effect.
///
/// It gets the person's name and the peer; values of attributes only if [`Audit::with_attribute_values`] says so. It has
/// five seconds for each event.
///
/// ```
/// use saml_provider::audit::{AuditError, AuditSink};
/// # use saml_provider::event::Occurrence;
/// # use saml_core::base::EntityId;
/// struct Queue(tokio::sync::mpsc::Sender<String>);
///
/// #[async_trait::async_trait]
/// impl AuditSink for Queue {
///     async fn write(&self, entity_id: &EntityId, occurrence: &Occurrence) -> Result<(), AuditError> {
///         let line = saml_provider::audit::to_json(entity_id, occurrence);
///         self.0.send(line).await.map_err(AuditError::new)
///     }
/// }
/// ```
#[async_trait]
pub trait AuditSink: Send + Sync {
    /// Takes an event of our entity `entity_id`.
    ///
    /// # Errors
    /// It could not be written. Unless [`Audit::may_fail`] says otherwise, the login is then refused (`audit.failed`).
    async fn write(&self, entity_id: &EntityId, occurrence: &Occurrence) -> Result<(), AuditError>;
}

/// An event was not written.
#[derive(Debug, thiserror::Error)]
#[error("the audit was not written")]
pub struct AuditError(#[source] Box<dyn Error + Send + Sync>);

impl AuditError {
    /// Because of this. The log doesn't quote it, since it may hold what was to be written.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// A sink with its settings. What can't be written to it refuses the login, and it gets no values of attributes, unless
/// said otherwise.
#[derive(Clone)]
pub struct Audit {
    pub(crate) sink: Arc<dyn AuditSink>,
    pub(crate) failure: Failure,
    pub(crate) values: Values,
}

/// The effect of an event that could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Refuses,
    IsCounted,
}

/// Whether a sink gets the values of attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    LeftOut,
    Told,
}

impl Audit {
    /// An audit into this sink.
    pub fn new(sink: Arc<dyn AuditSink>) -> Self {
        Self { sink, failure: Failure::Refuses, values: Values::LeftOut }
    }

    /// Lets logins go on that can't be written; they are counted and told in the log.
    #[must_use]
    pub fn may_fail(self) -> Self {
        Self { failure: Failure::IsCounted, ..self }
    }

    /// Tells the sink the values of attributes, too.
    #[must_use]
    pub fn with_attribute_values(self) -> Self {
        Self { values: Values::Told, ..self }
    }
}

impl<S: AuditSink + 'static> From<S> for Audit {
    fn from(sink: S) -> Self {
        Self::new(Arc::new(sink))
    }
}

impl fmt::Debug for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audit")
            .field("failure", &self.failure)
            .field("values", &self.values)
            .finish_non_exhaustive()
    }
}
