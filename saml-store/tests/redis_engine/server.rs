//! Servers for tests, each in a folder of its own and ended with the test.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use saml_store::{Entry, Namespace, RedisStore, RedisStoreOptions, StoreInstant};

use crate::left_out::{left_out, without_tool};

/// The programs with which a test is made: Debian's Redis, and Valkey where it is there.
pub fn programs() -> Vec<&'static str> {
    let mut found = Vec::new();
    if is_there("redis-server") {
        found.push("redis-server");
    } else {
        without_tool("the Redis engine", "redis-server");
    }
    if is_there("valkey-server") {
        found.push("valkey-server");
    } else {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            left_out(
                "the Redis engine on Valkey",
                "valkey-server is not there; not every distribution has it",
            );
        });
    }
    found
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("saml-redis-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}

/// A port that nobody listened on a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running server, on a socket and, if it was told so, on a port.
pub struct Server {
    program: &'static str,
    arguments: Vec<String>,
    child: Option<Child>,
    folder: Folder,
}

impl Server {
    /// Starts a server with these options beside those that keep it to itself, and waits until it answers.
    pub fn start(program: &'static str, options: &[&str]) -> Self {
        let folder = Folder::new();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut arguments: Vec<String> =
            vec!["--dir".into(), path(""), "--unixsocket".into(), path("s"), "--save".into(), String::new()];
        if !options.contains(&"--port") && !options.contains(&"--tls-port") {
            arguments.extend(["--port".into(), "0".into()]);
        }
        arguments.extend(options.iter().map(|option| (*option).to_owned()));
        let mut server = Self { program, arguments, child: None, folder };
        server.restart();
        server
    }

    /// Starts it again with what it has in its folder.
    pub fn restart(&mut self) {
        self.launch();
        let until = Instant::now() + Duration::from_secs(20);
        while let Err(error) = self.try_tell::<String>(&["PING"]) {
            // It is there if it wants a password.
            if error.code() == Some("NOAUTH") {
                break;
            }
            assert!(Instant::now() < until, "{} does not answer: {error}", self.program);
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts it again and does not wait.
    pub fn launch(&mut self) {
        assert!(self.child.is_none());
        let mut command = Command::new(self.program);
        command.args(&self.arguments).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
    }

    /// Lets it stand still, connected.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Ends it without a warning.
    pub fn kill(&mut self) {
        let mut child = self.child.take().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("s")
    }

    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    pub fn options(&self) -> RedisStoreOptions {
        RedisStoreOptions::parse(&self.url()).unwrap()
    }

    pub async fn store(&self) -> RedisStore {
        self.options().connect(now()).await.unwrap()
    }

    /// Tells the server something, past the engine.
    pub fn tell<T: redis::FromRedisValue>(&self, words: &[&str]) -> T {
        self.try_tell(words).unwrap()
    }

    pub fn try_tell<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut connection = redis::Client::open(self.url())?.get_connection()?;
        let mut command = redis::Cmd::new();
        for word in words {
            command.arg(word);
        }
        command.query(&mut connection)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.kill();
        }
    }
}

/// The real time, by which the server frees what has expired.
pub fn now() -> StoreInstant {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    StoreInstant::from_unix_millis(i64::try_from(since.as_millis()).unwrap())
}

pub fn later(now: StoreInstant, seconds: u64) -> StoreInstant {
    now.saturating_add(Duration::from_secs(seconds))
}

pub const PLACE: Namespace = Namespace::new("test.place");

/// An entry for a minute.
pub fn entry<'a>(key: &'a str, value: &[u8], now: StoreInstant) -> Entry<'a> {
    Entry { namespace: PLACE, key, value: value.to_vec(), expires_at: later(now, 60) }
}
