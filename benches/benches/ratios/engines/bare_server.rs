//! The floor of the Redis engine: scripts of one line over one connection.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{Value, cmd};
use saml_benches::Failure;
use tokio::task::JoinSet;

const INSERT: &str = "return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', 1200000)";
const TAKE: &str = "return redis.call('GETDEL', KEYS[1])";

/// A server of our own on a socket, which keeps nothing.
pub struct Server {
    child: Child,
    pub socket: PathBuf,
}

impl Server {
    /// Nothing where there is no such program.
    pub fn start(folder: &Path) -> Result<Option<Self>, Failure> {
        let socket = folder.join("s");
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"]).arg(folder);
        command.arg("--unixsocket").arg(&socket).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(child) = command.spawn() else { return Ok(None) };
        let server = Self { child, socket };
        let until = Instant::now() + Duration::from_secs(20);
        while !server.socket.exists() {
            if Instant::now() > until {
                return Err("redis-server does not begin".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(Some(server))
    }

    pub async fn connect(&self) -> Result<BareServer, Failure> {
        let client = redis::Client::open(format!("redis+unix://{}", self.socket.display()))?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        let mut load = async |script: &str| -> Result<String, Failure> {
            Ok(cmd("SCRIPT").arg("LOAD").arg(script).query_async(&mut connection).await?)
        };
        let (insert, take) = (load(INSERT).await?, load(TAKE).await?);
        Ok(BareServer { connection, insert, take })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// One connection, and the two scripts.
pub struct BareServer {
    connection: MultiplexedConnection,
    insert: String,
    take: String,
}

impl BareServer {
    /// All callers insert at once, each its own key, and then all take.
    pub async fn insert_and_take(&self, keys: &[String], value: &[u8]) -> Result<(), Failure> {
        self.all(&self.insert, keys, Some(value)).await?;
        self.all(&self.take, keys, None).await
    }

    async fn all(&self, script: &str, keys: &[String], value: Option<&[u8]>) -> Result<(), Failure> {
        let mut callers = JoinSet::new();
        for key in keys {
            let mut connection = self.connection.clone();
            let mut command = cmd("EVALSHA");
            command.arg(script).arg(1).arg(format!("bare:{key}")).arg(value);
            callers.spawn(async move { command.query_async::<Value>(&mut connection).await });
        }
        while let Some(answered) = callers.join_next().await {
            if answered?? == Value::Nil {
                return Err("the script did nothing".into());
            }
        }
        Ok(())
    }

    /// Octets that the server uses.
    pub async fn memory(&self) -> Result<u64, Failure> {
        let mut connection = self.connection.clone();
        let told: String = cmd("INFO").arg("memory").query_async(&mut connection).await?;
        let used = told.lines().find_map(|line| line.strip_prefix("used_memory:"));
        Ok(used.ok_or("the server tells no used_memory")?.trim().parse()?)
    }
}
