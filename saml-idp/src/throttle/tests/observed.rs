//! What is written to the store, and what happens when it fails half way.

use std::sync::Mutex;

use saml_store::{Entry, StoreError, StoreInstant};

use super::*;

/// A store that counts what is written, and fails to write where it is told to.
#[derive(Default)]
struct Observed {
    store: MemoryStore,
    written: AtomicUsize,
    broken: Mutex<Vec<Namespace>>,
}

impl Observed {
    /// From now on nothing can be written there, and everywhere else.
    fn break_in(&self, counts: &[Count]) {
        *self.broken.lock().unwrap() = counts.iter().map(|count| count.namespace()).collect();
    }

    /// How often something was written since the last time.
    fn written(&self) -> usize {
        self.written.swap(0, Ordering::SeqCst)
    }

    fn write(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        if self.broken.lock().unwrap().contains(&entry.namespace) {
            return Err(StoreError::Unavailable("broken".into()));
        }
        self.written.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[async_trait]
impl Store for Observed {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.write(&entry)?;
        self.store.insert_if_absent(entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.write(&entry)?;
        self.store.put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        self.write(&entry)?;
        self.store.replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.get(namespace, key, now).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.take(namespace, key, now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.store.remove(namespace, key, now).await
    }
}

fn observed(throttle: Throttle) -> (Arc<Observed>, House) {
    let store = Arc::new(Observed::default());
    let house = observed_by(Arc::<Directory>::default(), &store, throttle);
    (store, house)
}

fn observed_by(directory: Arc<dyn Authenticator>, store: &Arc<Observed>, throttle: Throttle) -> House {
    let idp = idp_of("urn:idp", directory, store, |config| config.throttle = throttle);
    House { directory: Arc::default(), store: Arc::default(), idp }
}

/// When a try that is still under way counts as wrong.
fn later() -> SamlInstant {
    now().saturating_add(Duration::from_secs(31))
}

#[tokio::test]
async fn a_try_that_the_store_fails_half_way_leaves_no_count_behind() {
    let throttle = Throttle { per_user: 1, per_address: 1, ..Throttle::default() };
    for broken in [NETWORKS, SITES, REGIONS] {
        let (store, house) = observed(throttle);
        store.break_in(&[broken]);
        let outcome = house.try_now("administrator", "right", "2001:db8::1").await;
        assert_eq!(outcome, "store.unavailable", "{broken:?}");
        store.break_in(&[]);
        let outcome = house.try_at("administrator", "right", "2001:db8::1", later()).await;
        assert_eq!(outcome, "in", "{broken:?}");
    }
}

/// Says yes, and the store fails at that moment.
struct Breaking {
    store: Arc<Observed>,
    broken: Count,
}

#[async_trait]
impl Authenticator for Breaking {
    async fn authenticate(
        &self,
        name: &str,
        _word: &Secret,
    ) -> Result<Option<Principal>, AuthenticatorError> {
        self.store.break_in(&[self.broken]);
        Ok(Some(Principal { user_name: name.to_owned(), attributes: Vec::new() }))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::Password
    }
}

#[tokio::test]
async fn a_count_that_can_not_be_told_keeps_no_other_from_being_told() {
    let throttle = Throttle { per_user: 1, per_address: 1, ..Throttle::default() };
    let counts = [ACCOUNTS, NETWORKS, SITES, REGIONS];
    for broken in counts {
        let store = Arc::new(Observed::default());
        let house = observed_by(Arc::new(Breaking { store: store.clone(), broken }), &store, throttle);
        assert_eq!(house.try_now("ada", "right", "2001:db8::1").await, "store.unavailable", "{broken:?}");
        let idp = house.idp.snapshot();
        let tried = Tried { account: "ada", network: ClientNetwork::of("2001:db8::1"), place: None };
        for wanted in idp.wanted(tried).unwrap() {
            let page = idp.records().get(wanted.count, &name_of(wanted.page), now()).await.unwrap();
            let is_told = page == Some(Page::default());
            let is_broken = wanted.count.namespace() == broken.namespace();
            assert_ne!(is_told, is_broken, "{:?} while {broken:?} is broken", wanted.count);
        }
    }
}

#[tokio::test]
async fn a_network_that_is_shut_writes_nothing_and_occupies_no_account() {
    let throttle = Throttle { per_address: 10, ..Throttle::default() };
    let (store, house) = observed(throttle);
    for i in 0..10 {
        assert_eq!(house.try_now(&format!("made up {i}"), "guess", "2001:db8::1").await, "wrong");
    }
    assert!(store.written() > 0);
    for _ in 0..20 {
        assert_eq!(house.try_now("administrator", "guess", "2001:db8::1").await, "throttled");
    }
    assert_eq!(store.written(), 0);
    // The same for an account that is shut, and where the store has no room.
    for i in 0..10 {
        let address = format!("198.51.100.{i}");
        assert_eq!(house.try_now("administrator", "guess", &address).await, "wrong");
    }
    assert!(store.written() > 0);
    assert_eq!(house.try_now("administrator", "guess", "192.0.2.1").await, "throttled");
    assert_eq!(store.written(), 0);
}

#[tokio::test]
async fn who_waits_for_others_of_a_network_writes_nothing() {
    let store = Arc::new(Observed::default());
    let throttle = Throttle { per_address: 1, ..Throttle::default() };
    let house = observed_by(Arc::new(Never), &store, throttle);
    let house = Arc::new(house);
    let tries: Vec<_> = ["ada", "administrator"]
        .into_iter()
        .map(|name| {
            let house = Arc::clone(&house);
            tokio::spawn(async move { house.try_now(name, "guess", "192.0.2.1").await })
        })
        .collect();
    while store.written.load(Ordering::SeqCst) < 2 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let _before = store.written();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(store.written(), 0);
    assert!(tries.iter().all(|one| !one.is_finished()));
}

/// Looks at a password for ever.
struct Never;

#[async_trait]
impl Authenticator for Never {
    async fn authenticate(&self, _: &str, _: &Secret) -> Result<Option<Principal>, AuthenticatorError> {
        std::future::pending().await
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::Password
    }
}
