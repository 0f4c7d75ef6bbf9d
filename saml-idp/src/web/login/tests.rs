use super::*;

#[test]
fn a_client_cannot_choose_by_what_it_is_counted() {
    for (header, counted) in [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("anything,\t192.0.2.1 ", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:dead:beef:0:1", "2001:db8:1:2::"),
        ("2001:db8:1:2::77", "2001:db8:1:2::"),
        ("unknown", "unknown"),
        ("", ""),
    ] {
        assert_eq!(nearest_hop(header), counted, "{header}");
    }
}
