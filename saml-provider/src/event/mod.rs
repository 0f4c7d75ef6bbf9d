//! What happens to a login, in the same words for both roles: one event for each thing.
//!
//! [`Trace`](crate::Trace) writes each of them to the log as one line, and hands it to the audit sink if there is one.
//! A line has the event, the peer, the code, and a number of its own. An error page shows the same number, and an error
//! answer carries it. It has no values: no names of people, no attributes, no tokens, no messages; the person stands in
//! it as an HMAC under a key of the installation. The expected and the found value of a broken rule are written where a
//! message is refused, and nowhere else.

mod correlation_id;
mod kind;
mod line;
mod occurrence;
mod person_key;

pub use correlation_id::CorrelationId;
pub use kind::{EndCause, Event, Refused, relaxations_used};
pub use line::write_line;
pub use occurrence::{Occurrence, Person};
pub use person_key::{PersonKey, PersonKeyError};
