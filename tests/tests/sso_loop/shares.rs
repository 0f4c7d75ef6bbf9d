//! The share of one peer or one person in the common room.

use saml_core::assertion::{Attribute, AttributeStatement, StatedAttribute, Statement, SubjectIdentifier};
use saml_core::base::NonEmpty;
use saml_sp::{LoginRefusal, Outgoing, PublicReason, Session, StartLogin};
use saml_store::{MemoryStore, Token};
use saml_tests::answer::Answer;
use saml_tests::client::Client;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::world::{ADA, BOB, Hosting, Idp, IdpPlan, PASSWORD, Sp, SpPlan, World};

use saml_tests::flow::{Browser, begun, id_of, receive, request_id, started};

const CAPACITY: usize = 50;

fn small_stores() -> World {
    let idp = |name| IdpPlan::new(name).storing(MemoryStore::with_default_capacity(CAPACITY));
    let sp = SpPlan::new("app").storing(MemoryStore::with_default_capacity(CAPACITY));
    World::new(Hosting::Https, vec![idp("honest"), idp("greedy")], vec![sp])
}

/// Somebody signs in by an answer that their provider signed.
fn sign_in(idp: &Idp, sp: &Sp, name: &str) -> Result<Token, LoginRefusal> {
    let at = now();
    let (id, browser) = started(sp, Some(&idp.entity_id()), at)?;
    let answer = Answer::new(idp, sp, Some(&id), at).but(|a| {
        let subject = a.assertion.subject.as_mut().unwrap();
        if let Some(SubjectIdentifier::NameId(name_id)) = &mut subject.identifier {
            name.clone_into(&mut name_id.value);
        }
    });
    let login = receive(sp, &answer.signed_by(idp), at)?;
    Ok(step(sp.provider.complete_login(&login.token, browser.cookies(), at))?.token)
}

#[test]
fn one_provider_can_not_shut_out_the_people_of_another() {
    let world = small_stores();
    let (honest, greedy, sp) = (world.idp("honest"), world.idp("greedy"), world.sp("app"));
    let mut accepted = 0;
    let mut refused = Vec::new();
    for number in 0..2 * CAPACITY {
        match sign_in(greedy, sp, &format!("somebody {number}")) {
            Ok(_) => accepted += 1,
            Err(refusal) => refused.push((refusal.code().as_str(), refusal.reason)),
        }
    }
    // Four fifths, and then it is told why.
    assert_eq!(accepted, CAPACITY * 4 / 5);
    assert!(refused.iter().all(|refusal| *refusal == ("store.party_full", PublicReason::Unavailable)));
    for number in 0..5 {
        let token = sign_in(honest, sp, &format!("somebody {number}")).unwrap();
        assert!(step(sp.provider.session(&token, now())).unwrap().is_some());
    }
}

fn is_alive(sp: &Sp, token: &Token) -> bool {
    step(sp.provider.session(token, now())).unwrap().is_some()
}

#[test]
fn a_person_has_twenty_sessions_at_a_service_provider() {
    let world = small_stores();
    let (honest, greedy, sp) = (world.idp("honest"), world.idp("greedy"), world.sp("app"));
    let ada = sign_in(honest, sp, "ada").unwrap();
    // The same name from another provider is another person.
    let hers: Vec<Token> = (0..30).map(|_| sign_in(greedy, sp, "ada").unwrap()).collect();
    let (ended, alive) = hers.split_at(30 - usize::from(saml_sp::MOST_SESSIONS));
    assert!(ended.iter().all(|token| !is_alive(sp, token)));
    assert!(alive.iter().all(|token| is_alive(sp, token)));
    assert!(is_alive(sp, &ada));
    step(sp.provider.end_session(&alive[5], now())).unwrap();
    let one_more = sign_in(greedy, sp, "ada").unwrap();
    assert!(is_alive(sp, &one_more) && is_alive(sp, &alive[0]), "there was room for one");
}

fn at_home(world: &World, client: &mut Client, user: &str) -> u16 {
    let idp = world.idp("honest");
    let login = client.visit(&idp.at("/saml/home"));
    let form = login.form().with("user_name", user).with("password", PASSWORD);
    client.submit(&form, &login.url).status
}

// The same person, again and again, from a browser that keeps no cookies.
#[test]
fn one_account_can_not_shut_out_the_others_at_an_identity_provider() {
    let world = small_stores();
    let mut first = world.client();
    assert_eq!(at_home(&world, &mut first, BOB), 200);
    for _ in 0..CAPACITY + 5 {
        assert_eq!(at_home(&world, &mut world.client(), BOB), 200);
    }
    assert_eq!(at_home(&world, &mut world.client(), ADA), 200);
    let home = first.visit(&world.idp("honest").at("/saml/home"));
    assert!(home.body.contains("name=\"password\""), "the oldest has ended");
}

#[test]
fn of_a_person_a_bounded_amount_is_remembered() {
    let world = small_stores();
    let (idp, sp, at) = (world.idp("honest"), world.sp("app"), now());
    let (id, browser) = request_id(sp, Some(&idp.entity_id()), at);
    let answer = |octets: usize| {
        Answer::new(idp, sp, Some(&id), at)
            .but(|a| {
                let groups = Attribute::new("groups", (0..octets / 100).map(|_| "x".repeat(100)));
                let attributes = NonEmpty::new(StatedAttribute::Attribute(groups));
                a.assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
            })
            .signed_by(idp)
    };
    let refusal = receive(sp, &answer(Session::MAX_OCTETS), at).unwrap_err();
    assert_eq!((refusal.code().as_str(), refusal.reason), ("session.too_large", PublicReason::SignInFailed));
    let failure = refusal.verdict.failures().next().unwrap().to_string();
    assert!(failure.contains("at most 262144 octets"), "{failure}");
    // The refusal used nothing up.
    let login = receive(sp, &answer(Session::MAX_OCTETS * 9 / 10), at).unwrap();
    let signed_in = step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap();
    assert!(is_alive(sp, &signed_in.token));
}

/// Begins a login in this browser, and has an answer refused that nobody signed.
fn begin_and_spoil(world: &World, client: &mut Client) -> (u16, u16) {
    let (sp, idp) = (world.sp("app"), saml_tests::client::encode(&world.idp("honest").entity_id()));
    let begun = client.get(&sp.at(&format!("/saml/login?idp={idp}")));
    let Some(location) = begun.location() else { return (begun.status, 0) };
    let id = id_of(Outgoing::Redirect(location));
    let answer = Answer::new(world.idp("honest"), sp, Some(&id), now());
    let xml = answer.response.to_xml().unwrap().into_octets();
    let refused = client.post(&sp.acs(), &[("SAMLResponse", &saml_tests::message::encode(&xml))]);
    (begun.status, refused.status)
}

// Neither logins that began nor those that were answered do.
#[test]
fn one_browser_can_not_keep_others_from_signing_in() {
    const CAPACITY: usize = 100;
    let idp = |name| IdpPlan::new(name);
    let sp = SpPlan::new("app").storing(MemoryStore::with_default_capacity(CAPACITY));
    let world = World::new(Hosting::Https, vec![idp("honest"), idp("greedy")], vec![sp]);
    let mut mallory = world.client();
    for number in 0..CAPACITY + 10 {
        assert_eq!(begin_and_spoil(&world, &mut mallory), (303, 403), "{number}");
    }
    let sp = world.sp("app");
    let mut ada = world.client();
    let idp = saml_tests::client::encode(&world.idp("honest").entity_id());
    let login = ada.visit(&sp.at(&format!("/saml/login?idp={idp}&return_to=%2Fprivate")));
    let answer = ada.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    assert!(ada.submit(&answer.form(), &answer.url).body.contains("signed in: Ada Lovelace"));
}

#[test]
fn of_the_logins_that_a_browser_began_the_newest_eight_end_in_it() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let token = Token::random().unwrap();
    let mut logins = None;
    let ids: Vec<String> = (0..11)
        .map(|_| {
            let login = StartLogin { logins: logins.as_deref(), ..StartLogin::new(&token) };
            let (id, kept) = begun(sp, login, at).unwrap();
            logins = Some(kept);
            id
        })
        .collect();
    let browser = Browser { token, logins: logins.unwrap() };
    for (number, id) in ids.iter().enumerate() {
        // Each is answered: where it began is seen where the cookie comes.
        let login = receive(sp, &Answer::new(idp, sp, Some(id), at).signed_by(idp), at).unwrap();
        let ended = step(sp.provider.complete_login(&login.token, browser.cookies(), at));
        let code = ended.err().map(|refusal| refusal.code().as_str());
        assert_eq!(code, (number < 3).then_some("login.other_browser"), "{number}");
    }
}
