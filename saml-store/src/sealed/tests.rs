use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::{MAX_VALUE_OCTETS, MemoryStore};

mod engines;
mod records;

const PLACE: Namespace = Namespace::new("test");
const OTHER: Namespace = Namespace::new("test.other");
const NOW: StoreInstant = StoreInstant::from_unix_millis(1_795_176_000_000);
const ALICE: &str = "alice@example.org";

fn at(milliseconds: u64) -> StoreInstant {
    NOW.saturating_add(Duration::from_millis(milliseconds))
}

fn entry<'a>(key: &'a str, value: &[u8]) -> Entry<'a> {
    Entry { namespace: PLACE, key, value: value.to_vec(), expires_at: at(10_000) }
}

/// The key whose octets count up from `first`.
fn key(first: u8) -> SealingKey {
    let octets: Vec<u8> = (first..first + 32).collect();
    SealingKey::from_octets(&octets).unwrap()
}

fn keys() -> SealingKeys {
    SealingKeys::new(&key(50), key(0)).unwrap()
}

fn sealed(keys: SealingKeys) -> Sealed<MemoryStore> {
    Sealed::new(Arc::new(MemoryStore::new()), keys)
}

impl<S: Store + ?Sized> Sealed<S> {
    /// What is stored underneath.
    async fn beneath(&self, namespace: Namespace, key: &str) -> Option<Vec<u8>> {
        let hidden = self.hidden_key(namespace, key).unwrap();
        self.inner.get(namespace, &hidden, NOW).await.unwrap()
    }

    /// Stores something underneath, as an operator would.
    async fn place_beneath(&self, namespace: Namespace, key: &str, value: &[u8], expires_at: StoreInstant) {
        let hidden = self.hidden_key(namespace, key).unwrap();
        let entry = Entry { namespace, key: &hidden, value: value.to_vec(), expires_at };
        self.inner.put(entry, NOW).await.unwrap();
    }
}

/// The octets were made by the Python package `cryptography`: whoever reads a store years later reads the same form.
#[tokio::test]
async fn opens_what_another_implementation_sealed_by_the_same_rules() {
    const SEALED: &str = "0163e3e7a9b2e26e786465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f80818283\
        3b196558e447084c06c034f30e1524eea899b2eb264e7aa354d1cf022f";
    let pairs = SEALED.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    let octets: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    let store = sealed(keys());
    assert_eq!(store.hidden_key(PLACE, ALICE).unwrap(), "9c8yKV51MPW75DiS_oJcyhSHi1vaWJxlZY49o68utgU");
    store.place_beneath(PLACE, ALICE, &octets, at(10_000)).await;
    assert_eq!(store.get(PLACE, ALICE, NOW).await.unwrap(), Some(b"value".to_vec()));
    assert_eq!(store.take(PLACE, ALICE, at(9_999)).await.unwrap(), Some(b"value".to_vec()));
}

#[tokio::test]
async fn the_same_value_is_never_sealed_alike() {
    let store = sealed(keys());
    store.put(entry("k", b"value"), NOW).await.unwrap();
    let first = store.beneath(PLACE, "k").await.unwrap();
    store.put(entry("k", b"value"), NOW).await.unwrap();
    let second = store.beneath(PLACE, "k").await.unwrap();
    assert_eq!((first.len(), second.len()), (70, 70), "65 octets more than the value");
    // Apart from form and key id, octets agree by chance only.
    let alike = first.iter().zip(&second).skip(9).filter(|(one, other)| one == other).count();
    assert!(alike < 8, "{alike} octets alike");
}

#[tokio::test]
async fn a_name_is_hidden_otherwise_in_each_namespace_and_kind_and_installation() {
    let (one, other) = (sealed(keys()), sealed(SealingKeys::new(&key(51), key(0)).unwrap()));
    let mut names = vec![
        one.hidden_key(PLACE, ALICE).unwrap(),
        one.hidden_key(OTHER, ALICE).unwrap(),
        one.hidden_key(PLACE, "alice@example.or").unwrap(),
        one.hidden("party", PLACE, ALICE).unwrap(),
        other.hidden_key(PLACE, ALICE).unwrap(),
        one.hidden("entry", Namespace::new("testa"), "lice@example.org").unwrap(),
    ];
    assert!(names.iter().all(|name| name.len() == 43));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 6);
    // An entry of another installation is not found.
    one.put(entry(ALICE, b"value"), NOW).await.unwrap();
    let stranger = Sealed::new(Arc::clone(&one.inner), SealingKeys::new(&key(51), key(0)).unwrap());
    assert_eq!(stranger.get(PLACE, ALICE, NOW).await.unwrap(), None);
    assert_eq!(one.get(PLACE, ALICE, NOW).await.unwrap(), Some(b"value".to_vec()));
}

#[tokio::test]
async fn refuses_a_value_of_which_any_octet_was_changed_or_cut() {
    let store = sealed(keys());
    store.put(entry("k", b"value"), NOW).await.unwrap();
    let good = store.beneath(PLACE, "k").await.unwrap();
    let flipped = (0..good.len()).map(|at| {
        let mut octets = good.clone();
        octets[at] ^= 1;
        octets
    });
    let cut = (0..good.len()).map(|end| good[..end].to_vec());
    let longer = [good.as_slice(), b"x"].concat();
    for octets in flipped.chain(cut).chain([longer, b"value".to_vec()]) {
        store.place_beneath(PLACE, "k", &octets, at(10_000)).await;
        assert_eq!(store.get(PLACE, "k", NOW).await.unwrap_err().code(), "store.corrupt");
        let replaced = store.replace(entry("k", b"new"), b"value", NOW).await;
        assert_eq!(replaced.unwrap_err().code(), "store.corrupt");
        assert_eq!(store.beneath(PLACE, "k").await, Some(octets), "it was left as it is");
        assert_eq!(store.take(PLACE, "k", NOW).await.unwrap_err().code(), "store.corrupt");
    }
    store.place_beneath(PLACE, "k", &good, at(10_000)).await;
    assert_eq!(store.get(PLACE, "k", NOW).await.unwrap(), Some(b"value".to_vec()));
}

#[tokio::test]
async fn refuses_a_value_in_the_place_of_another_entry() {
    let store = sealed(keys());
    store.put(entry(ALICE, b"value"), NOW).await.unwrap();
    let octets = store.beneath(PLACE, ALICE).await.unwrap();
    for (namespace, key) in
        [(PLACE, "mallory"), (OTHER, ALICE), (Namespace::new("testa"), "lice@example.org")]
    {
        store.place_beneath(namespace, key, &octets, at(10_000)).await;
        assert_eq!(store.get(namespace, key, NOW).await.unwrap_err().code(), "store.corrupt", "{key}");
    }
}

#[tokio::test]
async fn an_entry_whose_life_was_prolonged_beneath_is_gone_all_the_same() {
    let store = sealed(keys());
    store.put(entry("k", b"value"), NOW).await.unwrap();
    let octets = store.beneath(PLACE, "k").await.unwrap();
    store.place_beneath(PLACE, "k", &octets, at(1_000_000)).await;
    assert!(store.get(PLACE, "k", at(9_999)).await.unwrap().is_some());
    assert_eq!(store.get(PLACE, "k", at(10_000)).await.unwrap(), None);
    let late = Entry { expires_at: at(20_000), ..entry("k", b"new") };
    assert_eq!(store.replace(late, b"value", at(10_000)).await.unwrap(), Replacement::Changed);
    assert_eq!(store.take(PLACE, "k", at(10_000)).await.unwrap(), None);
}

/// The documentation says so; whoever relies on more must learn it here.
#[tokio::test]
async fn deletion_and_putting_back_are_not_noticed() {
    let store = sealed(keys());
    store.put(entry("counter", b"1"), NOW).await.unwrap();
    let earlier = store.beneath(PLACE, "counter").await.unwrap();
    store.put(entry("counter", b"2"), NOW).await.unwrap();
    store.place_beneath(PLACE, "counter", &earlier, at(10_000)).await;
    assert_eq!(store.get(PLACE, "counter", NOW).await.unwrap(), Some(b"1".to_vec()));
    let hidden = store.hidden_key(PLACE, "counter").unwrap();
    store.inner.remove(PLACE, &hidden, NOW).await.unwrap();
    assert_eq!(store.get(PLACE, "counter", NOW).await.unwrap(), None);
}

/// An entry that lives for years and is only read outlives the key that it was sealed with first.
#[tokio::test]
async fn what_is_read_is_sealed_under_the_current_key_from_then_on() {
    let inner = Arc::new(MemoryStore::new());
    let with = |keys| Sealed::new(Arc::clone(&inner), keys);
    let keys = |current| SealingKeys::new(&key(50), key(current)).unwrap();
    let put = Entry { expires_at: at(10_000), ..entry("state", b"value") };
    with(keys(0)).put(put, NOW).await.unwrap();
    let refused = with(keys(1)).get(PLACE, "state", NOW).await.unwrap_err();
    assert_eq!(refused.code(), "store.corrupt");
    let both = with(keys(1).with_earlier(key(0)).unwrap());
    assert_eq!(both.get(PLACE, "state", NOW).await.unwrap().unwrap(), b"value");
    let alone = with(keys(1));
    assert_eq!(alone.get(PLACE, "state", NOW).await.unwrap().unwrap(), b"value");
    let late = at(10_000);
    assert_eq!(alone.get(PLACE, "state", late).await.unwrap(), None, "it lives no longer than before");
}

#[tokio::test]
async fn a_new_key_seals_and_an_earlier_one_still_opens() {
    let before = sealed(keys());
    before.put(entry("k", b"value"), NOW).await.unwrap();
    let with = |keys| Sealed::new(Arc::clone(&before.inner), keys);
    let without = with(SealingKeys::new(&key(50), key(1)).unwrap());
    let error = without.get(PLACE, "k", NOW).await.unwrap_err();
    assert_eq!(error.code(), "store.corrupt");
    assert!(format!("{error:?}").contains("a key that is not configured"), "{error:?}");
    let after = with(SealingKeys::new(&key(50), key(1)).unwrap().with_earlier(key(0)).unwrap());
    assert_eq!(after.get(PLACE, "k", NOW).await.unwrap(), Some(b"value".to_vec()));
    let replaced = after.replace(entry("k", b"new"), b"value", NOW).await.unwrap();
    assert_eq!(replaced, Replacement::Replaced);
    assert_eq!(before.get(PLACE, "k", NOW).await.unwrap_err().code(), "store.corrupt");
    assert_eq!(without.get(PLACE, "k", NOW).await.unwrap(), Some(b"new".to_vec()));
}

/// Stores something underneath in the moment between reading and replacing.
struct Meddler {
    inner: MemoryStore,
    between: Mutex<Vec<Vec<u8>>>,
}

#[async_trait]
impl Store for Meddler {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.inner.insert_if_absent(entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.inner.put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        let value = self.between.lock().unwrap().pop();
        if let Some(value) = value {
            self.inner.put(Entry { value, ..entry.clone() }, now).await?;
        }
        self.inner.replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(namespace, key, now).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.take(namespace, key, now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.inner.remove(namespace, key, now).await
    }
}

#[tokio::test]
async fn a_value_that_was_stored_again_meanwhile_is_still_the_expected_one() {
    let draft = entry("k", b"");
    let seal = |value| seal(&keys(), place(&draft), value, at(10_000)).unwrap();
    for (between, times, expected) in [
        (b"value".as_slice(), 3, Ok(Replacement::Replaced)),
        (b"other", 1, Ok(Replacement::Changed)),
        (b"value", 1_000, Err("store.unavailable")),
    ] {
        let between = (0..times).map(|_| seal(between)).collect();
        let inner = Meddler { inner: MemoryStore::new(), between: Mutex::new(between) };
        let store = Sealed::new(Arc::new(inner), keys());
        store.put(entry("k", b"value"), NOW).await.unwrap();
        let answer = store.replace(entry("k", b"new"), b"value", NOW).await;
        assert_eq!(answer.map_err(|error| error.code()), expected);
    }
}

#[test]
fn a_key_is_32_octets_in_base64_and_is_not_shown() {
    let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    let parsed = SealingKeys::new(&key(50), SealingKey::parse(text).unwrap()).unwrap();
    assert_eq!(parsed.current.id, keys().current.id, "the same key has the same id");
    assert!(matches!(SealingKey::parse("AAEC"), Err(SealingKeyError::Length { octets: 3 })));
    assert!(matches!(SealingKey::parse("no key at all"), Err(SealingKeyError::Base64)));
    assert!(matches!(SealingKey::from_octets(&[0; 33]), Err(SealingKeyError::Length { octets: 33 })));
    assert_eq!(format!("{:?}", key(0)), "SealingKey(…)");
    let shown = format!("{:?}", keys());
    let expected = "SealingKeys { names: SealingKey(…), current: Named { key: SealingKey(…), id: ";
    assert!(shown.starts_with(expected), "{shown}");
    let (one, other) = (SealingKey::random().unwrap(), SealingKey::random().unwrap());
    let id = |key| SealingKeys::new(&key, key.clone()).unwrap().current.id;
    assert_ne!(id(one), id(other));
}

#[tokio::test]
async fn a_value_that_fits_only_unsealed_is_refused() {
    let store = sealed(keys());
    assert_eq!(store.max_value_octets(), MAX_VALUE_OCTETS - 65);
    let error = store.put(entry("k", &[0; MAX_VALUE_OCTETS - 64]), NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::ValueTooLong { octets } if octets == MAX_VALUE_OCTETS - 64));
}
