//! Guessing passwords takes too long to be worth it.

use std::time::Duration;

use openssl::error::ErrorStack;
use saml_core::base::SamlInstant;
use saml_provider::store_instant;
use saml_store::{Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant};

use crate::client_network::ClientNetwork;
use crate::{IdentityProvider, SsoRefusal, mac};

/// Each kind of count has a namespace of its own, so that whoever fills one leaves the others alone.
const ACCOUNTS: Namespace = Namespace::new("idp.failed-login.account");
const NETWORKS: Namespace = Namespace::new("idp.failed-login.network");
const SITES: Namespace = Namespace::new("idp.failed-login.site");

/// How many times the tries of one network are taken from the site around it.
const NETWORKS_OF_A_SITE: u16 = 10;

/// How often a count is written again because somebody else wrote in between, before the try is refused. Each time,
/// somebody else's try went on.
const MAX_ROUNDS: usize = 256;

/// A try that may be made; it counts as failed until it is forgiven.
#[derive(Debug)]
#[must_use]
pub(crate) struct Try {
    counts: Vec<Counted>,
}

/// One place in one count.
#[derive(Debug)]
struct Counted {
    namespace: Namespace,
    key: String,
    /// When it stops to count; which of several of the same instant it is makes no difference.
    until: i64,
}

/// What became of a place in a count.
enum Place {
    Taken(Counted),
    /// The store has no room for another count. The try is not refused for that: whoever filled it would otherwise
    /// have shut out everybody.
    Uncounted,
    None,
}

impl IdentityProvider {
    /// Counts a try before the password is looked at, so that parallel guesses count too: by account, by network, and
    /// by the site around a network of IPv6.
    ///
    /// `None`: too many count already, and the door is shut until the first of them is a window old.
    pub(crate) async fn begin_try(
        &self,
        account: &str,
        network: ClientNetwork,
        now: SamlInstant,
    ) -> Result<Option<Try>, SsoRefusal> {
        let settings = self.config().throttle;
        let site = network.site().map(|site| site.to_string());
        let per_site = settings.per_address.saturating_mul(NETWORKS_OF_A_SITE);
        let network = network.to_string();
        let mut made = Try { counts: Vec::new() };
        for (namespace, name, limit) in [
            (ACCOUNTS, Some(account), settings.per_user),
            (NETWORKS, Some(network.as_str()), settings.per_address),
            (SITES, site.as_deref(), per_site),
        ] {
            let Some(name) = name else { continue };
            let key =
                self.count_key(namespace, name).map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
            match take_place(self.store(), (namespace, key), limit, settings.window, now).await? {
                Place::Taken(counted) => made.counts.push(counted),
                Place::Uncounted => {}
                Place::None => {
                    self.forgive(made, now).await?;
                    return Ok(None);
                }
            }
        }
        Ok(Some(made))
    }

    /// The password was right, or nobody could say whether it was: the try does not count.
    pub(crate) async fn forgive(&self, made: Try, now: SamlInstant) -> Result<(), StoreError> {
        for counted in made.counts {
            give_back(self.store(), &counted, now).await?;
        }
        Ok(())
    }

    /// One of 65 536 counts of ours, chosen by a secret: names without number fill no store, and nobody can tell which
    /// of them share a count with somebody else's.
    fn count_key(&self, namespace: Namespace, name: &str) -> Result<String, ErrorStack> {
        let secret = mac::of(self.persistent_id_secret().expose(), &[b"idp.failed-login"])?;
        let name = mac::of(&secret, &[namespace.as_str().as_bytes(), b"\n", name.as_bytes()])?;
        let owner = openssl::sha::sha256(self.config().entity_id.as_str().as_bytes());
        let hex = |octets: &[u8]| data_encoding::HEXLOWER.encode(octets);
        Ok(format!("{}-{}", hex(&owner), hex(name.get(..2).unwrap_or(&name))))
    }
}

/// Takes a place in a count, if one of `limit` is free.
async fn take_place(
    store: &dyn Store,
    (namespace, key): (Namespace, String),
    limit: u16,
    window: Duration,
    now: SamlInstant,
) -> Result<Place, StoreError> {
    let at = store_instant(now);
    let until = store_instant(now.saturating_add(window)).unix_millis();
    for _ in 0..MAX_ROUNDS {
        let stored = store.get(namespace, &key, at).await?;
        let mut places = places(stored.as_deref(), at)?;
        if places.len() >= usize::from(limit) {
            return Ok(Place::None);
        }
        places.push(until);
        match write(store, (namespace, &key), stored.as_deref(), &places, at).await {
            Ok(true) => return Ok(Place::Taken(Counted { namespace, key, until })),
            Ok(false) => {}
            Err(StoreError::Full { .. }) => return Ok(Place::Uncounted),
            Err(error) => return Err(error),
        }
    }
    Ok(Place::None)
}

async fn give_back(store: &dyn Store, counted: &Counted, now: SamlInstant) -> Result<(), StoreError> {
    let (at, id) = (store_instant(now), (counted.namespace, counted.key.as_str()));
    for _ in 0..MAX_ROUNDS {
        let stored = store.get(counted.namespace, &counted.key, at).await?;
        let mut places = places(stored.as_deref(), at)?;
        let Some(ours) = places.iter().position(|until| *until == counted.until) else { return Ok(()) };
        places.swap_remove(ours);
        if write(store, id, stored.as_deref(), &places, at).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Writes a count in place of what was read of it; `false` if somebody else did in between.
async fn write(
    store: &dyn Store,
    (namespace, key): (Namespace, &str),
    read: Option<&[u8]>,
    places: &[i64],
    at: StoreInstant,
) -> Result<bool, StoreError> {
    // A count of nothing goes with the next millisecond: it must be there for who read it and writes now.
    let end = places.iter().copied().max().unwrap_or_else(|| at.unix_millis().saturating_add(1));
    let value = places.iter().flat_map(|until| until.to_be_bytes()).collect();
    let entry = Entry { namespace, key, value, expires_at: StoreInstant::from_unix_millis(end) };
    Ok(match read {
        None => store.insert_if_absent(entry, at).await? == Insertion::Inserted,
        Some(read) => store.replace(entry, read, at).await? == Replacement::Replaced,
    })
}

/// The places that are taken: the instants until which they are, eight octets each.
fn places(stored: Option<&[u8]>, at: StoreInstant) -> Result<Vec<i64>, StoreError> {
    let (places, rest) = stored.unwrap_or_default().as_chunks::<8>();
    if !rest.is_empty() {
        return Err(StoreError::Corrupt("a count is no list of instants".into()));
    }
    let places = places.iter().map(|octets| i64::from_be_bytes(*octets));
    Ok(places.filter(|until| *until > at.unix_millis()).collect())
}

#[cfg(test)]
mod tests;
