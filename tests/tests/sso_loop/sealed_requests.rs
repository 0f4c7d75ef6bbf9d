//! What others carry for a service provider: the ID of a request, and the cookie of its browser.

use std::time::Duration;

use saml_core::base::SamlInstant;
use saml_sp::{
    AcceptedLogin, BrowserCookies, LoginRefusal, NobodyThere, ReturnTo, ServiceProvider, StartLogin,
};
use saml_store::{MemoryStore, Namespace, Token};
use saml_tests::answer::Answer;
use saml_tests::client::Client;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, Hosting, Idp, IdpPlan, Sp, SpPlan, World};

use crate::tenants::{again, metadata};
use saml_tests::flow::{Browser, begun, code, posted, receive, request_id};

fn watched() -> (World, Watched) {
    let store = Watched::new();
    let sp = |name| SpPlan::new(name).storing(store.clone());
    (World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp("app"), sp("shop")]), store)
}

/// The answer to `id` arrives at a node.
fn answered(
    node: &ServiceProvider,
    (idp, sp): (&Idp, &Sp),
    id: &str,
    at: SamlInstant,
) -> Result<AcceptedLogin, LoginRefusal> {
    step(node.receive_response(posted(&Answer::new(idp, sp, Some(id), at).signed_by(idp)), at))
}

// NET-06.
#[test]
fn a_login_begins_is_answered_and_ends_on_nodes_that_share_nothing_but_the_store() {
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let node = || again(sp, &store, &[metadata(idp)]);
    let (id, browser) = request_id(sp, None, at);
    let login = answered(&node(), (idp, sp), &id, at).unwrap();
    let refusal = answered(&node(), (idp, sp), &id, at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "replay.request_answered");
    let signed_in = step(node().complete_login(&login.token, browser.cookies(), at)).unwrap();
    assert!(step(node().session(&signed_in.token, at)).unwrap().is_some());
}

// Whoever loses the marks loses the requests too.
#[test]
fn a_store_that_was_emptied_knows_no_request_of_before() {
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let [(used, _), (open, _), (hopping, browser)] = [(); 3].map(|()| request_id(sp, None, at));
    let answer = Answer::new(idp, sp, Some(&used), at).signed_by(idp);
    receive(sp, &answer, at).unwrap();
    let hop = answered(&sp.provider, (idp, sp), &hopping, at).unwrap();

    store.empty();
    // The very answer that was accepted, another one, and one to a request that nobody has answered.
    assert_eq!(receive(sp, &answer, at).unwrap_err().code().as_str(), "in_response_to.unknown");
    for id in [&used, &open] {
        let refusal = answered(&sp.provider, (idp, sp), id, at).unwrap_err();
        assert_eq!(refusal.code().as_str(), "in_response_to.unknown");
    }
    let refusal = step(sp.provider.complete_login(&hop.token, browser.cookies(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "login.not_waiting");
    // The cookie of before opens no more, and does not disturb what begins now.
    let login = StartLogin { logins: Some(&browser.logins), ..StartLogin::new(&browser.token) };
    let (id, logins) = begun(sp, login, at).unwrap();
    let login = answered(&sp.provider, (idp, sp), &id, at).unwrap();
    let browser = Browser { logins, token: browser.token };
    step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap();
}

/// Who signs no requests lets others change them on their way: the provider then answers to an ID that we never made.
#[test]
fn an_answer_to_an_id_that_was_changed_is_refused() {
    let (world, _store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let token = Token::random().unwrap();
    let login = StartLogin { force_authn: true, is_passive: true, ..StartLogin::new(&token) };
    let (id, _) = begun(sp, login, at).unwrap();
    assert_eq!(id.len(), 99);
    let mut forged: Vec<String> = (1..id.len())
        .map(|at| {
            let mut octets = id.clone().into_bytes();
            octets[at] = if octets[at] == b'0' { b'1' } else { b'0' };
            String::from_utf8(octets).unwrap()
        })
        .collect();
    forged.extend([id.to_uppercase(), id[..97].to_owned(), format!("{id}00"), format!("_00{}", &id[1..])]);
    let (other, _) = request_id(sp, None, at);
    // The facts of one, and the code of another.
    forged.push(format!("{}{}", &id[..67], &other[67..]));
    for id in forged {
        let refusal = answered(&sp.provider, (idp, sp), &id, at).unwrap_err();
        assert_eq!(refusal.code().as_str(), "in_response_to.unknown", "{id}");
    }
    answered(&sp.provider, (idp, sp), &id, at).unwrap();
}

#[test]
fn an_answer_that_comes_late_is_told_so_and_stays_refused() {
    let (world, _store) = watched();
    let (idp, sp, began) = (world.idp("idp"), world.sp("app"), now());
    let wait = sp.provider.config().lifetimes.pending_request;
    let (id, _) = request_id(sp, None, began);
    for seconds in [0, 1, 3600, 365 * 24 * 3600] {
        let late = began.saturating_add(wait + Duration::from_secs(seconds));
        let refusal = answered(&sp.provider, (idp, sp), &id, late).unwrap_err();
        assert_eq!(refusal.code().as_str(), "request.expired", "{seconds}");
    }
    // A mark outlives what it is about, whatever was replayed when.
    answered(&sp.provider, (idp, sp), &id, began).unwrap();
    // A node whose clock goes ahead clears away what is over by its own.
    let skew = sp.provider.config().site.clock_skew.as_duration();
    let ahead = began.saturating_add(wait + skew);
    let (other, _) = request_id(sp, None, ahead);
    answered(&sp.provider, (idp, sp), &other, ahead).unwrap();
    for seconds in [1, 60] {
        let last = began.saturating_add(wait).saturating_sub(Duration::from_secs(seconds));
        let refusal = answered(&sp.provider, (idp, sp), &id, last).unwrap_err();
        assert_eq!(refusal.code().as_str(), "replay.request_answered", "{seconds}");
    }
}

const fn of<'a>(browser: Option<&'a Token>, logins: Option<&'a str>) -> BrowserCookies<'a> {
    BrowserCookies { browser, logins }
}

// Attack 178.
#[test]
fn a_login_ends_with_both_cookies_of_its_browser_and_its_service_and_with_no_others() {
    let (world, _store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (_, stranger) = request_id(sp, None, at);
    let (_, shopper) = request_id(world.sp("shop"), None, at);
    for case in 0..9 {
        let (id, own) = request_id(sp, None, at);
        let cut = own.logins[..own.logins.len() - 1].to_owned();
        let cookies = match case {
            0 => BrowserCookies::default(),
            1 => of(Some(&own.token), None),
            2 => of(None, Some(own.logins.as_str())),
            3 => of(Some(&stranger.token), Some(own.logins.as_str())),
            4 => of(Some(&own.token), Some(stranger.logins.as_str())),
            5 => stranger.cookies(),
            6 => shopper.cookies(),
            7 => of(Some(&own.token), Some(cut.as_str())),
            _ => of(Some(&own.token), Some("")),
        };
        let login = answered(&sp.provider, (idp, sp), &id, at).unwrap();
        let refusal = step(sp.provider.complete_login(&login.token, cookies, at)).unwrap_err();
        assert_eq!(refusal.code().as_str(), "login.other_browser", "{case}");
    }
    let (id, own) = request_id(sp, None, at);
    let login = answered(&sp.provider, (idp, sp), &id, at).unwrap();
    step(sp.provider.complete_login(&login.token, own.cookies(), at)).unwrap();
}

/// The cookie of one service, under the name of the other's: the same program, the same store, the same browser token.
#[test]
fn a_cookie_of_one_service_is_nothing_at_another() {
    let (world, _store) = watched();
    let (idp, app, shop, at) = (world.idp("idp"), world.sp("app"), world.sp("shop"), now());
    let token = Token::random().unwrap();
    let (_, of_shop) = begun(shop, StartLogin::new(&token), at).unwrap();
    let login = StartLogin { logins: Some(&of_shop), ..StartLogin::new(&token) };
    let (id, of_app) = begun(app, login, at).unwrap();
    for (logins, ends) in [(&of_shop, false), (&of_app, true)] {
        let cookies = BrowserCookies { browser: Some(&token), logins: Some(logins) };
        let (again, _) = begun(app, StartLogin::new(&token), at).unwrap();
        let id = if ends { &id } else { &again };
        let login = answered(&app.provider, (idp, app), id, at).unwrap();
        assert_eq!(step(app.provider.complete_login(&login.token, cookies, at)).is_ok(), ends);
    }
}

/// A browser that puts an old cookie back has what began before it, and nothing that began after.
#[test]
fn an_old_cookie_has_old_logins() {
    let (world, _store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let token = Token::random().unwrap();
    let (first, old) = begun(sp, StartLogin::new(&token), at).unwrap();
    let login = StartLogin { logins: Some(&old), ..StartLogin::new(&token) };
    let (second, _new) = begun(sp, login, at).unwrap();
    let browser = Browser { token, logins: old };
    for (id, ends) in [(first, true), (second, false)] {
        let login = answered(&sp.provider, (idp, sp), &id, at).unwrap();
        assert_eq!(step(sp.provider.complete_login(&login.token, browser.cookies(), at)).is_ok(), ends);
    }
}

#[test]
fn two_logins_in_two_windows_end_where_they_began_to_lead() {
    let world = World::small();
    let sp = world.sp("app");
    let mut client = world.client();
    let answers = ["/private?one", "/private?two"].map(|path| {
        let login = client.visit(&sp.at(path));
        if login.body.contains("name=\"SAMLResponse\"") {
            return login;
        }
        let form = login.form().with("user_name", ADA).with("password", saml_tests::world::PASSWORD);
        client.submit(&form, &login.url)
    });
    for (answer, path) in answers.iter().zip(["/private?one", "/private?two"]) {
        let page = client.submit(&answer.form(), &answer.url);
        assert_eq!((page.status, page.url), (200, sp.at(path)));
    }
}

/// Nobody is led on as nobody but whoever asked for that, and where they asked to be led to.
#[test]
fn only_a_passive_login_leads_back_without_a_session() {
    let (world, _store) = watched();
    let (sp, at) = (world.sp("app"), now());
    for (is_passive, code) in [(true, None), (false, Some("login.other_browser"))] {
        let token = Token::random().unwrap();
        let return_to = ReturnTo::received("/optional?asked", &sp.provider.config().site);
        let login = StartLogin { is_passive, return_to, ..StartLogin::new(&token) };
        let (id, logins) = begun(sp, login, at).unwrap();
        let nobody = NobodyThere::received(&id[1..33]).unwrap();
        let browser = Browser { token, logins };
        let led = step(sp.provider.return_as_nobody(&nobody, browser.cookies(), at));
        assert_eq!(led.as_ref().err().map(|refusal| refusal.code().as_str()), code);
        assert_eq!(
            led.ok().map(|path| path.as_str().to_owned()),
            is_passive.then(|| "/optional?asked".to_owned())
        );
        let elsewhere = step(sp.provider.return_as_nobody(&nobody, BrowserCookies::default(), at));
        assert_eq!(elsewhere.unwrap_err().code().as_str(), "login.other_browser");
    }
}

#[test]
fn cookies_of_nothing_keep_no_login_from_beginning() {
    let world = World::small();
    for value in ["", "x", "%00", "=", &"A".repeat(3_000), &"A".repeat(20_000)] {
        let mut client = world.client();
        client.set_own_cookie("https://app.example.org", "app", "logins", value);
        assert!(world.sign_in(&mut client).body.contains("signed in: Ada Lovelace"), "{}", value.len());
    }
}

/// A start in a browser without cookies, over the wire.
fn start(world: &World, client: &mut Client) -> u16 {
    client.get(&world.sp("app").at("/saml/login?return_to=%2Fprivate")).status
}

#[test]
fn starts_leave_nothing_in_the_store() {
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    assert_eq!(start(&world, &mut world.client()), 303);
    let first: Vec<_> = store.changes().into_iter().map(|change| change.namespace).collect();
    assert_eq!(first, ["sp.answered-request"], "the key, once");
    let mut same = world.client();
    for _ in 0..50 {
        assert_eq!((start(&world, &mut world.client()), start(&world, &mut same)), (303, 303));
    }
    for _ in 0..1_000 {
        let _begun = request_id(sp, None, at);
    }
    // Neither do answers that are refused.
    let (id, _) = request_id(sp, None, at);
    for _ in 0..50 {
        let unsigned = Answer::new(idp, sp, Some(&id), at).response.to_xml().unwrap().into_octets();
        assert!(receive(sp, &unsigned, at).is_err());
    }
    assert_eq!(store.changes(), []);
}

#[test]
fn a_store_that_is_full_turns_no_start_away_and_forgets_no_request() {
    let room = MemoryStore::with_default_capacity(0).with_capacity(Namespace::new("sp.answered-request"), 1);
    let sp = SpPlan::new("app").storing(room);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
    for _ in 0..20 {
        assert_eq!(start(&world, &mut world.client()), 303);
    }
    let mut client = world.client();
    let answer = world.answer_for(&mut client, ADA);
    let refused = client.press(&answer.form(), &answer.url);
    assert_eq!((refused.status, code(&refused).as_str()), (503, "store.full"));
}

#[test]
fn a_cookie_never_outgrows_what_browsers_keep() {
    let world = World::small();
    let sp = world.sp("app");
    let mut client = world.client();
    for octets in [10, 300, 900, 2_000, 2_000, 10, 10, 10, 10, 10] {
        let path = saml_tests::client::encode(&format!("/{}", "a".repeat(octets)));
        let begun = client.get(&sp.at(&format!("/saml/login?return_to={path}")));
        let cookies: Vec<&str> = begun.set_cookies().collect();
        assert!(cookies.len() == 2 && cookies.iter().all(|cookie| cookie.len() < 4_096), "{octets}");
    }
}
