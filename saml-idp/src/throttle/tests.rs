use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{EntityId, Secret};
use saml_core::crypto::{LocalSigner, PrivateKey, SignatureAlgorithm};
use saml_store::{MemoryStore, Store};

use super::*;
use crate::{
    Authenticator, AuthenticatorError, Credentials, IdentityProvider, IdentityProviderConfig, KnownBrowser,
    LoginOutcome, Principal, Throttle, account_key,
};

mod known_browsers;
mod observed;
mod queue;

/// A directory that compares names as directories do, and counts what it is asked.
#[derive(Default)]
struct Directory {
    asked: AtomicUsize,
    down: AtomicBool,
    slow: AtomicBool,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

#[async_trait]
impl Authenticator for Directory {
    async fn authenticate(&self, name: &str, word: &Secret) -> Result<Option<Principal>, AuthenticatorError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let at_once = self.at_once.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_at_once.fetch_max(at_once, Ordering::Relaxed);
        // Others get their turn before the answer is known.
        match self.slow.load(Ordering::Relaxed) {
            true => tokio::time::sleep(Duration::from_millis(5)).await,
            false => tokio::task::yield_now().await,
        }
        self.at_once.fetch_sub(1, Ordering::Relaxed);
        if self.down.load(Ordering::Relaxed) {
            return Err(AuthenticatorError("the directory is down".into()));
        }
        let right = name.trim().eq_ignore_ascii_case("administrator") && word.expose() == b"right";
        Ok(right.then(|| Principal { user_name: "administrator".to_owned(), attributes: Vec::new() }))
    }

    /// Whoever comes with the domain is the one who comes without.
    fn account_key(&self, user_name: &str) -> String {
        account_key::of(user_name.strip_prefix("CORP\\").unwrap_or(user_name))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::Password
    }
}

impl Directory {
    /// How often it was asked since the last time.
    fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::Relaxed)
    }
}

struct House {
    directory: Arc<Directory>,
    store: Arc<MemoryStore>,
    idp: IdentityProvider,
}

fn idp(
    name: &str,
    directory: &Arc<Directory>,
    store: &Arc<MemoryStore>,
    throttle: Throttle,
) -> IdentityProvider {
    idp_of(name, directory.clone(), store, |config| config.throttle = throttle)
}

fn idp_of(
    name: &str,
    authenticator: Arc<dyn Authenticator>,
    store: &Arc<impl Store + 'static>,
    change: impl FnOnce(&mut IdentityProviderConfig),
) -> IdentityProvider {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    let mut config = IdentityProviderConfig::new("https://idp.example").unwrap();
    config.site.entity_id = EntityId::try_from(name).unwrap();
    change(&mut config);
    IdentityProvider::builder(config)
        .signer(Arc::new(LocalSigner::new(key, SignatureAlgorithm::EcdsaSha256).unwrap()))
        .authenticator(authenticator)
        .persistent_id_secret(Secret::new(vec![7; 32]))
        .store(store.clone())
        .build()
        .unwrap()
}

impl House {
    fn new(capacity: usize, throttle: Throttle) -> Self {
        Self::storing(MemoryStore::with_default_capacity(capacity), throttle)
    }

    fn storing(store: MemoryStore, throttle: Throttle) -> Self {
        let (directory, store) = (Arc::default(), Arc::new(store));
        Self { idp: idp("urn:idp", &directory, &store, throttle), directory, store }
    }

    async fn try_at(&self, name: &str, word: &str, address: &str, now: SamlInstant) -> &'static str {
        self.try_in(&mut None, name, word, address, now).await
    }

    /// A try from a browser that may be known, and is once it was right.
    async fn try_in(
        &self,
        browser: &mut Option<KnownBrowser>,
        name: &str,
        word: &str,
        address: &str,
        now: SamlInstant,
    ) -> &'static str {
        let password = Secret::new(word.as_bytes().to_vec());
        let sent = browser.clone();
        let credentials =
            Credentials { user_name: name, password: &password, address, known_browser: sent.as_ref() };
        match self.idp.log_in(None, credentials, now).await {
            Ok(LoginOutcome::SignedIn { known_browser, .. }) => {
                *browser = known_browser;
                "in"
            }
            Ok(LoginOutcome::Wrong) => "wrong",
            Ok(LoginOutcome::Throttled { .. }) => "throttled",
            Ok(LoginOutcome::Busy { .. }) => "busy",
            Err(refusal) => refusal.code().as_str(),
        }
    }

    async fn try_now(&self, name: &str, word: &str, address: &str) -> &'static str {
        self.try_at(name, word, address, now()).await
    }
}

fn now() -> SamlInstant {
    SamlInstant::from_unix(1_800_000_000).unwrap()
}

const MANY: usize = 100_000;

#[tokio::test]
async fn shuts_the_door_after_the_limit_and_opens_it_after_the_window() {
    let throttle = Throttle { per_user: 3, per_address: 100, window: Duration::from_secs(60) };
    let house = House::new(MANY, throttle);
    for second in 0..3 {
        let at = now().saturating_add(Duration::from_secs(second));
        assert_eq!(house.try_at("ada", "guess", "192.0.2.1", at).await, "wrong");
    }
    for (second, outcome) in
        [(3, "throttled"), (59, "throttled"), (60, "wrong"), (60, "throttled"), (61, "wrong")]
    {
        let at = now().saturating_add(Duration::from_secs(second));
        assert_eq!(house.try_at("ada", "guess", "192.0.2.2", at).await, outcome, "{second}");
    }
    assert_eq!(house.try_now("bob", "guess", "192.0.2.1").await, "wrong", "somebody else");
}

#[tokio::test]
async fn a_right_password_does_not_count_and_leaves_nothing_behind() {
    let throttle = Throttle { per_user: 1, per_address: 1, window: Duration::from_secs(60) };
    let house = House::new(MANY, throttle);
    for _ in 0..5 {
        assert_eq!(house.try_now("administrator", "right", "2001:db8::1").await, "in");
    }
    let later = now().saturating_add(Duration::from_millis(1));
    let counts = [
        (ACCOUNTS, "administrator"),
        (NETWORKS, "2001:db8::/64"),
        (SITES, "2001:db8::"),
        (REGIONS, "2001:db8::"),
    ];
    for (count, name) in counts {
        let page = name_of(house.idp.snapshot().place_of(count, name).unwrap().0);
        let now_idp = house.idp.snapshot();
        let records = now_idp.records();
        assert_eq!(records.get(count, &page, now()).await.unwrap(), Some(Page::default()), "{count:?}");
        assert_eq!(records.get(count, &page, later).await.unwrap(), None, "{count:?}");
    }
}

#[tokio::test]
async fn a_person_has_one_count_by_whatever_name_they_are_called() {
    let house = House::new(MANY, Throttle::default());
    let mut network = 0_u32;
    let mut names: Vec<String> = (0..64_u32)
        .map(|cases| {
            let fold =
                |(i, c): (usize, char)| if i < 6 && cases >> i & 1 == 1 { c.to_ascii_uppercase() } else { c };
            "administrator".chars().enumerate().map(fold).collect()
        })
        .collect();
    names.extend((0..50).map(|spaces| format!("Administrator{}", " ".repeat(spaces))));
    names.extend((0..50).map(|spaces| format!("{}administrator", "\u{2003}".repeat(spaces))));
    names.push("CORP\\Administrator".to_owned());
    names.reverse();
    for name in &names {
        for _ in 0..3 {
            network += 1;
            let address = std::net::Ipv4Addr::from(0x0a00_0000 + network).to_string();
            let _outcome = house.try_now(name, "guess", &address).await;
        }
    }
    assert_eq!(house.directory.asked(), usize::from(Throttle::default().per_user), "of {network} guesses");
    assert_eq!(house.try_now("somebody else", "guess", "192.0.2.1").await, "wrong");
}

#[tokio::test]
async fn a_client_can_not_choose_by_what_it_is_counted() {
    let (per_address, per_site) = (50, 500);
    type Form = fn(usize) -> String;
    let forms: [(usize, Form); 10] = [
        (per_address, |_| "198.51.100.7".to_owned()),
        (per_address, |i| format!("198.51.100.8:{}", 40_000 + i)),
        (per_address, |i| format!("[2001:db8:1:2::{i:x}]:{}", 40_000 + i)),
        (per_address, |i| format!("for=\"[2001:db8:1:4::{i:x}]:{}\";proto=https", 40_000 + i)),
        (per_address, |i| format!("::ffff:198.51.100.9%{i}")),
        (per_address, |i| format!("2001:db8:1:3::{i:x}")),
        (per_address, |i| format!("fe80::{i}%eth{i}")),
        (per_address, |i| format!("_hidden{i}")),
        (0, |i| format!("unknown{i}")),
        (per_site, |i| format!("2001:db8:2:{i:x}::1")),
    ];
    let house = House::new(MANY, Throttle::default());
    for (limit, form) in forms {
        for i in 0..600 {
            let _outcome = house.try_now(&format!("{} {i}", form(i)), "guess", &form(i)).await;
        }
        assert_eq!(house.directory.asked(), limit, "{}", form(0));
    }
}

/// Whoever has more than one /48, as customers of some providers do after each dialling in.
#[tokio::test]
async fn a_provider_of_many_sites_has_a_hundred_times_the_tries_of_one_network() {
    let throttle = Throttle { per_address: 3, ..Throttle::default() };
    let house = House::new(MANY, throttle);
    for i in 0..400 {
        let _outcome = house.try_now(&format!("made up {i}"), "guess", &format!("2001:db8:{i:x}::1")).await;
    }
    assert_eq!(house.directory.asked(), 300);
    assert_eq!(house.try_now("administrator", "right", "2001:db9::1").await, "in", "another provider");
}

#[tokio::test]
async fn an_outage_counts_against_nobody() {
    let house = House::new(MANY, Throttle::default());
    house.directory.down.store(true, Ordering::Relaxed);
    for _ in 0..60 {
        let outcome = house.try_now("administrator", "right", "192.0.2.1").await;
        assert_eq!(outcome, "authenticator.unavailable");
    }
    house.directory.down.store(false, Ordering::Relaxed);
    assert_eq!(house.try_now("administrator", "right", "192.0.2.1").await, "in");
    assert_eq!(house.try_now("administrator", "guess", "192.0.2.1").await, "wrong");
}

#[tokio::test]
async fn a_full_store_shuts_nobody_out() {
    // Room for 300 counts of each kind, and guesses from everywhere for everybody.
    let house = House::new(300, Throttle::default());
    for i in 0..2000_u32 {
        let address = format!("2001:db8:{:x}:{i:x}::1", i / 400);
        assert_eq!(house.try_now(&format!("made up {i}"), "guess", &address).await, "wrong", "{i}");
    }
    for address in ["192.0.2.1", "2001:db8:0:1::7", "2001:db8:ffff::7"] {
        assert_eq!(house.try_now("administrator", "right", address).await, "in", "{address}");
    }
}

#[tokio::test]
async fn names_without_number_have_counts_of_a_number() {
    let house = House::new(MANY, Throttle::default());
    let mut places = std::collections::BTreeSet::new();
    for i in 0..2000 {
        places.insert(house.idp.snapshot().place_of(ACCOUNTS, &format!("made up {i}")).unwrap());
    }
    assert!(places.iter().all(|(page, bucket)| *page < PAGES && *bucket < BUCKETS));
    // By chance, some thirty of 2000 share a bucket; hundreds would be a bad spread.
    assert!(places.len() > 1900, "{}", places.len());
    let pages = places.iter().map(|(page, _)| page).collect::<std::collections::BTreeSet<_>>().len();
    assert!((800..=usize::from(PAGES)).contains(&pages), "{pages}");
}

/// The store has room for fewer records than either of the two has, and each is flooded with names from everywhere.
#[tokio::test]
async fn tenants_that_fill_a_store_leave_nobody_uncounted_and_refuse_nobody_who_is_right() {
    for capacity in [0, 1, 40] {
        let counts = [ACCOUNTS, NETWORKS, SITES, REGIONS, KNOWN_BROWSERS].map(Count::namespace);
        let store =
            counts.into_iter().fold(MemoryStore::new(), |store, of| store.with_capacity(of, capacity));
        let one = House::storing(store, Throttle::default());
        let idp = idp("urn:other", &one.directory, &one.store, Throttle::default());
        let other = House { idp, directory: one.directory.clone(), store: one.store.clone() };
        for i in 0..150_u32 {
            for house in [&one, &other] {
                let address = format!("2001:db8:{i:x}::1");
                assert_eq!(house.try_now(&format!("made up {i}"), "guess", &address).await, "wrong", "{i}");
            }
        }
        for house in [&one, &other] {
            assert_eq!(house.directory.asked().min(1), 1);
            for i in 0..21 {
                let expected = if i < 10 { "wrong" } else { "throttled" };
                let address = format!("198.51.100.{i}");
                assert_eq!(house.try_now("fresh", "guess", &address).await, expected, "{capacity} {i}");
            }
            assert_eq!(house.directory.asked(), 10, "{capacity}");
            for address in ["192.0.2.1", "2001:db8:0:1::7", "2001:db8:ffff::7"] {
                assert_eq!(house.try_now("administrator", "right", address).await, "in", "{capacity}");
            }
        }
    }
}

#[tokio::test]
async fn two_providers_on_one_store_count_apart() {
    let throttle = Throttle { per_user: 1, per_address: 1, ..Throttle::default() };
    let one = House::new(MANY, throttle);
    let idp = idp("urn:other", &one.directory, &one.store, throttle);
    let other = House { idp, directory: one.directory.clone(), store: one.store.clone() };
    for house in [&one, &other] {
        assert_eq!(house.try_now("administrator", "guess", "192.0.2.1").await, "wrong");
        assert_eq!(house.try_now("administrator", "right", "192.0.2.1").await, "throttled");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_guesses_have_no_more_tries() {
    let house = Arc::new(House::new(MANY, Throttle::default()));
    let guesses: Vec<_> = (0..200)
        .map(|i| {
            let house = Arc::clone(&house);
            tokio::spawn(
                async move { house.try_now("administrator", "guess", &format!("192.0.2.{i}")).await },
            )
        })
        .collect();
    let mut wrong = 0;
    for guess in guesses {
        wrong += usize::from(guess.await.unwrap() == "wrong");
    }
    assert_eq!((wrong, house.directory.asked()), (10, 10));
}

/// Far more than the limits at once, for one account and from one network.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn right_passwords_in_a_burst_are_all_taken() {
    let house = Arc::new(House::new(MANY, Throttle { per_user: 3, per_address: 5, ..Throttle::default() }));
    house.directory.slow.store(true, Ordering::Relaxed);
    let tries: Vec<_> = (0..40)
        .map(|_| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { house.try_now("administrator", "right", "192.0.2.1").await })
        })
        .collect();
    for outcome in tries {
        assert_eq!(outcome.await.unwrap(), "in");
    }
    assert!(
        house.directory.most_at_once.load(Ordering::Relaxed) <= 3,
        "no more are looked at than may be wrong"
    );
}

/// Those that wait get no more tries than those that come one after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_passwords_among_right_ones_have_no_more_tries() {
    let house =
        Arc::new(House::new(MANY, Throttle { per_user: 5, per_address: 1000, ..Throttle::default() }));
    house.directory.slow.store(true, Ordering::Relaxed);
    let tries: Vec<_> = (0..80)
        .map(|i| {
            let house = Arc::clone(&house);
            let word = if i % 2 == 0 { "right" } else { "guess" };
            tokio::spawn(async move { (word, house.try_now("administrator", word, "192.0.2.1").await) })
        })
        .collect();
    let (mut wrong, mut right) = (0, 0);
    for outcome in tries {
        match outcome.await.unwrap() {
            ("guess", "wrong") => wrong += 1,
            ("right", "in") => right += 1,
            (_, outcome) => assert_eq!(outcome, "throttled"),
        }
    }
    assert_eq!((wrong, house.directory.asked()), (5, 5 + right));
}
