//! Which node of a cluster has which slots.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redis::{Value, cmd};

use super::address::Address;
use super::fault::RedisFault;
use super::line::{Access, Line, Target};
use super::renewed::Renewed;

/// The primaries of a cluster, each with the slots that it has.
#[derive(Clone, Debug)]
struct Part {
    first: u16,
    last: u16,
    primary: Address,
}

/// A cluster: a map of its slots, made anew once a node said that it is not right, or did not answer.
#[derive(Debug)]
pub(super) struct Cluster {
    access: Arc<Access>,
    seeds: Vec<Address>,
    map: Renewed<Arc<[Part]>>,
    lines: Mutex<HashMap<Address, Arc<Line>>>,
}

impl Cluster {
    pub(super) fn new(access: Arc<Access>, seeds: Vec<Address>) -> Self {
        Self { access, seeds, map: Renewed::new(), lines: Mutex::default() }
    }

    /// The line to the node that has a slot, and the number of the map that says so.
    ///
    /// # Errors
    /// No node tells, or none has it.
    pub(super) async fn line(&self, slot: u16) -> Result<(u64, Arc<Line>), RedisFault> {
        let (number, map) = self.map.get(|_| true, || self.make_map()).await?;
        let part = map.iter().find(|part| (part.first..=part.last).contains(&slot));
        match part {
            Some(part) => Ok((number, self.line_to(&part.primary))),
            None => {
                self.map.give_up(number);
                Err(RedisFault::NoPrimary { of: format!("slot {slot}") })
            }
        }
    }

    /// A line to each primary.
    ///
    /// # Errors
    /// No node tells which there are.
    pub(super) async fn lines(&self) -> Result<Vec<Arc<Line>>, RedisFault> {
        let (_, map) = self.map.get(|_| true, || self.make_map()).await?;
        Ok(map.iter().map(|part| self.line_to(&part.primary)).collect())
    }

    /// This map is not right any more.
    pub(super) fn give_up(&self, number: u64) {
        self.map.give_up(number);
    }

    fn line_to(&self, address: &Address) -> Arc<Line> {
        let mut lines = self.locked();
        let line = lines
            .entry(address.clone())
            .or_insert_with(|| Arc::new(Line::new(Arc::clone(&self.access), Target::At(address.clone()))));
        Arc::clone(line)
    }

    /// Asks the nodes that were named, and then those that were known.
    async fn make_map(&self) -> Result<Arc<[Part]>, RedisFault> {
        let known: Vec<Address> = self.locked().keys().cloned().collect();
        let others = known.iter().filter(|address| !self.seeds.contains(address));
        let mut last = RedisFault::NoPrimary { of: "any slot".to_owned() };
        for node in self.seeds.iter().chain(others) {
            match self.ask(node).await {
                Ok(map) => {
                    self.locked().retain(|address, _| map.iter().any(|part| part.primary == *address));
                    return Ok(map);
                }
                Err(fault) => last = fault,
            }
        }
        Err(last)
    }

    async fn ask(&self, node: &Address) -> Result<Arc<[Part]>, RedisFault> {
        let connection = self.access.connector.open(node).await?;
        let answer: Vec<Value> = connection.ask(cmd("CLUSTER").arg("SLOTS")).await?;
        let parts: Option<Vec<Part>> = answer.into_iter().map(|part| read(part, node)).collect();
        parts.filter(|parts| !parts.is_empty()).map(Into::into).ok_or(RedisFault::Unreadable)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Address, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// First slot, last slot, the primary, its replicas. A primary without a name is the node that was asked.
fn read(part: Value, asked: &Address) -> Option<Part> {
    let Value::Array(fields) = part else { return None };
    let mut fields = fields.into_iter();
    let (first, last, primary) = (fields.next()?, fields.next()?, fields.next()?);
    let Value::Array(primary) = primary else { return None };
    let mut primary = primary.into_iter();
    let (host, port) = (primary.next()?, primary.next()?);
    let host: Option<String> = redis::from_redis_value(host).ok()?;
    let host = match (host.filter(|host| !host.is_empty()), asked) {
        (Some(host), _) => host,
        (None, Address::Tcp { host, .. }) => host.clone(),
        (None, Address::Unix(_)) => return None,
    };
    Some(Part {
        first: redis::from_redis_value(first).ok()?,
        last: redis::from_redis_value(last).ok()?,
        primary: Address::Tcp { host, port: redis::from_redis_value(port).ok()? },
    })
}
