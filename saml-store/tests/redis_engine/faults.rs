//! Servers that die, are slow, full, or no longer the right ones: each fault ends in the promised error, nothing is sent
//! twice, and the next operation goes on as soon as it can.

use std::sync::Arc;
use std::time::{Duration, Instant};

use saml_store::{Insertion, RedisFault, RedisStore, Store, StoreError};

use crate::server::{PLACE, Server, entry, later, now, programs};
use crate::wire::Pretender;

/// The fault behind an error of the store.
pub fn fault(error: &StoreError) -> &RedisFault {
    assert_eq!(error.code(), "store.unavailable", "{error:?}");
    std::error::Error::source(error).and_then(|source| source.downcast_ref()).expect("a fault of the engine")
}

/// What a store that works does.
async fn works(store: &RedisStore) {
    let now = now();
    store.put(entry("works", b"x", now), now).await.unwrap();
    assert_eq!(store.take(PLACE, "works", now).await.unwrap(), Some(b"x".to_vec()));
}

#[tokio::test]
async fn goes_on_after_the_server_was_killed_and_started_again() {
    for program in programs() {
        let mut server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        for _ in 0..3 {
            works(&store).await;
            server.kill();
            // The first one may be sent before the end of the connection is seen.
            let error = store.insert_if_absent(entry("k", b"", now), now).await.unwrap_err();
            assert!(
                matches!(fault(&error).code(), "store.redis_lost" | "store.redis_unreachable"),
                "{error:?}"
            );
            for _ in 0..2 {
                let error = store.insert_if_absent(entry("k", b"", now), now).await.unwrap_err();
                assert_eq!(fault(&error).code(), "store.redis_unreachable");
            }
            server.restart();
            works(&store).await;
        }
    }
}

/// Killed while an operation is on its way: nobody knows whether it happened.
#[tokio::test]
async fn an_operation_on_its_way_is_lost_with_the_connection() {
    for program in programs() {
        let mut server = Server::start(program, &[]);
        let (store, now) = (Arc::new(server.store().await), now());
        let _: String = server.tell(&["CLIENT", "PAUSE", "60000"]);
        let held = Arc::clone(&store);
        let waits =
            tokio::spawn(async move { held.insert_if_absent(entry("k", b"", now), now).await.unwrap_err() });
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.kill();
        assert_eq!(fault(&waits.await.unwrap()), &RedisFault::Lost);
        server.restart();
        works(&store).await;
    }
}

/// Sent once: after the time-out the server carries it out, and the engine has not asked again.
#[tokio::test]
async fn an_operation_that_timed_out_is_not_repeated() {
    for program in programs() {
        let server = Server::start(program, &["--enable-debug-command", "yes"]);
        let after = Duration::from_millis(200);
        let store = server.options().with_response_timeout(after).connect(now()).await.unwrap();
        let now = now();
        works(&store).await;
        let _: String = server.tell(&["CONFIG", "RESETSTAT"]);
        let url = server.url();
        let sleeps = std::thread::spawn(move || {
            let mut connection = redis::Client::open(url).unwrap().get_connection().unwrap();
            redis::cmd("DEBUG").arg("SLEEP").arg("0.8").exec(&mut connection).unwrap();
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let began = Instant::now();
        let error = store.insert_if_absent(entry("slow", b"", now), now).await.unwrap_err();
        assert_eq!(fault(&error), &RedisFault::TimedOut { step: "answer", after });
        assert!((after..after * 2).contains(&began.elapsed()), "{:?}", began.elapsed());
        sleeps.join().unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let stats: String = server.tell(&["INFO", "commandstats"]);
        assert!(stats.contains("cmdstat_evalsha:calls=1,"), "{stats}");
        let again = store.insert_if_absent(entry("slow", b"", now), now).await.unwrap();
        assert_eq!(again, Insertion::AlreadyPresent, "the first one took effect in the end");
        works(&store).await;
    }
}

/// The server's memory is full and may forget nothing: what needs room is refused, all else goes on.
#[tokio::test]
async fn a_server_without_memory_refuses_what_is_new_and_nothing_else() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        for number in 0..20 {
            store.put(entry(&number.to_string(), b"kept", now), now).await.unwrap();
        }
        let _: String = server.tell(&["CONFIG", "SET", "maxmemory", "1"]);
        for _ in 0..2 {
            let error = store.insert_if_absent(entry("new", b"", now), now).await.unwrap_err();
            assert_eq!(fault(&error), &RedisFault::OutOfMemory);
            let error = store.put(entry("0", b"other", now), now).await.unwrap_err();
            assert_eq!(fault(&error), &RedisFault::OutOfMemory);
        }
        assert_eq!(store.get(PLACE, "0", now).await.unwrap(), Some(b"kept".to_vec()));
        assert_eq!(store.take(PLACE, "1", now).await.unwrap(), Some(b"kept".to_vec()));
        store.remove(PLACE, "2", now).await.unwrap();
        assert_eq!(server.tell::<i64>(&["HGET", "saml:{test.place}held", "e"]), 18);
        // What has expired goes even now, so that memory becomes free.
        let then = later(now, 60);
        let error = store.insert_if_absent(entry("new", b"", then), then).await.unwrap_err();
        assert_eq!(fault(&error), &RedisFault::OutOfMemory);
        assert_eq!(server.tell::<Vec<String>>(&["KEYS", "*"]), [""; 0]);
        let _: String = server.tell(&["CONFIG", "SET", "maxmemory", "0"]);
        works(&store).await;
    }
}

/// A primary that became a replica has what may be old: reading it is refused like writing.
#[tokio::test]
async fn a_replica_is_neither_written_nor_read() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        store.put(entry("k", b"old", now), now).await.unwrap();
        let _: String = server.tell(&["REPLICAOF", "127.0.0.1", "1"]);
        let read = store.get(PLACE, "k", now).await.unwrap_err();
        assert_eq!(fault(&read), &RedisFault::Answered { code: "READONLY".to_owned() });
        // The next ones look for the primary.
        let mut refused = vec![
            store.get(PLACE, "k", now).await.unwrap_err(),
            store.take(PLACE, "absent", now).await.unwrap_err(),
            store.insert_if_absent(entry("k", b"", now), now).await.unwrap_err(),
        ];
        let error = server.options().connect(now).await.unwrap_err();
        refused.push(StoreError::Unavailable(error.into()));
        for error in refused {
            assert_eq!(fault(&error).code(), "store.redis_not_primary");
            assert_eq!(
                (fault(&error).expected().as_str(), fault(&error).found().as_str()),
                ("a primary (role:master)", "slave")
            );
        }
        let _: String = server.tell(&["REPLICAOF", "NO", "ONE"]);
        assert_eq!(store.take(PLACE, "k", now).await.unwrap(), Some(b"old".to_vec()));
        works(&store).await;
    }
}

#[tokio::test]
async fn loads_the_scripts_again_when_the_server_forgot_them() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let store = server.store().await;
        for _ in 0..3 {
            works(&store).await;
            let _: String = server.tell(&["SCRIPT", "FLUSH"]);
        }
    }
}

/// More than the bound wait outside: the server has not heard of them.
#[tokio::test]
async fn bounds_what_is_in_flight() {
    let pretender = Pretender::start(":1");
    let after = Duration::from_millis(400);
    let options = pretender.options().with_response_timeout(after).with_in_flight(2);
    let store = Arc::new(options.connect(now()).await.unwrap());
    let now = now();
    store.put(entry("k", b"", now), now).await.unwrap();
    assert_eq!(pretender.scripts(), 1);
    pretender.falls_silent();
    let asks: Vec<_> = (0..10)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.put(entry("k", b"", now), now).await.unwrap_err() })
        })
        .collect();
    tokio::time::sleep(after / 2).await;
    assert_eq!(pretender.scripts(), 3);
    let mut waited_outside = 0;
    for ask in asks {
        let outside = RedisFault::TimedOut { step: "take on another operation", after };
        waited_outside += usize::from(fault(&ask.await.unwrap()) == &outside);
    }
    assert!(waited_outside > 0);
    pretender.says(":1");
    store.put(entry("k", b"", now), now).await.unwrap();
}

/// What a server says that loads, moves, or can't write: an error with its word in it, and nothing else.
#[tokio::test]
async fn passes_on_what_the_server_says() {
    for (said, word, code) in [
        ("-LOADING Redis is loading the dataset in memory", "LOADING", "store.redis_answer"),
        ("-MISCONF Redis is configured to save RDB snapshots", "MISCONF", "store.redis_answer"),
        ("-MOVED 3999 127.0.0.1:6381", "MOVED", "store.redis_answer"),
        ("-ASK 3999 127.0.0.1:6381", "ASK", "store.redis_answer"),
        ("-TRYAGAIN Multiple keys request during rehashing of slot", "TRYAGAIN", "store.redis_answer"),
        ("-CLUSTERDOWN The cluster is down", "CLUSTERDOWN", "store.redis_answer"),
        ("-MASTERDOWN Link with MASTER is down", "MASTERDOWN", "store.redis_answer"),
        ("-NOREPLICAS Not enough good replicas to write.", "NOREPLICAS", "store.redis_answer"),
        ("-BUSY Redis is busy running a script.", "BUSY", "store.redis_answer"),
        ("-ERR the words 'k hunter2'", "ERR", "store.redis_answer"),
        ("-NOSCRIPT still not", "NOSCRIPT", "store.redis_answer"),
        ("-NOPERM this user has no permissions", "NOPERM", "store.redis_refused"),
        ("-NOAUTH Authentication required.", "NOAUTH", "store.redis_refused"),
        ("-OOM command not allowed", "OOM", "store.redis_out_of_memory"),
        ("+OK", "another answer", "store.redis_answer"),
        (":7", "another answer", "store.redis_answer"),
        ("$x", "another answer", "store.redis_answer"),
    ] {
        let pretender = Pretender::start(said);
        let store = pretender.options().connect(now()).await.unwrap();
        let now = now();
        let error = store.insert_if_absent(entry("k", b"", now), now).await.unwrap_err();
        assert_eq!((fault(&error).code(), fault(&error).found().as_str()), (code, word), "{said}");
        let told = format!("{error:?} {} {}", fault(&error), fault(&error).expected());
        assert!(!told.contains("hunter"), "{told}");
        if said != ":7" {
            let error = store.take(PLACE, "k", now).await.unwrap_err();
            assert_eq!(fault(&error).code(), code, "{said}");
        }
        // As soon as it does what it is told, all goes on.
        pretender.says(":1");
        store.put(entry("k", b"", now), now).await.unwrap();
    }
}

/// A host that answers nothing costs everyone about one time-out, however many ask.
#[tokio::test]
async fn those_who_wait_for_a_connection_share_the_attempt() {
    let pretender = Pretender::start(":1");
    let after = Duration::from_millis(300);
    let options = pretender.options().with_connect_timeout(after).with_response_timeout(after);
    let store = Arc::new(options.connect(now()).await.unwrap());
    pretender.falls_silent();
    let now = now();
    // The connection is given up.
    let error = store.put(entry("k", b"", now), now).await.unwrap_err();
    assert_eq!(fault(&error), &RedisFault::TimedOut { step: "answer", after });
    let began = Instant::now();
    let asks: Vec<_> = (0..200)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.put(entry("k", b"", now), now).await.unwrap_err() })
        })
        .collect();
    for ask in asks {
        let error = ask.await.unwrap();
        assert_eq!(fault(&error), &RedisFault::TimedOut { step: "answer", after });
    }
    assert!(began.elapsed() < after * 4, "{:?}", began.elapsed());
    pretender.says(":1");
    store.put(entry("k", b"", now), now).await.unwrap();
}
