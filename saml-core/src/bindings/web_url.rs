//! Floor 7: the URL of a peer's endpoint that a browser is sent to. Imports nothing.

/// Why a browser must not be sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DestinationFault {
    /// Not `http:` or `https:` with a host: relative, `javascript:`, `data:` …
    NotAbsoluteHttp,
    /// White space, a control character, a character beyond ASCII, or one that a URL must escape.
    Character,
    /// A malformed host or port, or a user name before the host.
    Authority,
    /// A fragment, because no query can follow it.
    Fragment,
    /// Its query has a parameter of the binding already.
    SamlParameter,
}

/// An absolute `http:` or `https:` URL, split where the bindings need it.
///
/// Its characters are so restricted that the URL can be written into an HTTP header as it is. Whether the host is
/// trusted was decided when the peer was configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WebUrl<'a> {
    pub(super) scheme: Scheme,
    /// Scheme, host and port: `https://sp.example:8443`.
    pub(super) origin: &'a str,
    /// Host and port: `sp.example:8443`.
    pub(super) authority: &'a str,
    /// What follows `?`, up to a fragment.
    pub(super) query: Option<&'a str>,
    pub(super) has_fragment: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl<'a> WebUrl<'a> {
    pub(super) fn parse(url: &'a str) -> Result<Self, DestinationFault> {
        let (scheme, rest) = scheme(url).ok_or(DestinationFault::NotAbsoluteHttp)?;
        if !url
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'"' | b'<' | b'>' | b'\\' | b'`'))
        {
            return Err(DestinationFault::Character);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !is_authority(authority) {
            return Err(DestinationFault::Authority);
        }
        let after_origin = rest.len() - authority.len();
        let origin = url.get(..url.len() - after_origin).ok_or(DestinationFault::NotAbsoluteHttp)?;
        let (before_fragment, has_fragment) = match url.split_once('#') {
            Some((before, _)) => (before, true),
            None => (url, false),
        };
        let query = before_fragment.split_once('?').map(|(_, query)| query);
        Ok(Self { scheme, origin, authority, query, has_fragment })
    }
}

fn scheme(url: &str) -> Option<(Scheme, &str)> {
    let (name, rest) = url.split_once("://")?;
    if name.eq_ignore_ascii_case("https") {
        return Some((Scheme::Https, rest));
    }
    name.eq_ignore_ascii_case("http").then_some((Scheme::Http, rest))
}

/// A host name, an IPv4 address or a bracketed IPv6 address, and an optional port. No user information: browsers show
/// the text before `@`, and go to the host after it.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    // Digits only: the integer parser would also take a sign.
    let is_port = port.is_none_or(|port| {
        port.bytes().all(|octet| octet.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    let is_host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|o| o.is_ascii_alphanumeric() || matches!(o, b'.' | b'-' | b'_'))
        }
    };
    is_host && is_port
}
