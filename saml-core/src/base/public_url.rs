//! Floor 1: where browsers reach us.

use std::fmt;

use super::UrlTransport;

/// The public origin of one of our services: scheme, host, optional port, no trailing slash.
///
/// It is configured, and never taken from a request header, which an attacker chooses (attack 169, NET-03).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The origin as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether browsers reach it over HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        UrlTransport::of(&self.0) == UrlTransport::Https
    }

    /// Whether it names this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        super::url_transport::is_loopback(&self.0)
    }
}

impl TryFrom<&str> for PublicUrl {
    type Error = InvalidPublicUrl;

    /// # Errors
    /// A path, a query, credentials, another scheme or no host.
    fn try_from(text: &str) -> Result<Self, InvalidPublicUrl> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let host = rest.ok_or(InvalidPublicUrl)?;
        let plain = |o: u8| o.is_ascii_alphanumeric() || matches!(o, b'.' | b'-' | b':' | b'[' | b']');
        if host.is_empty() || !host.bytes().all(plain) {
            return Err(InvalidPublicUrl);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not an origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an origin such as https://app.example.com, without a path")]
pub struct InvalidPublicUrl;
