use std::sync::Arc;

use saml_core::base::EntityId;
use saml_store::MemoryStore;

use super::*;

const PURPOSE: &str = "test.form";
const MARKS: Namespace = Namespace::new("test.marks");

fn entity(name: &str) -> EntityId {
    EntityId::try_from(name).unwrap()
}

fn now() -> SamlInstant {
    SamlInstant::from_unix(1_800_000_000).unwrap()
}

async fn key_of(owner: &str, store: &MemoryStore) -> StateKey {
    Records::of(&entity(owner), store).state_key(MARKS, now()).await.unwrap()
}

#[tokio::test]
async fn what_was_sealed_opens_for_its_purpose_its_bounds_and_its_owner_alone() {
    let store = MemoryStore::new();
    let key = key_of("urn:a", &store).await;
    let text = key.seal(PURPOSE, &[b"browser", b"x"], b"a request").unwrap();
    assert_eq!(text.len(), (9 + 48_usize).div_ceil(3) * 4);
    assert_eq!(text.len(), StateKey::sealed_chars(9));
    assert!(StateKey::may_be_sealed(&text, 9) && !StateKey::may_be_sealed(&text, 6));
    for other in ["", "a+b", "a b", "\u{e9}"] {
        assert!(!StateKey::may_be_sealed(other, 9), "{other}");
    }
    let opened = |key: &StateKey, purpose, bound: &[&[u8]], text: &str| {
        key.open(purpose, bound, text).unwrap().map(|clear| clear.to_vec())
    };
    assert_eq!(
        opened(&key_of("urn:a", &store).await, PURPOSE, &[b"browser", b"x"], &text).unwrap(),
        b"a request"
    );
    let other = key_of("urn:b", &store).await;
    for refused in [
        opened(&other, PURPOSE, &[b"browser", b"x"], &text),
        opened(&key_of("urn:a", &MemoryStore::new()).await, PURPOSE, &[b"browser", b"x"], &text),
        opened(&key, "test.other", &[b"browser", b"x"], &text),
        opened(&key, PURPOSE, &[b"browserx"], &text),
        opened(&key, PURPOSE, &[b"browse", b"rx"], &text),
        opened(&key, PURPOSE, &[b"browser", b"x", b""], &text),
        opened(&key, PURPOSE, &[b"browser", b"x"], ""),
        opened(&key, PURPOSE, &[b"browser", b"x"], text.get(..text.len() - 4).unwrap()),
        opened(&key, PURPOSE, &[b"browser", b"x"], &format!("{text}AAAA")),
        opened(&key, PURPOSE, &[b"browser", b"x"], &format!("{text}=")),
    ] {
        assert_eq!(refused, None);
    }
    for at in 0..text.len() {
        let mut octets = text.clone().into_bytes();
        octets[at] = if octets[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(octets).unwrap();
        assert_eq!(opened(&key, PURPOSE, &[b"browser", b"x"], &changed), None, "at {at}");
    }
}

#[tokio::test]
async fn a_code_is_for_its_purpose_its_parts_and_its_owner_alone() {
    let store = MemoryStore::new();
    let key = key_of("urn:a", &store).await;
    let code = key.mac(PURPOSE, &[b"ab", b"c"]).unwrap();
    assert_eq!(key_of("urn:a", &store).await.mac(PURPOSE, &[b"ab", b"c"]).unwrap(), code);
    for other in [
        key.mac("test.other", &[b"ab", b"c"]).unwrap(),
        key.mac(PURPOSE, &[b"a", b"bc"]).unwrap(),
        key.mac(PURPOSE, &[b"ab", b"c", b""]).unwrap(),
        key_of("urn:b", &store).await.mac(PURPOSE, &[b"ab", b"c"]).unwrap(),
        key_of("urn:a", &MemoryStore::new()).await.mac(PURPOSE, &[b"ab", b"c"]).unwrap(),
    ] {
        assert_ne!(other, code);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_draw_a_key_at_once_all_get_the_same() {
    let store = Arc::new(MemoryStore::new());
    let drawing: Vec<_> = (0..50)
        .map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { key_of("urn:a", &store).await.mac(PURPOSE, &[]).unwrap() })
        })
        .collect();
    let mut codes = Vec::new();
    for drawn in drawing {
        codes.push(drawn.await.unwrap());
    }
    codes.dedup();
    assert_eq!(codes.len(), 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_and_not_drawn_anew() {
    let store = MemoryStore::new();
    let owner = entity("urn:a");
    let records = Records::of(&owner, &store);
    for text in ["", "AAAA", "%", &"A".repeat(44)] {
        let content = text.to_owned();
        let draft =
            Draft { name: NAME, content: &content, peer: None, expires_at: now().saturating_add(LIFETIME) };
        records.put(RecordKind::new(MARKS, RECORD_OCTETS), draft, now()).await.unwrap();
        let refused = records.state_key(MARKS, now()).await;
        assert!(matches!(refused, Err(RecordError::Unreadable)), "{text:?}: {refused:?}");
    }
}
