//! What one node did, the others know.

use std::collections::BTreeMap;
use std::sync::Arc;

use saml_core::base::Secret;
use saml_core::bindings::redirect;
use saml_idp::{Credentials, LoginOutcome, Next};
use saml_sp::{BrowserCookies, StartLogin};
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::flow::{id_of, posted};
use saml_tests::message::now;
use saml_tests::question;
use saml_tests::waiting::Waiting;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::engine::{Engine, open};
use crate::kills::metadata;
use crate::node::node;

/// Posts of one answer at once.
const POSTS: usize = 1000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_goes_through_any_nodes_and_ends_on_all_of_them() {
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("app").unsigned()]);
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    for engine in Engine::all().await {
        let (one, other) =
            (node(&metadata(idp), &engine.address()).await, node(&metadata(idp), &engine.address()).await);
        let token = Token::random().unwrap();
        let started = one.start_login(StartLogin::new(&token), at).await.unwrap();
        let answer = Answer::new(idp, sp, Some(&id_of(started.outgoing)), at).signed_by(idp);
        let accepted = other.receive_response(posted(&answer), at).await.unwrap();
        for node in [&one, &other] {
            let refusal = node.receive_response(posted(&answer), at).await.unwrap_err();
            assert_eq!(refusal.code().as_str(), "replay.request_answered");
        }
        let cookies = BrowserCookies { browser: Some(&token), logins: Some(&started.logins) };
        let signed_in = one.complete_login(&accepted.token, cookies, at).await.unwrap();
        let refusal = other.complete_login(&accepted.token, cookies, at).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), "login.not_waiting");
        assert_eq!(other.session(&signed_in.token, at).await.unwrap(), Some(signed_in.session));
        other.end_session(&signed_in.token, at).await.unwrap();
        assert_eq!(one.session(&signed_in.token, at).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_posts_of_one_answer_at_two_nodes_one_gets_through() {
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("app").unsigned()]);
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    for engine in Engine::all().await {
        let mut nodes = Vec::new();
        for _ in 0..2 {
            nodes.push(node(&metadata(idp), &engine.address()).await);
        }
        let token = Token::random().unwrap();
        let started = nodes[0].start_login(StartLogin::new(&token), at).await.unwrap();
        let answer = Arc::new(Answer::new(idp, sp, Some(&id_of(started.outgoing)), at).signed_by(idp));
        let posts: Vec<_> = (0..POSTS)
            .map(|number| {
                let (node, answer) = (nodes[number % 2].clone(), Arc::clone(&answer));
                tokio::spawn(async move {
                    let received = node.receive_response(posted(&answer), at).await;
                    received.map_or_else(|refusal| refusal.code().as_str(), |_login| "accepted")
                })
            })
            .collect();
        let mut outcomes = BTreeMap::<_, usize>::new();
        for post in posts {
            *outcomes.entry(post.await.unwrap()).or_default() += 1;
        }
        assert_eq!(
            outcomes,
            BTreeMap::from([("accepted", 1), ("replay.request_answered", POSTS - 1)]),
            "{}",
            engine.address()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_goes_through_any_nodes_of_the_identity_provider_and_is_answered_once() {
    for engine in Engine::all().await {
        let mut worlds = Vec::new();
        for _ in 0..2 {
            let idp = IdpPlan::new("idp").sharing(open(&engine.address()).await);
            worlds.push(World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app").unsigned()]));
        }
        let (idp, sp, at) = (worlds[0].idp("idp"), worlds[0].sp("app"), now());
        let other = &worlds[1].idp("idp").provider;
        let url = question::redirect_url(&question::question(sp, idp, at), sp, idp, None);
        let query = url.split_once('?').unwrap().1;
        let message = redirect::decode(query, &idp.provider.config().site.limits).unwrap();
        let Next::Continue(address) = idp.provider.receive_redirect(message, at).await.unwrap() else {
            panic!("not received")
        };
        let waiting = Waiting::shown(other, &address, at).await.unwrap();
        let password = Secret::new(PASSWORD.as_bytes().to_vec());
        let credentials =
            Credentials { user_name: ADA, password: &password, address: "192.0.2.1", known_browser: None };
        let outcome = idp.provider.log_in(Some(waiting.sent()), credentials, at).await.unwrap();
        let LoginOutcome::SignedIn { session, next: Some(_answer), .. } = outcome else {
            panic!("{outcome:?}")
        };
        let refusal = other.log_in(Some(waiting.sent()), credentials, at).await.unwrap_err();
        assert_eq!(refusal.code().as_str(), "transaction.over");
        assert!(other.session(&session, at).await.unwrap().is_some());
        other.end_session(&session, at).await.unwrap();
        assert!(idp.provider.session(&session, at).await.unwrap().is_none());
    }
}
