//! The engines that several nodes share.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use saml_provider::store_instant;
use saml_store::{FileStore, RedisFault, RedisStore, RedisStoreOptions, Store};
use saml_testkit::left_out::without_tool;
use saml_tests::message::now;

const SERVER: &str = "redis-server";

/// What keeps the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Redis,
}

/// A place for state, which goes with the test.
pub struct Engine {
    folder: PathBuf,
    kind: Kind,
    server: Option<Child>,
}

impl Engine {
    /// An empty one of each kind that can be had here.
    pub async fn all() -> Vec<Self> {
        let mut all = vec![Self::start(Kind::File).await];
        all.extend(Self::redis().await);
        all
    }

    /// A server, if there is one on this machine.
    pub async fn redis() -> Option<Self> {
        if Command::new(SERVER).arg("--version").stdout(Stdio::null()).status().is_err() {
            without_tool("several nodes over one Redis", SERVER);
            return None;
        }
        Some(Self::start(Kind::Redis).await)
    }

    pub async fn start(kind: Kind) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("saml-shared-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let mut engine = Self { folder, kind, server: None };
        if kind == Kind::Redis {
            engine.start_server().await;
        }
        engine
    }

    /// Where a node finds it.
    pub fn address(&self) -> String {
        match self.kind {
            Kind::File => self.file("state").display().to_string(),
            Kind::Redis => format!("redis+unix://{}", self.file("socket").display()),
        }
    }

    /// A file beside it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Ends the server without a warning.
    pub fn kill_server(&mut self) {
        let mut server = self.server.take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }

    /// Starts it with what it wrote before.
    pub async fn start_server(&mut self) {
        let mut command = Command::new(SERVER);
        command.arg("--dir").arg(&self.folder).arg("--unixsocket").arg(self.file("socket"));
        command.args(["--port", "0", "--save", "", "--appendonly", "yes", "--appendfsync", "always"]);
        self.server = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let until = Instant::now() + Duration::from_secs(20);
        while let Err(fault) = connected(&self.address()).await {
            assert!(Instant::now() < until, "the server does not answer: {fault}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if self.server.is_some() {
            self.kill_server();
        }
        let _removed = std::fs::remove_dir_all(&self.folder);
    }
}

async fn connected(address: &str) -> Result<RedisStore, RedisFault> {
    RedisStoreOptions::parse(address)?.connect(store_instant(now())).await
}

/// A handle of its own on what is at this address.
pub async fn open(address: &str) -> Arc<dyn Store> {
    if address.starts_with("redis") {
        Arc::new(connected(address).await.unwrap())
    } else {
        Arc::new(FileStore::open(Path::new(address)).unwrap())
    }
}
