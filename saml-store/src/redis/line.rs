//! The connections to the server that has some of the entries.

use std::sync::Arc;

use redis::cmd;

use super::address::Address;
use super::connector::{Connection, Connector};
use super::fault::RedisFault;
use super::fitness::require_fit;
use super::options::{Eviction, Persistence};
use super::renewed::Renewed;

/// How connections are opened, and what is asked of the server.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) connector: Connector,
    pub(super) sentinels: Connector,
    pub(super) eviction: Eviction,
    pub(super) persistence: Persistence,
}

impl Access {
    /// # Errors
    /// There is no connection, or the server is not fit.
    async fn open(&self, address: &Address) -> Result<Connection, RedisFault> {
        let connection = self.connector.open(address).await?;
        match require_fit(&connection, self.eviction, self.persistence).await {
            Ok(()) => Ok(connection),
            // A server that wants a certificate, or TLS, says so by closing.
            Err(RedisFault::Lost) => {
                let why = "the server closed the connection at once".to_owned();
                Err(RedisFault::Unreachable { address: address.clone(), why })
            }
            Err(fault) => Err(fault),
        }
    }
}

/// Which server.
#[derive(Debug)]
pub(super) enum Target {
    At(Address),
    Named { sentinels: Vec<Address>, name: String },
}

/// What an operation does on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It is answered at once.
    Brief,
    /// It waits for replicas, and all behind it wait as well.
    Confirmed,
}

/// The connections to one server: one for all, and one for those who wait for replicas.
#[derive(Debug)]
pub(super) struct Line {
    access: Arc<Access>,
    target: Target,
    brief: Renewed<Connection>,
    confirmed: Renewed<Connection>,
}

impl Line {
    pub(super) fn new(access: Arc<Access>, target: Target) -> Self {
        Self { access, target, brief: Renewed::new(), confirmed: Renewed::new() }
    }

    /// The open connection and its number, or a new one.
    pub(super) async fn connection(&self, purpose: Use) -> Result<(u64, Connection), RedisFault> {
        self.of(purpose).get(Connection::is_open, || self.open()).await
    }

    pub(super) fn give_up(&self, purpose: Use, number: u64) {
        self.of(purpose).give_up(number);
    }

    const fn of(&self, purpose: Use) -> &Renewed<Connection> {
        match purpose {
            Use::Brief => &self.brief,
            Use::Confirmed => &self.confirmed,
        }
    }

    async fn open(&self) -> Result<Connection, RedisFault> {
        match &self.target {
            Target::At(address) => self.access.open(address).await,
            Target::Named { sentinels, name } => self.open_named(sentinels, name).await,
        }
    }

    /// Asks one sentinel after the other: some may be down, and some may not know yet that the primary is another one.
    async fn open_named(&self, sentinels: &[Address], name: &str) -> Result<Connection, RedisFault> {
        let mut last = RedisFault::NoPrimary { of: name.to_owned() };
        for sentinel in sentinels {
            let opened = match self.ask_sentinel(sentinel, name).await {
                Ok(address) => self.access.open(&address).await,
                Err(fault) => Err(fault),
            };
            match opened {
                Ok(connection) => return Ok(connection),
                Err(fault) => last = fault,
            }
        }
        Err(last)
    }

    async fn ask_sentinel(&self, sentinel: &Address, name: &str) -> Result<Address, RedisFault> {
        let connection = self.access.sentinels.open(sentinel).await?;
        let mut question = cmd("SENTINEL");
        question.arg("get-master-addr-by-name").arg(name);
        let found: Option<(String, u16)> = connection.ask(&question).await?;
        let (host, port) = found.ok_or_else(|| RedisFault::NoPrimary { of: name.to_owned() })?;
        Ok(Address::Tcp { host, port })
    }
}
