//! What happens when the store fails half way.

use std::sync::Mutex;

use saml_store::{Entry, StoreError, StoreInstant};

use super::*;

/// A store that fails to write where it is told to.
#[derive(Default)]
struct Observed {
    store: MemoryStore,
    broken: Mutex<Vec<Namespace>>,
}

impl Observed {
    /// From now on nothing can be written there, and everywhere else.
    fn break_in(&self, counts: &[Count]) {
        *self.broken.lock().unwrap() = counts.iter().map(|count| count.namespace()).collect();
    }

    fn write(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        if self.broken.lock().unwrap().contains(&entry.namespace) {
            return Err(StoreError::Unavailable("broken".into()));
        }
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
