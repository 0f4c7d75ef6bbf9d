//! Whole exchanges with either role, from the first octet of the body to the last of the answer.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, Error};
use saml_core::assertion::{Attribute, AttributeStatement, StatedAttribute, Statement};
use saml_core::base::{Limits, NonEmpty, Relaxation, Relaxations};
use saml_core::crypto::PeerPolicy;
use saml_core::dsig::{SigningError, SigningOptions, sign_document};
use saml_core::protocol::{AuthnRequest, Extensions, ResponseAssertion};
use saml_core::xml::{Document, KeptElement};
use saml_sp::IdpPeerPolicy;
use saml_tests::answer::Answer;
use saml_tests::client::encode;
use saml_tests::journal;
use saml_tests::message::{self, now};
use saml_tests::question::{post_value, question, redirected};
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

use crate::shapes::SHAPES;
use crate::{Ledger, MEBIBYTE, bound, nodes, peak_of};

/// The most octets of a body at the assertion consumer service, and at the single sign-on service.
const MOST_RESPONSE: usize = 4 * 1024 * 1024;
const MOST_REQUEST: usize = 256 * 1024;

fn world() -> World {
    let granted = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
    let sp = SpPlan::new("app")
        .with_idp_policy(IdpPeerPolicy { permitted: granted, ..IdpPeerPolicy::default() })
        .treated(|policy| policy.idp_initiated = true);
    World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp])
}

/// A form with one field, in pieces as they come from a connection.
fn posted(path: &str, body: &str) -> actix_http::Request {
    TestRequest::post()
        .uri(path)
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(body.to_owned())
        .to_request()
}

/// What one exchange takes beyond what stood there before it, and the status of its answer.
async fn exchange<S, B>(app: &S, request: actix_http::Request) -> (usize, StatusCode)
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    peak_of(async {
        let response = call_service(app, request).await;
        let status = response.status();
        drop(read_body(response).await);
        status
    })
    .await
}

/// What an exchange may take: its body while the buffer for it grows, and what the message in it may take.
fn most(xml: &[u8], body: &str) -> usize {
    (3 * body.len() / 2 + bound(nodes(xml, &Limits::MESSAGE), xml.len())).min(64 * MEBIBYTE)
}

/// An answer with such a value, not signed yet.
fn answer(world: &World, value: &str) -> Vec<u8> {
    let Answer { mut response, assertion } =
        Answer::new(world.idp("idp"), world.sp("app"), None, now()).but(|answer| {
            let attributes = NonEmpty::new(StatedAttribute::Attribute(Attribute::new("a", ["VALUE"])));
            answer.assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
        });
    response.assertions.push(ResponseAssertion::Assertion(Box::new(assertion)));
    let xml = String::from_utf8(response.to_xml().unwrap().into_octets()).unwrap();
    xml.replace("VALUE", value).into_bytes()
}

/// The same answer, signed by the identity provider.
fn signed(world: &World, answer: Vec<u8>) -> Result<Vec<u8>, SigningError> {
    sign_document(answer, None, &*world.idp("idp").signer, SigningOptions::default())
}

#[test]
fn a_posted_response_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let world = world();
    let sp = world.sp("app").provider.clone();
    let accepted = actix_web::rt::System::new().block_on(async {
        let app = init_service(App::new().configure(saml_sp::web::configure(sp))).await;
        let post = async |body: &str| exchange(&app, posted("/saml/acs", body)).await;
        // What is made once is not counted.
        assert_eq!(post("SAMLResponse=PGEvPg%3D%3D").await.1, StatusCode::FORBIDDEN);
        let mut accepted = 0;
        for shape in SHAPES {
            let content = format!("<x:a xmlns:x=\"urn:x\">{}</x:a>", (shape.content)(1_900_000));
            if Document::parse(content.clone().into_bytes(), &Limits::MESSAGE).is_err() {
                continue;
            }
            let unsigned = answer(&world, &content);
            let genuine = signed(&world, unsigned.clone()).unwrap_or_default();
            for (kind, xml) in [("genuine", genuine), ("unsigned", unsigned)] {
                let body = format!("SAMLResponse={}", encode(&message::encode(&xml)));
                if body.len() > MOST_RESPONSE {
                    continue;
                }
                let (taken, status) = post(&body).await;
                accepted += usize::from(status == StatusCode::SEE_OTHER);
                ledger.measured += 1;
                ledger.require(&format!("{}, {kind}", shape.name), taken, most(&xml, &body));
            }
        }
        accepted
    });
    assert!(accepted >= 8, "{accepted}");
    ledger.close(40);
}

/// What is too much for a session is not written down to find that out.
#[test]
fn a_response_that_says_too_much_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let world = world();
    let sp = world.sp("app").provider.clone();
    actix_web::rt::System::new().block_on(async {
        let app = init_service(App::new().configure(saml_sp::web::configure(sp))).await;
        for (name, value) in [
            ("letters", "a".repeat(1_900_000)),
            ("\"", "\"".repeat(1_900_000)),
            ("TAB", "\t".repeat(1_900_000)),
        ] {
            let xml = signed(&world, answer(&world, &value)).unwrap();
            let body = format!("SAMLResponse={}", encode(&message::encode(&xml)));
            let (taken, status) = exchange(&app, posted("/saml/acs", &body)).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
            ledger.measured += 1;
            // The form; the message and what was hashed, or its value in the assertion and in the session.
            ledger.require(name, taken, body.len() + 2 * xml.len() + MEBIBYTE);
        }
    });
    assert!(journal::with_field("code", "session.too_large").len() >= 3);
    ledger.close(3);
}

#[test]
fn a_form_of_any_kind_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let world = world();
    let (sp, idp) = (world.sp("app").provider.clone(), world.idp("idp").provider.clone());
    actix_web::rt::System::new().block_on(async {
        let sp = init_service(App::new().configure(saml_sp::web::configure(sp))).await;
        let idp = init_service(App::new().configure(saml_idp::web::configure(idp))).await;
        for (name, piece) in [
            ("fields", "a=&"),
            ("escapes", "%41"),
            ("broken escapes", "%%"),
            ("symbols", "SAMLResponse=AAAA"),
            ("white space", "+"),
            ("octets that are no text", "\u{7f}"),
        ] {
            for beginning in ["SAMLResponse=", "SAMLRequest=", ""] {
                // As much as is read, and more.
                for octets in [MOST_RESPONSE, 2 * MOST_RESPONSE] {
                    let body = format!("{beginning}{}", piece.repeat((octets - 20) / piece.len()));
                    let (taken, _) = exchange(&sp, posted("/saml/acs", &body)).await;
                    ledger.measured += 1;
                    let most = 3 * MOST_RESPONSE / 2 + MOST_RESPONSE + MEBIBYTE;
                    ledger.require(&format!("{octets} octets of {name} at the SP"), taken, most);
                }
                for octets in [MOST_REQUEST, 2 * MOST_REQUEST] {
                    let body = format!("{beginning}{}", piece.repeat((octets - 20) / piece.len()));
                    let (taken, _) = exchange(&idp, posted("/saml/sso", &body)).await;
                    ledger.measured += 1;
                    ledger.require(&format!("{octets} octets of {name} at the IdP"), taken, MEBIBYTE);
                }
            }
        }
    });
    ledger.close(70);
}

/// A good request of `app` with such extensions.
fn request(world: &World, extensions: &Document) -> AuthnRequest {
    let mut request = question(world.sp("app"), world.idp("idp"), now());
    request.request.extensions = Some(Extensions(NonEmpty::new(KeptElement::read(extensions.root()))));
    request
}

#[test]
fn a_request_takes_a_multiple_of_itself_by_either_binding() {
    let mut ledger = Ledger::new();
    let world = world();
    let (idp, app) = (world.idp("idp"), world.sp("app"));
    let provider = idp.provider.clone();
    let followed = actix_web::rt::System::new().block_on(async {
        let service = init_service(App::new().configure(saml_idp::web::configure(provider))).await;
        let mut followed = 0;
        for shape in SHAPES {
            let content = format!("<x:e xmlns:x=\"urn:x\">{}</x:e>", (shape.content)(150_000));
            let Ok(content) = Document::parse(content.into_bytes(), &Limits::METADATA) else { continue };
            let request = request(&world, &content);
            let value = post_value(&request, app);
            let body = format!("SAMLRequest={}", encode(&value));
            let xml = message::decode(&value);
            let url = redirected(request.to_xml().unwrap().octets(), None, idp, None);
            let path = url.strip_prefix("https://idp.example.org").unwrap();
            for (kind, request, octets) in [
                ("POST", posted("/saml/sso", &body), &body),
                ("Redirect", TestRequest::get().uri(path).to_request(), &url),
            ] {
                let (taken, status) = exchange(&service, request).await;
                followed += usize::from(status == StatusCode::SEE_OTHER);
                ledger.measured += 1;
                ledger.require(&format!("{}, {kind}", shape.name), taken, most(xml.as_bytes(), octets));
            }
        }
        followed
    });
    assert!(followed >= 20, "{followed}");
    ledger.close(50);
}
