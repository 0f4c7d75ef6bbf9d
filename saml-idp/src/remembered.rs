//! The sessions that an identity provider keeps.

use saml_provider::record::{HeldKind, MOST_SESSIONS, RecordKind};
use saml_store::Namespace;

use crate::SsoSession;

/// Single sign-on sessions, by the key of their token, and those of each person.
pub(crate) const SESSIONS: HeldKind<SsoSession> = HeldKind {
    records: RecordKind::new(Namespace::new("idp.session"), SsoSession::MAX_OCTETS),
    lists: RecordKind::new(Namespace::new("idp.sessions-of-principal"), 8 * 1024),
    most: MOST_SESSIONS,
};
