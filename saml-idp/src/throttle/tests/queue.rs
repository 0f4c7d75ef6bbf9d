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
    /// A try that goes on by itself.
    fn goes_on(&self, name: String, browser: Option<KnownBrowser>) -> tokio::task::JoinHandle<&'static str> {
        let house = Arc::clone(&self.house);
        tokio::spawn(async move {
            house.try_in(&mut browser.clone(), &name, "guess", &format!("2001:db8::{name}:0:1"), now()).await
        })
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

#[test]
fn an_identity_provider_that_looks_at_no_password_is_not_built() {
    let mut config = IdentityProviderConfig::new("https://idp.example").unwrap();
    config.password_queue = 0;
    assert_eq!(config.require_consistent(), Err(crate::ConfigError::NoPasswordQueue));
}
