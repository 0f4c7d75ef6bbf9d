//! What is told of a login: the facts of its events, the audit, and the application's hooks.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use saml_core::assertion::{NameId, SubjectIdentifier};
use saml_core::base::{EntityId, Relaxation, Relaxations, Secret};
use saml_core::crypto::PeerPolicy;
use saml_sp::audit::{Audit, AuditError, AuditSink, JsonLines};
use saml_sp::event::{CorrelationId, EndCause, Event, Occurrence, PersonKey, Refused};
use saml_sp::{HookError, IdpPeerPolicy, Login, Session, SessionAttribute};
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::client::{Client, Reply, Request};
use saml_tests::journal::{self, Line};
use saml_tests::message::{self, now};
use saml_tests::step::step;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

/// An audit in memory, which can be full.
#[derive(Clone, Default)]
struct Kept {
    events: Arc<Mutex<Vec<Occurrence>>>,
    full_for: Arc<Mutex<Option<&'static str>>>,
}

impl Kept {
    /// The events since the last call.
    fn take(&self) -> Vec<Occurrence> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    fn full_for(&self, event: &'static str) {
        *self.full_for.lock().unwrap() = Some(event);
    }
}

#[async_trait]
impl AuditSink for Kept {
    async fn write(&self, _: &EntityId, occurrence: &Occurrence) -> Result<(), AuditError> {
        if *self.full_for.lock().unwrap() == Some(occurrence.event.name()) {
            return Err(AuditError::new("planted-sink-error"));
        }
        self.events.lock().unwrap().push(occurrence.clone());
        Ok(())
    }
}

fn world_of(sp: SpPlan) -> World {
    World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp])
}

fn audited(audit: impl Into<Audit>) -> World {
    let audit = audit.into();
    world_of(SpPlan::new("app").built(|builder| builder.audit(audit)))
}

fn names(events: &[Occurrence]) -> Vec<&'static str> {
    events.iter().map(|one| one.event.name()).collect()
}

fn session_of(world: &World, client: &Client) -> (Token, Session) {
    let cookie = client.own_cookie("https://app.example.org", "app", "session").unwrap();
    let token = Token::received(cookie).unwrap();
    let session = step(world.sp("app").provider.session(&token, now())).unwrap().unwrap();
    (token, session)
}

fn line_of(page: &Reply) -> Line {
    journal::of(page.correlation_id().unwrap()).unwrap()
}

fn is_signed_in(client: &Client) -> bool {
    client.own_cookie("https://app.example.org", "app", "session").is_some()
}

#[test]
fn the_events_of_one_login_have_its_facts_and_one_number() {
    let kept = Kept::default();
    let world = audited(kept.clone());
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let (token, session) = session_of(&world, &client);
    let events = kept.take();
    assert_eq!(names(&events), ["login-started", "login-accepted", "login-completed"]);
    let idp = world.idp("idp").entity_id();
    for event in &events {
        assert_eq!(event.peer.as_ref().map(EntityId::as_str), Some(idp.as_str()));
        assert_eq!(event.correlation_id, events[0].correlation_id);
        let lines = journal::with_field("correlation_id", event.correlation_id.as_str());
        let line = lines.iter().find(|line| line.field("event") == event.event.name()).unwrap();
        assert_eq!(line.field("peer"), idp);
    }
    let name_id = session.name_id.unwrap();
    let Event::LoginAccepted { name_id_format, authn_context, relaxations } = &events[1].event else {
        panic!("{events:?}")
    };
    let format = name_id.format.as_ref().map(|format| format.uri().to_owned());
    let class = session.authn_context.as_ref().map(|class| class.uri().to_owned());
    assert_eq!((name_id_format, authn_context), (&format, &class));
    assert!(name_id_format.is_some() && authn_context.is_some() && relaxations.is_empty());
    for event in &events[1..] {
        let person = event.person.as_ref().unwrap();
        assert_eq!(person.name_id.as_ref(), Some(&name_id.value));
        assert!(
            !person.attributes.is_empty() && person.attributes.iter().all(|(_, values)| values.is_empty())
        );
    }
    step(world.sp("app").provider.end_session(&token, now())).unwrap();
    let ended = kept.take();
    assert_eq!(ended[0].event, Event::SessionEnded { cause: EndCause::Ended });
    assert_eq!(ended[0].person.as_ref().unwrap().name_id.as_ref(), Some(&name_id.value));
}

#[test]
fn a_relaxation_that_was_used_is_told_and_one_that_was_not_is_not() {
    let kept = Kept::default();
    let granted = Relaxations::NONE.with(Relaxation::Unsolicited).with(Relaxation::Sha1);
    let policy = IdpPeerPolicy { permitted: PeerPolicy::relaxed(granted), ..IdpPeerPolicy::default() };
    let sink = kept.clone();
    let plan = SpPlan::new("app").with_idp_policy(policy).built(|builder| builder.audit(sink));
    let world = world_of(plan);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let unsolicited = message::encode(Answer::new(idp, sp, None, now()).signed_by(idp));
    let reply = world.client().send(&Request::form(&sp.acs(), &[("SAMLResponse", unsolicited.as_str())]));
    assert_eq!(reply.status, 303);
    let events = kept.take();
    let Event::LoginAccepted { relaxations, .. } = &events[0].event else { panic!("{events:?}") };
    assert_eq!(*relaxations, [Relaxation::Unsolicited]);
    let lines = journal::with_field("correlation_id", events[0].correlation_id.as_str());
    assert_eq!(lines[0].field("relaxations"), "unsolicited");
}

#[test]
fn a_refusal_has_its_code_once() {
    let kept = Kept::default();
    let world = audited(kept.clone());
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let stray = message::encode(Answer::new(idp, sp, None, now()).signed_by(idp));
    let page = world.client().send(&Request::form(&sp.acs(), &[("SAMLResponse", stray.as_str())]));
    let number = page.correlation_id().unwrap();
    assert_eq!(journal::with_field("correlation_id", number).len(), 1);
    let events = kept.take();
    let Event::Refused { what, code, failures } = &events[0].event else { panic!("{events:?}") };
    assert_eq!((events.len(), *what, code.as_str()), (1, Refused::Login, "response.unsolicited_refused"));
    assert!(failures[0].contains(code.as_str()) && events[0].correlation_id.as_str() == number);
}

/// The page that follows the login form when no answer comes.
fn refused_at_the_form(world: &World) -> Reply {
    let mut client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url)
}

static AT_IDP: OnceLock<Kept> = OnceLock::new();

#[test]
fn an_issued_assertion_is_told_with_its_service_and_the_names_of_its_attributes() {
    let kept = AT_IDP.get_or_init(Kept::default);
    let idp = IdpPlan::new("idp").built(|builder| {
        builder.audit(Audit::from(AT_IDP.get_or_init(Kept::default).clone()).with_attribute_values())
    });
    let world = World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")]);
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let (_, session) = session_of(&world, &client);
    let events = kept.take();
    assert_eq!(names(&events), ["request-received", "signed-in", "assertion-issued"]);
    let issued = &events[2];
    assert_eq!(issued.peer.as_ref().unwrap().as_str(), world.sp("app").entity_id());
    let Event::AssertionIssued { name_id_format, attributes } = &issued.event else { panic!("{events:?}") };
    let told: Vec<&str> = session.attributes.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        (name_id_format.as_deref(), attributes.iter().map(String::as_str).collect()),
        (session.name_id.as_ref().unwrap().format.as_ref().map(|format| format.uri()), told)
    );
    let person = issued.person.as_ref().unwrap();
    assert_eq!(
        (person.user_name.as_deref(), person.name_id.as_ref()),
        (Some(ADA), Some(&session.name_id.unwrap().value))
    );
    assert!(person.attributes.iter().any(|(_, values)| values == &["ada@example.org"]));
    let lines = journal::with_field("correlation_id", issued.correlation_id.as_str());
    assert_eq!(
        lines.iter().map(|line| line.field("event")).collect::<Vec<_>>(),
        ["signed-in", "assertion-issued"]
    );
    assert_eq!(lines[1].field("attributes"), attributes.join(", "));

    kept.full_for("assertion-issued");
    let refused = refused_at_the_form(&world);
    assert_eq!(line_of(&refused).field("code"), "audit.failed");
    kept.full_for("nothing");
}

#[test]
fn what_can_not_be_written_signs_nobody_in() {
    for event in ["login-started", "login-accepted", "login-completed"] {
        for may_fail in [false, true] {
            let kept = Kept::default();
            kept.full_for(event);
            let audit = Audit::from(kept.clone());
            let world = audited(if may_fail { audit.may_fail() } else { audit });
            let mut client = world.client();
            let page = if event == "login-started" && !may_fail {
                client.visit(&world.sp("app").at("/private"))
            } else {
                world.sign_in(&mut client)
            };
            assert_eq!(is_signed_in(&client), may_fail, "{event}");
            assert_eq!(world.sp("app").provider.audit_failures(), 1);
            if !may_fail {
                assert_eq!((page.status, line_of(&page).field("code")), (503, "audit.failed"), "{event}");
            }
        }
    }
    assert!(!journal::mentions("planted-sink-error"));
}

type LoginHook = fn(Login) -> std::pin::Pin<Box<dyn Future<Output = Result<Login, HookError>> + Send>>;

fn hooked(hook: LoginHook) -> World {
    world_of(SpPlan::new("app").built(move |builder| builder.on_login(hook)))
}

#[test]
fn a_hook_maps_and_adds_attributes_before_the_session_exists() {
    let world = hooked(|mut login| {
        Box::pin(async move {
            login.attributes_mut().retain(|one| one.friendly_name.as_deref() != Some("mail"));
            login.attributes_mut().push(SessionAttribute {
                name: "account".to_owned(),
                name_format: None,
                friendly_name: None,
                values: vec!["17".to_owned()],
            });
            Ok(login)
        })
    });
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let (_, session) = session_of(&world, &client);
    assert_eq!(session.attribute("account"), Some("17"));
    assert!(!session.attributes.iter().any(|one| one.friendly_name.as_deref() == Some("mail")));
}

#[test]
fn a_hook_that_does_not_consent_lets_nobody_in() {
    let cases: [(LoginHook, u16, &str); 3] = [
        (|_| Box::pin(async { Err(HookError::veto("no account")) }), 403, "hook.vetoed"),
        (|_| Box::pin(async { Err(std::io::Error::other("planted-hook-error").into()) }), 503, "hook.failed"),
        (|_| Box::pin(std::future::pending()), 503, "hook.timed_out"),
    ];
    for (hook, status, code) in cases {
        let world = hooked(hook);
        let mut client = world.client();
        let page = world.sign_in(&mut client);
        assert_eq!((page.status, line_of(&page).field("code")), (status, code));
        assert!(!is_signed_in(&client) && !page.body.contains("no account"), "{code}");
        assert!(!page.body.contains(code));
    }
    assert!(!journal::mentions("planted-hook-error"));
}

/// A hook that keeps one login and returns it for the next would sign somebody in as somebody else.
#[test]
fn a_hook_can_not_swap_people() {
    static FIRST: Mutex<Option<Login>> = Mutex::new(None);
    let world = hooked(|login| {
        Box::pin(async move {
            let mut first = FIRST.lock().unwrap();
            match first.take() {
                Some(first) => Ok(first),
                None => {
                    *first = Some(login);
                    Err(HookError::veto("kept"))
                }
            }
        })
    });
    let _kept = world.sign_in(&mut world.client());
    let mut client = world.client();
    let page = world.sign_in(&mut client);
    assert_eq!((line_of(&page).field("code"), is_signed_in(&client)), ("hook.failed", false));
}

#[test]
fn hooks_hear_of_sign_outs_and_of_refusals() {
    let (out, refused) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let (of_out, of_refused) = (Arc::clone(&out), Arc::clone(&refused));
    let world = world_of(SpPlan::new("app").built(move |builder| {
        builder
            .on_logout(move |session| {
                of_out.lock().unwrap().push(session);
                async { Err(std::io::Error::other("the application's own session stays").into()) }
            })
            .on_refusal(move |refusal| {
                of_refused.lock().unwrap().push((refusal.code.as_str(), refusal.correlation_id));
                async { Ok(()) }
            })
    }));
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let (token, session) = session_of(&world, &client);
    let page = world.sign_out(&mut client);
    assert_eq!(out.lock().unwrap().as_slice(), [session]);
    assert_eq!((page.status, line_of(&page).field("code")), (400, "hook.failed"));
    assert!(!is_signed_in(&client), "the cookie goes");
    assert_eq!(
        step(world.sp("app").provider.session(&token, now())).unwrap(),
        None,
        "and the session is over"
    );
    let told = refused.lock().unwrap().pop().unwrap();
    assert_eq!((told.0, told.1.as_str()), ("hook.failed", page.correlation_id().unwrap()));
    let page = client.get(&world.sp("app").at("/saml/complete?login=none"));
    let told = refused.lock().unwrap().pop().unwrap();
    assert_eq!((told.0, told.1.as_str()), ("login.handle", page.correlation_id().unwrap()));
}

#[test]
fn one_person_has_one_tag_in_the_log_under_a_lasting_key() {
    let key = || PersonKey::new(Secret::new(vec![9; 32])).unwrap();
    let kept = Kept::default();
    let sink = kept.clone();
    let plan = SpPlan::new("app").built(move |builder| builder.person_key(key()).audit(sink));
    let world = world_of(plan);
    for _ in 0..2 {
        let _page = world.sign_in(&mut world.client());
    }
    let tags = kept.take().into_iter().filter(|one| one.event == Event::LoginCompleted).map(|one| {
        let lines = journal::with_field("correlation_id", one.correlation_id.as_str());
        let line = lines.iter().find(|line| line.field("event") == "login-completed").unwrap();
        (line.field("person").to_owned(), key().tag(&one.person.unwrap()).unwrap())
    });
    let tags: Vec<(String, String)> = tags.collect();
    assert_eq!((tags.len(), &tags[0]), (2, &tags[1]));
    assert_eq!((&tags[0].0, tags[0].0.len()), (&tags[0].1, 22));
}

/// Whatever is secret stands in the audit only where it is to: the NameID does, values and handles do not.
#[test]
fn the_audit_file_has_names_and_no_secrets() {
    let path = std::env::temp_dir().join(format!("saml-trace-{}.jsonl", CorrelationId::random()));
    let lines = JsonLines::append(&path).unwrap();
    let plan = SpPlan::new("app").built(move |builder| builder.audit(lines));
    let granted = Relaxations::NONE.with(Relaxation::Unsolicited);
    let policy = IdpPeerPolicy { permitted: PeerPolicy::relaxed(granted), ..IdpPeerPolicy::default() };
    let world = world_of(plan.with_idp_policy(policy));
    let mut client = world.client();
    let page = world.answer_for(&mut client, ADA);
    let message = page.form().value("SAMLResponse").to_owned();
    let _page = client.submit(&page.form(), &page.url);
    let (token, session) = session_of(&world, &client);
    let mut secrets = vec![PASSWORD.to_owned(), "Ada Lovelace".to_owned(), "ada@example.org".to_owned()];
    secrets.extend([token.expose().to_owned(), token.key(), message[..40].to_owned()]);
    secrets.push(session.session_index.unwrap());
    for name in client.cookie_names("app.example.org") {
        secrets.push(client.cookie("app.example.org", name).unwrap().to_owned());
    }
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let steering = Answer::new(idp, sp, None, now()).but(|answer| {
        let name = NameId::new("planted\u{202e}name\u{85}");
        answer.assertion.subject.as_mut().unwrap().identifier = Some(SubjectIdentifier::NameId(name));
    });
    let steering = message::encode(steering.signed_by(idp));
    let hop = world.client().send(&Request::form(&sp.acs(), &[("SAMLResponse", steering.as_str())]));
    assert_eq!(hop.status, 303);
    step(sp.provider.end_session(&token, now().saturating_add(Duration::from_secs(1)))).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()) && !journal::mentions(secret), "{secret}");
    }
    let name_id = session.name_id.unwrap().value;
    assert!(text.contains(&name_id) && !journal::mentions(&name_id), "the NameID stands in the audit alone");
    assert!(text.contains("planted\\u202ename\\u0085") && !text.contains('\u{202e}'), "{text}");
    assert!(!journal::mentions("planted\u{202e}name"));
    let events: Vec<String> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        events,
        ["login-started", "login-accepted", "login-completed", "login-accepted", "session-ended"]
    );
}
