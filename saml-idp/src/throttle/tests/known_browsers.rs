//! Browsers in which an account has signed in before.

use super::*;

const ADMINISTRATOR: &str = "administrator";

fn address(number: u32) -> String {
    std::net::Ipv4Addr::from(0x0a00_0000 + number).to_string()
}

fn person(user_name: &str) -> Principal {
    Principal { user_name: user_name.to_owned(), attributes: Vec::new() }
}

/// A browser in which the administrator has signed in.
async fn known(house: &House) -> Option<KnownBrowser> {
    let mut browser = None;
    assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "right", "192.0.2.1", now()).await, "in");
    assert!(browser.is_some());
    browser
}

#[tokio::test]
async fn wrong_passwords_from_elsewhere_shut_nobody_out_of_a_known_browser() {
    let house = House::new(MANY, Throttle::default());
    let mut browser = known(&house).await;
    // For the account, from everywhere; and from the network of the person, for every account.
    for i in 0..10 {
        assert_eq!(house.try_now(ADMINISTRATOR, "guess", &address(i)).await, "wrong");
    }
    for i in 0..50 {
        assert_eq!(house.try_now(&format!("made up {i}"), "guess", "192.0.2.1").await, "wrong");
    }
    assert_eq!(house.try_now(ADMINISTRATOR, "right", "198.51.100.1").await, "throttled", "for the account");
    assert_eq!(house.try_now("somebody", "right", "192.0.2.1").await, "throttled", "from the network");
    for _ in 0..3 {
        assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "guess", "192.0.2.1", now()).await, "wrong");
        assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "right", "192.0.2.1", now()).await, "in");
    }
}

#[tokio::test]
async fn a_known_browser_has_twice_the_tries_of_an_account_and_takes_none_from_others() {
    let house = House::new(MANY, Throttle::default());
    let mut browser = known(&house).await;
    for _ in 0..10 {
        assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "guess", "192.0.2.1", now()).await, "wrong");
    }
    assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "right", "192.0.2.1", now()).await, "in");
    for _ in 0..10 {
        assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "guess", "192.0.2.1", now()).await, "wrong");
    }
    // Who stole it has these, and not more from wherever.
    for i in 0..3 {
        let outcome = house.try_in(&mut browser, ADMINISTRATOR, "right", &address(i), now()).await;
        assert_eq!(outcome, "throttled");
    }
    assert_eq!(house.try_now(ADMINISTRATOR, "right", "192.0.2.1").await, "in", "a browser that is not known");
    let later = now().saturating_add(Throttle::default().window + Duration::from_secs(15));
    assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "right", "192.0.2.1", later).await, "in");
}

#[tokio::test]
async fn a_browser_is_known_for_the_accounts_that_signed_in_there_and_for_no_other() {
    let house = House::new(MANY, Throttle::default());
    let browser = known(&house).await;
    for i in 0..11 {
        let outcome = house.try_in(&mut browser.clone(), "victim", "guess", &address(i), now()).await;
        assert_eq!(outcome, if i < 10 { "wrong" } else { "throttled" });
    }
}

/// What was changed, cut, or made elsewhere is no better than nothing, and refuses nobody.
#[tokio::test]
async fn only_what_was_made_here_is_recognised() {
    let house = House::new(MANY, Throttle::default());
    let browser = known(&house).await.unwrap();
    let elsewhere = [known(&House::new(MANY, Throttle::default())).await.unwrap(), {
        let idp = idp("urn:other", &house.directory, &house.store, Throttle::default());
        known(&House { idp, directory: house.directory.clone(), store: house.store.clone() }).await.unwrap()
    }];
    for i in 0..10 {
        assert_eq!(house.try_now(ADMINISTRATOR, "guess", &address(i)).await, "wrong");
    }
    let outcome = async |browser: KnownBrowser| {
        house.try_in(&mut Some(browser), ADMINISTRATOR, "right", "192.0.2.1", now()).await
    };
    for browser in elsewhere {
        assert_eq!(outcome(browser).await, "throttled");
    }
    let text = browser.expose();
    for (at, old) in text.char_indices() {
        let new = if old == 'A' { 'B' } else { 'A' };
        let (before, from) = text.split_at(at);
        let flipped = format!("{before}{new}{}", from.split_at(1).1);
        assert_eq!(outcome(KnownBrowser::received(&flipped).unwrap()).await, "throttled", "{at}");
        if at > 0 {
            assert_eq!(outcome(KnownBrowser::received(before).unwrap()).await, "throttled", "{at}");
        }
    }
    assert_eq!(outcome(browser).await, "in");
    for text in ["", "a b", "a=", "é", &"a".repeat(601)] {
        assert_eq!(KnownBrowser::received(text), None, "{text}");
    }
}

#[tokio::test]
async fn a_browser_is_known_for_ninety_days_after_the_last_time() {
    let house = House::new(MANY, Throttle::default());
    let idp = house.idp.snapshot();
    let browser = known(&house).await;
    let place = async |browser: Option<&KnownBrowser>, at| {
        idp.recognise(browser, ADMINISTRATOR, at).await.unwrap().place()
    };
    let end = now().saturating_add(KnownBrowser::LIFETIME);
    let last = end.saturating_sub(Duration::from_secs(1));
    let given = place(browser.as_ref(), now()).await;
    assert!(given.is_some());
    assert_eq!(place(browser.as_ref(), last).await, given);
    assert_eq!(place(browser.as_ref(), end).await, None);
    let mut again = browser;
    assert_eq!(house.try_in(&mut again, ADMINISTRATOR, "right", "192.0.2.1", last).await, "in");
    let long_after = last.saturating_add(KnownBrowser::LIFETIME - Duration::from_secs(1));
    assert_eq!(place(again.as_ref(), long_after).await, given, "it keeps its place");
}

#[tokio::test]
async fn the_newest_eight_names_of_a_browser_are_known() {
    let house = House::new(MANY, Throttle::default());
    let idp = house.idp.snapshot();
    let mut browser = None;
    for name in 0..10 {
        let recognised = idp.recognise(browser.as_ref(), &name.to_string(), now()).await.unwrap();
        browser = idp.known_from_now_on(&recognised, &person(&name.to_string()), now());
        assert_eq!(KnownBrowser::received(browser.as_ref().unwrap().expose()), browser);
    }
    for name in 0..10 {
        let recognised = idp.recognise(browser.as_ref(), &name.to_string(), now()).await.unwrap();
        assert_eq!(recognised.place().is_some(), name >= 2, "{name}");
    }
}

/// Otherwise somebody who has an account could fill the counts of everybody's browsers.
#[tokio::test]
async fn one_account_reaches_sixteen_counts_of_known_browsers_however_its_name_is_typed() {
    let house = House::new(MANY, Throttle::default());
    let idp = house.idp.snapshot();
    let mut buckets = std::collections::BTreeSet::new();
    for spaces in 0..500 {
        let typed = format!("{ADMINISTRATOR}{}", " ".repeat(spaces));
        let recognised = idp.recognise(None, &typed, now()).await.unwrap();
        let browser = idp.known_from_now_on(&recognised, &person(ADMINISTRATOR), now());
        let place = idp.recognise(browser.as_ref(), &typed, now()).await.unwrap().place();
        let network = ClientNetwork::of("192.0.2.1");
        let wanted = idp.wanted(Tried { account: ADMINISTRATOR, network, place }).unwrap();
        assert_eq!(wanted.len(), 1, "no other count");
        buckets.insert((wanted[0].page, wanted[0].bucket));
    }
    assert_eq!(buckets.len(), 16);
}

#[tokio::test]
async fn a_browser_has_one_place_of_an_account_however_its_name_is_typed() {
    let house = House::new(MANY, Throttle::default());
    let mut browser = known(&house).await;
    for typed in ["ADMINISTRATOR", " administrator"] {
        assert_eq!(house.try_in(&mut browser, typed, "right", "192.0.2.1", now()).await, "in");
    }
    for typed in ["ADMINISTRATOR", ADMINISTRATOR] {
        for _ in 0..10 {
            assert_eq!(house.try_in(&mut browser, typed, "guess", "192.0.2.1", now()).await, "wrong");
        }
    }
    for typed in ["ADMINISTRATOR", ADMINISTRATOR, " administrator"] {
        let outcome = house.try_in(&mut browser, typed, "right", "192.0.2.1", now()).await;
        assert_eq!(outcome, "throttled", "{typed}");
    }
}

/// A directory that keeps apart two names that are counted as one.
struct LookAlikes;

#[async_trait]
impl Authenticator for LookAlikes {
    async fn authenticate(&self, name: &str, word: &Secret) -> Result<Option<Principal>, AuthenticatorError> {
        let right = [("anna", &b"right"[..]), ("Anna", b"own")].contains(&(name, word.expose()));
        Ok(right.then(|| person(name)))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::Password
    }
}

/// Both have signed in, each in a number of browsers of their own.
async fn look_alikes(browsers: usize) -> (House, [Vec<Option<KnownBrowser>>; 2]) {
    let store = Arc::default();
    let idp = idp_of("urn:idp", Arc::new(LookAlikes), &store, |_config| ());
    let house = House { directory: Arc::default(), store, idp };
    let mut known = [vec![None; browsers], vec![None; browsers]];
    for ((name, word), browsers) in [("anna", "right"), ("Anna", "own")].into_iter().zip(&mut known) {
        for browser in browsers {
            assert_eq!(house.try_in(browser, name, word, "192.0.2.1", now()).await, "in");
        }
    }
    (house, known)
}

#[tokio::test]
async fn a_look_alike_has_no_more_guesses_at_an_account() {
    let (house, [_of_anna, look_alikes]) = look_alikes(16).await;
    let mut wrong = 0;
    for (i, browser) in (0_u32..).zip(look_alikes) {
        for _ in 0..21 {
            let outcome = house.try_in(&mut browser.clone(), "anna", "guess", &address(i), now()).await;
            wrong += usize::from(outcome == "wrong");
        }
    }
    assert_eq!(wrong, usize::from(Throttle::default().per_user));
}

#[tokio::test]
async fn a_look_alike_shuts_nobody_out_of_a_known_browser() {
    let (house, [of_anna, look_alikes]) = look_alikes(60).await;
    for browser in look_alikes {
        for name in ["Anna", "anna"] {
            while house.try_in(&mut browser.clone(), name, "guess", "192.0.2.1", now()).await == "wrong" {}
        }
    }
    for mut browser in of_anna {
        assert_eq!(house.try_in(&mut browser, "anna", "right", "192.0.2.1", now()).await, "in");
    }
}

/// Guesses are counted as before where nobody can tell which browser it is.
#[tokio::test]
async fn without_a_key_nobody_is_known_and_nobody_is_refused() {
    let key = Namespace::new("idp.answered-request");
    let house = House::storing(MemoryStore::new().with_capacity(key, 0), Throttle::default());
    let mut browser = None;
    for _ in 0..2 {
        assert_eq!(house.try_in(&mut browser, ADMINISTRATOR, "right", "192.0.2.1", now()).await, "in");
        assert_eq!(browser, None);
    }
    for i in 0..11 {
        let outcome = house.try_now(ADMINISTRATOR, "guess", &address(i)).await;
        assert_eq!(outcome, if i < 10 { "wrong" } else { "throttled" });
    }
}
