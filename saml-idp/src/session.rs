//! The single sign-on session.

use saml_core::base::EntityId;
use saml_provider::event::Person;
use saml_provider::mac;
use serde::{Deserialize, Serialize};

use crate::SsoRefusal;
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
    /// The name of its record, a hash of the token in the cookie: what services call the session is made from it.
    pub(crate) key: String,
}

impl SsoSession {
    /// The most that is kept of one session, in octets of JSON: some thousand values. It is read with each request of
    /// the person, so somebody of whom more is known is refused (`session.too_large`).
    pub const MAX_OCTETS: usize = 256 * 1024;

    /// The principal of the session.
    pub(crate) fn principal(&self) -> Option<String> {
        Some(self.person.user_name.clone())
    }

    /// What a service calls this session: another name for each, which nobody can guess or derive from that of another
    /// service, so that services can't find out by it that they have the same person before them [Core §2.7.2].
    pub(crate) fn index_for(&self, service: &EntityId) -> Result<String, SsoRefusal> {
        let parts = [b"saml session index\n".as_slice(), service.as_str().as_bytes()];
        let mac = mac::of(self.key.as_bytes(), &parts);
        let mac = mac.map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
        Ok(format!("_{}", data_encoding::HEXLOWER.encode(&mac)))
    }
}

/// The person, as the audit may name them.
pub(crate) fn person(principal: &Principal) -> Person {
    let attributes = principal.attributes.iter().map(|one| (one.name.clone(), one.values.clone()));
    let person = Person::new(principal.user_name.clone()).with_user_name(&principal.user_name);
    person.with_attributes(attributes)
}
