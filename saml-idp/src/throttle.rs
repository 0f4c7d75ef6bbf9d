//! Guessing passwords takes too long to be worth it.

use std::time::Duration;

use openssl::error::ErrorStack;
use saml_core::base::SamlInstant;
use saml_provider::record::{Draft, Found, RecordError, RecordKind, Records};
use saml_store::{Insertion, Namespace, Replacement, StoreError};

use crate::client_network::ClientNetwork;
use crate::{IdentityProvider, SsoRefusal, mac};

/// Each kind of count has a namespace of its own, so that whoever fills one leaves the others alone.
const ACCOUNTS: Count = Count::new(Namespace::new("idp.failed-login.account"), MAX_OCTETS);
const NETWORKS: Count = Count::new(Namespace::new("idp.failed-login.network"), MAX_OCTETS);
const SITES: Count = Count::new(Namespace::new("idp.failed-login.site"), MAX_OCTETS);

/// A count: until when each of its tries counts, in milliseconds since 1970.
type Count = RecordKind<Vec<i64>>;

/// As many instants as the settings can ask for.
const MAX_OCTETS: usize = 1024 * 1024;

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
    count: Count,
    name: String,
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
        for (count, name, limit) in [
            (ACCOUNTS, Some(account), settings.per_user),
            (NETWORKS, Some(network.as_str()), settings.per_address),
            (SITES, site.as_deref(), per_site),
        ] {
            let Some(name) = name else { continue };
            let name =
                self.count_name(count, name).map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
            match take_place(self.records(), (count, name), limit, settings.window, now).await? {
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
    pub(crate) async fn forgive(&self, made: Try, now: SamlInstant) -> Result<(), RecordError> {
        for counted in made.counts {
            give_back(self.records(), &counted, now).await?;
        }
        Ok(())
    }

    /// One of 65 536 counts of ours, chosen by a secret: names without number fill no store, and nobody can tell which
    /// of them share a count with somebody else's.
    fn count_name(&self, count: Count, name: &str) -> Result<String, ErrorStack> {
        let secret = mac::of(self.persistent_id_secret().expose(), &[b"idp.failed-login"])?;
        let name = mac::of(&secret, &[count.namespace().as_str().as_bytes(), b"\n", name.as_bytes()])?;
        Ok(data_encoding::HEXLOWER.encode(name.get(..2).unwrap_or(&name)))
    }
}

/// Takes a place in a count, if one of `limit` is free.
async fn take_place(
    records: Records<'_>,
    (count, name): (Count, String),
    limit: u16,
    window: Duration,
    now: SamlInstant,
) -> Result<Place, RecordError> {
    let until = now.saturating_add(window).unix_millis();
    for _ in 0..MAX_ROUNDS {
        let found = records.find(count, &name, now).await?;
        let mut places = places(found.as_ref(), now);
        if places.len() >= usize::from(limit) {
            return Ok(Place::None);
        }
        places.push(until);
        match write(records, (count, &name), found.as_ref(), &places, now).await {
            Ok(true) => return Ok(Place::Taken(Counted { count, name, until })),
            Ok(false) => {}
            Err(RecordError::Store(StoreError::Full { .. })) => return Ok(Place::Uncounted),
            Err(error) => return Err(error),
        }
    }
    Ok(Place::None)
}

async fn give_back(records: Records<'_>, counted: &Counted, now: SamlInstant) -> Result<(), RecordError> {
    let id = (counted.count, counted.name.as_str());
    for _ in 0..MAX_ROUNDS {
        let found = records.find(counted.count, &counted.name, now).await?;
        let mut places = places(found.as_ref(), now);
        let Some(ours) = places.iter().position(|until| *until == counted.until) else { return Ok(()) };
        places.swap_remove(ours);
        if write(records, id, found.as_ref(), &places, now).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Writes a count in place of what was read of it; `false` if somebody else did in between.
async fn write(
    records: Records<'_>,
    (count, name): (Count, &str),
    read: Option<&Found<Vec<i64>>>,
    places: &Vec<i64>,
    now: SamlInstant,
) -> Result<bool, RecordError> {
    // A count of nothing goes with the next millisecond: it must be there for who read it and writes now.
    let next = now.saturating_add(Duration::from_millis(1));
    let last = places.iter().copied().max().and_then(SamlInstant::from_unix_millis);
    let draft = Draft { name, content: places, peer: None, expires_at: last.unwrap_or(next) };
    Ok(match read {
        None => records.insert(count, draft, now).await? == Insertion::Inserted,
        Some(read) => records.replace(count, draft, read, now).await? == Replacement::Replaced,
    })
}

/// The places that are taken: the instants until which they are.
fn places(found: Option<&Found<Vec<i64>>>, now: SamlInstant) -> Vec<i64> {
    let stored = found.map_or(&[][..], |found| &found.content);
    stored.iter().copied().filter(|until| *until > now.unix_millis()).collect()
}

#[cfg(test)]
mod tests;
