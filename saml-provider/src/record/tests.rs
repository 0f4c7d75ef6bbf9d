use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use saml_store::{MemoryStore, Namespace, Store, StoreError, StoreInstant, Token};
use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    text: String,
}

/// How many one principal has here.
const MOST: usize = 20;
const NOTES: RecordKind<Note> = RecordKind::new(Namespace::new("test.note"), 100);
const KINDS: HeldKind<Note> = HeldKind {
    records: RecordKind::new(Namespace::new("test.session"), 100),
    lists: RecordKind::new(Namespace::new("test.sessions-of-principal"), 8 * 1024),
    most: MOST,
};

fn entity(name: &str) -> EntityId {
    EntityId::try_from(name).unwrap()
}

fn note(text: &str) -> Note {
    Note { text: text.to_owned() }
}

fn now() -> SamlInstant {
    SamlInstant::from_unix(1_800_000_000).unwrap()
}

fn later(seconds: u64) -> SamlInstant {
    now().saturating_add(Duration::from_secs(seconds))
}

fn draft<'a>(name: &'a str, content: &'a Note) -> Draft<'a, Note> {
    Draft { name, content, peer: None, expires_at: later(60) }
}

// Names that would be the other's, were the two put together in any simple way.
#[tokio::test]
async fn nothing_that_one_owner_does_touches_what_another_has() {
    let store = MemoryStore::new();
    let owners = ["urn:a", "urn:ab", "urn:b"].map(entity);
    for name in ["x", "bx", "b\nx", "urn:b\nx", "", "é", &"long".repeat(1000)] {
        for owner in &owners {
            let records = Records::of(owner, &store);
            let text = format!("of {owner}");
            assert_eq!(records.get(NOTES, name, now()).await.unwrap(), None, "{owner} {name}");
            let inserted = records.insert(NOTES, draft(name, &note(&text)), now()).await.unwrap();
            assert_eq!(inserted, Insertion::Inserted, "{owner} {name}");
        }
        for (index, owner) in owners.iter().enumerate() {
            let records = Records::of(owner, &store);
            let found = records.find(NOTES, name, now()).await.unwrap().unwrap();
            assert_eq!(found.content, note(&format!("of {owner}")));
            let replaced = records.replace(NOTES, draft(name, &note("new")), &found, now()).await.unwrap();
            assert_eq!(replaced, Replacement::Replaced);
            if index == 0 {
                records.remove(NOTES, name, now()).await.unwrap();
            }
            let expected = (index != 0).then(|| note("new"));
            assert_eq!(records.take(NOTES, name, now()).await.unwrap(), expected);
        }
    }
}

#[tokio::test]
async fn what_is_longer_than_its_kind_may_be_is_not_stored() {
    let (owner, store) = (entity("urn:a"), MemoryStore::new());
    let records = Records::of(&owner, &store);
    let most = "x".repeat(100 - "{\"text\":\"\"}".len());
    let _new = records.insert(NOTES, draft("at most", &note(&most)), now()).await.unwrap();
    let more = note(&format!("{most}x"));
    let error = records.insert(NOTES, draft("more", &more), now()).await.unwrap_err();
    assert!(matches!(error, RecordError::TooLong { octets: 101, at_most: 100 }), "{error:?}");
    assert_eq!(records.get(NOTES, "more", now()).await.unwrap(), None);
    let found = records.find(NOTES, "at most", now()).await.unwrap().unwrap();
    let error = records.replace(NOTES, draft("at most", &more), &found, now()).await.unwrap_err();
    assert_eq!(error.code(), "store.value_too_long");
    assert_eq!(records.get(NOTES, "at most", now()).await.unwrap(), Some(note(&most)));
}

/// A store that others write to: it has the same octets under every key.
struct Forged(Vec<u8>);

#[async_trait]
impl Store for Forged {
    async fn insert_if_absent(&self, _: Entry<'_>, _: StoreInstant) -> Result<Insertion, StoreError> {
        Ok(Insertion::AlreadyPresent)
    }

    async fn put(&self, _: Entry<'_>, _: StoreInstant) -> Result<(), StoreError> {
        Ok(())
    }

    async fn replace(&self, _: Entry<'_>, _: &[u8], _: StoreInstant) -> Result<Replacement, StoreError> {
        Ok(Replacement::Changed)
    }

    async fn get(&self, _: Namespace, _: &str, _: StoreInstant) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Some(self.0.clone()))
    }

    async fn take(&self, _: Namespace, _: &str, _: StoreInstant) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(Some(self.0.clone()))
    }

    async fn remove(&self, _: Namespace, _: &str, _: StoreInstant) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_record_that_can_not_be_read_is_an_error_and_not_an_absent_one() {
    let owner = entity("urn:a");
    for (octets, code) in [
        ("\u{1}urn:a\n{\"text\":\"good\"}", None),
        ("\u{1}urn:b\n{\"text\":\"good\"}", Some("store.other_owner")),
        ("\u{1}urn:a \n{\"text\":\"good\"}", Some("store.other_owner")),
        ("\u{1}\n{\"text\":\"good\"}", Some("store.other_owner")),
        ("\u{2}urn:a\n{\"text\":\"good\"}", Some("store.corrupt")),
        ("\u{1}urn:a\n{\"text\":\"go", Some("store.corrupt")),
        ("\u{1}urn:a\n{\"text\":\"good\"}}", Some("store.corrupt")),
        ("\u{1}urn:a\n{}", Some("store.corrupt")),
        ("\u{1}urn:a\n", Some("store.corrupt")),
        ("\u{1}urn:a", Some("store.corrupt")),
        ("\u{1}", Some("store.corrupt")),
        ("{\"text\":\"good\"}", Some("store.corrupt")),
        ("", Some("store.corrupt")),
    ] {
        let store = Forged(octets.as_bytes().to_vec());
        let records = Records::of(&owner, &store);
        let code_of = |read: Result<Option<Note>, RecordError>| match read {
            Ok(Some(found)) => {
                assert_eq!(found, note("good"));
                None
            }
            Ok(None) => panic!("{octets:?} is told to be absent"),
            Err(error) => {
                assert!(!error.to_string().contains("good") && !format!("{error:?}").contains("good"));
                Some(error.code())
            }
        };
        assert_eq!(code_of(records.get(NOTES, "any", now()).await), code, "{octets:?}");
        assert_eq!(code_of(records.take(NOTES, "any", now()).await), code, "{octets:?}");
    }
}

#[tokio::test]
async fn what_one_peer_brings_about_leaves_room_for_the_others() {
    let store = MemoryStore::with_default_capacity(10);
    let (owner, tenant) = (entity("urn:a"), entity("urn:b"));
    let (greedy, modest) = (entity("urn:greedy"), entity("urn:modest"));
    let content = note("");
    let insert = async |owner: &EntityId, peer: &EntityId, name: &str| {
        let draft = Draft { peer: Some(peer), ..draft(name, &content) };
        Records::of(owner, &store).insert(NOTES, draft, now()).await.map_err(|error| error.code())
    };
    for number in 0..8 {
        let _new = insert(&owner, &greedy, &number.to_string()).await.unwrap();
    }
    assert_eq!(insert(&owner, &greedy, "more").await, Err("store.party_full"));
    assert_eq!(insert(&owner, &modest, "one").await, Ok(Insertion::Inserted));
    // The same peer of another entity is another party.
    assert_eq!(insert(&tenant, &greedy, "one").await, Ok(Insertion::Inserted));
    assert_eq!(insert(&owner, &greedy, "more").await, Err("store.full"));
}

struct Signed {
    owner: EntityId,
    store: Arc<dyn Store>,
}

impl Signed {
    fn new(store: impl Store + 'static) -> Self {
        Self { owner: entity("urn:a"), store: Arc::new(store) }
    }

    fn records(&self) -> Records<'_> {
        Records::of(&self.owner, &*self.store)
    }

    async fn begin(&self, principal: Option<&str>, name: &str, seconds: u64) -> Result<(), RecordError> {
        let content = note(principal.unwrap_or_default());
        let draft = Draft { name, content: &content, peer: None, expires_at: later(seconds) };
        self.records().hold(KINDS, Held { holder: principal, draft }, now()).await.map(|_over| ())
    }

    async fn end(&self, name: &str) {
        let principal = |note: &Note| Some(note.text.clone());
        self.records().let_go(KINDS, name, principal, now()).await.unwrap();
    }

    async fn is_alive(&self, name: &str, at: SamlInstant) -> bool {
        self.records().get(KINDS.records, name, at).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn the_oldest_session_of_a_person_ends_when_one_too_many_begins() {
    let site = Signed::new(MemoryStore::new());
    for number in 0..MOST {
        site.begin(Some("ada"), &format!("ada {number}"), 60).await.unwrap();
        site.begin(Some("bob"), &format!("bob {number}"), 60).await.unwrap();
    }
    assert!(site.is_alive("ada 0", now()).await);
    for number in 0..3 {
        site.begin(Some("ada"), &format!("new {number}"), 60).await.unwrap();
        assert!(!site.is_alive(&format!("ada {number}"), now()).await);
        assert!(site.is_alive(&format!("ada {}", number + 1), now()).await);
        assert!(site.is_alive(&format!("new {number}"), now()).await);
        assert!(site.is_alive(&format!("bob {number}"), now()).await);
    }
}

#[tokio::test]
async fn a_session_that_ended_does_not_count_and_neither_does_one_that_expired() {
    let site = Signed::new(MemoryStore::new());
    site.begin(Some("ada"), "first", 600).await.unwrap();
    for number in 0..100 {
        site.begin(Some("ada"), &format!("short {number}"), 600).await.unwrap();
        site.end(&format!("short {number}")).await;
        assert!(!site.is_alive(&format!("short {number}"), now()).await);
    }
    assert!(site.is_alive("first", now()).await);
    for number in 0..MOST - 1 {
        site.begin(Some("ada"), &format!("brief {number}"), 10).await.unwrap();
    }
    let content = note("ada");
    for number in 0..MOST - 1 {
        let name = format!("late {number}");
        let draft = Draft { name: &name, content: &content, peer: None, expires_at: later(600) };
        let held = Held { holder: Some("ada"), draft };
        let _over = site.records().hold(KINDS, held, later(10)).await.unwrap();
    }
    assert!(site.is_alive("first", later(10)).await, "the brief ones are over");
}

#[tokio::test]
async fn whom_nobody_can_name_has_no_list() {
    let site = Signed::new(MemoryStore::new());
    for number in 0..2 * MOST {
        site.begin(None, &format!("{number}"), 60).await.unwrap();
    }
    for number in 0..2 * MOST {
        assert!(site.is_alive(&format!("{number}"), now()).await);
    }
}

#[tokio::test]
async fn the_list_goes_with_the_last_of_its_sessions() {
    // The clock of a store does not go back, so each instant has a store of its own.
    for (ended, seconds, is_there) in [
        (&[][..], 59, true),
        (&[], 60, false),
        (&["long"], 9, true),
        (&["long"], 10, false),
        (&["short"], 59, true),
        (&["long", "short"], 0, true),
        (&["long", "short"], 1, false),
    ] {
        let site = Signed::new(MemoryStore::new());
        site.begin(Some("ada"), "long", 60).await.unwrap();
        site.begin(Some("ada"), "short", 10).await.unwrap();
        for name in ended {
            site.end(name).await;
        }
        let list = site.records().get(KINDS.lists, "ada", later(seconds)).await.unwrap();
        assert_eq!(list.is_some(), is_there, "{ended:?} after {seconds} s");
    }
}

// On several threads, as on several nodes: the loser of the race for the list reads it again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_that_begin_together_are_all_counted() {
    let site = Arc::new(Signed::new(MemoryStore::new()));
    let barrier = Arc::new(tokio::sync::Barrier::new(60));
    let mut begun = tokio::task::JoinSet::new();
    for number in 0..60 {
        let (site, barrier) = (Arc::clone(&site), Arc::clone(&barrier));
        begun.spawn(async move {
            barrier.wait().await;
            site.begin(Some("ada"), &number.to_string(), 60).await
        });
    }
    while let Some(begun) = begun.join_next().await {
        begun.unwrap().unwrap();
    }
    let mut alive = 0;
    for number in 0..60 {
        alive += usize::from(site.is_alive(&number.to_string(), now()).await);
    }
    assert_eq!(alive, MOST);
}

/// Every list that is to be replaced was just changed by somebody else.
struct Busy {
    store: MemoryStore,
    replaced: Arc<AtomicUsize>,
}

#[async_trait]
impl Store for Busy {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.store.insert_if_absent(entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.store.put(entry, now).await
    }

    async fn replace(&self, _: Entry<'_>, _: &[u8], _: StoreInstant) -> Result<Replacement, StoreError> {
        self.replaced.fetch_add(1, Ordering::Relaxed);
        Ok(Replacement::Changed)
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

#[tokio::test]
async fn a_session_that_can_not_be_counted_does_not_begin() {
    let replaced = Arc::new(AtomicUsize::new(0));
    let site = Signed::new(Busy { store: MemoryStore::new(), replaced: Arc::clone(&replaced) });
    site.begin(Some("ada"), "first", 60).await.unwrap();
    let error = site.begin(Some("ada"), "second", 60).await.unwrap_err();
    assert_eq!((error.code(), replaced.load(Ordering::Relaxed)), ("store.contended", 100));
    assert!(site.is_alive("first", now()).await && !site.is_alive("second", now()).await);
    // A list that can't be changed does not keep a session from ending.
    site.end("first").await;
    assert!(!site.is_alive("first", now()).await);

    let full = MemoryStore::new().with_capacity(Namespace::new("test.sessions-of-principal"), 1);
    let site = Signed::new(full);
    site.begin(Some("ada"), "hers", 60).await.unwrap();
    let error = site.begin(Some("bob"), "his", 60).await.unwrap_err();
    assert_eq!(error.code(), "store.full");
    assert!(!site.is_alive("his", now()).await);
}

#[tokio::test]
async fn what_can_not_be_read_ends_when_it_is_to_end() {
    let owner = entity("urn:a");
    let store = Forged(b"rubbish".to_vec());
    let records = Records::of(&owner, &store);
    records.let_go(KINDS, "any", |note: &Note| Some(note.text.clone()), now()).await.unwrap();
}

// A token's key, an account and an address are secrets or personal: none of them stands in the store as a name.
#[tokio::test]
async fn names_do_not_stand_in_the_store() {
    let owner = entity("urn:a");
    let store = MemoryStore::new();
    let records = Records::of(&owner, &store);
    let name = Token::random().unwrap().key();
    let key = records.key(&name);
    assert_ne!(key, name);
    let _new = records.insert(NOTES, draft(&name, &note("x")), now()).await.unwrap();
    let stored = store.get(Namespace::new("test.note"), &key, store_instant(now())).await.unwrap().unwrap();
    let stored = String::from_utf8(stored).unwrap();
    assert_eq!(stored, "\u{1}urn:a\n{\"text\":\"x\"}");
    let account = "somebody@example.org";
    let key = records.key(account);
    assert!(key.len() == 43 && !key.contains("somebody"), "{key}");
}
