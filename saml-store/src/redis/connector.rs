//! Connections to one server.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslVersion};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue, ProtocolVersion, RedisConnectionInfo, RedisError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_openssl::SslStream;

use super::address::Address;
use super::driver::Driver;
use super::fault::RedisFault;
use super::options::{RedisStoreOptions, Tls};
use super::url::Credentials;

/// A connection that many tasks share. It says when it has ended.
#[derive(Clone)]
pub(super) struct Connection {
    shared: MultiplexedConnection,
    ended: Arc<AtomicBool>,
    address: Address,
    response_timeout: Duration,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Connection {
    pub(super) fn is_open(&self) -> bool {
        !self.ended.load(Ordering::Acquire)
    }

    pub(super) const fn address(&self) -> &Address {
        &self.address
    }

    /// Sends a command and waits for the answer, `longer` than usual.
    ///
    /// # Errors
    /// Whether the server did what it was told is unknown after [`RedisFault::TimedOut`] and [`RedisFault::Lost`].
    pub(super) async fn ask_for<T: FromRedisValue>(
        &self,
        command: &Cmd,
        longer: Duration,
    ) -> Result<T, RedisFault> {
        let after = self.response_timeout.saturating_add(longer);
        let mut shared = self.shared.clone();
        match timeout(after, command.query_async(&mut shared)).await {
            Ok(answer) => answer.map_err(RedisFault::from),
            Err(_) => Err(RedisFault::TimedOut { step: "answer", after }),
        }
    }

    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisFault> {
        self.ask_for(command, Duration::ZERO).await
    }
}

/// Opens connections, all for one user.
#[derive(Clone)]
pub(super) struct Connector {
    driver: Arc<Driver>,
    tls: Option<SslConnector>,
    credentials: Credentials,
    database: i64,
    connect_timeout: Duration,
    response_timeout: Duration,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

impl Connector {
    /// # Errors
    /// [`RedisFault::Certificates`].
    pub(super) fn new(options: &RedisStoreOptions, driver: Arc<Driver>) -> Result<Self, RedisFault> {
        let tls = options.location.tls.then(|| connector(&options.tls)).transpose()?;
        Ok(Self {
            driver,
            tls,
            credentials: options.location.credentials.clone(),
            database: options.location.database,
            connect_timeout: options.connect_timeout,
            response_timeout: options.response_timeout,
        })
    }

    /// The same for another user, of whom there is one database.
    pub(super) fn for_sentinels(&self, credentials: &Credentials) -> Self {
        Self { credentials: credentials.clone(), database: 0, ..self.clone() }
    }

    /// # Errors
    /// [`RedisFault::Unreachable`], [`RedisFault::TimedOut`], [`RedisFault::Refused`].
    pub(super) async fn open(&self, address: &Address) -> Result<Connection, RedisFault> {
        let (this, at) = (self.clone(), address.clone());
        let after = self.connect_timeout;
        // Where all connections are served, whoever asks.
        let opening = self.driver.run(async move { timeout(after, this.try_open(&at)).await });
        match opening.await {
            Some(Ok(opened)) => opened,
            Some(Err(_)) => Err(RedisFault::TimedOut { step: "accept a connection", after }),
            None => Err(RedisFault::Lost),
        }
    }

    async fn try_open(&self, address: &Address) -> Result<Connection, RedisFault> {
        let unreachable = |why: String| RedisFault::Unreachable { address: address.clone(), why };
        match (address, &self.tls) {
            (Address::Tcp { host, port }, tls) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await;
                let stream = stream.map_err(|error| unreachable(error.to_string()))?;
                stream.set_nodelay(true).map_err(|error| unreachable(error.to_string()))?;
                let Some(tls) = tls else { return self.greet(address, stream).await };
                let configured = tls.configure().and_then(|configuration| configuration.into_ssl(host));
                let stream = configured.and_then(|ssl| SslStream::new(ssl, stream));
                let mut stream = stream.map_err(|error| unreachable(error.to_string()))?;
                let shaken = Pin::new(&mut stream).connect().await;
                shaken.map_err(|error| unreachable(error.to_string()))?;
                self.greet(address, stream).await
            }
            (Address::Unix(path), _) => {
                let stream = unix(path).await.map_err(|error| unreachable(error.to_string()))?;
                self.greet(address, stream).await
            }
        }
    }

    /// Says who asks, and leaves the connection to the driver.
    async fn greet<S>(&self, address: &Address, stream: S) -> Result<Connection, RedisFault>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut info = RedisConnectionInfo::default()
            .set_protocol(ProtocolVersion::RESP2)
            .set_skip_set_lib_name()
            .set_db(self.database);
        if let Some(user) = &self.credentials.user {
            info = info.set_username(user);
        }
        if let Some(password) = &self.credentials.password {
            info = info.set_password(password.as_str());
        }
        // Time-outs are ours: after one of them the connection is given up.
        let config = AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(None);
        let greeted = MultiplexedConnection::new_with_config(&info, stream, config).await;
        let (shared, serve) = greeted.map_err(|error| greeting(address, error))?;
        let ended = Arc::new(AtomicBool::new(false));
        let at_its_end = Arc::clone(&ended);
        tokio::spawn(async move {
            serve.await;
            at_its_end.store(true, Ordering::Release);
        });
        Ok(Connection { shared, ended, address: address.clone(), response_timeout: self.response_timeout })
    }
}

/// A server that closes the connection during the greeting is not there.
fn greeting(address: &Address, error: RedisError) -> RedisFault {
    let fault = RedisFault::from(error);
    if fault != RedisFault::Lost {
        return fault;
    }
    let why = "the connection was closed during the greeting".to_owned();
    RedisFault::Unreachable { address: address.clone(), why }
}

#[cfg(unix)]
async fn unix(path: &std::path::Path) -> io::Result<tokio::net::UnixStream> {
    tokio::net::UnixStream::connect(path).await
}

#[cfg(not(unix))]
async fn unix(_path: &std::path::Path) -> io::Result<TcpStream> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// TLS 1.2 or later, with a certificate for the server's name from an authority that is trusted.
fn connector(tls: &Tls) -> Result<SslConnector, RedisFault> {
    let fault = |error: openssl::error::ErrorStack| RedisFault::Certificates { why: error.to_string() };
    let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(fault)?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2)).map_err(fault)?;
    if let Some(file) = &tls.authorities {
        // The builder trusts the system's authorities from the start; a store of its own trusts none but these.
        let store = openssl::x509::store::X509StoreBuilder::new().map_err(fault)?;
        builder.set_cert_store(store.build());
        builder.set_ca_file(file).map_err(fault)?;
    }
    if let Some((chain, key)) = &tls.client {
        builder.set_certificate_chain_file(chain).map_err(fault)?;
        builder.set_private_key_file(key, SslFiletype::PEM).map_err(fault)?;
        builder.check_private_key().map_err(fault)?;
    }
    Ok(builder.build())
}
