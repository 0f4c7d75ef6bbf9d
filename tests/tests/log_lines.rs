//! What both roles write to the log: a line for each thing that happens to a login, and never a value.

use std::collections::BTreeMap;
use std::time::Duration;

use saml_core::assertion::{
    Attribute, AttributeStatement, AuthnContextClassRef, NameId, NameIdFormat, StatedAttribute, Statement,
    Subject, SubjectIdentifier,
};
use saml_core::base::{NonEmpty, Relaxation, Relaxations};
use saml_core::crypto::PeerPolicy;
use saml_core::protocol::{NameIdPolicy, RequestedAuthnContext, RequestedAuthnContextReferences};
use saml_idp::Throttle;
use saml_sp::IdpPeerPolicy;
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::client::{Client, Reply, Request, encode, host};
use saml_tests::journal::{self, Line};
use saml_tests::message::{self, now};
use saml_tests::question::{but, question, redirect_url};
use saml_tests::step::step;
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, SpPlan, World};

const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";

fn world() -> World {
    let algorithms = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
    let sp = SpPlan::new("app")
        .treated(|policy| policy.idp_initiated = true)
        .with_idp_policy(IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() });
    let idp = IdpPlan::new("idp").configured(|config| {
        config.throttle = Throttle { per_user: 3, per_address: 1000, window: Duration::from_secs(600) };
    });
    World::new(Hosting::Https, vec![idp], vec![sp])
}

/// The texts that must not occur in the log, each with its kind.
#[derive(Default)]
struct Secrets(BTreeMap<String, &'static str>);

impl Secrets {
    fn plant(&mut self, what: &'static str, value: impl Into<String>) {
        let value = value.into();
        assert!(value.len() >= 6, "{what} {value:?} may stand anywhere by chance");
        self.0.insert(value, what);
    }

    /// A message, in its travelling form and the beginning of its readable one.
    fn message(&mut self, what: &'static str, value: &str) {
        self.plant(what, &value[..40]);
        self.plant(what, &message::decode(value)[..40]);
    }

    /// All cookies of both hosts.
    fn cookies(&mut self, world: &World, client: &Client) {
        for host in [host(&world.sps[0].url), host(&world.idps[0].url)] {
            for name in client.cookie_names(host) {
                self.plant("a cookie", client.cookie(host, name).unwrap());
            }
        }
    }

    fn assert_nowhere(&self) {
        for (value, what) in &self.0 {
            assert!(!journal::mentions(value), "{what} in the log: {value}");
        }
    }
}

/// The value of a parameter of a URL.
fn parameter<'a>(url: &'a str, name: &str) -> &'a str {
    let (_, rest) = url.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {url}"));
    rest.split('&').next().unwrap()
}

/// A whole login with a mistyped password first, and the secrets that it leaves in the browser.
fn sign_in(world: &World, client: &mut Client, secrets: &mut Secrets) {
    let login = client.visit(&world.sp("app").at("/private?planted-return-to"));
    secrets.plant("a token", parameter(&login.url, "transaction"));
    secrets.plant("a token", login.form().value("csrf_token"));
    let wrong = login.form().with("user_name", "planted-user").with("password", "planted-wrong-password");
    let login = client.submit(&wrong, &login.url);
    assert_eq!(login.status, 403);
    let answer = client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    secrets.message("a Response", answer.form().value("SAMLResponse"));
    let hop = client.press(&answer.form(), &answer.url);
    secrets.plant("a token", parameter(&hop.location().unwrap(), "login"));
    let page = client.follow(hop);
    assert!(page.body.contains("signed in: Ada Lovelace"), "{}", page.body);
    secrets.cookies(world, client);
    let sp = world.sp("app");
    let cookie = client.own_cookie("https://app.example.org", "app", "session").unwrap();
    let session = step(sp.provider.session(&Token::received(cookie).unwrap(), now())).unwrap().unwrap();
    secrets.plant("a NameID", session.name_id.unwrap().value);
    secrets.plant("a SessionIndex", session.session_index.unwrap());
}

/// Tries to sign in at a login page: the page that follows.
fn try_at(world: &World, client: &mut Client, password: &str) -> Reply {
    let login = client.visit(&world.sp("app").at("/private"));
    client.submit(&login.form().with("user_name", BOB).with("password", password), &login.url)
}

/// Requests that are answered with an error: at once, or when Ada has signed in.
fn error_answers(world: &World, secrets: &mut Secrets) {
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let about = |value: &str| {
        let name = NameId { format: Some(NameIdFormat::EmailAddress), ..NameId::new(value) };
        Some(Subject { identifier: Some(SubjectIdentifier::NameId(name)), confirmations: Vec::new() })
    };
    let x509 = NonEmpty::new(AuthnContextClassRef::from_uri(X509));
    let requests = [
        but(question(sp, idp, now()), |r| r.is_passive = true),
        but(question(sp, idp, now()), |r| r.subject = about("planted-subject@example.org")),
        but(question(sp, idp, now()), |r| {
            r.name_id_policy =
                Some(NameIdPolicy { format: Some(NameIdFormat::Kerberos), ..NameIdPolicy::default() });
        }),
        but(question(sp, idp, now()), |r| {
            r.requested_authn_context = Some(RequestedAuthnContext {
                comparison: saml_core::protocol::AuthnContextComparison::Exact,
                references: RequestedAuthnContextReferences::Classes(x509),
            });
        }),
    ];
    for request in requests {
        let mut client = world.client();
        let url = redirect_url(&request, sp, idp, Some("planted-relay-state"));
        secrets.plant("a request", &parameter(&url, "SAMLRequest")[..40]);
        let mut page = client.visit(&url);
        if page.body.contains("name=\"password\"") {
            page = client.submit(&page.form().with("user_name", ADA).with("password", PASSWORD), &page.url);
        }
        secrets.message("an error answer", page.form().value("SAMLResponse"));
        let refused = client.submit(&page.form(), &page.url);
        assert!(refused.status >= 400, "{}", refused.status);
    }
}

/// Answers that the service provider refuses, full of texts that must not be logged.
fn refused_answers(world: &World, secrets: &mut Secrets) -> Vec<Reply> {
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let full = |change: fn(&mut Answer)| {
        Answer::new(idp, sp, None, now())
            .but(|answer| {
                let subject = answer.assertion.subject.as_mut().unwrap();
                subject.identifier = Some(SubjectIdentifier::NameId(NameId::new("planted-name-id")));
                let attribute = Attribute::new("planted-attribute", ["planted-value".to_owned()]);
                let attributes = NonEmpty::new(StatedAttribute::Attribute(attribute));
                answer.assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
            })
            .but(change)
            .signed_by(idp)
    };
    let late = |answer: &mut Answer| {
        answer.conditions().not_on_or_after = Some(now().saturating_sub(Duration::from_secs(3600)))
    };
    let messages = [
        full(late),
        full(|answer| answer.bearer().recipient = Some("https://other.example.org".to_owned())),
        full(|answer| answer.conditions().audience_restrictions.clear()),
        String::from_utf8(full(|_| ()))
            .unwrap()
            .replace("planted-value", "planted-changed-value")
            .into_bytes(),
        unsigned(full(|_| ())),
    ];
    let mut refused = Vec::new();
    for xml in messages {
        let value = message::encode(&xml);
        secrets.message("a refused Response", &value);
        let fields = [("SAMLResponse", value.as_str()), ("RelayState", "planted-relay-state")];
        refused.push(world.client().send(&Request::form(&sp.acs(), &fields)));
    }
    refused
}

/// The message without its signatures.
fn unsigned(xml: Vec<u8>) -> Vec<u8> {
    let mut text = String::from_utf8(xml).unwrap();
    while let Some(begin) = text.find("<ds:Signature ") {
        let end = text.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
        text.replace_range(begin..end, "");
    }
    text.into_bytes()
}

/// Requests that the identity provider refuses.
fn refused_requests(world: &World) -> Vec<Reply> {
    let idp = world.idp("idp");
    let sso = idp.at("/saml/sso");
    let long = format!("planted-relay-state{}", "x".repeat(5000));
    [
        format!("{sso}?SAMLRequest=planted-garbage&RelayState=planted-relay-state"),
        format!("{sso}?SAMLRequest={}&RelayState={long}", encode("planted-garbage=")),
        format!("{sso}?RelayState=planted-relay-state"),
        idp.at("/saml/continue?transaction=planted-token"),
        idp.at("/saml/start?sp=urn:nobody&RelayState=planted-relay-state"),
    ]
    .iter()
    .map(|url| world.client().get(url))
    .collect()
}

/// The lines of this event, all about `peer` if there is one; each has a number of its own.
fn lines(event: &str, peer: Option<&str>) -> Vec<Line> {
    let lines = journal::with_field("event", event);
    for line in &lines {
        let number = line.field("correlation_id");
        assert!(number.len() == 36 && number.split('-').count() == 5, "{line:?}");
        if let Some(peer) = peer {
            assert_eq!(line.field("peer"), peer, "{line:?}");
        }
    }
    lines
}

fn codes(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.field("code")).collect()
}

/// One test, for all that the programs of this file do is in one log.
/// Attack 245.
#[test]
fn each_thing_that_happens_leaves_a_line_and_no_value() {
    let world = world();
    let mut secrets = Secrets::default();
    for planted in [
        "planted-return-to",
        "planted-user",
        "planted-wrong-password",
        "planted-subject",
        "planted-relay-state",
    ] {
        secrets.plant("what was planted", planted);
    }
    for planted in
        ["planted-name-id", "planted-value", "planted-changed-value", "planted-garbage", "planted-token"]
    {
        secrets.plant("what was planted", planted);
    }
    for known in [PASSWORD, "Ada Lovelace", "ada@example.org", "Lovelace"] {
        secrets.plant("what is known of Ada", known);
    }
    let (idp, sp) = (world.idp("idp").entity_id(), world.sp("app").entity_id());

    let mut client = world.client();
    sign_in(&world, &mut client, &mut secrets);
    assert_eq!(lines("login-started", Some(&idp)).len(), 1);
    assert_eq!(lines("request-received", Some(&sp)).len(), 1);
    let failed = lines("sign-in-failed", Some(&sp));
    assert_eq!((codes(&failed), failed[0].field("client")), (vec!["sign_in.wrong"], "127.0.0.1"));
    let signed_in = lines("signed-in", Some(&sp));
    let issued = lines("assertion-issued", Some(&sp));
    assert_eq!((signed_in.len(), issued.len()), (1, 1));
    assert_eq!(signed_in[0].field("correlation_id"), issued[0].field("correlation_id"), "one exchange");
    assert_eq!(lines("login-accepted", Some(&idp)).len(), 1);
    let (accepted, completed) = (lines("login-accepted", Some(&idp)), lines("login-completed", Some(&idp)));
    assert_eq!((accepted.len(), completed.len()), (1, 1));
    let number = lines("login-started", Some(&idp))[0].field("correlation_id").to_owned();
    for line in [&accepted[0], &completed[0]] {
        assert_eq!(
            (line.field("correlation_id"), line.field("person").len()),
            (number.as_str(), 22),
            "one login"
        );
    }
    assert!(accepted[0].field("name_id_format").starts_with("urn:oasis:"), "{accepted:?}");
    assert!(accepted[0].field("authn_context").starts_with("urn:oasis:"), "{accepted:?}");

    let again = client.visit(
        &world.idp("idp").at(&format!("/saml/start?sp={}&RelayState=planted-relay-state", encode(&sp))),
    );
    secrets.message("an unsolicited Response", again.form().value("SAMLResponse"));
    assert_eq!(lines("login-offered", Some(&sp)).len(), 1);
    assert_eq!(lines("assertion-issued", Some(&sp)).len(), 2, "from the session");

    for password in ["planted-wrong-password", "planted-wrong-password", "planted-wrong-password", PASSWORD] {
        let _page = try_at(&world, &mut world.client(), password);
    }
    let throttled = lines("sign-in-throttled", Some(&sp));
    assert_eq!(codes(&throttled), ["sign_in.throttled"]);
    assert_eq!(throttled[0].field("client"), "127.0.0.1");

    error_answers(&world, &mut secrets);
    assert_eq!(
        codes(&lines("error-answered", Some(&sp))),
        [
            "request.passive",
            "request.subject_mismatch",
            "name_id_policy.format_unsupported",
            "request.authn_context_unmet"
        ]
    );

    for refused in refused_answers(&world, &mut secrets) {
        let line = journal::of(refused.correlation_id().unwrap()).unwrap();
        let (event, peer, code) = (line.field("event"), line.field("peer"), line.field("code"));
        assert_eq!((event, peer), ("login-refused", idp.as_str()), "{line:?}");
        assert!(code.contains('.') && line.field("failures").contains(code), "{line:?}");
    }
    for refused in refused_requests(&world) {
        let line = journal::of(refused.correlation_id().unwrap()).unwrap();
        assert_eq!((line.field("event"), line.field("peer")), ("request-refused", ""), "{line:?}");
        assert!(line.field("code").contains('.'), "{line:?}");
    }

    let cookie =
        |url: &str, base: &str| Token::received(client.own_cookie(url, base, "session").unwrap()).unwrap();
    let (app, at_idp) = (world.sp("app"), world.idp("idp"));
    let session = cookie(&app.url, "app");
    step(app.provider.end_session(&session, now())).unwrap();
    step(app.provider.end_session(&session, now())).unwrap();
    let ended = lines("session-ended", None);
    assert_eq!((ended.len(), ended[0].field("peer")), (1, idp.as_str()), "{ended:?}");
    let session = cookie(&at_idp.url, "idp");
    step(at_idp.provider.end_session(&session, now())).unwrap();
    assert_eq!(lines("session-ended", None).len(), 2);

    secrets.assert_nowhere();
}

/// Both roles tell of metadata that ends, each line once.
#[test]
fn metadata_that_ends_leaves_a_line_before_and_when_it_is_over() {
    let ending = |xml: String| {
        xml.replacen("<md:EntityDescriptor ", "<md:EntityDescriptor validUntil=\"2030-01-03T00:00:00Z\" ", 1)
    };
    let sp = SpPlan::new("ending").reading_idp_metadata_as(ending);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("ending-idp")], vec![sp]);
    let metadata = ending(String::from_utf8(world.sp("ending").provider.metadata_xml().unwrap()).unwrap());
    let peer = saml_idp::SpPeer::from_metadata(metadata.into_bytes(), saml_idp::SpPeerPolicy::default());
    let idp = saml_idp::IdentityProvider::builder(world.idp("ending-idp").provider.config())
        .service_provider(peer.unwrap())
        .signer(world.idp("ending-idp").signer.clone())
        .authenticator(std::sync::Arc::new(saml_idp::UsersFile::parse("[users]\n").unwrap()))
        .persistent_id_secret(saml_core::base::Secret::new(vec![7; 32]))
        .store(std::sync::Arc::new(saml_store::MemoryStore::new()))
        .build()
        .unwrap();
    let at = |text| saml_core::base::SamlInstant::try_from(text).unwrap();
    let (mut of_idps, mut of_sps) = (saml_sp::ExpiryWatch::new(), saml_idp::ExpiryWatch::new());
    for (now, lines) in [
        ("2029-12-31T00:00:00Z", 0),
        ("2030-01-01T00:00:00Z", 1),
        ("2030-01-02T22:00:00Z", 1),
        ("2030-01-02T23:30:00Z", 2),
        ("2030-01-03T00:00:00Z", 3),
        ("2030-02-03T00:00:00Z", 3),
    ] {
        world.sp("ending").provider.snapshot().tell_of_expiry(&mut of_idps, at(now));
        idp.snapshot().tell_of_expiry(&mut of_sps, at(now));
        for peer in [world.idp("ending-idp").entity_id(), world.sp("ending").entity_id()] {
            let found = journal::with_field("peer", &peer);
            let ends = found.iter().filter(|line| line.field("event") == "metadata-ends").count();
            assert_eq!(ends, lines, "{peer} {now}");
        }
    }
}
