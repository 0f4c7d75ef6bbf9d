//! A store that is full or broken: refusals, never forgetting.

use saml_core::base::{Relaxation, Relaxations};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use saml_core::crypto::PeerPolicy;
use saml_sp::{IdpPeerPolicy, PublicReason};
use saml_store::{Entry, Insertion, MemoryStore, Namespace, Replacement, Store, StoreError, StoreInstant};
use saml_tests::answer::Answer;
use saml_tests::message::now;
use saml_tests::world::{ADA, Hosting, IdpPlan, SpPlan, World};

use saml_tests::flow::{code, receive, request_id};

fn with_capacity(namespace: &'static str, entries: usize) -> MemoryStore {
    MemoryStore::new().with_capacity(Namespace::new(namespace), entries)
}

fn world_with(sp: SpPlan) -> World {
    World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp])
}

// Attack 182.
#[test]
fn a_replay_mark_that_finds_no_room_refuses_the_login_and_the_other_marks_stay() {
    let algorithms = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
    let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
    let sp = SpPlan::new("app").with_idp_policy(policy).storing(with_capacity("sp.used-assertion", 1));
    let world = world_with(sp);
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (first, second) =
        (Answer::new(idp, sp, None, at).signed_by(idp), Answer::new(idp, sp, None, at).signed_by(idp));
    receive(sp, &first, at).unwrap();
    let refusal = receive(sp, &second, at).unwrap_err();
    assert_eq!((refusal.code().as_str(), refusal.reason), ("store.full", PublicReason::Unavailable));
    assert_eq!(receive(sp, &first, at).unwrap_err().code().as_str(), "replay.assertion_used");
    assert_eq!(receive(sp, &second, at).unwrap_err().code().as_str(), "store.full");
}

/// An identity provider that lets its assertions live for ever takes the memory of everybody else for no longer than its
/// requests, or the age of its assertions, last.
#[test]
fn what_a_peer_writes_into_its_assertions_fills_no_memory_for_good() {
    let minutes = |minutes: u64| std::time::Duration::from_secs(60 * minutes);
    for (is_solicited, free_after) in [(true, minutes(22)), (false, minutes(24 * 60 + 7))] {
        let algorithms = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
        let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
        let sp = SpPlan::new("app").with_idp_policy(policy).storing(with_capacity("sp.used-assertion", 3));
        let world = world_with(sp);
        let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
        let endless = saml_core::base::SamlInstant::try_from("9999-12-31T23:59:59Z").ok();
        let log_in = |at| {
            let id = is_solicited.then(|| request_id(sp, None, at).0);
            let answer = Answer::new(idp, sp, id.as_deref(), at).but(|answer| {
                answer.bearer().not_on_or_after = endless;
                answer.conditions().not_on_or_after = endless;
            });
            receive(sp, &answer.signed_by(idp), at).map_err(|refusal| refusal.code().to_string())
        };
        for _ in 0..3 {
            log_in(at).unwrap();
        }
        assert_eq!(log_in(at).unwrap_err(), "store.full");
        assert_eq!(log_in(at.saturating_add(free_after - minutes(2))).unwrap_err(), "store.full");
        log_in(at.saturating_add(free_after)).unwrap();
    }
}

#[test]
fn no_session_without_room_for_it() {
    let world = world_with(SpPlan::new("app").storing(with_capacity("sp.session", 1)));
    let mut first = world.client();
    assert!(world.sign_in(&mut first).body.contains("signed in: Ada Lovelace"));
    let mut second = world.client();
    let refused = world.sign_in(&mut second);
    assert_eq!((refused.status, code(&refused).as_str()), (503, "store.full"));
    assert!(first.visit(&world.sp("app").at("/private")).body.contains("signed in: Ada Lovelace"));
}

#[test]
fn a_full_identity_provider_refuses_too() {
    for namespace in ["idp.answered-request", "idp.session"] {
        let idp = IdpPlan::new("idp").storing(with_capacity(namespace, 0));
        let world = World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")]);
        let mut client = world.client();
        let mut page = client.visit(&world.sp("app").at("/private"));
        if page.status == 200 {
            let form = page.form().with("user_name", ADA).with("password", saml_tests::world::PASSWORD);
            page = client.submit(&form, &page.url);
        }
        assert_eq!((page.status, code(&page).as_str()), (503, "store.full"), "{namespace}");
        assert!(client.own_cookie("https://idp.example.org", "idp", "session").is_none());
    }
}

/// Otherwise somebody could shut everybody out by filling the counts with made-up names.
#[test]
fn where_no_try_can_be_counted_the_right_password_still_signs_in() {
    let mut store = MemoryStore::new();
    for counts in ["account", "network", "site", "region", "known-browser"] {
        let counts: &'static str = format!("idp.failed-login.{counts}").leak();
        store = store.with_capacity(Namespace::new(counts), 0);
    }
    let world =
        World::new(Hosting::Https, vec![IdpPlan::new("idp").storing(store)], vec![SpPlan::new("app")]);
    assert!(world.sign_in(&mut world.client()).body.contains("signed in: Ada Lovelace"));
}

/// A store that can be unplugged.
struct Unplugged {
    store: MemoryStore,
    plug: Arc<AtomicBool>,
}

impl Unplugged {
    fn plug(&self) -> Result<(), StoreError> {
        if self.plug.load(Ordering::SeqCst) {
            Ok(())
        } else {
            Err(StoreError::Unavailable("unplugged".into()))
        }
    }
}

#[async_trait::async_trait]
impl Store for Unplugged {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.plug()?;
        self.store.insert_if_absent(entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.plug()?;
        self.store.put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        self.plug()?;
        self.store.replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.plug()?;
        self.store.get(namespace, key, now).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.plug()?;
        self.store.take(namespace, key, now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.plug()?;
        self.store.remove(namespace, key, now).await
    }
}

#[test]
fn nobody_is_signed_in_by_a_store_that_does_not_answer() {
    let plug = Arc::new(AtomicBool::new(true));
    let store = Unplugged { store: MemoryStore::new(), plug: Arc::clone(&plug) };
    let world = world_with(SpPlan::new("app").storing(store));
    let sp = world.sp("app");
    let mut client = world.client();
    assert!(world.sign_in(&mut client).body.contains("signed in: Ada Lovelace"));
    let mut other = world.client();
    let answer = world.answer_for(&mut other, ADA);
    let sign_out = client.get(&sp.at("/sign-out")).form();

    plug.store(false, Ordering::SeqCst);
    assert_eq!(client.visit(&sp.at("/private")).status, 503);
    let refused = client.submit(&answer.form(), &answer.url);
    assert_eq!((refused.status, code(&refused).as_str()), (503, "store.unavailable"));
    // A logout that did not happen does not say that it did.
    let logout = client.press(&sign_out, &sp.url);
    assert_eq!((logout.status, code(&logout).as_str()), (503, "store.unavailable"));

    plug.store(true, Ordering::SeqCst);
    assert!(client.visit(&sp.at("/private")).body.contains("signed in: Ada Lovelace"));
    // The answer was not used up by the failure.
    assert!(other.submit(&answer.form(), &answer.url).body.contains("signed in: Ada Lovelace"));
}
