//! Web Browser SSO [Profiles §4.1]: a request comes in, a person signs in, an answer goes out.
//!
//! A request that comes by a cross-site POST comes without our `SameSite` cookies. So each request is judged first,
//! sealed into an address, and the browser is sent there by a GET, with which the cookies do come.

mod answered;
mod authn_context;
mod encrypted_before;
mod error_answer;
mod issue;
mod login;
mod pending_sso;
mod receive;
mod respond;
mod sealed_request;
mod start;

pub use login::{Credentials, LoginOutcome};
pub use pending_sso::PendingSso;
pub use respond::Next;
pub use sealed_request::{BrowserRequest, SealedRequest};

#[cfg(test)]
pub(crate) mod tests;
