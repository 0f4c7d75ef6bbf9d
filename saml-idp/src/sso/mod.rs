//! Web Browser SSO [Profiles §4.1]: a request comes in, a person signs in, an answer goes out.
//!
//! A request that comes by a cross-site POST comes without our `SameSite` cookies. So each request is judged first,
//! kept under a handle, and the browser is sent on by a GET, with which the cookies do come.

mod authn_context;
mod error_answer;
mod issue;
mod login;
mod receive;
mod respond;
mod start;
mod transaction;

pub use login::{Credentials, LoginOutcome};
pub use respond::Next;
pub use transaction::Transaction;
pub(crate) use transaction::TransactionRecord;

#[cfg(test)]
pub(crate) mod tests;
