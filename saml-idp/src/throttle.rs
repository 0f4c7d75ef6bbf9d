//! Guessing passwords takes too long to be worth it.
//!
//! # What is kept
//! For each kind of count [`PAGES`] records of [`BUCKETS`] buckets, whatever names and addresses are tried: a bucket is
//! chosen by an HMAC, so that nobody can aim at the one of somebody else. The records are on the account of this entity,
//! so that of several on one store none takes all room. Where the store has none for a record, this process keeps it, in
//! a memory that has room for all of them: nobody goes uncounted, and nobody is refused for that.

mod page;

use std::time::Duration;

use openssl::error::ErrorStack;
use saml_core::base::SamlInstant;
use saml_provider::record::{Draft, Found, RecordError, RecordKind, Records};
use saml_provider::{ClientNetwork, mac};
use saml_store::{Insertion, Namespace, Replacement};

use self::page::{Ended, Page, Room};
use crate::{Snapshot, SsoRefusal};

/// Each kind of count has a namespace of its own, so that whoever fills one leaves the others alone.
const ACCOUNTS: Count = Count::new(Namespace::new("idp.failed-login.account"), Page::MAX_OCTETS);
const NETWORKS: Count = Count::new(Namespace::new("idp.failed-login.network"), Page::MAX_OCTETS);
const SITES: Count = Count::new(Namespace::new("idp.failed-login.site"), Page::MAX_OCTETS);

type Count = RecordKind<Page>;

/// Records of one count.
const PAGES: u8 = 64;
/// Buckets of one record.
const BUCKETS: u16 = 1024;

/// How many times the tries of one network are taken from the site around it.
const NETWORKS_OF_A_SITE: u16 = 10;

/// How often a record is written again because somebody else wrote in between, before that is given up for a moment.
/// Each time, somebody else's try went on.
const MAX_ROUNDS: usize = 256;

/// How long a try waits for those before it that are being looked at, each time and in all.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(20);

/// A try that may be made; it counts until it is told how it ended.
#[derive(Debug)]
#[must_use]
pub(crate) struct Try {
    counts: Vec<Counted>,
}

/// One place in one count.
#[derive(Debug)]
struct Counted {
    count: Count,
    kept: Kept,
    page: u8,
    bucket: u16,
    /// When it stops to count; which of several of the same instant it is makes no difference.
    until: i64,
}

/// The record and the bucket of one try in one count.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    count: Count,
    page: u8,
    bucket: u16,
    limit: u16,
    window: Duration,
}

/// Where a record is kept.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// In the store, for all nodes.
    Store,
    /// In this process, for want of room.
    Here,
}

/// What became of a try that asks for its places.
enum Begun {
    Made(Try),
    /// Others are being looked at, and may turn out right.
    Wait,
    /// Too many were wrong.
    Shut,
}

/// What became of one place.
enum Place {
    Taken(Counted),
    Wait,
    Shut,
}

impl Snapshot {
    /// Counts a try before the password is looked at, so that parallel guesses count too: by account, by network, and
    /// by the site around a network of IPv6. If all places are taken and some of them by tries that are being looked at,
    /// it waits for those: right passwords give their places back.
    ///
    /// `None`: too many wrong ones count already, and the door is shut until the first of them is a window old.
    pub(crate) async fn begin_try(
        &self,
        account: &str,
        network: ClientNetwork,
        now: SamlInstant,
    ) -> Result<Option<Try>, SsoRefusal> {
        let wanted =
            self.wanted(account, network).map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
        let (mut waited, mut wait) = (Duration::ZERO, FIRST_WAIT);
        loop {
            match self.take_places(&wanted, now.saturating_add(waited)).await? {
                Begun::Made(made) => return Ok(Some(made)),
                Begun::Shut => return Ok(None),
                Begun::Wait if waited >= PATIENCE => return Ok(None),
                Begun::Wait => {
                    tokio::time::sleep(wait).await;
                    waited = waited.saturating_add(wait);
                    wait = wait.saturating_mul(2).min(LONGEST_WAIT);
                }
            }
        }
    }

    /// The password was right, or nobody could say whether it was: the try does not count.
    pub(crate) async fn forgive(&self, made: Try, now: SamlInstant) -> Result<(), RecordError> {
        self.end_try(made, Ended::Forgiven, now).await
    }

    /// The password was wrong: the try counts, and nobody waits for it any more.
    pub(crate) async fn count_wrong(&self, made: Try, now: SamlInstant) -> Result<(), RecordError> {
        self.end_try(made, Ended::Wrong, now).await
    }

    async fn end_try(&self, made: Try, ended: Ended, now: SamlInstant) -> Result<(), RecordError> {
        for counted in made.counts {
            self.end(&counted, ended, now).await?;
        }
        Ok(())
    }

    /// The counts of a try.
    fn wanted(&self, account: &str, network: ClientNetwork) -> Result<Vec<Wanted>, ErrorStack> {
        let settings = self.config().throttle;
        let per_site = settings.per_address.saturating_mul(NETWORKS_OF_A_SITE);
        let site = network.site().map(|site| site.to_string());
        let counts = [
            (ACCOUNTS, Some(account.to_owned()), settings.per_user),
            (NETWORKS, Some(network.to_string()), settings.per_address),
            (SITES, site, per_site),
        ];
        let named = counts.into_iter().filter_map(|(count, name, limit)| Some((count, name?, limit)));
        named
            .map(|(count, name, limit)| {
                let (page, bucket) = self.place_of(count, &name)?;
                Ok(Wanted { count, page, bucket, limit, window: settings.window })
            })
            .collect()
    }

    /// The record and the bucket of a name, chosen by a secret: names without number fill no store, and nobody can tell
    /// which of them share a bucket with somebody else's.
    fn place_of(&self, count: Count, name: &str) -> Result<(u8, u16), ErrorStack> {
        let secret = mac::of(self.persistent_id_secret().expose(), &[b"idp.failed-login"])?;
        let name = mac::of(&secret, &[count.namespace().as_str().as_bytes(), b"\n", name.as_bytes()])?;
        let [page, high, low] = name.first_chunk().copied().unwrap_or_default();
        Ok((page % PAGES, u16::from_be_bytes([high, low]) % BUCKETS))
    }

    /// Takes a place in each count, or none.
    async fn take_places(&self, wanted: &[Wanted], now: SamlInstant) -> Result<Begun, RecordError> {
        let mut made = Try { counts: Vec::new() };
        for wanted in wanted {
            let begun = match self.take_place(*wanted, now).await? {
                Place::Taken(counted) => {
                    made.counts.push(counted);
                    continue;
                }
                Place::Wait => Begun::Wait,
                Place::Shut => Begun::Shut,
            };
            self.forgive(made, now).await?;
            return Ok(begun);
        }
        Ok(Begun::Made(made))
    }

    /// Takes a place in the record of the store; in one that is kept here if that has no room.
    ///
    /// If the store has room for a record later, that record begins empty: a name that was counted in this process then
    /// has all its tries again, on each node.
    async fn take_place(&self, wanted: Wanted, now: SamlInstant) -> Result<Place, RecordError> {
        match self.take_place_in(Kept::Store, wanted, now).await {
            Err(RecordError::Store(error)) if error.lacks_room() => {
                self.take_place_in(Kept::Here, wanted, now).await
            }
            decided => decided,
        }
    }

    fn kept(&self, kept: Kept) -> Records<'_> {
        match kept {
            Kept::Store => self.records(),
            Kept::Here => Records::of(&self.config().site.entity_id, self.spare_memory()),
        }
    }

    async fn take_place_in(
        &self,
        kept: Kept,
        wanted: Wanted,
        now: SamlInstant,
    ) -> Result<Place, RecordError> {
        let Wanted { count, page, bucket, limit, window } = wanted;
        for _ in 0..MAX_ROUNDS {
            let found = self.kept(kept).find(count, &name_of(page), now).await?;
            let mut content = Page::live(found.as_ref().map(|found| &found.content), now);
            let until = match content.reserve(bucket, limit, window, now) {
                Room::Reserved { until } => until,
                Room::UnderWay => return Ok(Place::Wait),
                Room::None => return Ok(Place::Shut),
            };
            if self.write(kept, (count, page), found.as_ref(), &content, now).await? {
                return Ok(Place::Taken(Counted { count, kept, page, bucket, until }));
            }
        }
        Ok(Place::Wait)
    }

    /// Says of a place how its try ended.
    async fn end(&self, counted: &Counted, ended: Ended, now: SamlInstant) -> Result<(), RecordError> {
        let Counted { count, kept, page, bucket, until } = *counted;
        for _ in 0..MAX_ROUNDS {
            let found = self.kept(kept).find(count, &name_of(page), now).await?;
            let mut content = Page::live(found.as_ref().map(|found| &found.content), now);
            if !content.end(bucket, until, ended)
                || self.write(kept, (count, page), found.as_ref(), &content, now).await?
            {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Replaces a record that was read before; `false` if somebody else has replaced it in between.
    async fn write(
        &self,
        kept: Kept,
        (count, page): (Count, u8),
        read: Option<&Found<Page>>,
        content: &Page,
        now: SamlInstant,
    ) -> Result<bool, RecordError> {
        // A record of nothing goes with the next millisecond: it must be there for who read it and writes now.
        let next = now.saturating_add(Duration::from_millis(1));
        let name = name_of(page);
        let draft = Draft {
            name: &name,
            content,
            peer: Some(&self.config().site.entity_id),
            expires_at: content.end_of_last().unwrap_or(next),
        };
        let records = self.kept(kept);
        Ok(match read {
            None => records.insert(count, draft, now).await? == Insertion::Inserted,
            Some(read) => records.replace(count, draft, read, now).await? == Replacement::Replaced,
        })
    }
}

fn name_of(page: u8) -> String {
    page.to_string()
}

#[cfg(test)]
mod tests;
