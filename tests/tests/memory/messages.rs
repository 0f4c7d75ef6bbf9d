//! Responses and requests, unsigned and signed.

use saml_core::base::Limits;
use saml_core::bindings::post;
use saml_core::protocol::{AuthnRequest, LogoutRequest};
use saml_core::trust::{PeerSignatures, Unverified};

use crate::scene::{NOW, Scene, Signed, Slots};
use crate::shapes::{SHAPES, lists};
use crate::{Ledger, MEBIBYTE, peak};

/// As large as a message may be, nearly; small shapes for every place.
const LARGE: usize = 1_900_000;
const SMALL: usize = 100_000;

/// A place that is filled with a text, or as far as so many octets.
type Fill<T> = fn(&mut Slots, T);

/// The places of a Response where anything may stand.
const PLACES: [(&str, Fill<String>); 5] = [
    ("Extensions", |slots, content| slots.extensions = element(content)),
    ("StatusDetail", |slots, content| slots.detail = element(content)),
    ("SubjectConfirmationData", |slots, content| slots.confirmation_data = content),
    ("Advice", |slots, content| slots.advice = element(content)),
    ("AttributeValue", |slots, content| {
        slots.attributes = format!(
            "<saml:Attribute Name=\"a\"><saml:AttributeValue>{content}</saml:AttributeValue></saml:Attribute>"
        );
    }),
];

fn element(content: String) -> String {
    format!("<x:any>{content}</x:any>")
}

fn measure(ledger: &mut Ledger, scene: &Scene, case: &str, xml: &[u8]) -> bool {
    let (taken, outcome) = peak(|| scene.receive(xml.to_vec()).map(|outcome| outcome.is_ok()));
    ledger.add(case, xml, &Limits::MESSAGE, taken);
    outcome == Some(true)
}

#[test]
fn a_response_of_any_shape_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    for shape in SHAPES {
        for (place, put) in PLACES {
            let mut slots = Slots::default();
            put(&mut slots, (shape.content)(SMALL));
            for signed in [Signed::Nothing, Signed::Response] {
                let xml = scene.response(&slots, signed);
                measure(&mut ledger, &scene, &format!("{} in {place}, {signed:?} signed", shape.name), &xml);
            }
        }
    }
    ledger.close(300);
}

#[test]
fn the_largest_response_of_any_shape_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let mut accepted = 0;
    for shape in SHAPES {
        let slots = Slots { extensions: element((shape.content)(LARGE)), ..Slots::default() };
        for signed in [Signed::Nothing, Signed::Response] {
            let xml = scene.response(&slots, signed);
            let case = format!("{}, {signed:?} signed", shape.name);
            accepted += usize::from(measure(&mut ledger, &scene, &case, &xml));
        }
    }
    // The messages within the limits are good ones.
    assert!(accepted >= 12, "{accepted}");
    ledger.close(60);
}

#[test]
fn lists_of_any_length_take_a_multiple_of_themselves() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let lists: [(&str, Fill<usize>); 11] = [
        ("attributes", |slots, octets| slots.attributes = lists::attributes(octets)),
        ("values", |slots, octets| slots.attributes = lists::values(octets)),
        ("letters", |slots, octets| slots.attributes = lists::letters(octets)),
        ("values of markup", |slots, octets| slots.attributes = lists::values_of_markup(octets)),
        ("foreign attributes", |slots, octets| slots.attributes = lists::foreign_attributes(octets)),
        ("encrypted attributes", |slots, octets| slots.attributes = lists::encrypted_attributes(octets)),
        ("confirmations", |slots, octets| slots.confirmations = lists::confirmations(octets)),
        ("audiences", |slots, octets| slots.audiences = lists::audiences(octets)),
        ("restrictions", |slots, octets| slots.conditions = lists::restrictions(octets)),
        ("conditions", |slots, octets| slots.conditions = lists::conditions(octets)),
        ("statements", |slots, octets| slots.statements = lists::authn_statements(octets)),
    ];
    for (name, put) in lists {
        for octets in [60_000, 1_000_000] {
            let mut slots = Slots::default();
            put(&mut slots, octets);
            for signed in [Signed::Nothing, Signed::Response, Signed::Assertion] {
                let xml = scene.response(&slots, signed);
                measure(&mut ledger, &scene, &format!("{octets} octets of {name}, {signed:?} signed"), &xml);
            }
        }
    }
    ledger.close(60);
}

fn authn_request(attributes: &str, extensions: &str, rest: &str) -> String {
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:x=\"urn:x\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_q\" Version=\"2.0\" IssueInstant=\"{NOW}\"\
         {attributes}><saml:Issuer>https://sp.example.com/saml</saml:Issuer>{extensions}{rest}</samlp:AuthnRequest>"
    )
}

fn peer(scene: &Scene) -> PeerSignatures<'_> {
    PeerSignatures { keys: Some(scene.peer_keys()), policy: scene.policy(), limits: &Limits::MESSAGE }
}

#[test]
fn a_request_of_any_shape_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    for shape in SHAPES {
        let content =
            format!("<samlp:Extensions><x:any>{}</x:any></samlp:Extensions>", (shape.content)(SMALL));
        for is_signed in [false, true] {
            let mut xml = authn_request("", &content, "");
            if is_signed {
                let signature = scene.signature(&xml, "_q");
                xml = authn_request("", &format!("{signature}{content}"), "");
            }
            let (taken, _) = peak(|| {
                let message =
                    Unverified::<AuthnRequest>::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).ok()?;
                Some(message.verify_enveloped(peer(&scene)))
            });
            ledger.add(
                &format!("{}, signed: {is_signed}", shape.name),
                xml.as_bytes(),
                &Limits::MESSAGE,
                taken,
            );
        }
    }
    ledger.close(60);
}

#[test]
fn a_long_value_that_a_verdict_quotes_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let long = "d".repeat(900_000);
    let xml = scene.response(&Slots::default(), Signed::Nothing);
    let xml = String::from_utf8(xml)
        .unwrap()
        .replace("https://sp.example.com/saml/acs", &format!("https://{long}"));
    let (taken, verdict) =
        peak(|| scene.receive(xml.as_bytes().to_vec()).map(|outcome| outcome.unwrap_err().verdict));
    ledger.add("a long Destination", xml.as_bytes(), &Limits::MESSAGE, taken);
    assert!(verdict.unwrap().has_failure("destination.mismatch"));
    ledger.close(1);
}

#[test]
fn a_form_of_white_space_takes_what_its_message_takes() {
    let mut ledger = Ledger::new();
    for space in ["+", "%0A", "%20", "%0D%0A"] {
        let body = format!("SAMLResponse=PGEvPg=={}", space.repeat(3_900_000 / space.len()));
        let (taken, _) = peak(|| {
            post::decode(Some("application/x-www-form-urlencoded"), body.as_bytes(), &Limits::MESSAGE)
        });
        ledger.add(&format!("a form of {space}"), b"<a/>", &Limits::MESSAGE, taken);
    }
    ledger.close(4);
}

#[test]
fn messages_of_real_size_take_less_than_a_mebibyte() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    for values in [1, 20, 250] {
        let slots = Slots { attributes: lists::letters(values * 60), ..Slots::default() };
        for signed in [Signed::Nothing, Signed::Response, Signed::Assertion, Signed::Both] {
            let xml = scene.response(&slots, signed);
            assert!(xml.len() <= 20_000, "{}", xml.len());
            let (taken, outcome) = peak(|| scene.receive(xml.clone()));
            assert_eq!(outcome.unwrap().is_ok(), signed != Signed::Nothing);
            ledger.measured += 1;
            ledger.require(&format!("{values} values, {signed:?}"), taken, MEBIBYTE);
        }
    }
    ledger.close(12);
}

#[test]
fn a_logout_request_of_many_sessions_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let sessions = "<samlp:SessionIndex>a</samlp:SessionIndex>".repeat(20_000);
    let xml =
        authn_request("", "<saml:NameID>a</saml:NameID>", &sessions).replace("AuthnRequest", "LogoutRequest");
    let (taken, outcome) = peak(|| {
        let message = Unverified::<LogoutRequest>::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
        message.verify_enveloped(peer(&scene)).is_ok()
    });
    assert!(outcome);
    ledger.add("sessions", xml.as_bytes(), &Limits::MESSAGE, taken);
    ledger.close(1);
}
