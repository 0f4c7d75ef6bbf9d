//! The record of a login under way.

use saml_provider::event::CorrelationId;
use serde::{Deserialize, Serialize};

use super::request_id::ContextsHash;
use crate::session::SessionRecord;

/// An accepted login that waits for its browser.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CompletedRecord {
    pub(crate) begun: Begun,
    pub(crate) session: SessionRecord,
    pub(crate) correlation_id: CorrelationId,
}

/// Where a login began. A record that does not say it can't be read: it must never pass for one without a browser.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Begun {
    /// Here, in a browser.
    Here(AnsweredRequest),
    /// At the identity provider.
    AtIdp {
        /// Where it leads.
        return_to: String,
    },
}

/// A request that was answered, and what its browser's cookie is compared with.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AnsweredRequest {
    /// Its name.
    pub(crate) request: String,
    /// The hash of the contexts that it asked for, if it did.
    pub(crate) contexts: Option<ContextsHash>,
    /// The classes of the contexts in the answer, if it asked.
    pub(crate) class_refs: Vec<String>,
}
