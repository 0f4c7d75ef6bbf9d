//! More than one server: replicas that confirm, sentinels that know the primary, clusters.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use saml_store::{Insertion, Namespace, RedisFault, RedisStoreOptions, Store, conformance};

use crate::faults::fault;
use crate::server::{Folder, PLACE, Server, entry, free_port, now, programs};

/// Asks again and again until it holds.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn with_port(program: &'static str, port: u16, more: &[&str]) -> Server {
    let port = port.to_string();
    let mut options = vec!["--port", &port, "--bind", "127.0.0.1", "--repl-diskless-sync-delay", "0"];
    options.extend(more);
    Server::start(program, &options)
}

/// A primary at a port, with more options, and a replica at another.
pub fn pair(program: &'static str, port: u16, other: u16, more: &[&str]) -> (Server, Server) {
    let primary = with_port(program, port, more);
    let replica = with_port(program, other, &["--replicaof", &format!("127.0.0.1 {port}")]);
    until_followed(&primary);
    (primary, replica)
}

/// Until a replica has confirmed something: it is told as online before it has loaded what the primary has.
fn until_followed(primary: &Server) {
    until("the replica follows", || {
        let told: String = primary.tell(&["INFO", "replication"]);
        told.contains("state=online") && !told.contains(",offset=0,")
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_and_takes_wait_for_replicas_and_nothing_else_does() {
    for program in programs() {
        let (primary, mut replica) = pair(program, free_port(), free_port(), &[]);
        let within = Duration::from_millis(800);
        let store = Arc::new(primary.options().with_replicas(1, within).connect(now()).await.unwrap());
        let now = now();
        let shared: Arc<dyn Store> = store.clone();
        conformance::run(shared, now).await.unwrap();
        assert_eq!(store.insert_for("p", entry("k", b"v", now), now).await.unwrap(), Insertion::Inserted);
        assert_eq!(
            replica.tell::<i64>(&["EXISTS", "saml:{test.place}e:k"]),
            1,
            "it was there when it answered"
        );
        replica.kill();
        let missing = RedisFault::Replicas { expected: 1, found: 0, within };
        let waiting = Arc::clone(&store);
        let began = Instant::now();
        let marks =
            tokio::spawn(
                async move { waiting.insert_if_absent(entry("mark", b"", now), now).await.unwrap_err() },
            );
        tokio::time::sleep(Duration::from_millis(100)).await;
        // Whoever need not wait doesn't wait behind it.
        let read = Instant::now();
        assert_eq!(store.get(PLACE, "k", now).await.unwrap(), Some(b"v".to_vec()));
        store.put(entry("other", b"", now), now).await.unwrap();
        assert!(read.elapsed() < Duration::from_millis(400), "{:?}", read.elapsed());
        assert_eq!(fault(&marks.await.unwrap()), &missing);
        assert!(began.elapsed() >= within);
        assert_eq!(fault(&store.take(PLACE, "k", now).await.unwrap_err()), &missing);
        // The primary has both; what changes nothing has nothing to wait for.
        let again = store.insert_if_absent(entry("mark", b"", now), now).await.unwrap();
        assert_eq!(again, Insertion::AlreadyPresent);
        assert_eq!(store.take(PLACE, "k", now).await.unwrap(), None);
        replica.restart();
        until_followed(&primary);
        assert_eq!(store.take(PLACE, "mark", now).await.unwrap(), Some(Vec::new()));
    }
}

/// A sentinel that watches one primary, `main`.
struct Sentinel {
    child: Child,
    port: u16,
    _folder: Folder,
}

impl Sentinel {
    fn start(program: &str, primary: u16) -> Self {
        let (folder, port) = (Folder::new(), free_port());
        let path = folder.path().join("sentinel.conf");
        let settings = format!(
            "port {port}\nbind 127.0.0.1\ndir {}\nrequirepass sesame\nsentinel monitor main 127.0.0.1 {primary} 1\n\
             sentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n",
            folder.path().display()
        );
        fs::write(&path, settings).unwrap();
        let mut command = Command::new(program);
        command.arg(&path).arg("--sentinel").stdout(Stdio::null()).stderr(Stdio::null());
        let this = Self { child: command.spawn().unwrap(), port, _folder: folder };
        until("the sentinel knows the replica", || {
            this.told().contains("num-slaves=1") || this.told().contains("slaves=1")
        });
        this
    }

    fn told(&self) -> String {
        let url = format!("redis://:sesame@127.0.0.1:{}", self.port);
        let connection = redis::Client::open(url).and_then(|client| client.get_connection());
        let told =
            connection.and_then(|mut connection| redis::cmd("INFO").arg("sentinel").query(&mut connection));
        told.unwrap_or_default()
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn follows_the_primary_that_the_sentinels_name() {
    for program in programs() {
        let port = free_port();
        let (mut primary, _replica) = pair(program, port, free_port(), &[]);
        let sentinel = Sentinel::start(program, port);
        // One of the sentinels is down.
        let url = |name: &str| format!("redis+sentinel://127.0.0.1:1,127.0.0.1:{}/{name}", sentinel.port);
        let options = |name: &str| {
            RedisStoreOptions::parse(&url(name)).unwrap().with_sentinel_credentials(None, "sesame")
        };
        let error = options("other").connect(now()).await.unwrap_err();
        assert_eq!(error, RedisFault::NoPrimary { of: "other".to_owned() });
        let error = RedisStoreOptions::parse(&url("main")).unwrap().connect(now()).await.unwrap_err();
        assert_eq!(error, RedisFault::Refused { code: "NOAUTH".to_owned() });
        let options = options("main").with_replicas(1, Duration::from_secs(1));
        assert!(!format!("{options:?}").contains("sesame"));
        let (store, now) = (options.connect(now()).await.unwrap(), now());
        assert_eq!(store.insert_if_absent(entry("k", b"v", now), now).await.unwrap(), Insertion::Inserted);
        primary.kill();
        let began = Instant::now();
        let found = loop {
            match store.get(PLACE, "k", now).await {
                Ok(found) => break found,
                Err(error) => assert!(began.elapsed() < Duration::from_secs(30), "{error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        assert_eq!(found, Some(b"v".to_vec()), "the replica had confirmed it");
        // There is no replica any more, but it is there.
        assert_eq!(fault(&store.take(PLACE, "k", now).await.unwrap_err()).code(), "store.redis_replicas");
    }
}

/// Two nodes, each with half of the slots.
pub fn cluster(program: &'static str) -> [(Server, u16); 2] {
    let nodes = [(); 2].map(|()| {
        let (port, bus) = (free_port(), free_port());
        let bus = bus.to_string();
        let more =
            ["--cluster-enabled", "yes", "--cluster-port", &bus, "--cluster-require-full-coverage", "no"];
        (with_port(program, port, &more), port, bus)
    });
    let [(one, ..), (other, port, bus)] = &nodes;
    let _: String = one.tell(&["CLUSTER", "ADDSLOTSRANGE", "0", "8191"]);
    let _: String = other.tell(&["CLUSTER", "ADDSLOTSRANGE", "8192", "16383"]);
    let _: String = one.tell(&["CLUSTER", "MEET", "127.0.0.1", &port.to_string(), bus]);
    for (node, ..) in &nodes {
        until("the nodes know each other", || {
            let told: String = node.tell(&["CLUSTER", "INFO"]);
            told.contains("cluster_state:ok") && told.contains("cluster_slots_assigned:16384")
        });
    }
    nodes.map(|(node, port, _)| (node, port))
}

/// Namespaces on both nodes.
const SPREAD: [Namespace; 6] = [
    Namespace::new("test.a"),
    Namespace::new("test.b"),
    Namespace::new("test.c"),
    Namespace::new("test.d"),
    Namespace::new("test.e"),
    Namespace::new("test.f"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn finds_each_namespace_on_its_node_of_a_cluster_and_again_when_it_moved() {
    for program in programs() {
        let [(mut one, port), (other, _)] = cluster(program);
        let url = format!("redis+cluster://127.0.0.1:1,127.0.0.1:{port}");
        let store = Arc::new(RedisStoreOptions::parse(&url).unwrap().connect(now()).await.unwrap());
        let now = now();
        let shared: Arc<dyn Store> = store.clone();
        conformance::run(shared, now).await.unwrap();
        let slot: i64 = one.tell(&["CLUSTER", "KEYSLOT", "saml:{test.place}order"]);
        let (source, target) = if slot < 8_192 { (&one, &other) } else { (&other, &one) };
        store.put(entry("k", b"v", now), now).await.unwrap();
        assert_eq!(source.tell::<i64>(&["CLUSTER", "COUNTKEYSINSLOT", &slot.to_string()]), 3);
        store.remove(PLACE, "k", now).await.unwrap();
        let id: String = target.tell(&["CLUSTER", "MYID"]);
        for node in [target, source] {
            let _: String = node.tell(&["CLUSTER", "SETSLOT", &slot.to_string(), "NODE", &id]);
        }
        let error = store.put(entry("k", b"v", now), now).await.unwrap_err();
        assert_eq!(fault(&error), &RedisFault::Answered { code: "MOVED".to_owned() });
        store.put(entry("k", b"v", now), now).await.unwrap();
        assert_eq!(target.tell::<i64>(&["CLUSTER", "COUNTKEYSINSLOT", &slot.to_string()]), 3);
        assert_eq!(store.take(PLACE, "k", now).await.unwrap(), Some(b"v".to_vec()));
        // The node that was named first is gone: the others tell, and its slots are not to be had.
        one.kill();
        for _ in 0..2 {
            let mut answered = Vec::new();
            for place in SPREAD {
                match store.get(place, "k", now).await {
                    Ok(found) => answered.push((place, found)),
                    Err(error) => assert!(fault(&error).code().starts_with("store.redis_"), "{error:?}"),
                }
            }
            assert!((1..SPREAD.len()).contains(&answered.len()), "{answered:?}");
        }
    }
}
