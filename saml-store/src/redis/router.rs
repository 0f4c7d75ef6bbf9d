//! Which connection an operation takes.

use std::sync::Arc;
use std::time::Duration;

use super::cluster::Cluster;
use super::connector::Connection;
use super::fault::RedisFault;
use super::fitness::require_clock;
use super::line::{Access, Line, Target, Use};
use super::url::Servers;
use crate::StoreInstant;

/// All servers of a store.
#[derive(Debug)]
pub(super) enum Router {
    One(Arc<Line>),
    Cluster(Box<Cluster>),
}

/// A connection, and what is to be given up with it.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) connection: Connection,
    line: Arc<Line>,
    number: u64,
    purpose: Use,
    map: Option<u64>,
}

impl Router {
    pub(super) fn new(servers: &Servers, access: Access) -> Self {
        let access = Arc::new(access);
        let line = |target| Self::One(Arc::new(Line::new(Arc::clone(&access), target)));
        match servers {
            Servers::One(address) => line(Target::At(address.clone())),
            Servers::Sentinels { sentinels, name } => {
                line(Target::Named { sentinels: sentinels.clone(), name: name.clone() })
            }
            Servers::Cluster(seeds) => {
                Self::Cluster(Box::new(Cluster::new(Arc::clone(&access), seeds.clone())))
            }
        }
    }

    /// Opens a connection to each server, and compares its clock.
    ///
    /// # Errors
    /// The first fault.
    pub(super) async fn start(&self, now: StoreInstant, most: Duration) -> Result<(), RedisFault> {
        let lines = match self {
            Self::One(line) => vec![Arc::clone(line)],
            Self::Cluster(cluster) => cluster.lines().await?,
        };
        for line in lines {
            let (_, connection) = line.connection(Use::Brief).await?;
            require_clock(&connection, now, most).await?;
        }
        Ok(())
    }

    /// A connection to the server that has this slot.
    ///
    /// # Errors
    /// There is none.
    pub(super) async fn route(&self, slot: u16, purpose: Use) -> Result<Route, RedisFault> {
        let (map, line) = match self {
            Self::One(line) => (None, Arc::clone(line)),
            Self::Cluster(cluster) => {
                let (map, line) = cluster.line(slot).await?;
                (Some(map), line)
            }
        };
        match line.connection(purpose).await {
            Ok((number, connection)) => Ok(Route { connection, line, number, purpose, map }),
            Err(fault) => {
                self.forget(map);
                Err(fault)
            }
        }
    }

    /// The next operation needs another connection, and has to find the server anew.
    pub(super) fn give_up(&self, route: &Route) {
        route.line.give_up(route.purpose, route.number);
        self.forget(route.map);
    }

    fn forget(&self, map: Option<u64>) {
        if let (Self::Cluster(cluster), Some(number)) = (self, map) {
            cluster.give_up(number);
        }
    }
}
