//! Web Browser SSO [Profiles §4.1]: start, answer, last hop.
//!
//! The answer arrives by a cross-site POST, with which a browser sends no `SameSite` cookie (attack 243, NET-01). So
//! nothing is decided by a cookie there: the answer is judged, kept under a token, and the browser is sent on by a
//! GET to the last hop. Only there, where the cookie does come, the login must meet the browser that started it.
//!
//! Between its start and its answer nothing of a login is stored. The ID of the request says what the answer is judged by
//! ([`request_id`]), a sealed cookie of the browser the rest ([`logins`]).

mod complete;
mod logins;
mod receive;
mod record;
mod request_id;
mod start;

pub use complete::{BrowserCookies, SignedIn};
pub use receive::{AcceptedLogin, LoginAnswer, NobodyThere};
pub(crate) use record::CompletedRecord;
pub use start::{Outgoing, StartLogin, StartedLogin};

#[cfg(test)]
mod tests;
