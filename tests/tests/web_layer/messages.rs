//! Messages of SAML by a wrong binding, of the wrong kind, or at a wrong address.

use saml_tests::client::Request;
use saml_tests::journal;
use saml_tests::raw;
use saml_tests::world::World;

use crate::code;

const FORM: &[u8] = b"content-type: application/x-www-form-urlencoded";

struct Case {
    name: &'static str,
    method: &'static str,
    target: &'static str,
    body: &'static str,
    status: u16,
    code: &'static str,
}

const fn case(
    name: &'static str,
    method: &'static str,
    target: &'static str,
    body: &'static str,
    status: u16,
    code: &'static str,
) -> Case {
    Case { name, method, target, body, status, code }
}

const WRONG: &str = "binding.wrong_endpoint";
const ARTIFACT: &str = "binding.artifact_unsupported";

const AT_THE_SERVICE_PROVIDER: [Case; 14] = [
    case("a Response by GET", "GET", "/saml/acs?SAMLResponse=YQ", "", 405, "binding.response_by_redirect"),
    case(
        "a Response behind other parameters",
        "GET",
        "/saml/acs?RelayState=x&SAMLResponse=YQ&x",
        "",
        405,
        "binding.response_by_redirect",
    ),
    case("a request by GET", "GET", "/saml/acs?SAMLRequest=YQ", "", 405, WRONG),
    case("a request by POST", "POST", "/saml/acs", "SAMLRequest=PGEvPg%3D%3D", 400, WRONG),
    case("an artifact by GET", "GET", "/saml/acs?SAMLart=YQ", "", 405, ARTIFACT),
    case("an artifact by POST", "POST", "/saml/acs", "RelayState=&SAMLart=YQ", 400, ARTIFACT),
    case("a Response in the query of a form", "POST", "/saml/acs?SAMLResponse=YQ", "", 400, WRONG),
    case("a Response by PUT", "PUT", "/saml/acs?SAMLResponse=YQ", "", 405, WRONG),
    case("a Response where logins start", "POST", "/saml/login", "SAMLResponse=YQ", 405, WRONG),
    case("a request where logins start", "GET", "/saml/login?SAMLRequest=YQ", "", 400, WRONG),
    case("a Response at the metadata", "POST", "/saml/metadata", "RelayState=x&SAMLResponse=YQ", 405, WRONG),
    case("a request at the last hop", "GET", "/saml/complete?SAMLRequest=YQ", "", 400, WRONG),
    case("a Response at a mistyped address", "POST", "/saml/acs/", "SAMLResponse=YQ", 404, WRONG),
    case("a Response by GET at a mistyped address", "GET", "/saml/SSO?SAMLResponse=YQ", "", 404, WRONG),
];

const AT_THE_IDENTITY_PROVIDER: [Case; 11] = [
    case("a Response by GET", "GET", "/saml/sso?SAMLResponse=s0nUtwMA", "", 400, WRONG),
    case("a Response by POST", "POST", "/saml/sso", "SAMLResponse=PGEvPg%3D%3D", 400, WRONG),
    case("an artifact by GET", "GET", "/saml/sso?SAMLart=YQ", "", 400, ARTIFACT),
    case("an artifact by POST", "POST", "/saml/sso", "SAMLart=YQ", 400, ARTIFACT),
    case("a request in the query of a form", "POST", "/saml/sso?SAMLRequest=YQ", "", 400, WRONG),
    case("a request where people sign in", "POST", "/saml/login?SAMLRequest=YQ", "", 400, WRONG),
    case("a request by GET where people sign in", "GET", "/saml/login?SAMLRequest=YQ", "", 405, WRONG),
    case("a request at the home page", "GET", "/saml/home?SAMLRequest=YQ", "", 400, WRONG),
    case("a request by POST at the home page", "POST", "/saml/home", "SAMLRequest=YQ", 405, WRONG),
    case("a request at the metadata", "GET", "/saml/metadata?SAMLRequest=YQ", "", 400, WRONG),
    case("a request at a mistyped address", "POST", "/saml/SSO", "SAMLRequest=YQ", 404, WRONG),
];

#[test]
fn a_message_that_is_not_taken_is_told_as_such() {
    let world = World::small();
    let roles = [
        (&world.sp("app").url, AT_THE_SERVICE_PROVIDER.as_slice()),
        (&world.idp("idp").url, AT_THE_IDENTITY_PROVIDER.as_slice()),
    ];
    for (origin, cases) in roles {
        for case in cases {
            let reply =
                raw::ask(world.address(origin), case.method, case.target, &[FORM], case.body.as_bytes());
            assert_eq!((reply.status, code(&reply).as_str()), (case.status, case.code), "{}", case.name);
            if case.status == 405 {
                assert!(reply.header("allow").is_some(), "{}", case.name);
            }
            // The words are for the log; the page says what every refusal says.
            assert!(!reply.text().contains("SAML"), "{}", reply.text());
        }
    }
}

#[test]
fn the_log_says_what_came_where_and_what_is_wanted() {
    let world = World::small();
    let reply = world.client().send(&Request::get(&world.sp("app").at("/saml/acs?SAMLResponse=c2VjcmV0")));
    assert_eq!(reply.header("allow"), Some("POST"));
    let line = journal::of(reply.correlation_id().unwrap()).unwrap();
    let failures = line.field("failures");
    assert!(failures.contains("SAMLResponse by GET at /acs"), "{failures}");
    assert!(failures.contains("SAMLResponse by POST"), "{failures}");
    assert!(!saml_tests::journal::mentions("c2VjcmV0"), "a message stands in the log");
}
