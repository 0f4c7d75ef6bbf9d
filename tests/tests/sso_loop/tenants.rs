//! Several services on one store: a token that one of them gave away is nothing at another.

use std::time::Duration;

use saml_core::base::{Relaxation, SamlInstant, Secret};
use saml_core::crypto::PeerPolicy;
use saml_idp::{BrowserRequest, Credentials, LoginOutcome, Next, SealedRequest, Throttle};
use saml_sp::{IdpPeerPolicy, ServiceProvider, StartLogin};
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::message::now;
use saml_tests::question;
use saml_tests::step::step;
use saml_tests::waiting::Waiting;
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, Hosting, Idp, IdpPlan, PASSWORD, Sp, SpPlan, World};

use saml_tests::flow::{Browser, code, receive, request_id};

/// Two of each role, all on one store, and everybody knows everybody.
fn tenants() -> (World, Watched) {
    let store = Watched::new();
    let idp = |name| {
        IdpPlan::new(name).storing(store.clone()).configured(|config| {
            config.throttle = Throttle { per_user: 2, per_address: 2, window: Duration::from_secs(600) };
        })
    };
    let algorithms = PeerPolicy::relaxed(Relaxation::Unsolicited.into());
    let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
    let sp = |name| SpPlan::new(name).storing(store.clone()).with_idp_policy(policy.clone());
    let world = World::new(Hosting::Https, vec![idp("north"), idp("south")], vec![sp("app"), sp("shop")]);
    (world, store)
}

fn log_in(
    idp: &Idp,
    transaction: Option<BrowserRequest<'_>>,
    password: &str,
    at: SamlInstant,
) -> Result<LoginOutcome, &'static str> {
    let password = Secret::new(password.as_bytes().to_vec());
    let credentials =
        Credentials { user_name: ADA, password: &password, address: "192.0.2.1", known_browser: None };
    step(idp.provider.log_in(transaction, credentials, at)).map_err(|refusal| refusal.code().as_str())
}

fn signed_in(idp: &Idp, at: SamlInstant) -> Token {
    match log_in(idp, None, PASSWORD, at) {
        Ok(LoginOutcome::SignedIn { session, .. }) => session,
        other => panic!("{other:?}"),
    }
}

/// A request of `sp` that waits at `idp` for its person.
fn transaction(idp: &Idp, sp: &Sp, at: SamlInstant) -> SealedRequest {
    let url = question::redirect_url(&question::question(sp, idp, at), sp, idp, None);
    let query = url.split_once('?').unwrap().1;
    let message = saml_core::bindings::redirect::decode(query, &idp.provider.config().site.limits).unwrap();
    match step(idp.provider.receive_redirect(message, at)).unwrap() {
        Next::Continue(sealed) => sealed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_session_at_one_identity_provider_is_none_at_another() {
    let (world, _store) = tenants();
    let (north, south, at) = (world.idp("north"), world.idp("south"), now());
    let token = signed_in(north, at);
    assert_eq!(step(south.provider.session(&token, at)).unwrap(), None);
    step(south.provider.end_session(&token, at)).unwrap();
    assert_eq!(step(north.provider.session(&token, at)).unwrap().unwrap().person.user_name, ADA);
    // Over the wire: the value of the cookie, sent to the other host.
    let mut client = world.client();
    client.set_own_cookie("https://south.example.org", "south", "session", token.expose());
    assert!(client.visit(&south.at("/saml/home")).body.contains("name=\"password\""));
}

#[test]
fn a_request_at_one_identity_provider_waits_at_no_other() {
    let (world, _store) = tenants();
    let (north, south, at) = (world.idp("north"), world.idp("south"), now());
    let address = transaction(north, world.sp("app"), at);
    let form = step(Waiting::shown(&north.provider, &address, at)).unwrap();
    let session = step(south.provider.session(&signed_in(south, at), at)).unwrap().unwrap();
    let refusal = step(south.provider.transaction(form.sent(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "transaction.over");
    for request in [&address, &form.request] {
        let waiting = BrowserRequest { request, browser: &form.browser };
        let refusal = step(south.provider.continue_transaction(waiting, Some(&session), at)).unwrap_err();
        assert_eq!(refusal.code().as_str(), "transaction.over");
        assert_eq!(log_in(south, Some(waiting), PASSWORD, at).unwrap_err(), "transaction.over");
    }
    let answered = log_in(north, Some(form.sent()), PASSWORD, at).unwrap();
    assert!(matches!(answered, LoginOutcome::SignedIn { next: Some(Next::Post { .. }), .. }), "{answered:?}");
}

#[test]
fn wrong_passwords_at_one_identity_provider_shut_no_other() {
    let (world, _store) = tenants();
    let (north, south, at) = (world.idp("north"), world.idp("south"), now());
    for _ in 0..2 {
        assert!(matches!(log_in(north, None, "wrong", at), Ok(LoginOutcome::Wrong)));
    }
    assert!(matches!(log_in(north, None, PASSWORD, at), Ok(LoginOutcome::Throttled { .. })));
    assert!(matches!(log_in(south, None, PASSWORD, at), Ok(LoginOutcome::SignedIn { .. })));
}

#[test]
fn sessions_at_one_identity_provider_do_not_end_those_at_another() {
    let (world, _store) = tenants();
    let (north, south, at) = (world.idp("north"), world.idp("south"), now());
    let first = signed_in(south, at);
    for _ in 0..saml_idp::MOST_SESSIONS {
        let _session = signed_in(north, at);
    }
    assert!(step(south.provider.session(&first, at)).unwrap().is_some());
}

/// A login that was accepted, on its last hop, and the browser that began it.
fn accepted(idp: &Idp, sp: &Sp, at: SamlInstant) -> (Token, Browser) {
    let (id, browser) = request_id(sp, Some(&idp.entity_id()), at);
    let login = receive(sp, &Answer::new(idp, sp, Some(&id), at).signed_by(idp), at).unwrap();
    (login.token, browser)
}

#[test]
fn a_login_judged_by_one_service_provider_is_completed_at_no_other() {
    let (world, _store) = tenants();
    let (north, app, shop, at) = (world.idp("north"), world.sp("app"), world.sp("shop"), now());
    let (token, browser) = accepted(north, app, at);
    let refusal = step(shop.provider.complete_login(&token, browser.cookies(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "login.not_waiting");
    // Not even used up.
    let signed_in = step(app.provider.complete_login(&token, browser.cookies(), at)).unwrap();
    assert_eq!(step(shop.provider.session(&signed_in.token, at)).unwrap(), None);
    step(shop.provider.end_session(&signed_in.token, at)).unwrap();
    assert_eq!(step(app.provider.session(&signed_in.token, at)).unwrap(), Some(signed_in.session));
}

#[test]
fn a_request_of_one_service_provider_waits_at_no_other() {
    let (world, _store) = tenants();
    let (north, app, shop, at) = (world.idp("north"), world.sp("app"), world.sp("shop"), now());
    let (id, _) = request_id(app, Some(&north.entity_id()), at);
    let refusal = receive(shop, &Answer::new(north, shop, Some(&id), at).signed_by(north), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "in_response_to.unknown");
    receive(app, &Answer::new(north, app, Some(&id), at).signed_by(north), at).unwrap();
    // The request that was answered here was never made there.
    let refusal = receive(shop, &Answer::new(north, shop, Some(&id), at).signed_by(north), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "in_response_to.unknown");
}

#[test]
fn an_assertion_used_at_one_service_provider_was_not_used_at_another() {
    let (world, _store) = tenants();
    let (north, app, shop, at) = (world.idp("north"), world.sp("app"), world.sp("shop"), now());
    let one = Answer::new(north, app, None, at);
    let other = Answer::new(north, shop, None, at).but(|a| a.assertion.id = one.assertion.id.clone());
    receive(app, &one.signed_by(north), at).unwrap();
    receive(shop, &other.signed_by(north), at).unwrap();
    for (sp, answer) in [(app, one), (shop, other)] {
        let refusal = receive(sp, &answer.signed_by(north), at).unwrap_err();
        assert_eq!(refusal.code().as_str(), "replay.assertion_used");
    }
}

// The kinds that the tests above are about are all that there are, and nothing else is written: each record has its
// owner, and its key is that of no other owner's record.
#[test]
fn every_record_has_its_owner() {
    let (world, store) = tenants();
    let at = now();
    let mut kinds = std::collections::BTreeSet::new();
    let owners: Vec<String> =
        ["north", "south"].map(|name| world.idp(name).entity_id()).into_iter().collect();
    for (index, name) in ["north", "south"].into_iter().enumerate() {
        let idp = world.idp(name);
        let _transaction = transaction(idp, world.sp("app"), at);
        let _session = signed_in(idp, at);
        let _wrong = log_in(idp, None, "wrong", at);
        for change in store.changes().into_iter().filter(|change| change.namespace.starts_with("idp.")) {
            kinds.insert(change.namespace);
            let Some(written) = change.written else { continue };
            let written = String::from_utf8(written).unwrap();
            assert!(written.starts_with(&format!("\u{1}{}\n", owners[index])), "{written}");
            assert!(change.key.len() == 43 && !change.key.contains(ADA), "{}", change.key);
        }
    }
    for name in ["app", "shop"] {
        let (idp, sp) = (world.idp("north"), world.sp(name));
        let (token, browser) = accepted(idp, sp, at);
        let _session = step(sp.provider.complete_login(&token, browser.cookies(), at)).unwrap();
        for change in store.changes() {
            kinds.insert(change.namespace);
            let Some(written) = change.written else { continue };
            let written = String::from_utf8(written).unwrap();
            assert!(written.starts_with(&format!("\u{1}{}\n", sp.entity_id())), "{written}");
            assert_eq!(change.key.len(), 43);
        }
    }
    let expected = [
        "idp.answered-request",
        "idp.failed-login.account",
        "idp.failed-login.network",
        "idp.session",
        "idp.sessions-of-principal",
        "sp.answered-request",
        "sp.completed-login",
        "sp.session",
        "sp.sessions-of-principal",
        "sp.used-assertion",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}

/// The same service provider with other identity providers.
pub fn again(sp: &Sp, store: &Watched, metadata: &[String]) -> ServiceProvider {
    let idps = metadata.iter().map(|xml| {
        let policy = IdpPeerPolicy::default();
        saml_sp::IdpPeer::from_metadata(xml.clone().into_bytes(), policy).unwrap()
    });
    let config = sp.provider.config().clone();
    ServiceProvider::builder(config)
        .identity_providers(idps)
        .store(std::sync::Arc::new(store.clone()))
        .build()
        .unwrap()
}

pub fn metadata(idp: &Idp) -> String {
    String::from_utf8(idp.provider.metadata_xml().unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

#[test]
fn the_session_of_a_provider_that_was_removed_has_ended() {
    let (world, store) = tenants();
    let (north, south, app, at) = (world.idp("north"), world.idp("south"), world.sp("app"), now());
    let (token, browser) = accepted(north, app, at);
    let signed_in = step(app.provider.complete_login(&token, browser.cookies(), at)).unwrap();
    let (last_hop, browser) = accepted(north, app, at);
    let without = again(app, &store, &[metadata(south)]);
    assert_eq!(step(without.session(&signed_in.token, at)).unwrap(), None);
    let refusal = step(without.complete_login(&last_hop, browser.cookies(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "idp.unknown");
    let with = again(app, &store, &[metadata(south), metadata(north)]);
    assert_eq!(step(with.session(&signed_in.token, at)).unwrap(), Some(signed_in.session));
}

#[test]
fn expired_metadata_begins_no_session_and_ends_none() {
    let (world, store) = tenants();
    let (north, app, at) = (world.idp("north"), world.sp("app"), now());
    let end = at.saturating_add(Duration::from_secs(60));
    let begun = "<md:EntityDescriptor ";
    let ending = metadata(north).replace(begun, &format!("{begun}validUntil=\"{end}\" "));
    assert!(ending.contains("validUntil"), "{ending}");
    let sp = again(app, &store, &[ending]);
    let (token, browser) = accepted(north, app, at);
    let signed_in = step(sp.complete_login(&token, browser.cookies(), at)).unwrap();
    let late = end.saturating_add(Duration::from_secs(1));
    assert_eq!(step(sp.session(&signed_in.token, late)).unwrap(), Some(signed_in.session));
    let refusal = step(sp.start_login(StartLogin::new(&browser.token), late)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "idp.metadata_expired");
}

#[test]
fn what_can_not_be_read_is_never_taken_for_nobody() {
    let (world, store) = tenants();
    let (north, app, at) = (world.idp("north"), world.sp("app"), now());
    let sso = signed_in(north, at);
    let (id, _) = request_id(app, Some(&north.entity_id()), at);
    let (token, browser) = accepted(north, app, at);
    let signed_in = step(app.provider.complete_login(&token, browser.cookies(), at)).unwrap();
    let (last_hop, browser) = accepted(north, app, at);
    let waiting = step(Waiting::shown(&north.provider, &transaction(north, app, at), at)).unwrap();
    receive(app, &Answer::new(north, app, Some(&id), at).signed_by(north), at).unwrap();
    log_in(north, Some(waiting.sent()), PASSWORD, at).unwrap();
    store.spoil(&[
        "sp.session",
        "sp.completed-login",
        "sp.answered-request",
        "idp.session",
        "idp.answered-request",
    ]);
    assert_eq!(step(app.provider.session(&signed_in.token, at)).unwrap_err().code(), "store.corrupt");
    assert_eq!(step(north.provider.session(&sso, at)).unwrap_err().code(), "store.corrupt");
    let refusal = step(app.provider.complete_login(&last_hop, browser.cookies(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "store.corrupt");
    let answer = Answer::new(north, app, Some(&id), at).signed_by(north);
    assert_eq!(receive(app, &answer, at).unwrap_err().code().as_str(), "store.corrupt", "not a first answer");
    let refusal = step(north.provider.transaction(waiting.sent(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "store.corrupt");
    // Over the wire: our own fault, and not a stranger at the door.
    let mut client = world.client();
    client.set_own_cookie("https://app.example.org", "app", "session", signed_in.token.expose());
    assert_eq!(client.visit(&app.at("/private")).status, 503);
    client.set_own_cookie("https://north.example.org", "north", "session", sso.expose());
    let home = client.visit(&north.at("/saml/home"));
    assert_eq!((home.status, code(&home).as_str()), (503, "store.corrupt"));
    store.spoil(&["sp.sessions-of-principal", "idp.sessions-of-principal"]);
    let (token, browser) = accepted(north, app, at);
    let refusal = step(app.provider.complete_login(&token, browser.cookies(), at)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "store.corrupt");
    assert_eq!(log_in(north, None, PASSWORD, at).unwrap_err(), "store.corrupt");
    // A key that can't be read is not drawn anew.
    let idp = north.entity_id();
    store.spoil(&["sp.answered-request"]);
    let browser = Token::random().unwrap();
    let login = StartLogin { idp: Some(&idp), ..StartLogin::new(&browser) };
    assert_eq!(step(app.provider.start_login(login, at)).unwrap_err().code().as_str(), "store.corrupt");
    assert_eq!(receive(app, &answer, at).unwrap_err().code().as_str(), "store.corrupt");
}
