//! Floor 1: the vocabulary that every other floor shares. Imports nothing of this crate.

mod binding;
mod clock;
mod code;
pub mod danger;
mod entity_id;
mod instant;
mod limits;
mod max_age;
mod message_id;
mod non_empty;
mod public_url;
mod random;
mod relay_state;
mod secret;
mod steps;
mod uri_vocabulary;
mod url_transport;

pub use binding::Binding;
pub use clock::{ClockSkew, ClockSkewOutOfRange};
pub use code::{Coded, VerdictCode};
pub use danger::{Relaxation, Relaxations, UnknownRelaxation};
pub use entity_id::{EntityId, InvalidEntityId};
pub use instant::{InvalidInstant, SamlInstant};
pub use limits::{Budget, BudgetSpent, Limits};
pub use max_age::{AssertionMaxAge, MaxAge, MaxAgeOutOfRange, RequestMaxAge};
pub use message_id::{InvalidMessageId, MessageId, is_nc_name};
pub use non_empty::NonEmpty;
pub use public_url::{InvalidPublicUrl, PublicUrl, is_plain_path};
pub use random::{RandomUnavailable, SecureRandom};
pub use relay_state::{InvalidRelayState, RelayState};
pub use secret::Secret;
#[cfg(test)]
pub(crate) use steps::steps_of;
pub(crate) use steps::take_steps;
pub(crate) use uri_vocabulary::uri_vocabulary;
pub use url_transport::UrlTransport;

#[cfg(test)]
mod tests;
