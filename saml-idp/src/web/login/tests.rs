use super::*;

#[test]
fn only_what_the_nearest_proxy_wrote_counts() {
    for (header, counted) in [
        (&b"192.0.2.1"[..], "192.0.2.1"),
        (b"203.0.113.9, 192.0.2.1", "192.0.2.1"),
        (b"anything,\t192.0.2.1:4000 ", "192.0.2.1:4000"),
        (b"\xe9\xff, 192.0.2.1", "192.0.2.1"),
        (b"for=\"[2001:db8::9]:1\", for=192.0.2.1;by=x", "for=192.0.2.1;by=x"),
        (b"for=\"x, for=192.0.2.1", "for=192.0.2.1"),
        (b"192.0.2.1,", ""),
        (b"", ""),
    ] {
        assert_eq!(nearest_hop(&header::HeaderValue::from_bytes(header).unwrap()), counted);
    }
}
