//! The number of one exchange.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The number of one exchange: random, the same in the log, in the audit, on an error page and in an error answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrelationId(String);

impl CorrelationId {
    /// A new one. It is no secret and opens nothing.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// The one of an exchange that has these random octets in its messages: nobody has to remember it in between.
    #[must_use]
    pub fn of(random: [u8; 16]) -> Self {
        Self(uuid::Builder::from_random_bytes(random).into_uuid().to_string())
    }

    /// One that a browser brings back. It is whatever the browser wants, but a number.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(|number| Self(number.to_string()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
