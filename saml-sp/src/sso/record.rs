//! The records of a login under way.

use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{EntityId, MessageId, SamlInstant};
use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::{PendingRequest, RequestedContext};
use saml_provider::event::CorrelationId;
use serde::{Deserialize, Serialize};

use crate::session::SessionRecord;

/// A request that waits for its answer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PendingRecord {
    pub(crate) id: String,
    pub(crate) idp: String,
    /// Milliseconds since 1970.
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) force_authn: bool,
    /// Nobody was to be asked.
    #[serde(default)]
    pub(crate) is_passive: bool,
    /// Class references that were asked for, compared exactly.
    pub(crate) requested_class_refs: Vec<String>,
    /// The key of the token in the browser's cookie.
    pub(crate) browser: String,
    pub(crate) return_to: String,
    pub(crate) correlation_id: CorrelationId,
}

impl PendingRecord {
    /// The request for the validation floor, which uses this copy of it up. `None` if the stored record is malformed.
    pub(crate) fn to_request(&self) -> Option<PendingRequest> {
        let class_refs: Vec<AuthnContextClassRef> =
            self.requested_class_refs.iter().map(|text| AuthnContextClassRef::from_uri(text)).collect();
        Some(PendingRequest {
            id: MessageId::try_from(self.id.as_str()).ok()?,
            idp: EntityId::try_from(self.idp.as_str()).ok()?,
            issued_at: SamlInstant::from_unix_millis(self.issued_at)?,
            expires_at: SamlInstant::from_unix_millis(self.expires_at)?,
            force_authn: self.force_authn,
            requested_context: (!class_refs.is_empty())
                .then_some(RequestedContext { comparison: AuthnContextComparison::Exact, class_refs }),
        })
    }
}

/// An accepted login that waits for its browser.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CompletedRecord {
    /// The browser that started it; `None` for a login that the identity provider started.
    pub(crate) browser: Option<String>,
    pub(crate) return_to: String,
    pub(crate) session: SessionRecord,
    pub(crate) correlation_id: CorrelationId,
}
