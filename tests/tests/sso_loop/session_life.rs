//! A session while it lasts: its use, its data, its neighbours, its end.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use saml_core::base::SamlInstant;
use saml_sp::{EntityId, RecordError, Session, SessionError, SessionHandle, SignedIn};
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::world::{Hosting, Idp, IdpPlan, Sp, SpPlan, World};

use saml_tests::flow::{receive, request_id};

fn after(start: SamlInstant, seconds: u64) -> SamlInstant {
    start.saturating_add(Duration::from_secs(seconds))
}

fn signed_in(sp: &Sp, idp: &Idp, at: SamlInstant) -> SignedIn {
    let (id, browser) = request_id(sp, Some(&idp.entity_id()), at);
    let answer = Answer::new(idp, sp, Some(&id), at).signed_by(idp);
    let login = receive(sp, &answer, at).unwrap();
    step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap()
}

fn is_alive(sp: &Sp, token: &Token, at: SamlInstant) -> bool {
    step(sp.provider.session(token, at)).unwrap().is_some()
}

/// For a step within another one: the memory store is at hand, so that it waits for nothing.
fn at_once<T>(step: impl Future<Output = T>) -> T {
    match pin!(step).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits"),
    }
}

fn idp_of(session: &Session) -> &EntityId {
    &session.idp
}

#[test]
fn a_session_that_nobody_uses_ends_and_its_use_is_noted_once_a_minute() {
    let world = World::small();
    let (sp, idp, start) = (world.sp("app"), world.idp("idp"), now());
    let SignedIn { token, session, .. } = signed_in(sp, idp, start);
    let name = session.name_id.clone().unwrap();
    let used_at = |at| step(sp.provider.sessions_of(&session.idp, &name, at)).unwrap()[0].used_at;
    let began = used_at(start);
    assert!(is_alive(sp, &token, after(start, 59)));
    assert_eq!(used_at(after(start, 59)), began, "nothing is written within a minute");
    assert!(is_alive(sp, &token, after(start, 61)));
    assert_eq!(used_at(after(start, 61)), after(began, 61));
    // An hour is the default.
    let idle = sp.provider.config().lifetimes.idle.unwrap();
    assert_eq!(idle, Duration::from_secs(3600));
    assert!(is_alive(sp, &token, after(start, 61 + 3599)));
    assert!(!is_alive(sp, &token, after(start, 61 + 3599 + 3600)));
    // Looking at a list is no use of the sessions in it.
    let SignedIn { token, .. } = signed_in(sp, idp, start);
    let _listed = used_at(after(start, 3599));
    assert!(!is_alive(sp, &token, after(start, 3600)));
}

#[test]
fn a_session_may_lie_unused_where_the_settings_say_so() {
    let sp = SpPlan::new("app").configured(|config| config.lifetimes.idle = None);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
    let (sp, start) = (world.sp("app"), now());
    let SignedIn { token, .. } = signed_in(sp, world.idp("idp"), start);
    assert!(is_alive(sp, &token, after(start, 8 * 3600 - 1)));
    assert!(!is_alive(sp, &token, after(start, 8 * 3600 + 1)));
}

#[test]
fn what_an_application_keeps_beside_a_session_is_changed_without_loss_and_ends_with_it() {
    let world = World::small();
    let (sp, idp, at) = (world.sp("app"), world.idp("idp"), now());
    let (first, second) = (signed_in(sp, idp, at).token, signed_in(sp, idp, at).token);
    let read = |token: &Token| step(sp.provider.session_data::<Vec<String>>(token, at)).unwrap();
    let add = |token: &Token, what: &str| {
        let change = |cart: Option<Vec<String>>| {
            let mut cart = cart.unwrap_or_default();
            cart.push(what.to_owned());
            cart
        };
        at_once(sp.provider.change_session_data(token, at, change)).unwrap()
    };
    assert_eq!(read(&first), None);
    assert_eq!(add(&first, "tea"), Some(vec!["tea".to_owned()]));
    // Another request changes it meanwhile.
    let mut calls = 0;
    let both = sp.provider.change_session_data(&first, at, |cart: Option<Vec<String>>| {
        calls += 1;
        if calls == 1 {
            let _other_request = add(&first, "milk");
        }
        let mut cart = cart.unwrap();
        cart.push("sugar".to_owned());
        cart
    });
    let all = vec!["tea".to_owned(), "milk".to_owned(), "sugar".to_owned()];
    assert_eq!((step(both).unwrap(), calls), (Some(all.clone()), 2));
    assert_eq!(read(&second), None, "another session of the same person has its own");
    let error = step(sp.provider.session_data::<u32>(&first, at)).unwrap_err();
    assert_eq!(error.code(), "store.corrupt");
    let long = "x".repeat(Session::MAX_DATA_OCTETS);
    let too_long =
        step(sp.provider.change_session_data(&first, at, |_: Option<Vec<String>>| vec![long.clone()]));
    assert!(matches!(too_long, Err(SessionError::Record(RecordError::TooLong { .. }))), "{too_long:?}");

    let renewed = step(sp.provider.renew_session(&first, at)).unwrap().unwrap();
    assert!(!is_alive(sp, &first, at) && is_alive(sp, &renewed, at));
    assert_eq!((read(&first), read(&renewed)), (None, Some(all)), "it goes with the session");
    assert!(step(sp.provider.renew_session(&first, at)).unwrap().is_none());

    step(sp.provider.end_session(&renewed, at)).unwrap();
    assert_eq!(read(&renewed), None);
    assert_eq!(add(&renewed, "salt"), None, "there is no session to keep it beside");
    assert_eq!(read(&renewed), None);
}

#[test]
fn a_person_sees_and_ends_their_own_sessions_and_nobody_elses() {
    let world = World::small();
    let (sp, idp, at) = (world.sp("app"), world.idp("idp"), now());
    let [first, second, third] = [(); 3].map(|()| signed_in(sp, idp, at));
    let (of, name) = (idp_of(&first.session).clone(), first.session.name_id.clone().unwrap());
    let list = || step(sp.provider.sessions_of(&of, &name, at)).unwrap();
    let handles: Vec<SessionHandle> = list().into_iter().map(|listed| listed.handle).collect();
    assert_eq!(handles, [&first, &second, &third].map(|one| SessionHandle::of(&one.token)));
    assert!(list().iter().all(|listed| listed.session == first.session));
    if let Some(token) = Token::received(handles[0].as_str()) {
        assert!(!is_alive(sp, &token, at), "a handle opens nothing");
    }

    // Somebody else, with a handle of theirs.
    let mut other = name.clone();
    other.value.push('x');
    assert!(!step(sp.provider.end_session_of(&of, &other, &handles[0], at)).unwrap());
    let elsewhere = EntityId::try_from("https://other.example.org").unwrap();
    assert!(!step(sp.provider.end_session_of(&elsewhere, &name, &handles[0], at)).unwrap());
    assert!(is_alive(sp, &first.token, at));
    assert!(step(sp.provider.end_session_of(&of, &name, &handles[0], at)).unwrap());
    assert!(!is_alive(sp, &first.token, at) && is_alive(sp, &second.token, at));
    assert_eq!(step(sp.provider.end_sessions_of(&of, &name, at)).unwrap(), 2);
    assert!(!is_alive(sp, &second.token, at) && !is_alive(sp, &third.token, at) && list().is_empty());
}

#[test]
fn the_sessions_and_the_last_hops_of_one_provider_end_at_once() {
    let idps = vec![IdpPlan::new("ends"), IdpPlan::new("stays")];
    let world = World::new(Hosting::Https, idps, vec![SpPlan::new("app")]);
    let (sp, at) = (world.sp("app"), now());
    let (ends, stays) = (world.idp("ends"), world.idp("stays"));
    let (over, alive) = (signed_in(sp, ends, at), signed_in(sp, stays, at));
    let (id, browser) = request_id(sp, Some(&ends.entity_id()), at);
    let waiting = receive(sp, &Answer::new(ends, sp, Some(&id), at).signed_by(ends), at).unwrap();

    step(sp.provider.end_sessions_of_idp(idp_of(&over.session), at)).unwrap();
    assert!(!is_alive(sp, &over.token, at) && is_alive(sp, &alive.token, at));
    let refused = step(sp.provider.complete_login(&waiting.token, browser.cookies(), at)).unwrap_err();
    assert_eq!(refused.code().as_str(), "idp.unknown");
    assert!(is_alive(sp, &signed_in(sp, ends, at).token, at), "people sign in anew");
    step(sp.provider.end_sessions_of_idp(idp_of(&over.session), at)).unwrap();
    assert!(!is_alive(sp, &over.token, at));
}

#[test]
fn who_signs_out_lands_where_the_form_says_if_that_is_here() {
    let world = World::small();
    let sp = world.sp("app");
    for (return_to, location) in [
        ("/optional?bye", Some("/optional?bye")),
        ("https://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example/", None),
        ("", None),
    ] {
        let mut client = world.client();
        let _page = world.sign_in(&mut client);
        let page = client.get(&sp.at("/sign-out"));
        let mut form = page.form();
        form.fields.push(("return_to".to_owned(), return_to.to_owned()));
        let reply = client.press(&form, &page.url);
        assert_eq!(reply.header("location"), location, "{return_to}");
        assert_eq!(reply.status, if location.is_some() { 303 } else { 200 }, "{return_to}");
        assert!(client.visit(&sp.at("/optional")).body.contains("nobody"));
    }
}
