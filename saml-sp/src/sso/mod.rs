//! Web Browser SSO [Profiles §4.1]: start, answer, last hop.
//!
//! The answer arrives by a cross-site POST, with which a browser sends no `SameSite` cookie (attack 243, NET-01). So
//! nothing is decided by a cookie there: the answer is judged, kept under a token, and the browser is sent on by a
//! GET to the last hop. Only there, where the cookie does come, the login must meet the browser that started it.

mod complete;
mod receive;
mod record;
mod start;

pub use complete::SignedIn;
pub use receive::{AcceptedLogin, LoginAnswer};
pub(crate) use record::{CompletedRecord, PendingRecord};
pub use start::{BrowserCookie, Outgoing, StartLogin};
