use super::*;

const ACS: Route =
    Route { path: "/acs", methods: Methods::Post, head: Head::NotAllowed, takes: Takes::Responses };
const SSO: Route =
    Route { path: "/sso", methods: Methods::GetAndPost, head: Head::WithoutEffect, takes: Takes::Requests };
const METADATA: Route =
    Route { path: "/metadata", methods: Methods::Get, head: Head::AsGet, takes: Takes::Nothing };

fn code(admission: Admission) -> (&'static str, u16) {
    match admission {
        Admission::Misdirected(misdirected) => (misdirected.code().as_str(), misdirected.status().as_u16()),
        Admission::Endpoint | Admission::Present | Admission::MethodNotAllowed => panic!("{admission:?}"),
    }
}

#[test]
fn a_method_is_no_part_of_the_address() {
    let trace = Method::from_bytes(b"BREW").unwrap();
    for (route, endpoint, present, not_allowed) in [
        (ACS, vec![Method::POST], vec![], vec![Method::GET, Method::HEAD, Method::PUT]),
        (SSO, vec![Method::GET, Method::POST], vec![Method::HEAD], vec![Method::OPTIONS, Method::DELETE]),
        (METADATA, vec![Method::GET, Method::HEAD], vec![], vec![Method::POST, trace]),
    ] {
        for (methods, admission) in [
            (endpoint, Admission::Endpoint),
            (present, Admission::Present),
            (not_allowed, Admission::MethodNotAllowed),
        ] {
            for method in methods {
                assert_eq!(route.admit(&method, "a=b"), admission, "{method} {}", route.path);
            }
        }
    }
    assert_eq!((ACS.allow(), SSO.allow(), METADATA.allow()), {
        let value = HeaderValue::from_static;
        (value("POST"), value("GET, HEAD, POST"), value("GET, HEAD"))
    });
}

#[test]
fn a_message_that_is_not_taken_is_named() {
    assert_eq!(
        code(ACS.admit(&Method::GET, "RelayState=x&SAMLResponse=y")),
        ("binding.response_by_redirect", 405)
    );
    assert_eq!(code(ACS.admit(&Method::GET, "SAMLRequest=y")), ("binding.wrong_endpoint", 405));
    assert_eq!(code(ACS.admit(&Method::GET, "SAMLart=y")), ("binding.artifact_unsupported", 405));
    assert_eq!(code(ACS.admit(&Method::POST, "SAMLResponse=y")), ("binding.wrong_endpoint", 400));
    assert_eq!(code(METADATA.admit(&Method::GET, "SAMLRequest=y")), ("binding.wrong_endpoint", 400));
    assert_eq!(code(SSO.admit(&Method::POST, "SAMLRequest=y")), ("binding.wrong_endpoint", 400));
    // The endpoint itself reports the fault of a query that it takes.
    assert_eq!(SSO.admit(&Method::GET, "SAMLResponse=y"), Admission::Endpoint);
    let told = ACS.misdirected(&Method::GET, Message::Response);
    assert_eq!(told.expected().unwrap(), "SAMLResponse by POST");
    assert_eq!(told.found().unwrap(), "SAMLResponse by GET at /acs");
    let nowhere = Misdirected::nowhere(&Method::POST, Message::Response);
    assert_eq!((nowhere.code().as_str(), nowhere.status().as_u16()), ("binding.wrong_endpoint", 404));
    assert_eq!(nowhere.found().unwrap(), "SAMLResponse by POST at an address that is none of ours");
}
