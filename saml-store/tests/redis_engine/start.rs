//! What a server must be before it is used, and what is told of one that is not.

use std::time::Duration;

use saml_store::{RecordName, Records, RedisFault, RedisStoreOptions, Store};

use crate::faults::fault;
use crate::server::{PLACE, Server, entry, later, now, programs};

#[tokio::test]
async fn refuses_a_server_that_forgets_what_lives() {
    for program in programs() {
        for policy in ["allkeys-lru", "volatile-lru", "volatile-ttl", "allkeys-random"] {
            let server = Server::start(program, &["--maxmemory-policy", policy]);
            let error = server.options().connect(now()).await.unwrap_err();
            assert_eq!(
                error,
                RedisFault::EvictionPolicy { expected: "noeviction", found: policy.to_owned() }
            );
            assert_eq!((error.expected(), error.found()), ("noeviction".to_owned(), policy.to_owned()));
            let store = server.options().allow_eviction().connect(now()).await.unwrap();
            store.put(entry("k", b"", now()), now()).await.unwrap();
        }
    }
}

/// A server that is started again with another policy is another server.
#[tokio::test]
async fn looks_at_the_policy_at_each_connection() {
    for program in programs() {
        let mut server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        server.kill();
        server.restart();
        let _: String = server.tell(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
        let error = store.put(entry("k", b"", now), now).await.unwrap_err();
        assert_eq!(fault(&error).code(), "store.redis_eviction_policy");
        let _: String = server.tell(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
        store.put(entry("k", b"", now), now).await.unwrap();
    }
}

#[tokio::test]
async fn refuses_a_clock_that_is_wrong_either_way() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let now = now();
        let early = saml_store::StoreInstant::from_unix_millis(now.unix_millis() - 90_000);
        for wrong in [later(now, 90), early] {
            let error = server.options().connect(wrong).await.unwrap_err();
            let RedisFault::Clock { most, found } = error else { panic!("{error:?}") };
            assert_eq!(most, Duration::from_secs(60));
            assert!(found.abs_diff(Duration::from_secs(90)) < Duration::from_secs(10), "{found:?}");
            let options = server.options().with_clock_difference(Duration::from_secs(120));
            assert!(options.connect(wrong).await.is_ok());
        }
    }
}

/// The user of the documentation: all that the engine needs, and nothing else.
const USER: &[&str] = &[
    "ACL",
    "SETUSER",
    "saml",
    "on",
    ">hunter2",
    "resetkeys",
    "~saml:*",
    "-@all",
    "+evalsha",
    "+script|load",
    "+info",
    "+time",
    "+wait",
    "+get",
    "+getrange",
    "+strlen",
    "+set",
    "+del",
    "+zadd",
    "+zrem",
    "+zrangebyscore",
    "+hmget",
    "+hset",
    "+hincrby",
    "+hdel",
    "+pexpire",
    "+persist",
];

/// What a user needs beside that who keeps records.
const USER_OF_RECORDS: &[&str] =
    &["ACL", "SETUSER", "saml", "+zcard", "+zlexcount", "+zrangebylex", "+incrby", "+decrby"];

#[tokio::test]
async fn a_user_of_the_acl_who_keeps_records_needs_no_more_than_is_documented() {
    for program in programs() {
        let server = Server::start(program, &["--appendonly", "yes"]);
        let _: String = server.tell(USER);
        let _: String = server.tell(USER_OF_RECORDS);
        let url = format!("redis+unix://saml:hunter2@{}", server.socket().display());
        let records = RedisStoreOptions::parse(&url).unwrap().connect_records(now()).await.unwrap();
        let at = RecordName { namespace: PLACE, owner: "alice", name: "passkey" };
        let inserted = records.insert_record(at, b"x".to_vec()).await.unwrap();
        assert_eq!(inserted, saml_store::Insertion::Inserted);
        let replaced = records.replace_record(at, b"y".to_vec(), b"x").await.unwrap();
        assert_eq!(replaced, saml_store::Replacement::Replaced);
        assert_eq!(records.record(at).await.unwrap(), Some(b"y".to_vec()));
        assert_eq!(records.export_records(PLACE, None).await.unwrap().records.len(), 1);
        assert_eq!(records.remove_record(at, b"y").await.unwrap(), saml_store::Removal::Removed);
        assert_eq!(records.remove_records_of(PLACE, "alice").await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_user_of_the_acl_needs_no_more_than_is_documented() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let _: String = server.tell(USER);
        let socket = server.socket().display().to_string();
        let as_user =
            |user: &str| RedisStoreOptions::parse(&format!("redis+unix://{user}@{socket}")).unwrap();
        let (now, then) = (now(), later(now(), 60));
        let store = as_user("saml:hunter2").connect(now).await.unwrap();
        assert!(store.insert_for("p", entry("a", b"", now), now).await.is_ok());
        let eternal = saml_store::Entry { expires_at: saml_store::StoreInstant::MAX, ..entry("b", b"", now) };
        store.put(eternal, now).await.unwrap();
        assert!(store.replace(entry("a", b"x", now), b"", now).await.is_ok());
        store.put(entry("c", b"", then), then).await.unwrap();
        assert_eq!(store.take(PLACE, "c", then).await.unwrap(), Some(Vec::new()));
        // Of other names it gets nothing.
        let error = as_user("saml:hunter2").with_prefix("other:").connect(now).await.unwrap();
        let error = error.get(PLACE, "k", now).await.unwrap_err();
        assert_eq!(fault(&error), &RedisFault::Refused { code: "NOPERM".to_owned() });
        let _: String = server.tell(&["ACL", "SETUSER", "saml", "-evalsha"]);
        let error = store.get(PLACE, "k", now).await.unwrap_err();
        assert_eq!(fault(&error).code(), "store.redis_refused");
        let _: String = server.tell(&["ACL", "SETUSER", "saml", "+evalsha"]);
        assert_eq!(store.get(PLACE, "a", then).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_never_told() {
    for program in programs() {
        let server = Server::start(program, &["--requirepass", "the right one"]);
        let socket = server.socket().display().to_string();
        for (user, code) in [
            ("saml:hunter2@", "WRONGPASS"),
            (":hunter2@", "WRONGPASS"),
            ("", "NOAUTH"),
            ("default:hunter2@", "WRONGPASS"),
        ] {
            let options = RedisStoreOptions::parse(&format!("redis+unix://{user}{socket}")).unwrap();
            let shown = format!("{options:?}");
            assert!(!shown.contains("hunter"), "{shown}");
            let error = options.connect(now()).await.unwrap_err();
            assert_eq!(error, RedisFault::Refused { code: code.to_owned() });
            let told = format!("{error} {error:?} {} {}", error.expected(), error.found());
            assert!(!told.contains("hunter"), "{told}");
        }
        let options = RedisStoreOptions::parse(&format!("redis+unix://:the%20right%20one@{socket}")).unwrap();
        let store = options.connect(now()).await.unwrap();
        assert!(!format!("{store:?}").contains("right"), "{store:?}");
        // The password is changed while the engine runs: the connection stays, a new one needs the new password.
        store.put(entry("k", b"", now()), now()).await.unwrap();
    }
}

#[tokio::test]
async fn refuses_options_that_make_no_sense() {
    let options = || RedisStoreOptions::parse("redis://127.0.0.1:1").unwrap();
    for wrong in [
        options().with_prefix(""),
        options().with_prefix("a{b}"),
        options().with_prefix(&"a".repeat(101)),
        options().with_in_flight(0),
        options().with_clock_difference(Duration::from_secs(601)),
        options().with_connect_timeout(Duration::ZERO),
        options().with_response_timeout(Duration::ZERO),
        options().with_replicas(0, Duration::from_secs(1)),
        options().with_replicas(1, Duration::from_micros(1)),
        options().with_certificate_authorities("/ca.pem"),
        options().with_client_certificate("/chain.pem", "/key.pem"),
    ] {
        let error = wrong.connect(now()).await.unwrap_err();
        assert_eq!(error.code(), "store.redis_settings", "{error:?}");
    }
    let error = options().connect(now()).await.unwrap_err();
    assert_eq!(error.code(), "store.redis_unreachable");
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
}
