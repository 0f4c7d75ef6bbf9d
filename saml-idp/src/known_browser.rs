//! Browsers in which an account has signed in before.
//!
//! Wrong passwords are counted for each account, so that nobody can guess for long; and anybody can make ten of them up to
//! keep a person out. So a browser in which the person has signed in says so by a sealed cookie, and its tries count apart
//! from everybody else's ([`crate::throttle`]).

use std::fmt;
use std::time::Duration;

use saml_core::base::SamlInstant;
use saml_provider::record::{RecordError, StateKey};

use crate::{Principal, Snapshot};

/// The most names that one browser is known for: a family's.
const MOST: usize = 8;
/// How many places an account has for its browsers. An account fills no more than as many counts, however often it signs in
/// in however many browsers; two of its browsers may share one.
const PLACES: u8 = 16;
const PURPOSE: &str = "idp: the accounts of a browser";
const ACCOUNT_PURPOSE: &str = "idp: an account that has places";

/// Version 1 had one code for the name and the account.
const VERSION: u8 = 2;
const MAC_OCTETS: usize = 16;
const ENTRY_OCTETS: usize = 2 * MAC_OCTETS + 1 + 8;
/// Of what is sealed.
const MOST_OCTETS: usize = 1 + MOST * ENTRY_OCTETS;

/// What a browser holds in its cookie about the accounts that have signed in there.
///
/// # What it guarantees
/// Only this identity provider makes and opens it, as long as its store has the key that it was sealed with. For 90 days
/// after an account signed in, its tries from this browser are counted apart from all others, up to twice
/// [`Throttle::per_user`](crate::Throttle::per_user): wrong passwords from elsewhere don't count against them. It names an
/// account by codes that nobody else can make. It is for the name as it was typed, octet for octet, and for the account
/// that this name stood for: an account whose name looks like another's gets none of that one's tries, and takes none.
///
/// # What it does not guarantee
/// It proves nothing about the person at the keyboard. Whoever steals it has those tries, and no other advantage. A name
/// that is typed in another way, `Ada` for `ada`, is known once the person has signed in with it in this browser.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownBrowser(String);

impl KnownBrowser {
    /// How long the browser keeps it.
    pub const LIFETIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);

    /// Takes a text that came back. It is of the right alphabet and not too long; whether it opens is seen later.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        StateKey::may_be_sealed(text, MOST_OCTETS).then(|| Self(text.to_owned()))
    }

    /// The text, for the cookie: letters, digits, `-` and `_`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KnownBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownBrowser(…)")
    }
}

/// One of the places that an account has for its browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownPlace {
    /// A code over the name that the authenticator gave the account, however it was typed: by the typed name, an account
    /// would have sixteen places for each way to type it.
    pub(crate) account: [u8; MAC_OCTETS],
    /// Which of the account's places it is.
    pub(crate) number: u8,
}

/// A name in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    /// A code over the name as it was typed. By the account's key, a person could be known under somebody else's name.
    name: [u8; MAC_OCTETS],
    /// The place of the account that signed in with it.
    place: KnownPlace,
    /// Seconds since 1970, exclusive.
    until: i64,
}

impl Known {
    fn read(octets: &[u8]) -> Option<Self> {
        let (name, rest) = octets.split_first_chunk()?;
        let (account, rest) = rest.split_first_chunk()?;
        let (number, rest) = rest.split_first()?;
        let until = i64::from_be_bytes(rest.try_into().ok()?);
        let place = KnownPlace { account: *account, number: *number };
        (*number < PLACES).then_some(Self { name: *name, place, until })
    }

    fn write(&self, octets: &mut Vec<u8>) {
        octets.extend_from_slice(&self.name);
        octets.extend_from_slice(&self.place.account);
        octets.push(self.place.number);
        octets.extend_from_slice(&self.until.to_be_bytes());
    }
}

/// A name with which somebody tries to sign in, and what the browser is known for.
pub(crate) struct Recognised {
    key: StateKey,
    name: [u8; MAC_OCTETS],
    known: Vec<Known>,
}

impl Recognised {
    /// The place that this browser has of the account that has signed in here with the name.
    pub(crate) fn place(&self) -> Option<KnownPlace> {
        self.known.iter().find(|known| known.name == self.name).map(|known| known.place)
    }

    fn place_of(&self, account: [u8; MAC_OCTETS]) -> Option<KnownPlace> {
        self.known.iter().map(|known| known.place).find(|place| place.account == account)
    }
}

impl Snapshot {
    /// Looks at what a browser says it is known for, for a name as it was typed. `None` if nobody can tell: then it counts
    /// like any other.
    pub(crate) async fn recognise(
        &self,
        browser: Option<&KnownBrowser>,
        user_name: &str,
        now: SamlInstant,
    ) -> Option<Recognised> {
        match self.try_to_recognise(browser, user_name, now).await {
            Ok(recognised) => Some(recognised),
            Err(error) => {
                // Nobody is refused for that.
                tracing::warn!(code = error.code(), "no browser is recognised");
                None
            }
        }
    }

    async fn try_to_recognise(
        &self,
        browser: Option<&KnownBrowser>,
        user_name: &str,
        now: SamlInstant,
    ) -> Result<Recognised, RecordError> {
        let key = self.state_key(now).await?;
        let name = key.mac(PURPOSE, &[self.own_name(), user_name.as_bytes()])?;
        let clear = match browser {
            None => None,
            Some(browser) => key.open(PURPOSE, &[self.own_name()], browser.expose())?,
        };
        let known = clear.as_ref().map_or_else(Vec::new, |clear| live(clear, now));
        Ok(Recognised { key, name, known })
    }

    /// What the browser holds from now on, since this person has signed in. It keeps the place that it has of their account.
    pub(crate) fn known_from_now_on(
        &self,
        recognised: &Recognised,
        person: &Principal,
        now: SamlInstant,
    ) -> Option<KnownBrowser> {
        let Recognised { key, name, known } = recognised;
        let account = key.mac(ACCOUNT_PURPOSE, &[self.own_name(), person.user_name.as_bytes()]).ok()?;
        let place = match recognised.place_of(account) {
            Some(place) => place,
            None => KnownPlace { account, number: random_place()? },
        };
        let until = now.saturating_add(KnownBrowser::LIFETIME).unix();
        let newest = Known { name: *name, place, until };
        let others = known.iter().filter(|known| known.name != *name);
        let mut clear = vec![VERSION];
        std::iter::once(&newest).chain(others).take(MOST).for_each(|known| known.write(&mut clear));
        key.seal(PURPOSE, &[self.own_name()], &clear).ok().map(KnownBrowser)
    }

    fn own_name(&self) -> &[u8] {
        self.config().site.entity_id.as_str().as_bytes()
    }
}

/// The names that were sealed and may still be recognised, the newest first.
fn live(clear: &[u8], now: SamlInstant) -> Vec<Known> {
    let Some((&VERSION, entries)) = clear.split_first() else { return Vec::new() };
    let known = entries.chunks_exact(ENTRY_OCTETS).filter_map(Known::read);
    known.filter(|known| now.unix() < known.until).take(MOST).collect()
}

fn random_place() -> Option<u8> {
    let mut octet = [0_u8];
    openssl::rand::rand_bytes(&mut octet).ok()?;
    let [octet] = octet;
    Some(octet % PLACES)
}
