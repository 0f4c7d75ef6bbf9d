//! The identity provider's endpoints.

use std::time::Duration;

use saml_core::assertion::Issuer;
use saml_core::base::{Binding, EntityId};
use saml_core::protocol::AssertionConsumerServiceChoice;
use saml_tests::client::{Request, encode, own_cookie};
use saml_tests::message::{self, now};
use saml_tests::question::{but, post_value, question, redirect_url, redirected};
use saml_tests::world::World;

use crate::refusal::{Case, all_are_refused, nested, raw_form};

const REFUSED: &str = "This request can’t be accepted | The service that sent you here made a request that we can’t \
                       accept. Go back to the service and start again. | Go to your services | \
                       Reference for your help desk: | ";
const UNKNOWN: &str = "This service isn’t known here | The service that sent you here isn’t registered with us, so we \
                       can’t sign you in to it. | Go to your services | Reference for your help desk: | ";
const OVER: &str = "This sign-in is over | It was completed before, or it took too long. Open the service that you \
                    wanted to use; if you aren’t signed in there, start again. | Go to your \
                    services | Reference for your help desk: | ";
const FORM: &str = "This form can’t be accepted | Your browser didn’t send what we expected. Make sure that cookies \
                    are allowed, go back and try again. | Go to your services | Reference for your help desk: | ";
const NOT_FOUND: &str = "There is no such page | The address may be incomplete, or the page may have moved. | Go to \
                         your services | Reference for your help desk: | ";

/// `<a/>`, deflated.
const A: &str = "s0nUtwMA";

#[test]
fn the_query() {
    let world = World::small();
    let idp = world.idp("idp");
    let sso = idp.at("/saml/sso");
    let get = |query: &str| Request::get(&format!("{sso}?{query}"));
    let good = redirect_url(&question(world.sp("app"), idp, now()), world.sp("app"), idp, Some("token"));
    let good = good.split_once('?').unwrap().1.to_owned();
    let without = |name: &str| {
        let kept: Vec<&str> =
            good.split('&').filter(|piece| !piece.starts_with(&format!("{name}="))).collect();
        kept.join("&")
    };
    let swapped = |from: &str, to: &str| {
        assert!(good.contains(from), "{from} in {good}");
        get(&good.replace(from, to))
    };
    let bomb = redirected(&vec![b'a'; 10_000_000], None, idp, None);
    let ecdsa = "SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23ecdsa-sha256";
    assert!(bomb.len() < 20_000, "a small message that becomes a large one");
    let cases = vec![
        Case::new("no query", Request::get(&sso), "binding.parameter_missing"),
        Case::new("empty query", get(""), "binding.parameter_missing"),
        Case::new("empty parameter", get("SAMLRequest="), "binding.parameter_missing"),
        Case::new("a response", get(&format!("SAMLResponse={A}")), "binding.wrong_endpoint"),
        Case::new("an artifact", get("SAMLart=AAQ"), "binding.artifact_unsupported"),
        Case::new(
            "request and response",
            get(&format!("SAMLRequest={A}&SAMLResponse={A}")),
            "binding.two_messages",
        ),
        Case::new(
            "duplicate request",
            get(&format!("SAMLRequest={A}&SAMLRequest={A}")),
            "binding.parameter_duplicated",
        ),
        Case::new(
            "duplicate signature",
            get(&format!("{good}&Signature=YQ%3D%3D")),
            "binding.parameter_duplicated",
        ),
        Case::new("duplicate algorithm", get(&format!("{good}&{ecdsa}")), "binding.parameter_duplicated"),
        Case::new(
            "duplicate relay state",
            get(&format!("{good}&RelayState=other")),
            "binding.parameter_duplicated",
        ),
        Case::new(
            "disguised duplicate",
            get(&format!("{good}&Relay%53tate=other")),
            "binding.parameter_encoded_name",
        ),
        Case::new(
            "disguised name",
            swapped("RelayState=", "%52elayState="),
            "binding.parameter_encoded_name",
        ),
        Case::new("not base64", get("SAMLRequest=%3Ca%2F%3E"), "binding.base64"),
        Case::new("broken escape", get("SAMLRequest=%zz"), "binding.base64"),
        Case::new(
            "broken escape in the relay state",
            get(&format!("SAMLRequest={A}&RelayState=%zz")),
            "binding.percent_encoding",
        ),
        Case::new(
            "not DEFLATE",
            get(&format!("SAMLRequest={}", encode(&message::encode("<a/>")))),
            "binding.deflate",
        ),
        Case::new("half of DEFLATE", get("SAMLRequest=s0nU"), "binding.deflate"),
        Case::new(
            "zlib",
            get(&format!(
                "SAMLRequest={}",
                encode(&message::encode([
                    0x78, 0x9c, 0xb3, 0x49, 0xd4, 0xb7, 0x03, 0x00, 0x04, 0xf1, 0x01, 0x69
                ]))
            )),
            "binding.deflate",
        ),
        Case::new("a DEFLATE bomb", Request::get(&bomb), "binding.too_large"),
        Case::new(
            "another encoding",
            get(&format!("SAMLRequest={A}&SAMLEncoding=urn%3Ax")),
            "binding.encoding",
        ),
        Case::new("algorithm alone", get(&without("Signature")), "binding.signature_incomplete"),
        Case::new("signature alone", get(&without("SigAlg")), "binding.signature_incomplete"),
        Case::new(
            "unsigned though signatures are promised",
            get(&without("Signature").replace(ecdsa, "x=y")),
            "request.signature_missing",
        ),
        Case::new(
            "signature of something else",
            swapped("RelayState=token", "RelayState=other"),
            "signature.invalid",
        ),
        Case::new("relay state taken away", get(&without("RelayState")), "signature.invalid"),
        Case::new(
            "relay state written otherwise",
            swapped("RelayState=token", "RelayState=%74oken"),
            "signature.invalid",
        ),
        Case::new("escapes written otherwise", swapped("%3A%2F%2F", "%3a%2f%2f"), "signature.invalid"),
        Case::new(
            "another algorithm of the same key",
            swapped("ecdsa-sha256", "ecdsa-sha512"),
            "signature.invalid",
        ),
        Case::new(
            "an algorithm of another kind of key",
            swapped("ecdsa-sha256", "rsa-sha256"),
            "signature.key_algorithm_mismatch",
        ),
        Case::new("a weak algorithm", swapped("ecdsa-sha256", "ecdsa-sha1"), "signature.algorithm_refused"),
        Case::new("an unknown algorithm", swapped("ecdsa-sha256", "none"), "signature.algorithm_refused"),
        Case::new(
            "an empty signature",
            get(&format!("{}&Signature=", without("Signature"))),
            "binding.signature_incomplete",
        ),
        Case::new(
            "a short signature",
            get(&format!("{}&Signature=YQ%3D%3D", without("Signature"))),
            "signature.invalid",
        ),
    ];
    all_are_refused(&world, cases, &[REFUSED]);
}

#[test]
fn the_document() {
    let world = World::small();
    let idp = world.idp("idp");
    let samlp = "xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
    let documents = [
        ("no XML", "hello".to_owned(), "xml.not_well_formed"),
        ("a DTD", "<!DOCTYPE a><a/>".to_owned(), "xml.doctype"),
        (
            "an external entity",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"http://127.0.0.1/\">]><a>&x;</a>".to_owned(),
            "xml.doctype",
        ),
        ("deep nesting", nested(65), "xml.limit.depth"),
        ("another message", "<a/>".to_owned(), "message.unexpected"),
        ("a Response", format!("<samlp:Response {samlp}/>"), "message.unexpected"),
        ("an empty request", format!("<samlp:AuthnRequest {samlp}/>"), "request.issuer_missing"),
    ];
    let mut cases = Vec::new();
    for (name, xml, code) in documents {
        cases.push(Case::new(name, Request::get(&redirected(xml.as_bytes(), None, idp, None)), code));
        let form = Request::form(&idp.at("/saml/sso"), &[("SAMLRequest", &message::encode(&xml))]);
        cases.push(Case::new(name, form, code));
    }
    all_are_refused(&world, cases, &[REFUSED]);
}

#[test]
fn the_form() {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let sso = idp.at("/saml/sso");
    let raw = |body: &[u8]| raw_form(&sso, body.to_vec());
    let form = |fields: &[(&str, &str)]| Request::form(&sso, fields);
    let good = post_value(&question(sp, idp, now()), sp);
    let tampered = message::altered(&good, "HTTP-POST", "HTTP-Artifact");
    let cases = vec![
        Case::new("empty body", raw(b""), "binding.parameter_missing"),
        Case::new("20 MB", raw(&vec![b'a'; 20_000_000]), "binding.too_large"),
        Case::new("no UTF-8", raw(b"SAMLRequest=\xff"), "binding.character_encoding"),
        Case::new("not base64", form(&[("SAMLRequest", "?")]), "binding.base64"),
        Case::new("compressed", form(&[("SAMLRequest", A)]), "binding.deflated_post"),
        Case::new("a response", form(&[("SAMLResponse", &good)]), "binding.wrong_endpoint"),
        Case::new("an artifact", form(&[("SAMLart", "AAQ")]), "binding.artifact_unsupported"),
        Case::new(
            "duplicate request",
            form(&[("SAMLRequest", &good), ("SAMLRequest", &good)]),
            "binding.parameter_duplicated",
        ),
        Case::new(
            "detached signature",
            form(&[("SAMLRequest", &good), ("Signature", "YQ==")]),
            "binding.parameter_unexpected",
        ),
        Case::new("JSON", Request::post(&sso, "application/json", b"{}".to_vec()), "binding.content_type"),
        Case::new("tampered", form(&[("SAMLRequest", &tampered)]), "signature.digest_mismatch"),
    ];
    all_are_refused(&world, cases, &[REFUSED]);
}

#[test]
fn the_request() {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let signed = |request| Request::get(&redirect_url(&request, sp, idp, None));
    let good = || question(sp, idp, now());
    let acs = |choice| but(good(), |r| r.assertion_consumer_service = choice);
    let url = |url: &str| AssertionConsumerServiceChoice::Url { url: url.to_owned(), protocol_binding: None };
    let acs_url = sp.acs();
    let upper = acs_url.to_uppercase();
    let cases = vec![
        Case::new("no issuer", signed(but(good(), |r| r.request.issuer = None)), "request.issuer_missing"),
        Case::new(
            "for another endpoint",
            signed(but(good(), |r| r.request.destination = Some("https://other.example/".to_owned()))),
            "request.destination_mismatch",
        ),
        Case::new(
            "signed for no endpoint",
            signed(but(good(), |r| r.request.destination = None)),
            "request.destination_missing",
        ),
        Case::new(
            "from the future",
            signed(but(good(), |r| r.request.issue_instant = now().saturating_add(Duration::from_secs(600)))),
            "request.issued_in_future",
        ),
        Case::new(
            "an ACS not in metadata",
            signed(acs(url("https://evil.example/acs"))),
            "acs.url_not_in_metadata",
        ),
        Case::new(
            "an ACS that begins alike",
            signed(acs(url(&format!("{acs_url}.evil.example")))),
            "acs.url_not_in_metadata",
        ),
        Case::new(
            "an ACS with a query",
            signed(acs(url(&format!("{acs_url}?x=y")))),
            "acs.url_not_in_metadata",
        ),
        Case::new("an ACS in upper case", signed(acs(url(&upper))), "acs.url_not_in_metadata"),
        Case::new(
            "an ACS that is a script",
            signed(acs(url("javascript:alert(1)"))),
            "acs.url_not_in_metadata",
        ),
        Case::new(
            "an ACS index not in metadata",
            signed(acs(AssertionConsumerServiceChoice::Index(7))),
            "acs.index_not_in_metadata",
        ),
        Case::new(
            "an answer by artifact",
            signed(acs(AssertionConsumerServiceChoice::ProtocolBinding(Binding::HttpArtifact))),
            "acs.binding_unsupported",
        ),
    ];
    all_are_refused(&world, cases, &[REFUSED]);
    let unknown = EntityId::try_from("https://evil.example").unwrap();
    let unknown = signed(but(good(), |r| r.request.issuer = Some(Issuer::entity(&unknown))));
    let start = Request::get(&idp.at("/saml/start?sp=https%3A%2F%2Fevil.example"));
    let cases = vec![
        Case::new("unknown issuer", unknown, "issuer.unknown"),
        Case::new("a start at an unknown service", start, "issuer.unknown"),
    ];
    all_are_refused(&world, cases, &[UNKNOWN]);
}

#[test]
fn the_persons_forms() {
    let world = World::small();
    let idp = world.idp("idp");
    let token = "a".repeat(43);
    let get = |path: &str| Request::get(&idp.at(path));
    let login = |fields: &[(&str, &str)]| Request::form(&idp.at("/saml/login"), fields);
    let logout = |fields: &[(&str, &str)]| Request::form(&idp.at("/saml/logout"), fields);
    let large = "x".repeat(20_000);
    let typed = [("user_name", "ada"), ("password", "p")];
    let with = |more: &[(&'static str, &'static str)]| [&typed[..], more].concat();
    let encoded = encode(&world.sp("app").entity_id());
    let mut refused = vec![
        Case::new("no transaction", get("/saml/continue"), "transaction.handle"),
        Case::new("a bogus transaction", get("/saml/continue?transaction=..%2F"), "transaction.handle"),
        Case::new(
            "two transactions",
            get("/saml/continue?transaction=a&transaction=b"),
            "transaction.handle",
        ),
        Case::new("a start without a service", get("/saml/start"), "start.query"),
        Case::new("a start with a broken escape", get("/saml/start?sp=%zz%ff"), "start.query"),
        Case::new(
            "a start that is not admitted",
            get(&format!("/saml/start?sp={encoded}")),
            "sp.idp_initiated_refused",
        ),
        Case::new(
            "a start with a control character",
            get(&format!("/saml/start?sp={encoded}&RelayState=%00")),
            "start.query",
        ),
    ];
    refused.push(Case::new(
        "a login of 20 kB",
        login(&[("csrf_token", "x"), ("user_name", "ada"), ("password", &large)]),
        "binding.too_large",
    ));
    all_are_refused(&world, refused, &[REFUSED, UNKNOWN]);
    let over = vec![Case::new(
        "an unknown transaction",
        get(&format!("/saml/continue?transaction={token}")),
        "transaction.over",
    )];
    all_are_refused(&world, over, &[OVER]);
    let forms = vec![
        Case::new("an empty login", login(&[]), "form.refused"),
        Case::new("a login without a token", login(&typed), "form.refused"),
        Case::new("a login with an empty token", login(&with(&[("csrf_token", "")])), "form.refused"),
        Case::new("a login with a bogus token", login(&with(&[("csrf_token", "guessed")])), "form.refused"),
        Case::new(
            "a login with a bogus token and cookie",
            login(&with(&[("csrf_token", "guessed")])).with(
                "cookie",
                &format!("{}={token}", own_cookie("https://idp.example.org", "idp", "browser")),
            ),
            "form.refused",
        ),
        Case::new(
            "a login with a bogus transaction",
            login(&with(&[("csrf_token", "guessed"), ("transaction", "../")])),
            "form.refused",
        ),
        Case::new(
            "a login with two user names",
            login(&with(&[("csrf_token", "guessed"), ("user_name", "eve")])),
            "form.refused",
        ),
        Case::new(
            "a login as JSON",
            Request::post(&idp.at("/saml/login"), "application/json", b"{}".to_vec()),
            "form.refused",
        ),
        Case::new("a logout without a token", logout(&[]), "form.refused"),
        Case::new("a logout with a bogus token", logout(&[("csrf_token", "guessed")]), "form.refused"),
    ];
    all_are_refused(&world, forms, &[FORM]);
}

#[test]
fn addresses_and_methods() {
    let world = World::small();
    let at = |path: &str| world.idp("idp").at(path);
    let with = |method, path: &str| Request { method, ..Request::get(&at(path)) };
    let cases = vec![
        Case::new("PUT on the SSO endpoint", with("PUT", "/saml/sso"), "http.method_not_allowed"),
        Case::new("GET on login", with("GET", "/saml/login"), "http.method_not_allowed"),
        Case::new("GET on logout", with("GET", "/saml/logout"), "http.method_not_allowed"),
        Case::new("an unknown path", with("GET", "/saml/nothing"), "http.not_found"),
        Case::new("a file that is not there", with("GET", "/saml/assets/nothing.js"), "http.not_found"),
    ];
    all_are_refused(&world, cases, &[NOT_FOUND]);
}
