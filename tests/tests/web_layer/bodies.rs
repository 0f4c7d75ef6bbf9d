//! How large a body may be, to the octet, wherever anybody may send one.

use saml_tests::raw;
use saml_tests::world::World;

use crate::code;

const FORM: &[u8] = b"content-type: application/x-www-form-urlencoded";
const TOO_LARGE: &str = "binding.too_large";

/// Two mebibytes of message as Base64 in which all padding and each `+` and `/` is escaped, and RelayState.
const RESPONSE: usize = 4 * 1024 * 1024;

#[test]
fn each_body_may_have_its_bound_and_not_an_octet_more() {
    let world = World::small();
    let (sp, idp) = (&world.sp("app").url, &world.idp("idp").url);
    for (origin, target, most) in
        [(sp, "/saml/acs", RESPONSE), (idp, "/saml/sso", 256 * 1024), (idp, "/saml/login", 16 * 1024)]
    {
        let said = |octets: usize| {
            let body = [b"x=".as_slice(), &vec![b'a'; octets - 2]].concat();
            let reply = raw::ask(world.address(origin), "POST", target, &[FORM], &body);
            // A form with nothing in it may also just be shown again.
            (reply.status, reply.correlation_id().map_or_else(String::new, |_| code(&reply)))
        };
        let (status, within) = said(most);
        assert_ne!(within, TOO_LARGE, "{target}: {status}");
        let (_, beyond) = said(most + 1);
        assert_eq!(beyond, TOO_LARGE, "{target}");
    }
}
