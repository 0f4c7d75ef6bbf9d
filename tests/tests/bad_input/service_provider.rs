//! The service provider's endpoints.

use std::time::Duration;

use saml_core::base::NonEmpty;
use saml_core::protocol::{Status, StatusCode};
use saml_tests::answer::Answer;
use saml_tests::client::{Request, encode, own_cookie};
use saml_tests::message::{self, now};
use saml_tests::world::{ADA, World};

use crate::refusal::{Case, all_are_refused, nested, raw_form};

const REFUSED: &str = "We couldn’t sign you in | The answer of your organisation’s sign-in can’t be accepted. Please start again from \
     here. | Try again | Reference for your help desk: | ";
const WRONG_USE: &str = "This request can’t be accepted | It isn’t complete, or it came to an address that it isn’t meant for. Please \
     start again from here. | Try again | Reference for your help desk: | ";
const ELSEWHERE: &str = "This sign-in was started elsewhere | A sign-in has to end in the browser in which it began. Make sure that cookies \
     are allowed, and start again from here. | Try again | Reference for your help desk: | ";

fn form(world: &World, fields: &[(&str, &str)]) -> Request {
    Request::form(&world.sp("app").acs(), fields)
}

fn response(world: &World, xml: impl AsRef<[u8]>) -> Request {
    form(world, &[("SAMLResponse", &message::encode(xml))])
}

fn raw(world: &World, body: impl Into<Vec<u8>>) -> Request {
    raw_form(&world.sp("app").acs(), body)
}

#[test]
fn the_envelope() {
    let world = World::small();
    let acs = world.sp("app").acs();
    let value = message::encode("<a/>");
    let get = |url: &str| Request::get(url);
    let post = |content_type, body: &str| Request::post(&acs, content_type, body.as_bytes().to_vec());
    let without_type = Request { headers: Vec::new(), ..raw(&world, format!("SAMLResponse={value}")) };
    let good = format!("SAMLResponse={}", encode(&value));
    let twice = format!("{good}&{good}");
    let cases = vec![
        Case::new("empty body", raw(&world, ""), "binding.parameter_missing"),
        Case::new("no body", Request { body: None, ..raw(&world, "") }, "binding.parameter_missing"),
        Case::new(
            "other parameters",
            form(&world, &[("a", "b"), ("RelayState", "c")]),
            "binding.parameter_missing",
        ),
        Case::new("empty parameter", form(&world, &[("SAMLResponse", "")]), "binding.parameter_missing"),
        Case::new(
            "name in lower case",
            form(&world, &[("samlresponse", &value)]),
            "binding.parameter_missing",
        ),
        Case::new("a request", form(&world, &[("SAMLRequest", &value)]), "binding.wrong_endpoint"),
        Case::new("an artifact", form(&world, &[("SAMLart", "AAQ")]), "binding.artifact_unsupported"),
        Case::new(
            "request and response",
            form(&world, &[("SAMLRequest", &value), ("SAMLResponse", &value)]),
            "binding.two_messages",
        ),
        Case::new("duplicate response", raw(&world, twice), "binding.parameter_duplicated"),
        Case::new(
            "duplicate relay state",
            raw(&world, format!("{good}&RelayState=a&RelayState=a")),
            "binding.parameter_duplicated",
        ),
        Case::new(
            "name with an escape",
            raw(&world, good.replace("SAML", "%53AML")),
            "binding.parameter_encoded_name",
        ),
        Case::new(
            "both names",
            raw(&world, format!("{good}&SAMLRespons%65=x")),
            "binding.parameter_encoded_name",
        ),
        Case::new(
            "detached signature",
            form(&world, &[("SAMLResponse", &value), ("SigAlg", "a"), ("Signature", "b")]),
            "binding.parameter_unexpected",
        ),
        Case::new(
            "encoding",
            form(&world, &[("SAMLResponse", &value), ("SAMLEncoding", "a")]),
            "binding.parameter_unexpected",
        ),
        Case::new("not base64", form(&world, &[("SAMLResponse", "<a/>")]), "binding.base64"),
        Case::new("base64 without padding", form(&world, &[("SAMLResponse", "YQ")]), "binding.base64"),
        Case::new("broken escape", raw(&world, "SAMLResponse=%zz"), "binding.base64"),
        Case::new("cut-off escape", raw(&world, "SAMLResponse=YQ=%3"), "binding.base64"),
        Case::new(
            "broken escape beside it",
            raw(&world, format!("{good}&RelayState=%q1")),
            "binding.percent_encoding",
        ),
        Case::new(
            "no UTF-8",
            raw(&world, [b"SAMLResponse=".as_slice(), &[0xff, 0xfe]].concat()),
            "binding.character_encoding",
        ),
        Case::new(
            "escaped octets that are no UTF-8",
            raw(&world, format!("{good}&RelayState=%ff")),
            "binding.character_encoding",
        ),
        Case::new(
            "long relay state",
            form(&world, &[("SAMLResponse", &value), ("RelayState", &"a".repeat(1025))]),
            "binding.relay_state",
        ),
        Case::new(
            "relay state with a line break",
            form(&world, &[("SAMLResponse", &value), ("RelayState", "a\r\nb")]),
            "binding.relay_state",
        ),
        Case::new("20 MB", raw(&world, vec![b'a'; 20_000_000]), "binding.too_large"),
        Case::new(
            "20 MB of base64",
            raw(&world, [b"SAMLResponse=".to_vec(), vec![b'A'; 20_000_000]].concat()),
            "binding.too_large",
        ),
        Case::new("a message beyond the limit", response(&world, vec![b'a'; 2_200_000]), "binding.too_large"),
        Case::new("JSON", post("application/json", "{\"SAMLResponse\":\"\"}"), "binding.content_type"),
        Case::new(
            "multipart",
            post("multipart/form-data; boundary=x", "--x\r\n\r\n--x--"),
            "binding.content_type",
        ),
        Case::new("plain text", post("text/plain", &good), "binding.content_type"),
        Case::new("XML", post("text/xml", "<a/>"), "binding.content_type"),
        Case::new("no type", without_type, "binding.content_type"),
        Case::new("response in the query", raw_form(&format!("{acs}?{good}"), ""), "binding.wrong_endpoint"),
        Case::new(
            "bogus cookies",
            raw(&world, "").with(
                "cookie",
                &format!(
                    "{}=x; {}=%00; =; ;; \"",
                    own_cookie("https://app.example.org", "app", "session"),
                    own_cookie("https://app.example.org", "app", "browser")
                ),
            ),
            "binding.parameter_missing",
        ),
        Case::new("completion without a login", get(&world.sp("app").at("/saml/complete")), "login.handle"),
        Case::new("nobody of nothing", get(&world.sp("app").at("/saml/complete?nobody=")), "login.handle"),
        Case::new(
            "nobody of a bogus request",
            get(&world.sp("app").at(&format!("/saml/complete?nobody={}", "zz".repeat(16)))),
            "login.handle",
        ),
        Case::new(
            "nobody of no request of this browser",
            get(&world.sp("app").at(&format!("/saml/complete?nobody={}", "ab".repeat(16)))),
            "login.other_browser",
        ),
        Case::new("completion of nothing", get(&world.sp("app").at("/saml/complete?login=")), "login.handle"),
        Case::new(
            "completion with a bogus token",
            get(&world.sp("app").at("/saml/complete?login=..%2F..")),
            "login.handle",
        ),
        Case::new(
            "completion with two tokens",
            get(&world.sp("app").at("/saml/complete?login=a&login=b")),
            "login.handle",
        ),
        Case::new(
            "completion with a broken escape",
            get(&world.sp("app").at("/saml/complete?login=%zz")),
            "login.handle",
        ),
        Case::new(
            "login at an unknown provider",
            get(&world.sp("app").at("/saml/login?idp=https%3A%2F%2Fevil.example")),
            "idp.unknown",
        ),
        Case::new(
            "login with two providers",
            get(&world.sp("app").at("/saml/login?idp=a&idp=b")),
            "login.query",
        ),
        Case::new(
            "login with two return paths",
            get(&world.sp("app").at("/saml/login?return_to=/a&return_to=/b")),
            "login.query",
        ),
    ];
    all_are_refused(&world, cases, &[ELSEWHERE, WRONG_USE]);
    let unknown = get(&world.sp("app").at(&format!("/saml/complete?login={}", "a".repeat(43))));
    let cases = vec![Case::new("completion of an unknown login", unknown, "login.not_waiting")];
    all_are_refused(&world, cases, &[REFUSED]);
}

#[test]
fn the_document() {
    let world = World::small();
    let bomb: String = (1..12).map(|i| format!("<!ENTITY e{i} \"&e{};&e{};\">", i - 1, i - 1)).collect();
    let attributes: String = (0..200).map(|i| format!(" a{i}=\"\"")).collect();
    let declarations: String = (0..100).map(|i| format!(" xmlns:p{i}=\"urn:x\"")).collect();
    let samlp = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
    let deflated = [0x78, 0x9c, 0xb3, 0x49, 0xd4, 0xb7, 0x03, 0x00, 0x02, 0xc6, 0x01, 0x02];
    let cases = vec![
        ("nothing but a space", " ".to_owned(), "xml.not_well_formed"),
        ("no XML", "hello".to_owned(), "xml.not_well_formed"),
        ("JSON", "{}".to_owned(), "xml.not_well_formed"),
        ("half a document", "<a><b></a>".to_owned(), "xml.not_well_formed"),
        ("two roots", "<a/><b/>".to_owned(), "xml.not_well_formed"),
        ("a DTD", "<!DOCTYPE a><a/>".to_owned(), "xml.doctype"),
        ("an entity bomb", format!("<!DOCTYPE a [<!ENTITY e0 \"x\">{bomb}]><a>&e11;</a>"), "xml.doctype"),
        (
            "an external entity",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>".to_owned(),
            "xml.doctype",
        ),
        ("an undefined entity", "<a>&x;</a>".to_owned(), "xml.entity"),
        ("deep nesting", nested(65), "xml.limit.depth"),
        ("very deep nesting", nested(200_000), "xml.limit.depth"),
        ("a broad document", format!("<a>{}</a>", "<b/>".repeat(110_000)), "xml.limit.nodes"),
        ("many attributes", format!("<a{attributes}/>"), "xml.limit.attributes"),
        ("many namespaces", format!("<a{declarations}/>"), "xml.limit.namespace_declarations"),
        (
            "a processing instruction",
            format!("<samlp:Response {samlp}><?x?></samlp:Response>"),
            "xml.processing_instruction",
        ),
        ("another message", "<a/>".to_owned(), "message.unexpected"),
        ("a request", format!("<samlp:AuthnRequest {samlp}/>"), "message.unexpected"),
        (
            "the right name in another namespace",
            "<samlp:Response xmlns:samlp=\"urn:x\"/>".to_owned(),
            "message.unexpected",
        ),
        ("an empty Response", format!("<samlp:Response {samlp}/>"), "issuer.missing"),
    ];
    let mut cases: Vec<Case> =
        cases.into_iter().map(|(name, xml, code)| Case::new(name, response(&world, xml), code)).collect();
    cases.push(Case::new(
        "UTF-16",
        response(&world, [0xff, 0xfe, b'<', 0, b'a', 0, b'/', 0, b'>', 0]),
        "xml.encoding",
    ));
    cases.push(Case::new("a null", response(&world, b"<a>\0</a>"), "xml.not_well_formed"));
    all_are_refused(&world, cases, &[REFUSED]);
    let compressed = Case::new("compressed", response(&world, &deflated[2..]), "binding.deflated_post");
    all_are_refused(&world, vec![compressed], &[WRONG_USE]);
}

/// Messages that the identity provider did sign.
#[test]
fn the_message() {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let stranger = World::small();
    let day = Duration::from_secs(24 * 60 * 60);
    let minutes = |count: u64| Duration::from_secs(60 * count);

    // Each is an answer to a request of its own.
    let request = || {
        let mut client = world.client();
        let answer = world.answer_for(&mut client, ADA);
        let xml = message::decode(answer.form().value("SAMLResponse"));
        let (_, rest) = xml.split_once("InResponseTo=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let good = || Answer::new(idp, sp, Some(&request()), now());
    let aged = |age| Answer::new(idp, sp, Some(&request()), now().saturating_sub(age));
    let signed = |answer: Answer| response(&world, answer.signed_by(idp));
    let unsigned = message::decode(world.answer_for(&mut world.client(), ADA).form().value("SAMLResponse"));
    let unsigned = without_signatures(&unsigned);

    let cases = vec![
        Case::new(
            "unknown issuer",
            signed(good().but(|a| {
                a.response.status_response.issuer.as_mut().unwrap().0.value =
                    "https://evil.example".to_owned();
            })),
            "issuer.unknown",
        ),
        Case::new(
            "signed by another key of the same name",
            response(&world, good().signed_by(stranger.idp("idp"))),
            "signature.invalid",
        ),
        Case::new("unsigned", response(&world, unsigned), "signature.missing"),
        Case::new("expired", signed(aged(day)), "subject_confirmation.expired"),
        Case::new("expired by minutes", signed(aged(minutes(9))), "subject_confirmation.expired"),
        Case::new(
            "conditions expired",
            signed(good().but(|a| {
                a.conditions().not_before = Some(now().saturating_sub(day));
                a.conditions().not_on_or_after = Some(now().saturating_sub(minutes(10)));
            })),
            "conditions.expired",
        ),
        Case::new(
            "not yet valid",
            signed(good().but(|a| a.conditions().not_before = Some(now().saturating_add(minutes(4))))),
            "conditions.not_yet_valid",
        ),
        Case::new(
            "from the future",
            signed(good().but(|a| a.response.status_response.issue_instant = now().saturating_add(day))),
            "response.issued_in_future",
        ),
        Case::new(
            "for another audience",
            signed(good().but(|a| {
                a.conditions().audience_restrictions[0].audiences =
                    NonEmpty::new("https://other.example".to_owned());
            })),
            "audience.mismatch",
        ),
        Case::new(
            "for no audience",
            signed(good().but(|a| a.conditions().audience_restrictions.clear())),
            "audience.missing",
        ),
        Case::new(
            "for another recipient",
            signed(good().but(|a| a.bearer().recipient = Some("https://other.example".to_owned()))),
            "subject_confirmation.recipient_mismatch",
        ),
        Case::new(
            "to another destination",
            signed(
                good().but(|a| {
                    a.response.status_response.destination = Some("https://other.example".to_owned())
                }),
            ),
            "destination.mismatch",
        ),
        Case::new("to no request", signed(Answer::new(idp, sp, None, now())), "response.unsolicited_refused"),
        Case::new(
            "to an unknown request",
            signed(Answer::new(idp, sp, Some("_unknown"), now())),
            "in_response_to.unknown",
        ),
        Case::new(
            "to another request inside",
            signed(good().but(|a| a.bearer().in_response_to = Some(message::fresh_id()))),
            "subject_confirmation.in_response_to_mismatch",
        ),
        Case::new("about nobody", signed(good().but(|a| a.assertion.subject = None)), "subject.missing"),
        Case::new(
            "an error status",
            signed(good().but(|a| {
                a.response.status_response.status = Status::new(StatusCode::Responder);
                a.response.status_response.status.message = Some("<b>nobody</b>".to_owned());
            })),
            "status.not_success",
        ),
    ];
    all_are_refused(&world, cases, &[REFUSED]);
}

fn without_signatures(xml: &str) -> String {
    let mut rest = xml;
    let mut bare = String::new();
    while let Some((before, after)) = rest.split_once("<ds:Signature ") {
        bare.push_str(before);
        rest = after.split_once("</ds:Signature>").unwrap().1;
    }
    bare + rest
}

#[test]
fn addresses_and_methods() {
    let world = World::small();
    let at = |path: &str| world.sp("app").at(path);
    let with = |method, path: &str| Request { method, ..Request::get(&at(path)) };
    let cases = vec![
        Case::new("GET on the ACS", with("GET", "/saml/acs"), "http.method_not_allowed"),
        Case::new("PUT on the ACS", with("PUT", "/saml/acs"), "http.method_not_allowed"),
        Case::new("DELETE on the metadata", with("DELETE", "/saml/metadata"), "http.method_not_allowed"),
        Case::new("GET on logout", with("GET", "/saml/logout"), "http.method_not_allowed"),
        Case::new("POST on login", with("POST", "/saml/login"), "http.method_not_allowed"),
        Case::new("an unknown path", with("GET", "/saml/nothing"), "http.not_found"),
        Case::new("a path with a broken escape", with("GET", "/saml/%zz"), "http.not_found"),
        Case::new("a file that is not there", with("GET", "/saml/assets/nothing.css"), "http.not_found"),
        Case::new("a file outside", with("GET", "/saml/assets/..%2f..%2fCargo.toml"), "http.not_found"),
    ];
    let page = "There is no such page | The address may be incomplete, or the page may have moved. | Go to the start page \
         | Reference for your help desk: | ";
    all_are_refused(&world, cases, &[page]);
}
