//! More people than passwords can be looked at.

use tokio::sync::Semaphore;

use super::*;

/// Looks at a password once it may; nobody's is right but that of those who are known.
struct Gate {
    open: Semaphore,
    asked: AtomicUsize,
}

#[async_trait]
impl Authenticator for Gate {
    async fn authenticate(&self, name: &str, word: &Secret) -> Result<Option<Principal>, AuthenticatorError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.open.acquire().await.unwrap().forget();
        let person = || Principal { user_name: name.to_owned(), attributes: Vec::new() };
        Ok((word.expose() == b"right").then(person))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::Password
    }
}

struct Queued {
    gate: Arc<Gate>,
    house: Arc<House>,
}

fn queued(change: impl FnOnce(&mut IdentityProviderConfig)) -> Queued {
    let gate = Arc::new(Gate { open: Semaphore::new(0), asked: AtomicUsize::new(0) });
    let store = Arc::default();
    let idp = idp_of("urn:idp", gate.clone(), &store, change);
    Queued { gate, house: Arc::new(House { directory: Arc::default(), store, idp }) }
}

impl Queued {
    /// A guess that goes on by itself.
    fn goes_on(&self, name: String, browser: Option<KnownBrowser>) -> tokio::task::JoinHandle<&'static str> {
        let address = format!("2001:db8:{name}::1");
        self.sends(name, "guess", browser, address)
    }

    /// A try that goes on by itself.
    fn sends(
        &self,
        name: String,
        word: &'static str,
        mut browser: Option<KnownBrowser>,
        address: String,
    ) -> tokio::task::JoinHandle<&'static str> {
        let house = Arc::clone(&self.house);
        tokio::spawn(async move { house.try_in(&mut browser, &name, word, &address, now()).await })
    }

    /// A browser in which an account has signed in.
    async fn known(&self, name: &str) -> Option<KnownBrowser> {
        self.gate.open.add_permits(1);
        let mut browser = None;
        assert_eq!(self.house.try_in(&mut browser, name, "right", "192.0.2.1", now()).await, "in");
        assert!(browser.is_some());
        browser
    }

    /// How many passwords are being looked at, once that has come to rest.
    async fn looked_at(&self) -> usize {
        let mut before = usize::MAX;
        loop {
            tokio::time::sleep(Duration::from_millis(40)).await;
            let asked = self.gate.asked.load(Ordering::SeqCst);
            if asked == before {
                return asked;
            }
            before = asked;
        }
    }

    /// Waits until so many passwords are being looked at.
    async fn asked(&self, number: usize) {
        while self.gate.asked.load(Ordering::SeqCst) < number {
            tokio::task::yield_now().await;
        }
    }
}

/// What is not looked at is answered at once.
async fn at_once(outcome: impl Future<Output = &'static str>) -> &'static str {
    tokio::time::timeout(Duration::from_secs(10), outcome).await.unwrap_or("waits")
}

#[tokio::test]
async fn who_finds_the_queue_full_is_told_to_come_back_and_is_not_counted() {
    let queued = queued(|config| config.password_queue = 2);
    queued.gate.open.add_permits(1);
    let mut browser = None;
    assert_eq!(queued.house.try_in(&mut browser, "cafe", "right", "192.0.2.1", now()).await, "in");
    let looked_at: Vec<_> = ["a", "b"].map(|name| queued.goes_on(name.to_owned(), None)).into();
    queued.asked(3).await;
    for _ in 0..30 {
        assert_eq!(at_once(queued.house.try_now("c", "guess", "192.0.2.1")).await, "busy");
    }
    // A place is kept for who has signed in before; and then that one is taken, too.
    let known = queued.goes_on("cafe".to_owned(), browser.clone());
    queued.asked(4).await;
    let one_more = queued.house.try_in(&mut browser, "cafe", "right", "192.0.2.1", now());
    assert_eq!(at_once(one_more).await, "busy");
    queued.gate.open.add_permits(3);
    for one in looked_at {
        assert_eq!(one.await.unwrap(), "wrong");
    }
    assert_eq!(known.await.unwrap(), "wrong");
    // All of the thirty are still to be had.
    queued.gate.open.add_permits(10);
    for i in 0..11 {
        let outcome = queued.house.try_now("c", "guess", "192.0.2.1").await;
        assert_eq!(outcome, if i < 10 { "wrong" } else { "throttled" });
    }
    queued.gate.open.add_permits(1);
    assert_eq!(queued.house.try_in(&mut browser, "cafe", "right", "192.0.2.1", now()).await, "in");
}

/// Whoever goes away leaves the queue.
#[tokio::test]
async fn a_place_is_free_again_when_its_browser_has_gone() {
    let queued = queued(|config| config.password_queue = 1);
    let gone = queued.goes_on("a".to_owned(), None);
    queued.asked(1).await;
    assert_eq!(at_once(queued.house.try_now("b", "right", "192.0.2.1")).await, "busy");
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    queued.gate.open.add_permits(1);
    assert_eq!(queued.house.try_now("b", "right", "192.0.2.1").await, "in");
}

#[tokio::test]
async fn those_that_wait_for_others_of_their_account_are_bounded_too() {
    let throttle = Throttle { per_user: 1, ..Throttle::default() };
    let queued = queued(|config| config.throttle = throttle);
    let looked_at = queued.goes_on("a".to_owned(), None);
    queued.asked(1).await;
    let waiting: Vec<_> = (0..300).map(|_| queued.goes_on("a".to_owned(), None)).collect();
    let busy = async || {
        tokio::time::sleep(Duration::from_millis(20)).await;
        waiting.iter().filter(|one| one.is_finished()).count()
    };
    while busy().await < 300 - 256 {}
    assert_eq!(busy().await, 300 - 256);
    queued.gate.open.add_permits(1);
    assert_eq!(looked_at.await.unwrap(), "wrong");
    let mut outcomes = Vec::new();
    for one in waiting {
        outcomes.push(one.await.unwrap());
    }
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count("busy"), count("throttled")), (300 - 256, 256));
}

/// Somebody signs in again and again, in browsers that have different places and from everywhere.
#[tokio::test]
async fn an_account_has_a_few_places_and_its_other_tries_wait() {
    for (known, typed) in [(true, "cafe"), (false, "cafe"), (false, "CAFE")] {
        let queued = queued(|_config| ());
        let mut browsers = Vec::new();
        for _ in 0..10 {
            browsers.push(if known { queued.known("cafe").await } else { None });
        }
        let others = queued.known("b").await;
        let before = queued.looked_at().await;
        let tries: Vec<_> = (0..100)
            .map(|i| {
                let name = if i % 2 == 0 { "cafe" } else { typed };
                let browser = browsers[i % 10].clone();
                queued.sends(name.to_owned(), "right", browser, format!("198.51.100.{i}"))
            })
            .collect();
        assert_eq!(queued.looked_at().await - before, 4, "{known} {typed}");
        // Everybody else goes on: in a known browser and in another.
        let known_one = queued.goes_on("b".to_owned(), others);
        let another = queued.goes_on("c".to_owned(), None);
        assert_eq!(queued.looked_at().await - before, 6, "{known} {typed}");
        queued.gate.open.add_permits(102);
        for one in [known_one, another] {
            assert_eq!(one.await.unwrap(), "wrong");
        }
        for one in tries {
            assert_eq!(one.await.unwrap(), "in");
        }
    }
}

/// Somebody guesses at an account from elsewhere, while its person signs in in their own browser.
#[tokio::test]
async fn a_stranger_who_guesses_makes_nobody_wait_in_their_own_browser() {
    let queued = queued(|_config| ());
    let own = queued.known("cafe").await;
    let before = queued.looked_at().await;
    let guesses: Vec<_> =
        (0..20).map(|i| queued.sends("cafe".to_owned(), "guess", None, format!("198.51.100.{i}"))).collect();
    assert_eq!(queued.looked_at().await - before, 4);
    let own = queued.goes_on("cafe".to_owned(), own);
    assert_eq!(queued.looked_at().await - before, 5);
    queued.gate.open.add_permits(21);
    assert_eq!(own.await.unwrap(), "wrong");
    let mut wrong = 0;
    for guess in guesses {
        wrong += usize::from(guess.await.unwrap() == "wrong");
    }
    assert_eq!(wrong, 10);
}

#[tokio::test]
async fn a_network_of_many_accounts_leaves_places_for_others() {
    for (is_known, most) in [(true, 8), (false, 16)] {
        let queued = queued(|_config| ());
        let mut browsers = Vec::new();
        for i in 0..60 {
            browsers.push(if is_known { queued.known(&format!("{i:x}")).await } else { None });
        }
        let others = queued.known("cafe").await;
        let before = queued.looked_at().await;
        // Each from a /64 of its own, within one /48.
        let mut tries = Vec::new();
        for (i, browser) in browsers.into_iter().enumerate() {
            tries.push(queued.sends(format!("{i:x}"), "right", browser, format!("2001:db8:f:{i:x}::1")));
        }
        assert_eq!(queued.looked_at().await - before, most);
        let others = [queued.goes_on("cafe".to_owned(), others), queued.goes_on("b0b".to_owned(), None)];
        assert_eq!(queued.looked_at().await - before, most + 2);
        queued.gate.open.add_permits(62);
        for one in others {
            assert_eq!(one.await.unwrap(), "wrong");
        }
        for one in tries {
            assert_eq!(one.await.unwrap(), "in");
        }
    }
}

#[test]
fn an_identity_provider_that_looks_at_no_password_is_not_built() {
    let mut config = IdentityProviderConfig::new("https://idp.example").unwrap();
    config.password_queue = 0;
    assert_eq!(config.require_consistent(), Err(crate::ConfigError::NoPasswordQueue));
}
