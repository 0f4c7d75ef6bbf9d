//! Limits failed sign-ins per account and per address, without shutting people out of their own browsers.
//!
//! # What is counted
//! A try counts for its account, for its network (one address of IPv4, a /64 of IPv6), and for what lies around a network of
//! IPv6: the /48 and the /32. A try from a browser in which the account has signed in before ([`crate::KnownBrowser`]) counts
//! for that browser and for nothing else: whoever guesses from elsewhere, from the same network or for the same account,
//! takes no try from it.
//!
//! # What is kept
//! For each kind of count [`PAGES`] records of [`BUCKETS`] buckets, whatever names and addresses are tried. The records are
//! on the account of this entity, so that of several on one store none takes all room. Where the store has none for a
//! record, this process keeps it, in a memory that has room for all of them: nobody goes uncounted, and nobody is refused
//! for that. Records are changed by compare-and-swap, so that nodes share them and a restart forgets none. All records of a
//! kind take at most 112 MiB, whatever is tried; at a hundred passwords a second, 3 MB.
//!
//! # What it means to share a bucket
//! There are 65 536 buckets of a kind, and two names may have one. It is chosen by an HMAC, so that nobody can find out which
//! names share one with somebody else's.
//! - By chance: of 1 000 accounts that somebody mistyped within a window, a certain other one shares a bucket with one of
//!   them in 1.5 % of all cases, and then has fewer tries; it is shut out only if ten tries were wrong in that bucket.
//! - On purpose: whoever wants to keep a person out aims at the name, with ten tries. Through shared buckets an even chance
//!   takes 45 000 made-up names of ten tries each within a window, from 9 000 networks, and all of them go through a queue
//!   of bounded speed. So sharing helps nobody against anybody, and a browser that is known is out of reach for both ways.
//! - In the counts of known browsers nobody writes who has no account: a place is given by signing in, and an account has
//!   16 of them, however its name is typed, so that one account reaches 16 of 65 536 buckets.

mod page;

use std::time::Duration;

use data_encoding::HEXLOWER;
use openssl::error::ErrorStack;
use saml_core::base::SamlInstant;
use saml_provider::record::{Draft, Found, RecordError, RecordKind, Records};
use saml_provider::{ClientNetwork, mac};
use saml_store::{Insertion, Namespace, Replacement};

use self::page::{Ended, Page, Room, Sight};
use crate::known_browser::KnownPlace;
use crate::password_queue::{Browser, Sharers, Turn};
use crate::{Snapshot, SsoRefusal};

/// Each kind of count has a namespace of its own, so that whoever fills one leaves the others alone.
const ACCOUNTS: Count = Count::new(Namespace::new("idp.failed-login.account"), Page::MAX_OCTETS);
const NETWORKS: Count = Count::new(Namespace::new("idp.failed-login.network"), Page::MAX_OCTETS);
const SITES: Count = Count::new(Namespace::new("idp.failed-login.site"), Page::MAX_OCTETS);
const REGIONS: Count = Count::new(Namespace::new("idp.failed-login.region"), Page::MAX_OCTETS);
const KNOWN_BROWSERS: Count = Count::new(Namespace::new("idp.failed-login.known-browser"), Page::MAX_OCTETS);

type Count = RecordKind<Page>;

/// Records of one count.
const PAGES: u16 = 1024;
/// Buckets of one record: few, because a record is written as a whole with each try.
const BUCKETS: u16 = 64;

/// How many times the tries of one network are taken from the site around it.
const NETWORKS_OF_A_SITE: u16 = 10;
/// The same for the region around that.
const NETWORKS_OF_A_REGION: u16 = 100;
/// How many times the tries of an account are taken from a browser in which it has signed in before, so that not even all
/// wrong tries that the account may have, typed there, shut the door.
const TRIES_OF_A_KNOWN_BROWSER: u16 = 2;

/// How often a record is written again because somebody else wrote in between, before that is given up for a moment.
/// Each time, somebody else's try went on.
const MAX_ROUNDS: usize = 256;

/// How long a try waits for those before it that are being looked at, each time and in all.
const FIRST_WAIT: Duration = Duration::from_millis(20);
const LONGEST_WAIT: Duration = Duration::from_millis(200);
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What a try is counted by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tried<'a> {
    /// The account that the typed name stands for.
    pub(crate) account: &'a str,
    /// Where it comes from.
    pub(crate) network: ClientNetwork,
    /// The account's place for this browser, if it has signed in there before with this name.
    pub(crate) place: Option<KnownPlace>,
}

impl Tried<'_> {
    pub(crate) const fn browser(&self) -> Browser {
        match self.place {
            Some(_) => Browser::Known,
            None => Browser::Unknown,
        }
    }

    /// By what its places in the queue are counted. The account of a known browser is the one that signed in there: a name
    /// that only looks like it takes no place of it.
    pub(crate) fn sharers(&self) -> Sharers {
        let account = match self.place {
            Some(KnownPlace { account, .. }) => HEXLOWER.encode(&account),
            None => self.account.to_owned(),
        };
        let network = self.network.site().map_or_else(|| self.network.to_string(), |site| site.to_string());
        Sharers { browser: self.browser(), account, network }
    }
}

/// Whether a try may be made.
#[derive(Debug)]
pub(crate) enum Door {
    Open(Try),
    /// Too many wrong ones count already, and the door is shut until the first of them is a window old.
    Shut,
    /// Too many wait for others to be looked at.
    Busy,
}

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
    page: u16,
    bucket: u16,
    /// When it stops to count; which of several of the same instant it is makes no difference.
    until: i64,
}

/// The record and the bucket of one try in one count.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    count: Count,
    page: u16,
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
    /// Counts a try before the password is looked at, so that parallel guesses count too. If all places are taken and some
    /// of them by tries that are being looked at, it waits for those: right passwords give their places back.
    pub(crate) async fn begin_try(
        &self,
        tried: Tried<'_>,
        turn: &mut Turn,
        now: SamlInstant,
    ) -> Result<Door, SsoRefusal> {
        let wanted = self.wanted(tried).map_err(|_error| SsoRefusal::unavailable("crypto.failed"))?;
        let mut wait = FIRST_WAIT;
        loop {
            match self.take_places(&wanted, now.saturating_add(turn.waited)).await? {
                Begun::Made(made) => {
                    turn.waits = None;
                    return Ok(Door::Open(made));
                }
                Begun::Shut => return Ok(Door::Shut),
                Begun::Wait if turn.waited >= PATIENCE => return Ok(Door::Shut),
                Begun::Wait => {
                    if turn.waits.is_none() {
                        turn.waits = self.password_queue().waiting();
                    }
                    if turn.waits.is_none() {
                        return Ok(Door::Busy);
                    }
                    tokio::time::sleep(wait).await;
                    turn.waited = turn.waited.saturating_add(wait);
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

    /// Tells all counts how the try ended, also if one of them can't be told: then the first error is returned.
    async fn end_try(&self, made: Try, ended: Ended, now: SamlInstant) -> Result<(), RecordError> {
        let mut told = Ok(());
        for counted in made.counts {
            let this = self.end(&counted, ended, now).await;
            told = told.and(this);
        }
        told
    }

    /// The counts of a try.
    fn wanted(&self, tried: Tried<'_>) -> Result<Vec<Wanted>, ErrorStack> {
        let Tried { account, network, place } = tried;
        let settings = self.config().throttle;
        let counts = match place {
            Some(KnownPlace { account, number }) => {
                let limit = settings.per_user.saturating_mul(TRIES_OF_A_KNOWN_BROWSER);
                vec![(KNOWN_BROWSERS, format!("{number}\n{}", HEXLOWER.encode(&account)), limit)]
            }
            None => {
                let around = |text: std::net::Ipv6Addr| text.to_string();
                let per_site = settings.per_address.saturating_mul(NETWORKS_OF_A_SITE);
                let per_region = settings.per_address.saturating_mul(NETWORKS_OF_A_REGION);
                let mut counts = vec![
                    (ACCOUNTS, account.to_owned(), settings.per_user),
                    (NETWORKS, network.to_string(), settings.per_address),
                ];
                counts.extend(network.site().map(|site| (SITES, around(site), per_site)));
                counts.extend(network.region().map(|region| (REGIONS, around(region), per_region)));
                counts
            }
        };
        counts
            .into_iter()
            .map(|(count, name, limit)| {
                let (page, bucket) = self.place_of(count, &name)?;
                Ok(Wanted { count, page, bucket, limit, window: settings.window })
            })
            .collect()
    }

    /// The record and the bucket of a name, chosen by a secret: names without number fill no store, and nobody can tell
    /// which of them share a bucket with somebody else's.
    fn place_of(&self, count: Count, name: &str) -> Result<(u16, u16), ErrorStack> {
        let secret = mac::of(self.persistent_id_secret().expose(), &[b"idp.failed-login"])?;
        let name = mac::of(&secret, &[count.namespace().as_str().as_bytes(), b"\n", name.as_bytes()])?;
        let [page_high, page_low, high, low] = name.first_chunk().copied().unwrap_or_default();
        Ok((u16::from_be_bytes([page_high, page_low]) % PAGES, u16::from_be_bytes([high, low]) % BUCKETS))
    }

    /// Looks at all counts and writes nothing. Otherwise a network that is shut or full would write with each request, and
    /// each would take a place of a stranger's account for a moment.
    async fn look(&self, wanted: &[Wanted], now: SamlInstant) -> Result<Option<Begun>, RecordError> {
        let mut waits = None;
        for Wanted { count, page, bucket, limit, window } in wanted.iter().copied() {
            for kept in [Kept::Store, Kept::Here] {
                let found = self.kept(kept).find(count, &name_of(page), now).await?;
                let content = Page::live(found.as_ref().map(|found| &found.content), now);
                match content.look(bucket, limit, window, now) {
                    Sight::Shut => return Ok(Some(Begun::Shut)),
                    Sight::UnderWay => waits = Some(Begun::Wait),
                    Sight::Free => {}
                }
            }
        }
        Ok(waits)
    }

    /// Takes a place in each count, or none.
    async fn take_places(&self, wanted: &[Wanted], now: SamlInstant) -> Result<Begun, RecordError> {
        if let Some(refused) = self.look(wanted, now).await? {
            return Ok(refused);
        }
        let mut made = Try { counts: Vec::new() };
        for wanted in wanted {
            let begun = match self.take_place(*wanted, now).await {
                Ok(Place::Taken(counted)) => {
                    made.counts.push(counted);
                    continue;
                }
                Ok(Place::Wait) => Ok(Begun::Wait),
                Ok(Place::Shut) => Ok(Begun::Shut),
                Err(error) => Err(error),
            };
            // Nobody looks at a password: what was taken before must not become a wrong try. The first error is the one
            // to tell.
            let forgiven = self.forgive(made, now).await;
            return begun.and_then(|begun| forgiven.map(|()| begun));
        }
        Ok(Begun::Made(made))
    }

    /// Takes a place in the record of the store; in one that is kept here if that has no room.
    ///
    /// If the store has room for a record later, that record begins empty: a name that was counted in this process then
    /// has all its tries again, on each node; here, unless it had none left.
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
        (count, page): (Count, u16),
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

fn name_of(page: u16) -> String {
    page.to_string()
}

#[cfg(test)]
mod tests;
