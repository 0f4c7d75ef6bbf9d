//! One request, one answer, one use, one browser.

use saml_core::base::Relaxation;
use std::time::Duration;

use saml_core::crypto::PeerPolicy;
use saml_sp::IdpPeerPolicy;
use saml_tests::answer::Answer;
use saml_tests::client::Request;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::world::{ADA, Hosting, IdpPlan, SpPlan, World};

use saml_tests::flow::{code, receive, request_id};

const CROWD: usize = 20;

/// Does something twenty times at once.
fn at_once<T: Send>(what: impl Fn() -> T + Sync) -> Vec<T> {
    let start = std::sync::Barrier::new(CROWD);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CROWD)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    what()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

// Attack 181.
#[test]
fn of_twenty_simultaneous_posts_of_one_answer_one_wins() {
    let world = World::small();
    let mut client = world.client();
    let answer = world.answer_for(&mut client, ADA);
    let form = answer.form();
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let request = Request { cross_site: true, ..Request::form(&form.action, &fields) };

    let replies = at_once(|| client.clone().send(&request));
    let (won, lost): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 303);
    assert_eq!((won.len(), lost.len()), (1, CROWD - 1));
    for reply in &lost {
        assert_eq!(reply.status, 403);
        assert_eq!(code(reply), "replay.request_answered");
    }
    assert!(client.follow(won.into_iter().next().unwrap()).body.contains("signed in: Ada Lovelace"));
    assert_eq!(code(&client.send(&request)), "replay.request_answered");
}

/// No cookie comes with an answer from another site: whether the person is signed in is seen one hop on.
#[test]
fn who_sends_an_answer_again_is_told_that_they_are_signed_in_from_whatever_site() {
    let world = World::small();
    let mut client = world.client();
    let answer = world.answer_for(&mut client, ADA);
    assert_eq!(client.submit(&answer.form(), &answer.url).status, 200);
    let again = client.press(&answer.form(), &answer.url);
    assert_eq!((again.status, code(&again).as_str()), (403, "replay.request_answered"));
    let id = again.correlation_id().unwrap().to_owned();
    let hop = again.header("refresh").and_then(|refresh| refresh.strip_prefix("0; url=")).unwrap();
    let hop = world.sp("app").at(hop);
    let page = client.visit(&hop);
    assert_eq!((page.status, page.header("refresh")), (409, None));
    assert!(page.body.contains("You are already signed in"), "{}", page.body);
    // A browser without a session gets the refusal again, and no further hop.
    let stranger = world.client().visit(&hop);
    assert_eq!((stranger.status, stranger.header("refresh")), (403, None));
    assert_eq!(stranger.correlation_id(), Some(id.as_str()));
    // Text that is not a number of a refusal is refused.
    for used in ["help-desk", "%3Cb%3E", ""] {
        let page = client.visit(&world.sp("app").at(&format!("/saml/complete?used={used}")));
        assert_eq!((page.status, code(&page).as_str()), (400, "login.handle"), "{used}");
        assert!(!page.body.contains("help-desk"), "{}", page.body);
    }
}

#[test]
fn of_twenty_simultaneous_last_hops_of_one_login_one_wins() {
    let world = World::small();
    let mut client = world.client();
    let answer = world.answer_for(&mut client, ADA);
    let hop = client.press(&answer.form(), &answer.url).location().unwrap();
    let replies = at_once(|| client.clone().get(&hop));
    let won: Vec<_> = replies.iter().filter(|reply| reply.status == 303).collect();
    assert_eq!(won.len(), 1);
    assert!(
        replies.iter().filter(|reply| reply.status != 303).all(|reply| code(reply) == "login.not_waiting")
    );
}

#[test]
fn of_twenty_simultaneous_logins_of_one_transaction_one_is_answered() {
    let world = World::small();
    let mut client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    let form = login.form().with("user_name", ADA).with("password", saml_tests::world::PASSWORD);
    let replies = at_once(|| client.clone().press(&form, &login.url));
    assert_eq!(replies.iter().filter(|reply| reply.body.contains("name=\"SAMLResponse\"")).count(), 1);
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        // The throttle counts tries that are under way.
        assert!(reply.status == 429 || code(reply) == "transaction.over", "{} {}", reply.status, reply.body);
    }
}

#[test]
fn another_answer_to_an_answered_request_is_a_replay() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (id, _) = request_id(sp, None, at);
    receive(sp, &Answer::new(idp, sp, Some(&id), at).signed_by(idp), at).unwrap();
    let refusal = receive(sp, &Answer::new(idp, sp, Some(&id), at).signed_by(idp), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "replay.request_answered");
}

// Attack 180.
#[test]
fn an_assertion_is_used_once_whatever_request_it_answers() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (first, _) = request_id(sp, None, at);
    let (second, _) = request_id(sp, None, at);
    let answer = Answer::new(idp, sp, Some(&first), at);
    receive(sp, &answer.signed_by(idp), at).unwrap();
    let again = Answer::new(idp, sp, Some(&second), at).but(|a| a.assertion.id = answer.assertion.id.clone());
    let refusal = receive(sp, &again.signed_by(idp), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "replay.assertion_used");
}

// Attack 183: the mark outlives the last instant at which the tolerance for clocks lets the assertion pass.
#[test]
fn a_used_assertion_is_remembered_for_as_long_as_it_would_be_taken() {
    let algorithms = PeerPolicy::relaxed(Relaxation::Unsolicited.into());
    let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
    let sp = SpPlan::new("app").with_idp_policy(policy);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let answer = || Answer::new(idp, sp, None, at).signed_by(idp);
    let after = |millis| at.saturating_add(Duration::from_millis(millis));
    let used = answer();
    receive(sp, &used, at).unwrap();
    // Five minutes of its own and three of tolerance.
    for millis in [1, 300_000, 479_999] {
        receive(sp, &answer(), after(millis)).unwrap();
        let refusal = receive(sp, &used, after(millis)).unwrap_err();
        assert_eq!(refusal.code().as_str(), "replay.assertion_used", "{millis} ms later");
    }
    let refusal = receive(sp, &used, after(480_000)).unwrap_err();
    assert_eq!(refusal.code().as_str(), "subject_confirmation.expired");
}

fn two_providers() -> World {
    let idps = vec![IdpPlan::new("honest"), IdpPlan::new("rogue")];
    World::new(Hosting::Https, idps, vec![SpPlan::new("app")])
}

// Attack 190. NET-20.
#[test]
fn a_request_to_one_provider_is_not_answered_by_another() {
    let world = two_providers();
    let (honest, rogue, sp, at) = (world.idp("honest"), world.idp("rogue"), world.sp("app"), now());

    let (id, _) = request_id(sp, Some(&honest.entity_id()), at);
    let refusal = receive(sp, &Answer::new(rogue, sp, Some(&id), at).signed_by(rogue), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "request.idp_mismatch");

    // Under the other's name, but with the own key.
    let (id, _) = request_id(sp, Some(&honest.entity_id()), at);
    let refusal = receive(sp, &Answer::new(honest, sp, Some(&id), at).signed_by(rogue), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "signature.invalid");

    // One name on the envelope, another inside.
    let (id, _) = request_id(sp, Some(&honest.entity_id()), at);
    let mixed = Answer::new(rogue, sp, Some(&id), at).but(|a| {
        a.response.status_response.issuer = Answer::new(honest, sp, None, at).response.status_response.issuer;
    });
    let refusal = receive(sp, &mixed.signed_by(rogue), at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "signature.invalid");
    let (id, _) = request_id(sp, Some(&rogue.entity_id()), at);
    let mixed = Answer::new(rogue, sp, Some(&id), at).but(|a| {
        a.assertion.issuer = Answer::new(honest, sp, None, at).assertion.issuer;
    });
    let refusal = receive(sp, &mixed.signed_by(rogue), at).unwrap_err();
    assert!(refusal.verdict.has_failure("assertion.issuer_mismatch"), "{:?}", refusal.verdict);
}

#[test]
fn the_choice_of_a_provider_comes_first_and_its_answer_counts() {
    let world = two_providers();
    let (rogue, sp) = (world.idp("rogue"), world.sp("app"));
    let mut client = world.client();
    let choice = client.visit(&sp.at("/private"));
    assert!(choice.body.contains("Choose where you sign in"));
    for idp in &world.idps {
        assert!(choice.body.contains(&format!("idp={}", saml_tests::client::encode(&idp.entity_id()))));
    }
    let url =
        format!("/saml/login?idp={}&return_to=%2Fprivate", saml_tests::client::encode(&rogue.entity_id()));
    let login = client.visit(&sp.at(&url));
    assert!(login.url.starts_with(&rogue.url));
    let answer = client.submit(
        &login.form().with("user_name", ADA).with("password", saml_tests::world::PASSWORD),
        &login.url,
    );
    let page = client.submit(&answer.form(), &answer.url);
    assert!(page.body.contains(&format!("by {}", rogue.entity_id())), "{}", page.body);
}

// Attacks 243 and 247.
#[test]
fn a_login_ends_only_in_the_browser_that_began_it() {
    let world = World::small();
    let sp = world.sp("app");
    let mut attacker = world.client();
    let answer = world.answer_for(&mut attacker, ADA);
    let hop = attacker.press(&answer.form(), &answer.url).location().unwrap();

    // The victim's browser, which may be in the middle of a login of its own.
    let mut victim = world.client();
    let _own = victim.visit(&sp.at("/private"));
    let refused = victim.get(&hop);
    assert_eq!((refused.status, code(&refused).as_str()), (403, "login.other_browser"));
    assert!(refused.set_cookies().next().is_none());
    assert!(victim.visit(&sp.at("/optional")).body.contains("nobody"));
    // The login is gone, for its owner too: nobody gets to try twice.
    assert_eq!(code(&attacker.get(&hop)), "login.not_waiting");

    let answer = world.answer_for(&mut attacker, ADA);
    let hop = attacker.press(&answer.form(), &answer.url).location().unwrap();
    assert_eq!(code(&world.client().get(&hop)), "login.other_browser", "a browser without a cookie");
}

#[test]
fn a_request_waits_for_its_answer_no_longer_than_it_should() {
    let world = World::small();
    let (idp, sp, began) = (world.idp("idp"), world.sp("app"), now());
    let wait = sp.provider.config().lifetimes.pending_request;
    let last = began.saturating_add(wait).saturating_sub(Duration::from_secs(1));
    let (id, _) = request_id(sp, None, began);
    receive(sp, &Answer::new(idp, sp, Some(&id), last).signed_by(idp), last).unwrap();

    let late = began.saturating_add(wait);
    let (id, _) = request_id(sp, None, began);
    let refusal = receive(sp, &Answer::new(idp, sp, Some(&id), late).signed_by(idp), late).unwrap_err();
    assert_eq!(refusal.code().as_str(), "request.expired");
}

#[test]
fn the_last_hop_is_short() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let hop = sp.provider.config().lifetimes.completed_login;
    for (later, in_time) in [(hop - Duration::from_secs(1), true), (hop, false)] {
        let (id, browser) = request_id(sp, None, at);
        let login = receive(sp, &Answer::new(idp, sp, Some(&id), at).signed_by(idp), at).unwrap();
        let outcome =
            step(sp.provider.complete_login(&login.token, browser.cookies(), at.saturating_add(later)));
        assert_eq!(outcome.is_ok(), in_time, "{later:?}");
    }
}
