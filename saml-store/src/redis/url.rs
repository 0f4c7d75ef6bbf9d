//! What a URL says of where the servers are, and who asks.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::address::Address;
use super::fault::RedisFault;

/// How the server that has the entries is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Servers {
    /// It is this one.
    One(Address),
    /// These sentinels know the primary of this name.
    Sentinels { sentinels: Vec<Address>, name: String },
    /// These are nodes of a cluster, which know the others.
    Cluster(Vec<Address>),
}

/// A user and the password.
#[derive(Clone, Default)]
pub(super) struct Credentials {
    pub(super) user: Option<String>,
    pub(super) password: Option<Zeroizing<String>>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "…");
        f.debug_struct("Credentials").field("user", &self.user).field("password", &password).finish()
    }
}

/// All that a URL says.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) servers: Servers,
    pub(super) tls: bool,
    pub(super) credentials: Credentials,
    pub(super) database: i64,
}

/// The usual port of a server, and that of a sentinel.
const PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

impl Location {
    /// # Errors
    /// [`RedisFault::Url`], which quotes nothing of the URL, for there may be a password in it.
    pub(super) fn parse(url: &str) -> Result<Self, RedisFault> {
        let fault = |why| RedisFault::Url { why };
        let (scheme, rest) = url.split_once("://").ok_or(fault("it has no scheme"))?;
        if rest.contains(['?', '#']) {
            return Err(fault(
                "it has a query or a fragment, which mean nothing here; encode '?' and '#' in a password",
            ));
        }
        let path_from = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(path_from).ok_or(fault("it has no host"))?;
        let (userinfo, hosts) = match authority.rsplit_once('@') {
            Some((userinfo, hosts)) => (Some(userinfo), hosts),
            None => (None, authority),
        };
        let credentials = userinfo.map(credentials).transpose()?.unwrap_or_default();
        let path = path.strip_prefix('/').unwrap_or(path);
        let (kind, tls) = match scheme {
            "redis" => (Kind::One, false),
            "rediss" => (Kind::One, true),
            "redis+sentinel" => (Kind::Sentinels, false),
            "rediss+sentinel" => (Kind::Sentinels, true),
            "redis+cluster" => (Kind::Cluster, false),
            "rediss+cluster" => (Kind::Cluster, true),
            "redis+unix" => (Kind::Unix, false),
            _ => return Err(fault("its scheme is unknown")),
        };
        let (servers, database) = match kind {
            Kind::One => (one(hosts)?, database(path)?),
            Kind::Unix => (Servers::One(Address::Unix(socket(hosts, path)?)), 0),
            Kind::Sentinels => {
                let (name, number) = path.split_once('/').unwrap_or((path, ""));
                let name = decoded(name).filter(|name| !name.is_empty());
                let name = name.ok_or(fault("it lacks the name of the primary behind the sentinels"))?;
                (Servers::Sentinels { sentinels: several(hosts, SENTINEL_PORT)?, name }, database(number)?)
            }
            Kind::Cluster if !path.is_empty() => return Err(fault("a cluster has one database only")),
            Kind::Cluster => (Servers::Cluster(several(hosts, PORT)?), 0),
        };
        Ok(Self { servers, tls, credentials, database })
    }
}

/// What a scheme names.
enum Kind {
    One,
    Unix,
    Sentinels,
    Cluster,
}

fn one(hosts: &str) -> Result<Servers, RedisFault> {
    Address::parse(hosts, PORT)
        .map(Servers::One)
        .ok_or(RedisFault::Url { why: "its host or port can't be read" })
}

fn several(hosts: &str, port: u16) -> Result<Vec<Address>, RedisFault> {
    let found: Option<Vec<Address>> = hosts.split(',').map(|host| Address::parse(host, port)).collect();
    found.ok_or(RedisFault::Url { why: "one of its hosts or ports can't be read" })
}

fn socket(hosts: &str, path: &str) -> Result<PathBuf, RedisFault> {
    let path = decoded(path).filter(|path| !path.is_empty() && hosts.is_empty());
    path.map(|path| PathBuf::from(format!("/{path}")))
        .ok_or(RedisFault::Url { why: "a socket needs a path, and no host: redis+unix:///run/redis.sock" })
}

fn database(path: &str) -> Result<i64, RedisFault> {
    if path.is_empty() {
        return Ok(0);
    }
    let number =
        path.parse::<u16>().map_err(|_| RedisFault::Url { why: "its path is no number of a database" })?;
    Ok(i64::from(number))
}

fn credentials(userinfo: &str) -> Result<Credentials, RedisFault> {
    let fault = RedisFault::Url { why: "its user or password can't be decoded" };
    let (user, password) = match userinfo.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (userinfo, None),
    };
    let user = decoded(user).ok_or(fault.clone())?;
    let password = match password {
        Some(password) => Some(Zeroizing::new(decoded(password).ok_or(fault)?)),
        None if user.is_empty() => None,
        None => return Err(RedisFault::Url { why: "it has a user and no password" }),
    };
    Ok(Credentials { user: Some(user).filter(|user| !user.is_empty()), password })
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests;
