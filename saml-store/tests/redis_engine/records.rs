//! Records in real servers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use saml_store::{
    Insertion, MemoryRecords, Namespace, RecordName, Records, RedisFault, RedisRecords, RedisStoreOptions,
    Removal, Sealed, SealingKey, SealingKeys, Store, conformance,
};

use crate::faults::fault;
use crate::server::{PLACE, Server, entry, free_port, now, programs};
use crate::several::{cluster, pair};

const DURABLE: [&str; 4] = ["--appendonly", "yes", "--appendfsync", "always"];
const KEY: RecordName<'static> = RecordName { namespace: PLACE, owner: "alice", name: "passkey" };

async fn records(server: &Server) -> RedisRecords {
    server.options().connect_records(now()).await.unwrap()
}

fn names(server: &Server) -> Vec<String> {
    server.tell(&["KEYS", "*"])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_of_records_and_leaves_nothing_behind() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        let own = Arc::new(records(&server).await);
        conformance::records::run(own.clone()).await.unwrap();
        let memory = MemoryRecords::new();
        conformance::records::moves(own.as_ref(), &memory).await.unwrap();
        conformance::records::moves(&memory, own.as_ref()).await.unwrap();
        assert_eq!(names(&server), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_of_records_through_two_handles_and_sealed() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        let key = |octet: u8| SealingKey::from_octets(&[octet; 32]).unwrap();
        let keys = SealingKeys::new(&key(1), key(2)).unwrap();
        let plain: [Arc<dyn Records>; 2] =
            [Arc::new(records(&server).await), Arc::new(records(&server).await)];
        let [one, other] = plain.clone();
        conformance::records::run(conformance::records::in_turn(one, other)).await.unwrap();
        let [one, other] = plain.map(|inner| Arc::new(Sealed::new(inner, keys.clone())));
        conformance::records::run(conformance::records::in_turn(one, other)).await.unwrap();
        assert_eq!(names(&server), [""; 0]);
    }
}

#[tokio::test]
async fn fulfils_the_contract_of_records_when_full() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        for (capacity, octets) in [(4, 8_000), (7, 20_000), (100, 1_000_000)] {
            let options = server.options().with_record_capacity(capacity).with_record_octets(octets);
            let own = options.connect_records(now()).await.unwrap();
            conformance::records::refuses_when_full(&own, PLACE, capacity, octets).await.unwrap();
        }
        assert_eq!(names(&server), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fulfils_the_contract_of_records_in_a_cluster() {
    for program in programs() {
        let [(one, port), (other, _)] = cluster(program);
        for node in [&one, &other] {
            let _: String = node.tell(&["CONFIG", "SET", "appendonly", "yes"]);
        }
        let options = RedisStoreOptions::parse(&format!("redis+cluster://127.0.0.1:{port}")).unwrap();
        let own = Arc::new(options.connect_records(now()).await.unwrap());
        conformance::records::run(own.clone()).await.unwrap();
        // All of a namespace is in one slot, whoever owns it.
        let slot: i64 = one.tell(&["CLUSTER", "KEYSLOT", "saml:{test.place}records"]);
        for owner in ["alice", "bob", "}{"] {
            let at = RecordName { namespace: PLACE, owner, name: "passkey" };
            assert_eq!(own.insert_record(at, b"x".to_vec()).await.unwrap(), Insertion::Inserted);
        }
        let node = if slot < 8_192 { &one } else { &other };
        assert_eq!(node.tell::<i64>(&["CLUSTER", "COUNTKEYSINSLOT", &slot.to_string()]), 3 + 2);
    }
}

#[tokio::test]
async fn refuses_a_server_without_an_append_only_file_also_later() {
    for program in programs() {
        let mut server = Server::start(program, &[]);
        let error = server.options().connect_records(now()).await.unwrap_err();
        assert_eq!(error, RedisFault::NoAppendOnlyFile);
        assert_eq!((error.expected(), error.found()), ("appendonly yes".into(), "appendonly no".into()));
        server.store().await.put(entry("k", b"", now()), now()).await.unwrap();
        let allowed = server.options().allow_records_without_append_only_file();
        let allowed = allowed.connect_records(now()).await.unwrap();
        assert_eq!(allowed.insert_record(KEY, b"x".to_vec()).await.unwrap(), Insertion::Inserted);
        // A server that is started again without its file is another server.
        let _: String = server.tell(&["CONFIG", "SET", "appendonly", "yes"]);
        let own = records(&server).await;
        assert_eq!(own.record(KEY).await.unwrap(), Some(b"x".to_vec()));
        server.kill();
        server.restart();
        let error = own.insert_record(KEY, b"y".to_vec()).await.unwrap_err();
        assert_eq!(fault(&error).code(), "store.redis_append_only");
    }
}

#[tokio::test]
async fn refuses_a_server_that_evicts_whatever_is_allowed_for_entries() {
    for program in programs() {
        let evicts = [&DURABLE[..], &["--maxmemory-policy", "allkeys-lru"]].concat();
        let server = Server::start(program, &evicts);
        assert!(server.options().allow_eviction().connect(now()).await.is_ok());
        let error = server.options().allow_eviction().connect_records(now()).await.unwrap_err();
        assert_eq!(error.code(), "store.redis_eviction_policy");
    }
}

/// Killed in the middle of what many write, again and again: whatever it answered is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn records_that_were_answered_outlive_a_server_that_is_killed_while_it_writes() {
    for program in programs() {
        for milliseconds in [30, 90, 150, 210] {
            let mut server = Server::start(program, &DURABLE);
            let (own, said) = (Arc::new(records(&server).await), Arc::new(Mutex::new(Vec::new())));
            let heard = Arc::clone(&said);
            let say = move |line| heard.lock().unwrap().push(line);
            let writes = tokio::spawn(conformance::records::write_until_killed(own, say));
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            server.kill();
            assert_eq!(writes.await.unwrap().unwrap_err().code(), "store.unavailable");
            server.restart();
            let said = said.lock().unwrap().clone();
            let seen = conformance::records::after_kill(&records(&server).await, &said).await.unwrap();
            assert!(seen > 0, "after {milliseconds} ms");
        }
    }
}

#[tokio::test]
async fn a_server_without_memory_refuses_what_is_new_and_lets_records_be_read_and_removed() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        let own = records(&server).await;
        let of = |name| RecordName { name, ..KEY };
        for name in ["a", "b", "c"] {
            assert_eq!(own.insert_record(of(name), b"x".to_vec()).await.unwrap(), Insertion::Inserted);
        }
        let _: String = server.tell(&["CONFIG", "SET", "maxmemory", "1"]);
        let error = own.insert_record(KEY, b"x".to_vec()).await.unwrap_err();
        assert_eq!(fault(&error), &RedisFault::OutOfMemory);
        let error = own.replace_record(of("a"), b"y".to_vec(), b"x").await.unwrap_err();
        assert_eq!(fault(&error), &RedisFault::OutOfMemory);
        assert_eq!(own.record(of("a")).await.unwrap(), Some(b"x".to_vec()));
        assert_eq!(own.records_of(PLACE, "alice", None).await.unwrap().records.len(), 3);
        assert_eq!(own.remove_record(of("a"), b"x").await.unwrap(), Removal::Removed);
        assert_eq!(own.remove_records_of(PLACE, "alice").await.unwrap(), 2);
        assert_eq!(names(&server), [""; 0]);
    }
}

#[tokio::test]
async fn says_what_it_did_not_write_or_what_is_missing() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        let own = records(&server).await;
        assert_eq!(own.insert_record(KEY, b"x".to_vec()).await.unwrap(), Insertion::Inserted);
        let name = "saml:{test.place}r:005alicepasskey";
        assert_eq!(server.tell::<String>(&["GET", name]), "x");
        assert_eq!(server.tell::<i64>(&["GET", "saml:{test.place}record-octets"]), 5 + 7 + 1);
        for name in [name, "saml:{test.place}records", "saml:{test.place}record-octets"] {
            assert_eq!(server.tell::<i64>(&["TTL", name]), -1, "{name}");
        }
        let other = RecordName { name: "another", ..KEY };
        assert_eq!(own.insert_record(other, b"x".to_vec()).await.unwrap(), Insertion::Inserted);
        let _: i64 = server.tell(&["DEL", name]);
        let listed = own.records_of(PLACE, "alice", None).await.unwrap_err();
        assert_eq!(listed.code(), "store.corrupt");
        assert_eq!(own.export_records(PLACE, None).await.unwrap_err().code(), "store.corrupt");
        assert_eq!(own.remove_records_of(PLACE, "alice").await.unwrap_err().code(), "store.corrupt");
        assert_eq!(
            own.record(other).await.unwrap(),
            Some(b"x".to_vec()),
            "it is removed with all or not at all"
        );
        let _: i64 = server.tell(&["LPUSH", name, "x"]);
        assert_eq!(own.record(KEY).await.unwrap_err().code(), "store.corrupt");
        assert_eq!(own.insert_record(KEY, Vec::new()).await.unwrap_err().code(), "store.corrupt");
    }
}

/// The server does nothing else while a script runs, so that it may not read what an owner has, up to 1 000 long values.
#[tokio::test]
async fn ending_an_owner_reads_no_value() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        let own = records(&server).await;
        for (name, value) in [("a", b"x".as_slice()), ("b", &[7; 60_000]), ("empty", b"")] {
            let inserted = own.insert_record(RecordName { name, ..KEY }, value.to_vec()).await.unwrap();
            assert_eq!(inserted, Insertion::Inserted);
        }
        let _: String = server.tell(&["CONFIG", "RESETSTAT"]);
        assert_eq!(own.remove_records_of(PLACE, "alice").await.unwrap(), 3);
        let called: String = server.tell(&["INFO", "commandstats"]);
        assert!(called.contains("cmdstat_strlen:calls=3"), "{called}");
        assert!(!called.contains("cmdstat_get:"), "{called}");
        assert_eq!(names(&server), [""; 0]);
    }
}

#[tokio::test]
async fn a_change_waits_for_replicas_and_reading_does_not() {
    for program in programs() {
        let server = Server::start(program, &DURABLE);
        let options = server.options().with_replicas(1, Duration::from_millis(50));
        let (own, plain) = (options.connect_records(now()).await.unwrap(), records(&server).await);
        let place = RecordName { namespace: Namespace::new("test.replicas"), ..KEY };
        let waited = |error: saml_store::StoreError| fault(&error).code();
        let inserted = own.insert_record(place, b"x".to_vec()).await;
        assert_eq!(inserted.map_err(waited), Err("store.redis_replicas"));
        // The primary has it all the same.
        assert_eq!(own.record(place).await.unwrap(), Some(b"x".to_vec()));
        assert_eq!(own.records_of(place.namespace, "alice", None).await.unwrap().records.len(), 1);
        let again = own.insert_record(place, b"x".to_vec()).await;
        assert_eq!(again.map_err(waited), Err("store.redis_replicas"), "no replica has it yet");
        let changed = own.replace_record(place, b"y".to_vec(), b"z").await;
        assert_eq!(changed.map_err(waited), Err("store.redis_replicas"));
        let kept = own.remove_record(place, b"z").await;
        assert_eq!(kept.map_err(waited), Err("store.redis_replicas"));
        let replaced = own.replace_record(place, b"y".to_vec(), b"x").await;
        assert_eq!(replaced.map_err(waited), Err("store.redis_replicas"));
        let more = RecordName { name: "more", ..place };
        assert_eq!(plain.insert_record(more, b"x".to_vec()).await.unwrap(), Insertion::Inserted);
        let removed = own.remove_records_of(place.namespace, "alice").await;
        assert_eq!(removed.map_err(waited), Err("store.redis_replicas"));
        let again = own.remove_records_of(place.namespace, "alice").await;
        assert_eq!(again.map_err(waited), Err("store.redis_replicas"));
        assert_eq!(names(&server), [""; 0], "what is written to be confirmed leaves nothing");
        assert_eq!(plain.remove_records_of(place.namespace, "alice").await.unwrap(), 0);
    }
}

/// A connection that has written nothing waits for nothing: the change may have come by another one.
#[tokio::test]
async fn what_is_there_already_is_told_once_a_replica_has_it() {
    for program in programs() {
        let (primary, replica) = pair(program, free_port(), free_port(), &DURABLE);
        let within = Duration::from_millis(300);
        let connected =
            || async { primary.options().with_replicas(1, within).connect_records(now()).await.unwrap() };
        let (one, other) = (connected().await, connected().await);
        let inserted = records(&primary).await.insert_record(KEY, b"x".to_vec()).await.unwrap();
        assert_eq!(inserted, Insertion::Inserted);
        let more = RecordName { name: "more", ..KEY };
        replica.pause();
        let missing = RedisFault::Replicas { expected: 1, found: 0, within };
        assert_eq!(fault(&one.insert_record(more, b"x".to_vec()).await.unwrap_err()), &missing);
        assert_eq!(fault(&other.insert_record(more, b"x".to_vec()).await.unwrap_err()), &missing);
        let ended = connected().await.remove_records_of(PLACE, "nobody").await;
        assert_eq!(fault(&ended.unwrap_err()), &missing);
        replica.go_on();
        let mut told = other.insert_record(more, b"x".to_vec()).await;
        for _ in 0..50 {
            if told.is_ok() {
                break;
            }
            told = other.insert_record(more, b"x".to_vec()).await;
        }
        assert_eq!(told.unwrap(), Insertion::AlreadyPresent);
        assert_eq!(replica.tell::<i64>(&["EXISTS", "saml:{test.place}r:005alicemore"]), 1);
        assert_eq!(other.remove_record(more, b"y").await.unwrap(), Removal::Changed);
        assert_eq!(primary.tell::<i64>(&["GET", "saml:{test.place}record-octets"]), 13 + 10);
    }
}
