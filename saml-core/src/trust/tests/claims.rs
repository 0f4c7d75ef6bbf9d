//! The hints that are shown before anything is verified.

use crate::base::{Coded as _, Limits};
use crate::protocol::Response;
use crate::trust::Unverified;
use crate::xml::names::SAMLP;

fn response(attributes: &str, content: &str) -> Unverified<Response> {
    let xml = format!(
        "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\"{attributes}>{content}</p:Response>"
    );
    Unverified::parse(xml.into_bytes(), &Limits::MESSAGE).unwrap()
}

#[test]
fn hints_are_what_the_message_says() {
    let message = response(
        " ID=\"_r\" InResponseTo=\"_q\" Destination=\"https://sp.example.com/acs\"",
        "<a:Issuer>the idp</a:Issuer><a:Assertion><a:Issuer>another</a:Issuer></a:Assertion>",
    );
    assert_eq!(message.claimed_id(), Some("_r"));
    assert_eq!(message.claimed_in_response_to(), Some("_q"));
    assert_eq!(message.claimed_destination(), Some("https://sp.example.com/acs"));
    assert_eq!(message.claimed_issuer().as_deref(), Some("the idp"));
    assert_eq!(message.claimed_assertion_issuer().as_deref(), Some("another"));
}

#[test]
fn an_issuer_elsewhere_than_its_schema_wants_it_is_no_hint() {
    let silent = response("", "");
    assert_eq!(
        (silent.claimed_id(), silent.claimed_in_response_to(), silent.claimed_destination()),
        (None, None, None)
    );
    let issuer = "<a:Issuer>the idp</a:Issuer>";
    for content in [
        String::new(),
        format!("<p:Status/>{issuer}"),
        format!("<p:Extensions>{issuer}</p:Extensions>"),
        format!("<a:Assertion><a:Subject/>{issuer}</a:Assertion>"),
        format!("<a:Advice><a:Assertion>{issuer}</a:Assertion></a:Advice>"),
        "<a:Issuer><b/></a:Issuer>".to_owned(),
    ] {
        let message = response("", &content);
        assert_eq!((message.claimed_issuer(), message.claimed_assertion_issuer()), (None, None), "{content}");
    }
}

#[test]
fn what_breaks_the_profile_or_is_another_message_is_not_parsed() {
    let message = |name: &str, namespace: &str, content: &str| {
        let xml = format!("<p:{name} xmlns:p=\"{namespace}\">{content}</p:{name}>");
        let parsed = Unverified::<Response>::parse(xml.into_bytes(), &Limits::MESSAGE);
        parsed.map(|_| ()).map_err(|error| error.code().as_str())
    };
    assert_eq!(message("Response", SAMLP, "text"), Ok(()));
    assert_eq!(message("Response", SAMLP, "te<!-- -->xt"), Err("xml.comment_in_text"));
    assert_eq!(message("Response", SAMLP, "<?x?>"), Err("xml.processing_instruction"));
    assert_eq!(message("AuthnRequest", SAMLP, ""), Err("message.unexpected"));
    assert_eq!(message("Response", "urn:x", ""), Err("message.unexpected"));
}
