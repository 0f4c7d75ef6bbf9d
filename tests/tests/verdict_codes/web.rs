//! Requests that no state machine sees: wrong addresses, handles and forms.

use saml_tests::client::{Reply, Request};
use saml_tests::journal;
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

use crate::Reached;

/// The code under which a refusal stands in the log, which is kept for good: there are as many as there are codes.
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

pub fn all(reached: &mut Reached) {
    wrong_passwords(reached);
    let world = World::small();
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let response = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>";
    let anonymous = [("SAMLResponse", saml_tests::message::encode(response))];
    let anonymous: Vec<(&str, &str)> =
        anonymous.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (by, request) in [
        ("an address that is none", Request::get(&sp.at("/saml/nothing"))),
        ("two providers at once", Request::get(&sp.at("/saml/login?idp=a&idp=b"))),
        ("an unknown provider", Request::get(&sp.at("/saml/login?idp=urn%3Anobody"))),
        ("a last hop without a handle", Request::get(&sp.at("/saml/complete"))),
        ("a Response from nobody", Request::form(&sp.acs(), &anonymous)),
        ("a start of nothing", Request::get(&idp.at("/saml/start"))),
        ("a transaction without a handle", Request::get(&idp.at("/saml/continue"))),
        ("a form that we did not show", Request::form(&idp.at("/saml/login"), &[("user_name", "ada")])),
    ] {
        reached.code(by, code(&world.client().send(&request)));
    }
}
