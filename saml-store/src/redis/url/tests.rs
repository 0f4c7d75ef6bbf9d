use super::*;

fn tcp(host: &str, port: u16) -> Address {
    Address::Tcp { host: host.to_owned(), port }
}

#[test]
fn reads_where_the_servers_are_and_who_asks() {
    let location = Location::parse("redis://localhost").unwrap();
    assert_eq!(location.servers, Servers::One(tcp("localhost", 6379)));
    assert!(!location.tls && location.database == 0 && location.credentials.password.is_none());
    let location = Location::parse("rediss://saml:p%40ss%2Fword@[::1]:6380/3").unwrap();
    assert_eq!(location.servers, Servers::One(tcp("::1", 6380)));
    assert!(location.tls && location.database == 3);
    assert_eq!(location.credentials.user.as_deref(), Some("saml"));
    assert_eq!(location.credentials.password.as_deref().map(String::as_str), Some("p@ss/word"));
    let location = Location::parse("redis://:only@a.example:1/").unwrap();
    assert!(location.credentials.user.is_none() && location.credentials.password.is_some());
    let location = Location::parse("redis+unix:///run/redis%20one/s.sock").unwrap();
    assert_eq!(location.servers, Servers::One(Address::Unix("/run/redis one/s.sock".into())));
    let location = Location::parse("redis+sentinel://:x@a,b:1/main/2").unwrap();
    let sentinels = vec![tcp("a", 26379), tcp("b", 1)];
    assert_eq!(location.servers, Servers::Sentinels { sentinels, name: "main".to_owned() });
    assert_eq!(location.database, 2);
    let location = Location::parse("rediss+cluster://a:7000,[2001:db8::1]").unwrap();
    assert_eq!(location.servers, Servers::Cluster(vec![tcp("a", 7000), tcp("2001:db8::1", 6379)]));
}

#[test]
fn refuses_what_it_does_not_know_and_quotes_nothing_of_it() {
    for url in [
        "",
        "localhost:6379",
        "http://:hunter2@localhost",
        "redis://",
        "redis://:hunter2@",
        "redis://:hunter2@:6379",
        "redis://:hunter2@a:0",
        "redis://:hunter2@a:65536",
        "redis://:hunter2@a b",
        "redis://:hunter2@a,b",
        "redis://:hunter2@[::1",
        "redis://:hunter2@[::1]6379",
        "redis://:hunter2@a/main",
        "redis://:hunter2@a/-1",
        "redis://:hunter2@a?db=1",
        "redis://:hunter#2@a",
        "redis://:hunter2%FF@a",
        "redis://hunter2@a",
        "redis+unix://host/hunter2",
        "redis+unix://",
        "redis+sentinel://:hunter2@a",
        "redis+sentinel://:hunter2@a/",
        "redis+cluster://:hunter2@a,/",
        "redis+cluster://:hunter2@a/1",
    ] {
        let fault = Location::parse(url).unwrap_err();
        assert_eq!(fault.code(), "store.redis_settings", "{url}");
        let told = format!("{fault} {fault:?} {} {}", fault.expected(), fault.found());
        assert!(!told.contains("hunter"), "{told}");
    }
}
