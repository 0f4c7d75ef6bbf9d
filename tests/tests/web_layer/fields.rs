//! Fields of queries and forms are compared as they are written, and decoded strictly.

use saml_tests::client::{Client, Request};
use saml_tests::raw;
use saml_tests::world::{ADA, PASSWORD, World};

use crate::code;

#[test]
fn a_query_is_read_in_one_way_or_not_at_all() {
    let world = World::small();
    let (sp, idp) = (world.address(&world.sp("app").url), world.address(&world.idp("idp").url));
    let token = "a".repeat(43);
    for (address, target, wanted) in [
        (sp, "/saml/login?return_to=/a&return_to=/b".to_owned(), "login.query"),
        (sp, "/saml/login?%72eturn_to=/a".to_owned(), "login.query"),
        (sp, "/saml/login?return%5Fto=/a&return_to=/b".to_owned(), "login.query"),
        (sp, "/saml/login?return_to=%ff".to_owned(), "login.query"),
        (sp, "/saml/login?idp=%zz".to_owned(), "login.query"),
        (sp, format!("/saml/complete?lo%67in={token}"), "login.handle"),
        (sp, format!("/saml/complete?login={token}&login={token}"), "login.handle"),
        (idp, format!("/saml/continue?transactio%6e={token}"), "transaction.handle"),
        (idp, format!("/saml/continue?transaction={token}&transaction="), "transaction.handle"),
        (idp, "/saml/start?sp=a&s%70=b".to_owned(), "start.query"),
        (idp, "/saml/start?sp=a&RelayState=%ff".to_owned(), "start.query"),
        (idp, "/saml/start?SP=a".to_owned(), "start.query"),
    ] {
        let reply = raw::ask(address, "GET", &target, &[b"accept: text/html"], b"");
        assert_eq!(code(&reply), wanted, "{target}");
    }
}

/// A browser's form, changed in how it is written.
#[test]
fn a_login_form_is_read_in_one_way_or_not_at_all() {
    let world = World::small();
    let mut client: Client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    let form = login.form().with("user_name", ADA).with("password", PASSWORD);
    let written: Vec<String> = form.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let good = written.join("&").replace(' ', "+");
    let form_type = "application/x-www-form-urlencoded";
    let send = |client: &mut Client, content_type: &str, body: &str| {
        client.send(&Request::post(&form.action, content_type, body.as_bytes().to_vec()))
    };
    for (content_type, body) in [
        (form_type, good.replace("user_name=", "user%5Fname=")),
        (form_type, format!("{good}&user_name=bob")),
        (form_type, format!("{good}&passwor%64=x")),
        (form_type, good.replace("user_name=ada", "user_name=ada%ff")),
        (form_type, good.replace("user_name=ada", "user_name=%zz")),
        ("text/plain", good.clone()),
        ("multipart/form-data", good.clone()),
    ] {
        let refused = send(&mut client, content_type, &body);
        assert_eq!(refused.status, 403, "{content_type} {body}");
        assert!(refused.body.contains("This form can’t be accepted"), "{content_type} {body}");
    }
    let accepted = send(&mut client, &format!("{form_type};charset=UTF-8"), &good);
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    // Two media types count as none, because one part of a system could take the first, and another part the second.
    let mut client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    let token = login.form().value("csrf_token").to_owned();
    let body = format!("csrf_token={token}&user_name=ada&password=x").into_bytes();
    let twice = Request::post(&login.form().action, form_type, body).with("content-type", "text/plain");
    assert_eq!(client.send(&twice).status, 403);
}
