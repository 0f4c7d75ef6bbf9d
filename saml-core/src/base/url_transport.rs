//! Floor 1: what protects the way to a URL.

use std::net::{Ipv4Addr, Ipv6Addr};

/// How a browser gets to a URL, and who can look on.
///
/// Judges the text alone; nothing is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlTransport {
    /// `https`.
    Https,
    /// `http` to the machine that the browser runs on, with no network in between.
    LoopbackHttp,
    /// `http` across a network: everybody on the way reads it and can change it.
    PlainHttp,
    /// Another scheme, such as `javascript`, or no URL. The scheme is compared octet by octet.
    Other,
}

impl UrlTransport {
    /// The transport of an absolute URL.
    #[must_use]
    pub fn of(url: &str) -> Self {
        if url.starts_with("https://") {
            Self::Https
        } else if !url.starts_with("http://") {
            Self::Other
        } else if is_loopback(url) {
            Self::LoopbackHttp
        } else {
            Self::PlainHttp
        }
    }
}

/// Whether the host of a URL is this very machine: `localhost`, `127.0.0.0/8` or `[::1]`.
pub(super) fn is_loopback(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    // Browsers read a backslash as a slash, and text before an `@` is not the host.
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.split(']').next().unwrap_or_default();
        return address.parse().is_ok_and(|address: Ipv6Addr| address.is_loopback());
    }
    let name = host.split(':').next().unwrap_or_default();
    name == "localhost" || name.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback())
}
