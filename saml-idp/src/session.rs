//! The single sign-on session.

use saml_provider::event::Person;
use serde::{Deserialize, Serialize};

use crate::authenticator::Principal;

/// A person who is signed in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSession {
    /// Who.
    pub person: Principal,
    /// When they proved it, seconds since 1970.
    pub authn_instant: i64,
    /// When they must prove it again, seconds since 1970, exclusive.
    pub expires_at: i64,
    /// What services call this session; unguessable, and not the token in the cookie.
    pub session_index: String,
}

impl SsoSession {
    /// The most that is kept of one session, in octets of JSON: some thousand values. It is read with each request of
    /// the person, so somebody of whom more is known is refused (`session.too_large`).
    pub const MAX_OCTETS: usize = 256 * 1024;

    /// The principal of the session.
    pub(crate) fn principal(&self) -> Option<String> {
        Some(self.person.user_name.clone())
    }
}

/// The person, as the audit may name them.
pub(crate) fn person(principal: &Principal) -> Person {
    let attributes = principal.attributes.iter().map(|one| (one.name.clone(), one.values.clone()));
    let person = Person::new(principal.user_name.clone()).with_user_name(&principal.user_name);
    person.with_attributes(attributes)
}
