//! A session as the store keeps it.

use std::time::Duration;

use saml_core::assertion::{AuthnContextClassRef, NameIdFormat};
use saml_core::base::{EntityId, SamlInstant};
use serde::{Deserialize, Serialize};

use super::{Session, SessionAttribute, SessionNameId};

/// How often it is written down that a session is in use.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// A session, and what is known about its use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    idp: String,
    name_id: Option<NameIdRecord>,
    attributes: Vec<SessionAttribute>,
    session_index: Option<String>,
    authn_context: Option<String>,
    /// This and the following instants are milliseconds since 1970.
    authn_instant: i64,
    created_at: i64,
    expires_at: i64,
    /// When it was used last, give or take [`NOTED_EVERY`].
    used_at: i64,
    /// The era of the identity provider in which its assertion was accepted.
    era: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct NameIdRecord {
    value: String,
    format: Option<String>,
    name_qualifier: Option<String>,
    sp_name_qualifier: Option<String>,
    sp_provided_id: Option<String>,
}

impl SessionRecord {
    /// The record of a session that is used now.
    pub(crate) fn new(session: Session, era: Option<String>, now: SamlInstant) -> Self {
        Self {
            idp: session.idp.to_string(),
            name_id: session.name_id.map(NameIdRecord::from),
            attributes: session.attributes,
            session_index: session.session_index,
            authn_context: session.authn_context.map(|class| class.uri().to_owned()),
            authn_instant: session.authn_instant.unix_millis(),
            created_at: session.created_at.unix_millis(),
            expires_at: session.expires_at.unix_millis(),
            used_at: now.unix_millis(),
            era,
        }
    }

    /// The session; `None` if the record is malformed.
    pub(crate) fn into_session(self) -> Option<Session> {
        Some(Session {
            idp: EntityId::try_from(self.idp.as_str()).ok()?,
            name_id: self.name_id.map(SessionNameId::from),
            attributes: self.attributes,
            session_index: self.session_index,
            authn_context: self.authn_context.as_deref().map(AuthnContextClassRef::from_uri),
            authn_instant: SamlInstant::from_unix_millis(self.authn_instant)?,
            created_at: SamlInstant::from_unix_millis(self.created_at)?,
            expires_at: SamlInstant::from_unix_millis(self.expires_at)?,
        })
    }

    pub(crate) fn principal(&self) -> Option<String> {
        let idp = EntityId::try_from(self.idp.as_str()).ok()?;
        super::principal(&idp, &self.name_id.clone()?.into())
    }

    /// The era of its identity provider.
    pub(crate) fn era(&self) -> Option<&str> {
        self.era.as_deref()
    }

    pub(crate) fn used_at(&self) -> Option<SamlInstant> {
        SamlInstant::from_unix_millis(self.used_at)
    }

    /// Whether it was not used for this long.
    pub(crate) fn is_idle(&self, longest: Duration, now: SamlInstant) -> bool {
        self.used_at().is_none_or(|used_at| now.since(used_at) >= longest)
    }

    /// The same record, used now, if that is to be written down.
    pub(crate) fn to_be_noted(&self, now: SamlInstant) -> Option<Self> {
        let is_due = self.used_at().is_none_or(|used_at| now.since(used_at) >= NOTED_EVERY);
        is_due.then(|| Self { used_at: now.unix_millis(), ..self.clone() })
    }
}

impl From<SessionNameId> for NameIdRecord {
    fn from(name: SessionNameId) -> Self {
        Self {
            value: name.value,
            format: name.format.map(|format| format.uri().to_owned()),
            name_qualifier: name.name_qualifier,
            sp_name_qualifier: name.sp_name_qualifier,
            sp_provided_id: name.sp_provided_id,
        }
    }
}

impl From<NameIdRecord> for SessionNameId {
    fn from(record: NameIdRecord) -> Self {
        Self {
            value: record.value,
            format: record.format.as_deref().map(NameIdFormat::from_uri),
            name_qualifier: record.name_qualifier,
            sp_name_qualifier: record.sp_name_qualifier,
            sp_provided_id: record.sp_provided_id,
        }
    }
}
