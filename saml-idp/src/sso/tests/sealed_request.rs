//! A request that the browser carries: whoever changes, keeps or steals the text.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use saml_core::protocol::StatusCode;
use saml_provider::audit::{AuditError, AuditSink};
use saml_provider::event::Occurrence;
use saml_store::Namespace;

use super::*;
use crate::{Credentials, LoginOutcome};

/// Knows everybody.
struct Everybody;

#[async_trait]
impl Authenticator for Everybody {
    async fn authenticate(&self, name: &str, word: &Secret) -> Result<Option<Principal>, AuthenticatorError> {
        let person = || Principal { user_name: name.to_owned(), attributes: Vec::new() };
        Ok((word.expose() == b"right").then(person))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

/// An identity provider on this store, with this name.
fn on(store: &Arc<MemoryStore>, entity_id: &str) -> IdentityProvider {
    let sp = SpPeer::from_metadata(metadata("", ""), SpPeerPolicy::default()).unwrap();
    let named = |config: &mut IdentityProviderConfig| {
        config.site.entity_id = EntityId::try_from(entity_id).unwrap();
    };
    knowing(vec![sp], named, Arc::new(Everybody), Arc::clone(store))
}

async fn address(idp: &IdentityProvider) -> SealedRequest {
    let Next::Continue(address) = receive(idp, "").await.unwrap() else { panic!("not kept") };
    address
}

async fn log_in(
    idp: &IdentityProvider,
    waiting: BrowserRequest<'_>,
    word: &str,
    at: SamlInstant,
) -> &'static str {
    let password = Secret::new(word.as_bytes().to_vec());
    let credentials =
        Credentials { user_name: "ada", password: &password, address: "192.0.2.1", known_browser: None };
    match idp.log_in(Some(waiting), credentials, at).await {
        Ok(LoginOutcome::SignedIn { next: Some(Next::Post { .. }), .. }) => "answered",
        Ok(LoginOutcome::SignedIn { .. }) => "not answered",
        Ok(LoginOutcome::Wrong) => "wrong",
        Ok(LoginOutcome::Throttled { .. }) => "throttled",
        Ok(LoginOutcome::Busy { .. }) => "busy",
        Err(refusal) => refusal.code().as_str(),
    }
}

/// Both ways in which a text can come back.
async fn opened(idp: &IdentityProvider, text: &SealedRequest, browser: &Token) -> [&'static str; 2] {
    let waiting = sent(text, browser);
    let code = |refusal: SsoRefusal| refusal.code().as_str();
    [
        idp.continue_transaction(waiting, None, now()).await.map_or_else(code, |_next| "opens"),
        idp.transaction(waiting, now()).await.map_or_else(code, |_waiting| "opens"),
    ]
}

const OVER: &str = "transaction.over";

#[tokio::test]
async fn an_address_is_no_form_and_a_form_is_one_browsers() {
    let idp = on(&Arc::default(), "urn:idp");
    let address = address(&idp).await;
    let form = form(&idp, &address).await;
    let (own, other) = (browser(), Token::random().unwrap());
    assert_eq!(opened(&idp, &address, &own).await, ["opens", OVER]);
    assert_eq!(opened(&idp, &address, &other).await, ["opens", OVER]);
    assert_eq!(opened(&idp, &form, &own).await, [OVER, "opens"]);
    assert_eq!(opened(&idp, &form, &other).await, [OVER, OVER]);
    assert_eq!(log_in(&idp, sent(&address, &own), "right", now()).await, OVER);
    assert_eq!(log_in(&idp, sent(&form, &other), "right", now()).await, OVER);
    assert_eq!(log_in(&idp, sent(&form, &own), "right", now()).await, "answered");
}

#[tokio::test]
async fn a_text_that_is_not_the_sealed_one_to_its_last_character_opens_nowhere() {
    let idp = on(&Arc::default(), "urn:idp");
    let address = address(&idp).await;
    let form = form(&idp, &address).await;
    for (sealed, as_it_was) in [(&address, ["opens", OVER]), (&form, [OVER, "opens"])] {
        assert_eq!(opened(&idp, sealed, &browser()).await, as_it_was);
        let text = sealed.expose();
        for (at, old) in text.char_indices() {
            let new = if old == 'A' { "B" } else { "A" };
            let (before, from) = text.split_at(at);
            let after = from.split_at(1).1;
            let flipped = format!("{before}{new}{after}");
            for text in [&flipped, before, after] {
                let Some(changed) = SealedRequest::received(text) else {
                    assert_eq!(text, "", "only nothing is no text");
                    continue;
                };
                assert_eq!(opened(&idp, &changed, &browser()).await, [OVER, OVER], "{at} of {text}");
            }
        }
        for more in ["A", "AA", "AAA", "AAAA"] {
            let longer = SealedRequest::received(&format!("{text}{more}")).unwrap();
            assert_eq!(opened(&idp, &longer, &browser()).await, [OVER, OVER]);
        }
    }
    let (head, tail) = (address.expose().split_at(100).0, form.expose().split_at(100).1);
    let spliced = SealedRequest::received(&format!("{head}{tail}")).unwrap();
    assert_eq!(opened(&idp, &spliced, &browser()).await, [OVER, OVER]);
}

#[test]
fn what_can_not_have_been_sealed_is_no_request() {
    let longest = "a".repeat(SealedRequest::MOST_CHARS);
    assert!(SealedRequest::received(&longest).is_some());
    for text in ["", " ", "a=", "a.b", "../", "é", &format!("{longest}a")] {
        assert_eq!(SealedRequest::received(text), None, "{text}");
    }
    // A request line of nginx, with the method, the path and the version.
    const { assert!(SealedRequest::MOST_CHARS < 8 * 1024 - 1024) };
}

#[tokio::test]
async fn a_request_of_another_provider_or_tenant_opens_nowhere_else() {
    let shared = Arc::default();
    let here = on(&shared, "urn:idp");
    let address = address(&here).await;
    let form = form(&here, &address).await;
    for (elsewhere, opens) in [
        (on(&shared, "urn:tenant"), false),
        (on(&Arc::default(), "urn:idp"), false),
        (on(&Arc::default(), "urn:tenant"), false),
        // Another node of the same.
        (on(&shared, "urn:idp"), true),
    ] {
        let as_there = |as_here: [&'static str; 2]| if opens { as_here } else { [OVER, OVER] };
        assert_eq!(opened(&elsewhere, &address, &browser()).await, as_there(["opens", OVER]));
        assert_eq!(opened(&elsewhere, &form, &browser()).await, as_there([OVER, "opens"]));
    }
}

#[tokio::test]
async fn a_request_waits_as_long_as_it_should_whatever_page_was_opened_when() {
    let idp = on(&Arc::default(), "urn:idp");
    let (address, wait) = (address(&idp).await, idp.config().lifetimes.transaction);
    let end = now().saturating_add(wait);
    let last = end.saturating_sub(Duration::from_millis(1));
    let opens = async |at| idp.continue_transaction(sent(&address, &browser()), None, at).await;
    let Next::LogIn(form) = opens(last).await.unwrap() else { panic!("no login page") };
    assert_eq!(opens(end).await.unwrap_err().code().as_str(), OVER);
    assert_eq!(log_in(&idp, sent(&form, &browser()), "right", end).await, OVER);
    assert_eq!(log_in(&idp, sent(&form, &browser()), "right", last).await, "answered");
}

#[tokio::test]
async fn a_request_is_answered_once_by_whatever_way_it_comes_back() {
    let store = Arc::default();
    let (idp, other_node) = (on(&store, "urn:idp"), on(&store, "urn:idp"));
    let address = address(&idp).await;
    let (one, two) = (form(&idp, &address).await, form(&idp, &address).await);
    for _ in 0..3 {
        assert_eq!(log_in(&idp, sent(&one, &browser()), "guess", now()).await, "wrong");
    }
    assert_eq!(log_in(&idp, sent(&one, &browser()), "right", now()).await, "answered");
    for node in [&idp, &other_node] {
        assert_eq!(log_in(node, sent(&one, &browser()), "right", now()).await, OVER);
        assert_eq!(log_in(node, sent(&two, &browser()), "right", now()).await, OVER);
        assert_eq!(go_on(node, &address, Some(&session())).await.unwrap_err().code().as_str(), OVER);
        assert_eq!(opened(node, &address, &browser()).await, [OVER, OVER]);
    }
    // From a session, too.
    let address = self::address(&idp).await;
    let form = form(&idp, &address).await;
    assert!(matches!(go_on(&idp, &address, Some(&session())).await, Ok(Next::Post { .. })));
    assert_eq!(go_on(&other_node, &address, Some(&session())).await.unwrap_err().code().as_str(), OVER);
    assert_eq!(log_in(&other_node, sent(&form, &browser()), "right", now()).await, OVER);
}

/// A node whose clock is behind takes the request for longer, and still knows that it was answered: the clock that is ahead
/// may have the store clean up.
#[tokio::test]
async fn a_mark_outlives_its_request_by_the_difference_of_clocks() {
    let idp = on(&Arc::default(), "urn:idp");
    let form = form(&idp, &address(&idp).await).await;
    let waiting = idp.transaction(sent(&form, &browser()), now()).await.unwrap();
    assert_eq!(log_in(&idp, sent(&form, &browser()), "right", now()).await, "answered");
    let end = now().saturating_add(idp.config().lifetimes.transaction);
    let forgotten = end.saturating_add(idp.config().site.clock_skew.as_duration());
    let last = forgotten.saturating_sub(Duration::from_millis(1));
    let idp = idp.snapshot();
    assert_eq!(idp.require_unanswered(&waiting, last).await.unwrap_err().code().as_str(), OVER);
    idp.require_unanswered(&waiting, forgotten).await.unwrap();
}

#[tokio::test]
async fn who_loses_the_marks_loses_the_requests() {
    let store = Arc::default();
    let idp = on(&store, "urn:idp");
    let address = address(&idp).await;
    let form = form(&idp, &address).await;
    assert_eq!(log_in(&idp, sent(&form, &browser()), "right", now()).await, "answered");
    let emptied = on(&Arc::default(), "urn:idp");
    assert_eq!(log_in(&emptied, sent(&form, &browser()), "right", now()).await, OVER);
    assert_eq!(go_on(&emptied, &address, Some(&session())).await.unwrap_err().code().as_str(), OVER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_answers_at_once_on_two_nodes_one_goes_out() {
    let store = Arc::default();
    let nodes = [on(&store, "urn:idp"), on(&store, "urn:idp")];
    for _ in 0..5 {
        let address = address(&nodes[0]).await;
        let form = form(&nodes[0], &address).await;
        let tries: Vec<_> = (0..16)
            .map(|number| {
                let (idp, address, form) = (nodes[number % 2].clone(), address.clone(), form.clone());
                tokio::spawn(async move {
                    if number % 4 < 2 {
                        return log_in(&idp, sent(&form, &browser()), "right", now()).await;
                    }
                    match go_on(&idp, &address, Some(&session())).await {
                        Ok(_) => "answered",
                        Err(refusal) => refusal.code().as_str(),
                    }
                })
            })
            .collect();
        let mut answered = 0;
        for outcome in tries {
            match outcome.await.unwrap() {
                "answered" => answered += 1,
                outcome => assert_eq!(outcome, OVER),
            }
        }
        assert_eq!(answered, 1);
    }
}

/// An error for want of a session can be had by anybody, as often as they like.
#[tokio::test]
async fn an_error_that_needs_nobody_leaves_no_mark() {
    // One place for the key, and one for a mark.
    let store = Arc::new(MemoryStore::new().with_capacity(Namespace::new("idp.answered-request"), 2));
    let idp = on(&store, "urn:idp");
    for _ in 0..5 {
        let Next::Continue(passive) = receive_with(&idp, " IsPassive=\"true\"", "").await.unwrap() else {
            panic!("answered before the cookies came")
        };
        let answer = go_on(&idp, &passive, None).await.unwrap();
        assert!(xml_of(&answer).contains(StatusCode::NoPassive.uri()));
    }
    let address = address(&idp).await;
    assert!(matches!(go_on(&idp, &address, Some(&session())).await, Ok(Next::Post { .. })));
}

/// Fails as often as it is told.
#[derive(Clone, Default)]
struct Flaky(Arc<AtomicUsize>);

#[async_trait]
impl AuditSink for Flaky {
    async fn write(&self, _: &EntityId, _: &Occurrence) -> Result<(), AuditError> {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map_or(Ok(()), |_failures| Err(AuditError::new("no space left")))
    }
}

#[tokio::test]
async fn an_answer_that_could_not_be_made_uses_nothing_up() {
    let audit = Flaky::default();
    let sp = SpPeer::from_metadata(metadata("", ""), SpPeerPolicy::default()).unwrap();
    let idp = builder(vec![sp], |_config| (), Arc::new(Everybody), Arc::default());
    let idp = idp.audit(audit.clone()).build().unwrap();
    let address = address(&idp).await;
    let form = form(&idp, &address).await;
    audit.0.store(1, Ordering::SeqCst);
    let refusal = go_on(&idp, &address, Some(&session())).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "audit.failed");
    for _ in 0..2 {
        audit.0.store(1, Ordering::SeqCst);
        assert_eq!(log_in(&idp, sent(&form, &browser()), "right", now()).await, "audit.failed");
    }
    assert_eq!(log_in(&idp, sent(&form, &browser()), "right", now()).await, "answered");
    assert_eq!(log_in(&idp, sent(&form, &browser()), "right", now()).await, OVER);
}

/// What was sealed under a policy that is no more leads nowhere.
#[tokio::test]
async fn a_request_that_comes_back_is_judged_by_what_is_known_of_its_service_now() {
    let store = Arc::new(MemoryStore::new());
    let idp = on(&store, "https://idp.example.org");
    let admitted = SpPeerPolicy { idp_initiated: true, ..SpPeerPolicy::default() };
    let peer = |attributes: &str, policy| SpPeer::from_metadata(metadata(attributes, ""), policy).unwrap();
    let known = peer("", admitted.clone());
    let name = known.entity_id.to_string();
    idp.replace_service_provider(known);
    let began_here = idp.start_at_idp(&name, None, now()).await.unwrap();
    let asked = address(&idp).await;
    let code = async |address: &SealedRequest| {
        go_on(&idp, address, None).await.err().map(|refusal| refusal.code().as_str())
    };
    assert_eq!((code(&began_here).await, code(&asked).await), (None, None));
    idp.replace_service_provider(peer("", SpPeerPolicy::default()));
    assert_eq!((code(&began_here).await, code(&asked).await), (Some("sp.idp_initiated_refused"), None));
    idp.replace_service_provider(peer("validUntil=\"2026-11-20T11:59:59Z\"", admitted));
    let expired = Some("sp.metadata_expired");
    assert_eq!((code(&began_here).await, code(&asked).await), (expired, expired));
}
