//! The kinds of record that a service provider keeps.

use saml_core::base::SamlInstant;
use saml_provider::record::{HeldKind, LIST_OCTETS, RecordError, RecordKind, StateKey};
use saml_store::Namespace;

use crate::session::SessionRecord;
use crate::sso::CompletedRecord;
use crate::{Session, Snapshot};

/// Requests that were answered, by message ID. Whoever inserts this mark has answered the request, and nobody else.
pub(crate) const ANSWERED: RecordKind<()> = RecordKind::new(Namespace::new("sp.answered-request"), 64);
/// Assertions that were used, by issuer and ID, each with the name of the request that it answered, if it answered one.
pub(crate) const USED: RecordKind<Option<String>> = RecordKind::new(Namespace::new("sp.used-assertion"), 64);
/// Accepted logins on their last hop, by the key of their token. A session is no longer there than later.
pub(crate) const COMPLETED: RecordKind<CompletedRecord> =
    RecordKind::new(Namespace::new("sp.completed-login"), Session::MAX_OCTETS);
/// Sessions, by the key of their token, and those of each person.
const SESSIONS: HeldKind<SessionRecord> = HeldKind {
    records: RecordKind::new(Namespace::new("sp.session"), Session::MAX_OCTETS),
    lists: RecordKind::new(Namespace::new("sp.sessions-of-principal"), LIST_OCTETS),
    most: 0,
};
/// What the application keeps beside a session, by the key of its token.
pub(crate) const SESSION_DATA: RecordKind<serde_json::Value> =
    RecordKind::new(Namespace::new("sp.session-data"), Session::MAX_DATA_OCTETS);
/// The era of an identity provider, by its entity ID: the sessions of another one are over.
pub(crate) const ERA: RecordKind<String> = RecordKind::new(Namespace::new("sp.era-of-idp"), 64);

impl Snapshot {
    /// The key of what browsers and identity providers carry for us.
    pub(crate) async fn state_key(&self, now: SamlInstant) -> Result<StateKey, RecordError> {
        self.records().state_key(ANSWERED.namespace(), now).await
    }

    /// Sessions, of which each person has so many at most.
    pub(crate) fn sessions(&self) -> HeldKind<SessionRecord> {
        SESSIONS.of_at_most(self.config().sessions_per_principal)
    }
}
