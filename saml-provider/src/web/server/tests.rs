use super::*;

#[test]
fn a_connection_counts_for_its_network_unless_it_is_of_this_machine() {
    for (peer, counted) in [
        ("192.0.2.1:5000", Some("192.0.2.1")),
        ("[::ffff:192.0.2.1]:5000", Some("192.0.2.1")),
        ("[2001:db8:1:2:3::4]:5000", Some("2001:db8:1:2::/64")),
        ("127.0.0.1:5000", None),
        ("127.9.9.9:5000", None),
        ("[::1]:5000", None),
        ("[::ffff:127.0.0.1]:5000", None),
    ] {
        let client = counted_client(peer.parse().unwrap()).map(|client| client.to_string());
        assert_eq!(client.as_deref(), counted, "{peer}");
    }
}

#[test]
fn no_setting_means_no_connection_at_all() {
    let by_nobody = ConnectedBy::Clients { connections_each: 0 };
    let none = ServerSettings { connections: 0, connected_by: by_nobody, ..ServerSettings::default() };
    let bounds = none.bounds();
    assert_eq!((bounds.all.get(), bounds.of_a_client.map(NonZeroUsize::get)), (1, Some(1)));
    let by_a_proxy = ServerSettings { connected_by: ConnectedBy::Proxy, ..none };
    assert_eq!(by_a_proxy.bounds().of_a_client, None);
}
