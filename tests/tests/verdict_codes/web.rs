//! Requests that no state machine sees: wrong addresses, tokens, forms and bodies.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_core::Stream;
use saml_core::base::Secret;
use saml_idp::{Credentials, LoginOutcome};
use saml_provider::web::body::{self, Bounds, Room, Shares};
use saml_tests::client::{Reply, Request, own_cookie};
use saml_tests::journal;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

use crate::Reached;

/// The code of a refusal in the log. The text is leaked, once for each code.
fn code(reply: &Reply) -> &'static str {
    let id = reply.correlation_id().unwrap_or_else(|| panic!("no refusal: {} {}", reply.status, reply.body));
    let line = journal::of(id).unwrap_or_else(|| panic!("no line for {id}"));
    Box::leak(line.field("code").to_owned().into_boxed_str())
}

/// Tries to sign in, of which the first is wrong and the second too many.
fn wrong_passwords(reached: &mut Reached) {
    let idp = IdpPlan::new("idp").configured(|config| config.throttle.per_user = 1);
    let world = World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")]);
    let mut client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    for (by, event) in [("a wrong password", "sign-in-failed"), ("another one", "sign-in-throttled")] {
        let form = login.form().with("user_name", "nobody").with("password", "wrong");
        let _page = client.submit(&form, &login.url);
        let line = journal::with_field("event", event).pop().unwrap_or_else(|| panic!("no line of {event}"));
        reached.code(by, Box::leak(line.field("code").to_owned().into_boxed_str()));
    }
}

/// A try while as many passwords are looked at as may be.
fn full_queue(reached: &mut Reached) {
    let idp = IdpPlan::new("idp").configured(|config| config.password_queue = 1);
    let world = World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")]);
    let password = Secret::new(b"wrong".to_vec());
    let try_as = async |user_name| {
        let credentials =
            Credentials { user_name, password: &password, address: "192.0.2.1", known_browser: None };
        world.idp("idp").provider.log_in(None, credentials, now()).await
    };
    let outcome = step(async {
        tokio::select! {
            biased;
            first = try_as("one") => panic!("looked at at once: {first:?}"),
            second = try_as("two") => second,
        }
    });
    assert!(matches!(outcome, Ok(LoginOutcome::Busy { .. })), "{outcome:?}");
    let line = journal::with_field("code", "sign_in.busy").pop().unwrap_or_else(|| panic!("no line"));
    reached.code("a try while the queue is full", Box::leak(line.field("code").to_owned().into_boxed_str()));
}

pub fn all(reached: &mut Reached) {
    wrong_passwords(reached);
    full_queue(reached);
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let response = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    let anonymous = [("SAMLResponse", saml_tests::message::encode(response))];
    let anonymous: Vec<(&str, &str)> =
        anonymous.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (by, request) in [
        ("an address that is none", Request::get(&sp.at("/saml/nothing"))),
        ("a method that is none", Request { method: "PUT", ..Request::get(&sp.acs()) }),
        ("a Response by GET", Request::get(&format!("{}?SAMLResponse=YQ", sp.acs()))),
        ("a request where responses arrive", Request::get(&format!("{}?SAMLRequest=YQ", sp.acs()))),
        ("an artifact", Request::form(&sp.acs(), &[("SAMLart", "YQ")])),
        (
            "a browser twice",
            Request::get(&format!("{}{}", sp.at("/saml/complete?login="), "a".repeat(43))).with(
                "cookie",
                &format!("{0}=a; {0}=b", own_cookie("https://app.example.org", "app", "browser")),
            ),
        ),
        ("two providers at once", Request::get(&sp.at("/saml/login?idp=a&idp=b"))),
        ("an unknown provider", Request::get(&sp.at("/saml/login?idp=urn%3Anobody"))),
        ("a last hop without a token", Request::get(&sp.at("/saml/complete"))),
        ("a Response from nobody", Request::form(&sp.acs(), &anonymous)),
        ("a start of nothing", Request::get(&idp.at("/saml/start"))),
        ("a transaction without a token", Request::get(&idp.at("/saml/continue"))),
        ("a form that we did not show", Request::form(&idp.at("/saml/login"), &[("user_name", "ada")])),
    ] {
        reached.code(by, code(&world.client().send(&request)));
    }
    bodies(reached);
}

/// Chunks of a body; then an error if it is to break, or else silence.
struct Body {
    chunks: VecDeque<Bytes>,
    breaks: bool,
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.chunks.pop_front() {
            Some(chunk) => Poll::Ready(Some(Ok(chunk))),
            None if self.breaks => Poll::Ready(Some(Err(PayloadError::Incomplete(None)))),
            None => Poll::Pending,
        }
    }
}

/// Bodies that can't be read, in a room of their own and with little patience.
fn bodies(reached: &mut Reached) {
    static ROOM: Room = Room::new(Shares { small: 10_000, larger: 0, kept_for_requests: 0 });
    let (deadline, progress_deadline) = (Duration::from_millis(10), Duration::from_millis(10));
    let bounds = Bounds { octets: 100_000, deadline, progress_deadline };
    for (by, octets, breaks) in [
        ("a body that stalls", 1000, false),
        ("a body that breaks off", 1000, true),
        ("more bodies than there is room for", 10_001, true),
        ("a body beyond the limit", 100_001, true),
    ] {
        let body = Body { chunks: [Bytes::from(vec![0; octets])].into(), breaks };
        let read = body::read_within(None, body, bounds, &ROOM);
        let error = actix_web::rt::System::new().block_on(read).unwrap_err();
        reached.error(by, &error);
    }
}
