//! What an application keeps beside a session.

use saml_core::base::SamlInstant;
use saml_provider::record::{Draft, RecordError};
use saml_store::{Insertion, Replacement, Token};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::remembered::SESSION_DATA;
use crate::{ServiceProvider, Session, SessionError, Snapshot};

/// How often the data is read and written before that is given up. Each time somebody else's change went through.
const ATTEMPTS: usize = 100;

impl ServiceProvider {
    /// What the application keeps beside the session of this token, a cart or a choice of language; `None` if it keeps
    /// nothing. It ends with the session.
    ///
    /// # Errors
    /// The store failed; or [`SessionError::Data`]: it is not a `T`.
    pub async fn session_data<T: DeserializeOwned>(
        &self,
        token: &Token,
        now: SamlInstant,
    ) -> Result<Option<T>, SessionError> {
        let sp = self.snapshot();
        let data = sp.records().get(SESSION_DATA, &token.key(), now).await?;
        data.map(serde_json::from_value).transpose().map_err(SessionError::Data)
    }

    /// Keeps what `change` makes of the data of this session, and returns it; `None`, and nothing is kept, if there is no
    /// such session. No change of another request is lost: `change` is called again with the data that such a request left.
    ///
    /// # Errors
    /// As [`session_data`](Self::session_data). It has more than [`Session::MAX_DATA_OCTETS`], or other requests change it
    /// at every attempt ([`RecordError::Contended`]).
    pub async fn change_session_data<T: Serialize + DeserializeOwned>(
        &self,
        token: &Token,
        now: SamlInstant,
        mut change: impl FnMut(Option<T>) -> T,
    ) -> Result<Option<T>, SessionError> {
        let sp = self.snapshot();
        let Some(session) = sp.session(token, now).await? else { return Ok(None) };
        let key = token.key();
        for _ in 0..ATTEMPTS {
            let found = sp.records().find(SESSION_DATA, &key, now).await?;
            let before = found.as_ref().map(|found| serde_json::from_value(found.content.clone()));
            let after = change(before.transpose().map_err(SessionError::Data)?);
            let content = serde_json::to_value(&after).map_err(SessionError::Data)?;
            let written = match found {
                None => sp.put_data(&key, &session, &content, now).await? == Insertion::Inserted,
                Some(found) => {
                    let draft = draft(&key, &session, &content);
                    sp.records().replace(SESSION_DATA, draft, &found, now).await? == Replacement::Replaced
                }
            };
            if written {
                return Ok(Some(after));
            }
        }
        Err(RecordError::Contended.into())
    }
}

impl Snapshot {
    pub(crate) async fn put_data(
        &self,
        key: &str,
        session: &Session,
        content: &Value,
        now: SamlInstant,
    ) -> Result<Insertion, RecordError> {
        self.records().insert(SESSION_DATA, draft(key, session, content), now).await
    }
}

fn draft<'a>(key: &'a str, session: &'a Session, content: &'a Value) -> Draft<'a, Value> {
    Draft { name: key, content, peer: Some(&session.idp), expires_at: session.expires_at }
}
