use std::time::Duration;

use saml_store::MemoryStore;

use super::*;
use crate::sso::tests::{entity, key_in};

fn now() -> SamlInstant {
    SamlInstant::from_unix(1_800_000_000).unwrap()
}

fn login(request: &str, return_to: &str) -> BegunLogin {
    BegunLogin {
        request: request.to_owned(),
        expires_at: now().saturating_add(Duration::from_secs(960)).unix_millis(),
        return_to: return_to.to_owned(),
        class_refs: Vec::new(),
        is_passive: false,
    }
}

fn names(logins: &BegunLogins) -> Vec<&str> {
    logins.0.iter().map(|login| login.request.as_str()).collect()
}

#[test]
fn what_a_browser_keeps_opens_for_its_token_its_service_provider_and_its_key_alone() {
    let (store, sp, browser) = (MemoryStore::new(), entity("urn:sp"), Token::random().unwrap());
    let key = key_in(&store, &sp);
    let holder = Holder { key: &key, sp: &sp, browser: &browser };
    let mut begun = login("a", "/somewhere?a=b");
    begun.class_refs = vec!["urn:x".to_owned()];
    begun.is_passive = true;
    let text = BegunLogins::default().begin(begun.clone(), now()).seal(holder).unwrap();
    assert!(text.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')));
    let opened = |text: &str, holder| BegunLogins::open(Some(text), holder).unwrap();
    assert_eq!(opened(&text, holder).of("a"), Some(&begun));
    assert_eq!(opened(&text, holder).of("b"), None);

    let (other_browser, other_sp) = (Token::random().unwrap(), entity("urn:other"));
    let (tenant, emptied) = (key_in(&store, &other_sp), key_in(&MemoryStore::new(), &sp));
    for (case, other) in [
        ("another browser", Holder { browser: &other_browser, ..holder }),
        ("another service provider", Holder { sp: &other_sp, ..holder }),
        ("the key of another tenant", Holder { key: &tenant, ..holder }),
        ("a store that was emptied", Holder { key: &emptied, ..holder }),
    ] {
        assert_eq!(opened(&text, other), BegunLogins::default(), "{case}");
    }
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(opened(&changed, holder), BegunLogins::default(), "at {at}");
        assert_eq!(opened(text.split_at(at).0, holder), BegunLogins::default(), "cut to {at}");
    }
    // What is sealed for another purpose, and what is longer than was ever written.
    let bounds = bound(&sp, "");
    let foreign = key.seal("sp: something else", &bounds, b"[]").unwrap();
    for text in ["", "%", "é", &foreign, &format!("{text}{text}"), &"A".repeat(MOST_CHARS + 1)] {
        assert_eq!(opened(text, holder), BegunLogins::default(), "{text}");
    }
    assert_eq!(BegunLogins::open(None, holder).unwrap(), BegunLogins::default());
}

#[test]
fn of_the_logins_of_a_browser_the_newest_eight_wait() {
    let logins = (0..11)
        .fold(BegunLogins::default(), |logins, number| logins.begin(login(&number.to_string(), "/"), now()));
    assert_eq!(names(&logins), ["3", "4", "5", "6", "7", "8", "9", "10"]);
}

#[test]
fn a_login_that_nobody_can_answer_any_more_leaves_its_place() {
    let begun = |at| {
        let logins = BegunLogins::default().begin(login("a", "/"), now());
        names(&logins.begin(login("b", "/"), at)).concat()
    };
    let end = now().saturating_add(Duration::from_secs(960));
    assert_eq!(begun(end.saturating_sub(Duration::from_millis(1))), "ab");
    assert_eq!(begun(end), "b");
}

#[test]
fn the_text_stays_short_and_the_oldest_fall_out_first() {
    let (sp, browser) = (entity("urn:sp"), Token::random().unwrap());
    let key = key_in(&MemoryStore::new(), &sp);
    let holder = Holder { key: &key, sp: &sp, browser: &browser };
    for (octets, left) in [(100, 8), (350, 6), (700, 3), (2_048, 1)] {
        let path = format!("/{}", "a".repeat(octets - 1));
        let logins = (0..8).fold(BegunLogins::default(), |logins, number| {
            logins.begin(login(&format!("{number:032}"), &path), now())
        });
        let text = logins.seal(holder).unwrap();
        assert!(text.len() <= MOST_CHARS, "{}", text.len());
        let kept = BegunLogins::open(Some(&text), holder).unwrap();
        let newest: Vec<String> = (8 - left..8).map(|number| format!("{number:032}")).collect();
        assert_eq!(names(&kept), newest, "{octets} octets each");
    }
    let too_long = BegunLogins::default().begin(login("a", &"\"".repeat(2_048)), now()).seal(holder);
    assert!(matches!(too_long, Err(RecordError::TooLong { at_most: MOST_CHARS, .. })), "{too_long:?}");
}

#[test]
fn contexts_are_those_of_the_request_or_none() {
    let sp = entity("urn:sp");
    let key = key_in(&MemoryStore::new(), &sp);
    let x509 = || vec![AuthnContextClassRef::X509];
    let asked = hash_of(&key, &x509()).unwrap();
    let plain = login("a", "/");
    let strong =
        BegunLogin { class_refs: vec![AuthnContextClassRef::X509.uri().to_owned()], ..plain.clone() };
    assert_eq!(strong.contexts(asked, &key).unwrap(), Some(x509()));
    assert_eq!(plain.contexts(None, &key).unwrap(), Some(Vec::new()));
    assert_eq!((plain.contexts(asked, &key).unwrap(), strong.contexts(None, &key).unwrap()), (None, None));
}
