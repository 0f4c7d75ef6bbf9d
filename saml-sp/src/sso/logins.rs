//! The logins that one browser began, in a cookie of the browser.
//!
//! They are sealed under a key of the store, for the token that is in the browser's other cookie: nobody reads or changes
//! them, and in another browser they don't open.

use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{EntityId, SamlInstant};
use saml_provider::record::{RecordError, StateKey};
use saml_store::Token;
use serde::{Deserialize, Serialize};

use super::request_id::{ContextsHash, hash_of};

const PURPOSE: &str = "sp: the logins of a browser";

/// The most logins that one browser may have under way. When one more begins the oldest is forgotten.
const MOST_LOGINS: usize = 8;

/// The longest text of them, in characters. Browsers keep 4 096 octets of a cookie, its name and its attributes counted.
const MOST_CHARS: usize = 3_584;

/// A login that began in this browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BegunLogin {
    /// The name of its request.
    #[serde(rename = "r")]
    pub(crate) request: String,
    /// When its last hop is over at the latest: milliseconds since 1970.
    #[serde(rename = "x")]
    pub(crate) expires_at: i64,
    #[serde(rename = "to")]
    pub(crate) return_to: String,
    /// The class references that were asked for, compared exactly.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) class_refs: Vec<String>,
    /// Nobody was to be asked.
    #[serde(rename = "p", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_passive: bool,
}

/// Whose logins they are, and in which browser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder<'a> {
    /// The key of `sp`, as its store has it now.
    pub(crate) key: &'a StateKey,
    pub(crate) sp: &'a EntityId,
    /// The token in the browser's cookie.
    pub(crate) browser: &'a Token,
}

/// The logins of one browser, the oldest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BegunLogins(Vec<BegunLogin>);

impl BegunLogins {
    /// Opens what a browser sent. Whatever does not open is no login: of another browser, of another service provider, from
    /// before the store was emptied, changed on the way.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub(crate) fn open(text: Option<&str>, holder: Holder<'_>) -> Result<Self, RecordError> {
        let Some(text) = text.filter(|text| text.len() <= MOST_CHARS) else { return Ok(Self::default()) };
        let browser = holder.browser.key();
        let clear = holder.key.open(PURPOSE, &bound(holder.sp, &browser), text)?;
        let logins = clear.and_then(|clear| serde_json::from_slice(&clear).ok()).unwrap_or_default();
        Ok(Self(logins))
    }

    /// With one more, and without those that nobody can answer any more or that are too many.
    pub(crate) fn begin(mut self, login: BegunLogin, now: SamlInstant) -> Self {
        self.0.retain(|before| before.expires_at > now.unix_millis());
        self.0.push(login);
        let over = self.0.len().saturating_sub(MOST_LOGINS);
        self.0.drain(..over);
        self
    }

    /// The text for the cookie. The oldest are left out until it is short enough.
    ///
    /// # Errors
    /// The newest is too long by itself, or the cryptographic library failed.
    pub(crate) fn seal(mut self, holder: Holder<'_>) -> Result<String, RecordError> {
        let browser = holder.browser.key();
        loop {
            let clear = serde_json::to_vec(&self.0).map_err(|_error| RecordError::Unreadable)?;
            let text = holder.key.seal(PURPOSE, &bound(holder.sp, &browser), &clear)?;
            if text.len() <= MOST_CHARS {
                return Ok(text);
            }
            if self.0.len() <= 1 {
                return Err(RecordError::TooLong { octets: text.len(), at_most: MOST_CHARS });
            }
            self.0.remove(0);
        }
    }

    /// The login of this request.
    pub(crate) fn of(&self, request: &str) -> Option<&BegunLogin> {
        self.0.iter().find(|login| login.request == request)
    }
}

impl BegunLogin {
    /// The class references, if they are those that the request has the hash of.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub(crate) fn contexts(
        &self,
        expected: Option<ContextsHash>,
        key: &StateKey,
    ) -> Result<Option<Vec<AuthnContextClassRef>>, RecordError> {
        let class_refs: Vec<_> =
            self.class_refs.iter().map(|uri| AuthnContextClassRef::from_uri(uri)).collect();
        Ok((hash_of(key, &class_refs)? == expected).then_some(class_refs))
    }
}

fn bound<'a>(sp: &'a EntityId, browser: &'a str) -> [&'a [u8]; 2] {
    [sp.as_str().as_bytes(), browser.as_bytes()]
}

#[cfg(test)]
mod tests;
