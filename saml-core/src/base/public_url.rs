//! Floor 1: where browsers reach us.

use std::fmt;

use super::UrlTransport;

/// The public address of one of our services: scheme, host, optional port, and a path if it does not stand at the root
/// of its host; no trailing slash.
///
/// It is configured, and never taken from a request header, which an attacker chooses (attack 169, NET-03).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    /// The offset at which the path begins. It equals the length of the text if there is no path.
    path: usize,
}

impl PublicUrl {
    /// The longest address, in octets.
    pub const MAX_OCTETS: usize = 512;

    /// The address as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or(&self.text)
    }

    /// The path below which the service stands, `/app`; empty at the root of the host.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.path..).unwrap_or_default()
    }

    /// Host and port, as a browser writes them into `Host`.
    #[must_use]
    pub fn authority(&self) -> &str {
        let origin = self.origin();
        origin.split_once("://").map_or(origin, |(_scheme, authority)| authority)
    }

    /// Whether browsers reach it over HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        UrlTransport::of(&self.text) == UrlTransport::Https
    }

    /// Whether it names this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        super::url_transport::is_loopback(self.origin())
    }
}

impl TryFrom<&str> for PublicUrl {
    type Error = InvalidPublicUrl;

    /// # Errors
    /// A query, a fragment, credentials, another scheme, no host, or a path that a browser might write differently: with
    /// a trailing slash, empty or dot segments, or other characters than letters, digits and `-._~`.
    fn try_from(text: &str) -> Result<Self, InvalidPublicUrl> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.filter(|_| text.len() <= Self::MAX_OCTETS).ok_or(InvalidPublicUrl)?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let plain = |o: u8| o.is_ascii_alphanumeric() || matches!(o, b'.' | b'-' | b':' | b'[' | b']');
        if host.is_empty() || !host.bytes().all(plain) || !(path.is_empty() || is_plain_path(path)) {
            return Err(InvalidPublicUrl);
        }
        Ok(Self { path: text.len().saturating_sub(path.len()), text: text.to_owned() })
    }
}

/// Whether a path is written as every browser and every proxy writes it: `/a/b`, of unreserved characters.
#[must_use]
pub fn is_plain_path(path: &str) -> bool {
    let unreserved = |o: u8| o.is_ascii_alphanumeric() || matches!(o, b'-' | b'.' | b'_' | b'~');
    let plain = |segment: &str| !matches!(segment, "" | "." | "..") && segment.bytes().all(unreserved);
    path.strip_prefix('/').is_some_and(|segments| segments.split('/').all(plain))
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is not such an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an address such as https://app.example.com or https://example.com/app, without a trailing slash"
)]
pub struct InvalidPublicUrl;
