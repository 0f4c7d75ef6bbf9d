//! The sessions that an identity provider keeps.

use saml_provider::record::{HeldKind, LIST_OCTETS, RecordKind};
use saml_store::Namespace;

use crate::{Snapshot, SsoSession};

/// Single sign-on sessions, by the key of their token, and those of each person.
const SESSIONS: HeldKind<SsoSession> = HeldKind {
    records: RecordKind::new(Namespace::new("idp.session"), SsoSession::MAX_OCTETS),
    lists: RecordKind::new(Namespace::new("idp.sessions-of-principal"), LIST_OCTETS),
    most: 0,
};
/// Sessions by what a service calls them: the key of the session, by the service and its `SessionIndex`.
pub(crate) const SESSION_OF_INDEX: RecordKind<String> =
    RecordKind::new(Namespace::new("idp.session-of-index"), 128);

impl Snapshot {
    /// Single sign-on sessions, of which each person has so many at most.
    pub(crate) fn sessions(&self) -> HeldKind<SsoSession> {
        SESSIONS.of_at_most(self.config().sessions_per_principal)
    }
}
