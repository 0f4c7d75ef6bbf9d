//! The network of a client, by which the client is counted.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The network that one subscriber has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClientNetwork {
    /// One address.
    V4(Ipv4Addr),
    /// A /64, of which everybody has all 2^64 addresses.
    V6(Ipv6Addr),
    /// The text is no address. All of it is one: who could choose a name of their own here would never be counted
    /// twice.
    Unknown,
}

impl ClientNetwork {
    /// Reads what a connection or a proxy says: an address, perhaps in brackets, in quotes or with a port, or an
    /// element of a `Forwarded` header with `for=` (RFC 7239 §4, §6).
    #[must_use]
    pub fn of(text: &str) -> Self {
        address(forwarded_for(text.trim())).map_or(Self::Unknown, Self::of_address)
    }

    /// The network of an address; an IPv4 address that is written as one of IPv6 is an IPv4 address.
    #[must_use]
    pub fn of_address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6(prefix::<4>(address)),
        }
    }

    /// The /48 around it: what one customer of a provider may have, with all its networks.
    #[must_use]
    pub fn site(self) -> Option<Ipv6Addr> {
        match self {
            Self::V6(network) => Some(prefix::<3>(network)),
            Self::V4(_) | Self::Unknown => None,
        }
    }

    /// The /32 around that: what one provider has for all its customers, at least.
    #[must_use]
    pub fn region(self) -> Option<Ipv6Addr> {
        match self {
            Self::V6(network) => Some(prefix::<2>(network)),
            Self::V4(_) | Self::Unknown => None,
        }
    }
}

impl fmt::Display for ClientNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => address.fmt(f),
            Self::V6(network) => write!(f, "{network}/64"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// The first `GROUPS` groups of sixteen bits.
fn prefix<const GROUPS: usize>(address: Ipv6Addr) -> Ipv6Addr {
    let mut groups = address.segments();
    groups.iter_mut().skip(GROUPS).for_each(|group| *group = 0);
    Ipv6Addr::from(groups)
}

/// The node of a `Forwarded` element, or the text itself where it is none.
fn forwarded_for(element: &str) -> &str {
    let node = element.split(';').find_map(|pair| {
        let (name, node) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(node)
    });
    node.unwrap_or(element).trim().trim_matches('"').trim()
}

/// The address of a node without its port, which is another with each connection.
fn address(node: &str) -> Option<IpAddr> {
    if let Some(bracketed) = node.strip_prefix('[') {
        let (address, port) = bracketed.split_once(']')?;
        return without_zone(address)
            .parse()
            .ok()
            .filter(|_| port.is_empty() || port.starts_with(':'))
            .map(IpAddr::V6);
    }
    if let Ok(address) = without_zone(node).parse() {
        return Some(address);
    }
    let (address, _port) = node.split_once(':')?;
    address.parse().ok().map(IpAddr::V4)
}

/// A link-local address names the interface that it was seen at.
fn without_zone(address: &str) -> &str {
    address.split_once('%').map_or(address, |(address, _zone)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_has_one_name_however_it_is_written() {
        for (text, counted) in [
            ("192.0.2.1", "192.0.2.1"),
            (" 192.0.2.1\t", "192.0.2.1"),
            ("\"192.0.2.1\"", "192.0.2.1"),
            ("192.0.2.1:40001", "192.0.2.1"),
            ("192.0.2.1:_obfuscated", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:C000:201", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:40001", "192.0.2.1"),
            ("for=192.0.2.1", "192.0.2.1"),
            ("For=\"192.0.2.1:40001\"", "192.0.2.1"),
            ("by=203.0.113.43;FOR=192.0.2.1;proto=https", "192.0.2.1"),
            ("for = 192.0.2.1 ; by=x", "192.0.2.1"),
            ("for=\"[::ffff:192.0.2.1]:1\"", "192.0.2.1"),
            ("2001:db8:1:2:dead:beef:0:1", "2001:db8:1:2::/64"),
            ("2001:DB8:1:2::77", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::77]", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::78]:443", "2001:db8:1:2::/64"),
            ("for=\"[2001:db8:1:2::79]:4711\"", "2001:db8:1:2::/64"),
            ("for=[2001:db8:1:2::7a]", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("[fe80::2%25eth1]:80", "fe80::/64"),
        ] {
            assert_eq!(ClientNetwork::of(text).to_string(), counted, "{text}");
        }
    }

    #[test]
    fn what_is_no_address_has_no_name_of_its_own() {
        for text in [
            "",
            "unknown",
            "for=unknown",
            "_hidden",
            "for=_SEVKISEK",
            "example.org",
            "192.0.2.1.",
            "192.0.2.256",
            "192.0.2.01",
            "[192.0.2.1]",
            "[2001:db8::1",
            "[2001:db8::1]x",
            "2001:db8::1::2",
            "by=192.0.2.1",
            "for=",
            "for",
            "1",
            "192.0.2.1 198.51.100.1",
            ":80",
            "[]:80",
            "\u{1}",
            "١٩٢.٠.٢.١",
        ] {
            assert_eq!(ClientNetwork::of(text), ClientNetwork::Unknown, "{text}");
        }
    }

    #[test]
    fn a_site_is_what_a_customer_may_have() {
        let site = |text| ClientNetwork::of(text).site().map(|site| site.to_string());
        assert_eq!(site("2001:db8:1:2::77").as_deref(), Some("2001:db8:1::"));
        assert_eq!(site("2001:db8:1:ffff::"), site("2001:db8:1::"));
        assert_ne!(site("2001:db8:2::"), site("2001:db8:1::"));
        assert_eq!((site("192.0.2.1"), site("unknown")), (None, None));
        let region = |text| ClientNetwork::of(text).region().map(|region| region.to_string());
        assert_eq!(region("2001:db8:1:2::77").as_deref(), Some("2001:db8::"));
        assert_eq!(region("2001:db8:ffff:ffff::"), region("2001:db8::"));
        assert_ne!(region("2001:db9::"), region("2001:db8::"));
        assert_eq!((region("192.0.2.1"), region("unknown")), (None, None));
    }
}
