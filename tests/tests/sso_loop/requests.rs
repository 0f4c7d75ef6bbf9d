//! Requests on their way to the identity provider.

use saml_core::protocol::AssertionConsumerServiceChoice;
use saml_idp::RequestSignatures;
use saml_tests::client::{Client, Reply, Request};
use saml_tests::message::{decode, now};
use saml_tests::question::{but, post_value, question, redirect_url, redirected};
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use saml_tests::flow::code;

fn world(idp: IdpPlan, sp: SpPlan) -> World {
    World::new(Hosting::Https, vec![idp], vec![sp])
}

fn log_in(client: &mut Client, login: &Reply) -> Reply {
    client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url)
}

#[test]
fn a_request_by_post_is_signed_inside_and_answered() {
    let only_post = |xml: String| {
        let redirect =
            "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\"";
        let (head, rest) = xml.split_once(redirect).unwrap();
        format!("{head}{}", rest.split_once("/>").unwrap().1)
    };
    let world = world(IdpPlan::new("idp"), SpPlan::new("app").reading_idp_metadata_as(only_post));
    let mut client = world.client();
    let page = client.visit(&world.sp("app").at("/private"));
    let form = page.form();
    assert_eq!(form.action, world.idp("idp").at("/saml/sso"));
    assert!(decode(form.value("SAMLRequest")).contains("<ds:Signature "));
    assert!(page.header("content-security-policy").unwrap().contains("form-action"));
    let login = client.submit(&form, &page.url);
    let answer = log_in(&mut client, &login);
    assert_eq!(answer.form().value("RelayState"), form.value("RelayState"));
    assert!(client.submit(&answer.form(), &answer.url).body.contains("signed in: Ada Lovelace"));
}

#[test]
fn unsigned_requests_are_taken_where_nobody_promised_signatures() {
    let world = world(IdpPlan::new("idp"), SpPlan::new("app").unsigned());
    assert!(world.sign_in(&mut world.client()).body.contains("signed in: Ada Lovelace"));
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    // An unsigned request can't choose where the answer goes, either.
    let elsewhere = but(question(sp, idp, now()), |r| {
        let url = "https://evil.example/acs".to_owned();
        r.assertion_consumer_service = AssertionConsumerServiceChoice::Url { url, protocol_binding: None };
    });
    let refused = world.client().visit(&redirect_url(&elsewhere, sp, idp, None));
    assert_eq!((refused.status, code(&refused).as_str()), (400, "acs.url_not_in_metadata"));
    // A signature that nobody can check is not overlooked.
    let stranger = World::small();
    let xml = question(sp, idp, now()).to_xml().unwrap().into_octets();
    let signer = stranger.sp("app").signer.clone().unwrap();
    let refused = world.client().visit(&redirected(&xml, Some(&*signer), idp, None));
    assert_eq!((refused.status, code(&refused).as_str()), (400, "signature.no_key"));
}

#[test]
fn a_provider_may_demand_signatures_of_everybody() {
    let idp =
        || IdpPlan::new("idp").configured(|config| config.request_signatures = RequestSignatures::Required);
    let strict = world(idp(), SpPlan::new("app"));
    assert!(strict.sign_in(&mut strict.client()).body.contains("signed in: Ada Lovelace"));
    // A service without a key can't even be configured for such a provider, so the request is made by hand.
    let lax = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("app").unsigned()]);
    let unsigned =
        redirect_url(&question(lax.sp("app"), lax.idp("idp"), now()), lax.sp("app"), lax.idp("idp"), None);
    let refused = strict.client().visit(&unsigned);
    assert_eq!((refused.status, code(&refused).as_str()), (400, "request.signature_missing"));
}

#[test]
fn the_order_of_parameters_does_not_matter_and_strange_ones_neither() {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let url = redirect_url(&question(sp, idp, now()), sp, idp, Some("token"));
    let (base, query) = url.split_once('?').unwrap();
    let mut pieces: Vec<&str> = query.split('&').collect();
    pieces.reverse();
    let login = world.client().visit(&format!("{base}?utm_source=mail&{}&x", pieces.join("&")));
    assert!(login.body.contains("name=\"password\""), "{} {}", login.status, login.body);
}

#[test]
fn the_signature_stands_for_one_peer() {
    let sps = vec![SpPlan::new("app"), SpPlan::new("other")];
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], sps);
    let (idp, app, other) = (world.idp("idp"), world.sp("app"), world.sp("other"));
    let xml = question(app, idp, now()).to_xml().unwrap().into_octets();
    let url = redirected(&xml, Some(&**other.signer.as_ref().unwrap()), idp, None);
    let refused = world.client().visit(&url);
    assert_eq!((refused.status, code(&refused).as_str()), (400, "signature.invalid"));
    let sso = idp.at("/saml/sso");
    let forged =
        but(question(other, idp, now()), |r| r.request.issuer = question(app, idp, now()).request.issuer);
    let form = Request::form(&sso, &[("SAMLRequest", &post_value(&forged, other))]);
    assert_eq!(code(&world.client().send(&form)), "signature.invalid");
}

// ADOBE-01.
#[test]
fn a_relay_state_comes_back_as_it_went_whatever_it_holds() {
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    for relay_state in ["\"><script>alert(1)</script>", "'&amp;<b>", "a b+c%20d=e&f"] {
        let mut client = world.client();
        let login = client.visit(&redirect_url(&question(sp, idp, now()), sp, idp, Some(relay_state)));
        let answer = log_in(&mut client, &login);
        assert_eq!(answer.form().value("RelayState"), relay_state);
        assert!(!answer.body.contains("<script>alert") && !answer.body.contains("<b>"), "{}", answer.body);
    }
}

// Attack 169.
#[test]
fn what_the_browser_claims_about_the_host_changes_nothing() {
    let world = World::small();
    for url in [world.sp("app").at("/saml/metadata"), world.idp("idp").at("/saml/metadata")] {
        let honest = world.client().get(&url).body;
        let mut request =
            Request::get(&url).with("x-forwarded-host", "evil.example").with("x-forwarded-proto", "http");
        request.headers.push(("forwarded".to_owned(), "host=evil.example".to_owned()));
        assert_eq!(world.client().send(&request).body, honest);
        assert!(!honest.contains("evil"));
    }
}
