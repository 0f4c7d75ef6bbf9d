//! What waits for its answer goes on waiting until there is one that can be used.

use std::sync::Barrier;

use saml_core::base::SamlInstant;
use saml_core::protocol::{Status, StatusCode};
use saml_sp::PublicReason;
use saml_store::{MemoryStore, Namespace};
use saml_tests::answer::Answer;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, Hosting, Idp, IdpPlan, PASSWORD, Sp, SpPlan, World};

use saml_tests::flow::{code, receive, request_id};

fn watched() -> (World, Watched) {
    let store = Watched::new();
    let sp = SpPlan::new("app").storing(store.clone());
    let idps = vec![IdpPlan::new("idp"), IdpPlan::new("rogue")];
    (World::new(Hosting::Https, idps, vec![sp]), store)
}

/// Unacceptable answers to the request `id`, each with its signer, if any.
fn rubbish(world: &World, id: &str, at: SamlInstant) -> Vec<(&'static str, Vec<u8>)> {
    let (idp, rogue, sp) = (world.idp("idp"), world.idp("rogue"), world.sp("app"));
    let answer = || Answer::new(idp, sp, Some(id), at);
    let unsigned = |answer: &Answer| answer.response.to_xml().unwrap().into_octets();
    let no = Status { sub_codes: vec![StatusCode::AuthnFailed], ..Status::new(StatusCode::Responder) };
    let told_no = answer().but(|a| a.response.status_response.status = no);
    let signed = answer().signed_by(idp);
    let text = String::from_utf8(signed.clone()).unwrap();
    vec![
        ("nobody, an error", unsigned(&told_no)),
        ("nobody, success without an assertion", unsigned(&answer())),
        ("another, as if it were the one", answer().signed_by(rogue)),
        ("another, as itself", Answer::new(rogue, sp, Some(id), at).signed_by(rogue)),
        ("the one, then changed", text.replace("somebody", "somebody else").into_bytes()),
        ("the one, then cut", signed[..signed.len() - 1].to_vec()),
        ("the one, for another audience", {
            answer().but(|a| a.conditions().audience_restrictions.clear()).signed_by(idp)
        }),
        ("the one, for another place", {
            answer().but(|a| a.bearer().recipient = Some("https://evil.example/".to_owned())).signed_by(idp)
        }),
        ("the one, too late", {
            let past = at.saturating_sub(std::time::Duration::from_secs(3600));
            answer().but(|a| a.bearer().not_on_or_after = Some(past)).signed_by(idp)
        }),
        ("the one, an error", error_signed_by(idp, &told_no)),
    ]
}

fn error_signed_by(idp: &Idp, answer: &Answer) -> Vec<u8> {
    use saml_core::dsig::{SigningOptions, sign_enveloped};
    let mut written = answer.response.to_xml().unwrap();
    let id = answer.response.status_response.id.as_str();
    sign_enveloped(&mut written, id, &*idp.signer, SigningOptions::default()).unwrap();
    written.into_octets()
}

#[test]
fn what_is_refused_uses_up_no_request_and_writes_nothing() {
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (id, browser) = request_id(sp, Some(&idp.entity_id()), at);
    let _begun = store.changes();
    for round in 0..3 {
        for (signed_by, xml) in rubbish(&world, &id, at) {
            let refusal = receive(sp, &xml, at).unwrap_err();
            // Each time for its own reason, and not because there was one before.
            assert!(
                !refusal.code().as_str().starts_with("replay."),
                "{round}, signed by {signed_by}: {:?}",
                refusal.verdict
            );
            assert_eq!(store.changes(), [], "{round}, signed by {signed_by}");
        }
    }
    let login = receive(sp, &Answer::new(idp, sp, Some(&id), at).signed_by(idp), at).unwrap();
    step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap();
    for (signed_by, xml) in rubbish(&world, &id, at) {
        assert!(receive(sp, &xml, at).is_err(), "signed by {signed_by}");
    }
    let again = Answer::new(idp, sp, Some(&id), at).signed_by(idp);
    assert_eq!(receive(sp, &again, at).unwrap_err().code().as_str(), "replay.request_answered");
}

// The same over the wire, from another browser.
#[test]
fn a_stranger_can_not_spoil_the_login_of_somebody_else() {
    let (world, _store) = watched();
    let sp = world.sp("app");
    let mut client = world.client();
    let choice = client.visit(&sp.at("/private"));
    assert!(choice.body.contains("Choose where you sign in"));
    let idp = saml_tests::client::encode(&world.idp("idp").entity_id());
    let login = client.visit(&sp.at(&format!("/saml/login?idp={idp}&return_to=%2Fprivate")));
    let answer = client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    let genuine = answer.form();
    let xml = openssl::base64::decode_block(genuine.value("SAMLResponse")).unwrap();
    let id = in_response_to(&String::from_utf8(xml).unwrap());
    for (_, xml) in rubbish(&world, &id, now()) {
        let mut stranger = world.client();
        let value = saml_tests::message::encode(&xml);
        let refused = stranger.post(&sp.acs(), &[("SAMLResponse", &value)]);
        assert!([400, 403].contains(&refused.status), "{} {}", refused.status, code(&refused));
    }
    assert!(client.submit(&genuine, &answer.url).body.contains("signed in: Ada Lovelace"));
}

fn in_response_to(xml: &str) -> String {
    let (_, rest) = xml.split_once("InResponseTo=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

/// A mark that decides is not done without.
#[test]
fn no_room_for_the_mark_on_a_request_signs_nobody_in_and_uses_nothing_up() {
    // The key of all requests has one place.
    let room = MemoryStore::new().with_capacity(Namespace::new("sp.answered-request"), 2);
    let store = Watched::over(room);
    let sp = SpPlan::new("app").storing(store.clone());
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let answered = || {
        let (id, browser) = request_id(sp, None, at);
        (Answer::new(idp, sp, Some(&id), at).signed_by(idp), browser)
    };
    let ((first, browser), (second, _)) = (answered(), answered());
    let login = receive(sp, &first, at).unwrap();
    step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap();
    let _before = store.changes();
    for _ in 0..2 {
        let refusal = receive(sp, &second, at).unwrap_err();
        assert_eq!((refusal.code().as_str(), refusal.reason), ("store.full", PublicReason::Unavailable));
        // The login that would wait for its browser was taken back.
        let hops = store.changes().into_iter().filter(|change| change.namespace == "sp.completed-login");
        assert_eq!(hops.map(|change| change.written.is_some()).collect::<Vec<_>>(), [true, false]);
    }
    assert_eq!(receive(sp, &first, at).unwrap_err().code().as_str(), "replay.request_answered");
}

/// Offers the answer while the store fails in this namespace, and again when it is well.
fn survives_a_failure_in(namespace: &'static str, fail: fn(&Watched, &[&'static str])) {
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (id, browser) = request_id(sp, Some(&idp.entity_id()), at);
    let answer = Answer::new(idp, sp, Some(&id), at).signed_by(idp);
    fail(&store, &[namespace]);
    let refusal = receive(sp, &answer, at).unwrap_err();
    assert_eq!(refusal.code().as_str(), "store.unavailable", "{namespace}");
    fail(&store, &[]);
    let login = receive(sp, &answer, at).unwrap_or_else(|refusal| panic!("{namespace}: {refusal}"));
    step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap();
    assert_eq!(receive(sp, &answer, at).unwrap_err().code().as_str(), "replay.request_answered");
}

#[test]
fn a_login_that_the_store_failed_can_be_tried_again() {
    for namespace in ["sp.completed-login", "sp.used-assertion", "sp.answered-request"] {
        survives_a_failure_in(namespace, Watched::fail_in);
    }
    // The entry was written, and the engine lost its answer.
    for namespace in ["sp.completed-login", "sp.used-assertion"] {
        survives_a_failure_in(namespace, Watched::lose_answers_in);
    }
}

/// Nobody can tell then whether the mark is that of a login that somebody completed.
#[test]
fn a_request_whose_mark_was_written_and_not_acknowledged_signs_nobody_in() {
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let (id, _) = request_id(sp, Some(&idp.entity_id()), at);
    let answer = || Answer::new(idp, sp, Some(&id), at).signed_by(idp);
    let first = answer();
    store.lose_answers_in(&["sp.answered-request"]);
    assert_eq!(receive(sp, &first, at).unwrap_err().code().as_str(), "store.unavailable");
    store.lose_answers_in(&[]);
    for answer in [first, answer()] {
        assert_eq!(receive(sp, &answer, at).unwrap_err().code().as_str(), "replay.request_answered");
    }
}

/// A node that ends between the two marks leaves the request waiting, for this answer or another one, and never for both.
#[test]
fn of_two_answers_one_is_accepted_though_the_store_failed_between_the_marks() {
    for again in [[0, 1], [1, 0]] {
        let (world, store) = watched();
        let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
        let (id, _) = request_id(sp, Some(&idp.entity_id()), at);
        let drafts = [(); 2].map(|()| Answer::new(idp, sp, Some(&id), at));
        let answers = drafts.clone().map(|draft| draft.signed_by(idp));
        store.fail_in(&["sp.answered-request"]);
        for answer in &answers {
            assert_eq!(receive(sp, answer, at).unwrap_err().code().as_str(), "store.unavailable");
        }
        store.fail_in(&[]);
        let [first, second] = again.map(|index| receive(sp, &answers[index], at));
        assert!(first.is_ok());
        assert_eq!(second.unwrap_err().code().as_str(), "replay.request_answered");
        // The mark that the failed post left is for its request only.
        let (other, _) = request_id(sp, Some(&idp.entity_id()), at);
        let replayed = Answer::new(idp, sp, Some(&other), at);
        let replayed = replayed.but(|answer| answer.assertion.id = drafts[1].assertion.id.clone());
        let refusal = receive(sp, &replayed.signed_by(idp), at).unwrap_err();
        assert_eq!(refusal.code().as_str(), "replay.assertion_used");
        receive(sp, &Answer::new(idp, sp, Some(&other), at).signed_by(idp), at).unwrap();
    }
}

fn crowd<T: Send>(number: usize, what: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(number);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..number)
            .map(|index| {
                let (start, what) = (&start, &what);
                scope.spawn(move || {
                    start.wait();
                    what(index)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn answers(idp: &Idp, sp: &Sp, id: &str, number: usize, at: SamlInstant) -> Vec<Vec<u8>> {
    (0..number).map(|_| Answer::new(idp, sp, Some(id), at).signed_by(idp)).collect()
}

#[test]
fn of_many_different_answers_to_one_request_one_is_accepted() {
    const CROWD: usize = 12;
    let (world, store) = watched();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    for _ in 0..10 {
        let (id, _) = request_id(sp, Some(&idp.entity_id()), at);
        let (answers, rubbish) = (answers(idp, sp, &id, CROWD, at), rubbish(&world, &id, at));
        let _before = store.changes();
        let outcomes = crowd(2 * CROWD, |index| match answers.get(index) {
            Some(answer) => Some(receive(sp, answer, at)),
            None => receive(sp, &rubbish[index % rubbish.len()].1, at).ok().map(Ok),
        });
        let (won, lost): (Vec<_>, Vec<_>) = outcomes.into_iter().flatten().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, CROWD - 1));
        for refusal in lost.into_iter().filter_map(Result::err) {
            assert_eq!(refusal.code().as_str(), "replay.request_answered");
        }
        // One login waits for its browser: the others were taken back.
        let hops = store.changes().into_iter().filter(|change| change.namespace == "sp.completed-login");
        let (kept, removed): (Vec<_>, Vec<_>) = hops.partition(|change| change.written.is_some());
        assert_eq!(kept.len(), removed.len() + 1);
    }
}

#[test]
fn a_wrong_password_and_a_store_that_fails_use_up_no_request_at_the_identity_provider() {
    let store = Watched::new();
    let idp = IdpPlan::new("idp").storing(store.clone());
    let world = World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")]);
    let mut client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    let form = login.form().with("user_name", ADA);
    for _ in 0..3 {
        let wrong = client.press(&form.clone().with("password", "wrong"), &login.url);
        assert_eq!(wrong.status, 403);
    }
    for namespace in ["idp.session", "idp.sessions-of-principal"] {
        store.fail_in(&[namespace]);
        let failed = client.press(&form.clone().with("password", PASSWORD), &login.url);
        assert_eq!((failed.status, code(&failed).as_str()), (503, "store.unavailable"));
        assert!(failed.set_cookies().all(|cookie| !cookie.contains("session")));
        store.fail_in(&[]);
    }
    let answer = client.press(&form.clone().with("password", PASSWORD), &login.url);
    assert!(answer.body.contains("name=\"SAMLResponse\""), "{}", answer.body);
    let again = client.press(&form.with("password", PASSWORD), &login.url);
    assert_eq!((again.status, code(&again).as_str()), (400, "transaction.over"));
}
