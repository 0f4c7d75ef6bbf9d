//! Refused documents, and the code of each refusal.

use crate::assertion::tests::refusals::{reads, refuses};
use crate::base::Binding;
use crate::protocol::*;
use crate::xml::{Element, SchemaError};

const UNEXPECTED: &str = "schema.unexpected_element";
const MISSING: &str = "schema.missing_element";
const VALUE: &str = "schema.attribute_value";
const NO_ATTRIBUTE: &str = "schema.missing_attribute";
const UNKNOWN_ATTRIBUTE: &str = "schema.unexpected_attribute";
const STRAY_TEXT: &str = "schema.unexpected_text";

const COMMON: &str = "ID='a' Version='2.0' IssueInstant='2026-11-20T12:00:00Z'";
const STATUS: &str =
    "<samlp:Status><samlp:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:Success'/></samlp:Status>";

#[test]
fn requests() {
    for (attributes, children, code) in [
        (COMMON, "<saml:Issuer>i</saml:Issuer><saml:Issuer>i</saml:Issuer>", UNEXPECTED),
        (COMMON, "<samlp:NameIDPolicy/><saml:Issuer>i</saml:Issuer>", UNEXPECTED),
        (COMMON, "<saml:Subject><saml:NameID/></saml:Subject><saml:Issuer>i</saml:Issuer>", UNEXPECTED),
        (COMMON, "<samlp:Extensions/>", MISSING),
        (COMMON, "<samlp:Extensions><samlp:Response/></samlp:Extensions>", "schema.saml_in_extensions"),
        (COMMON, "<samlp:Extensions><none/></samlp:Extensions>", UNEXPECTED),
        (COMMON, "<samlp:Extensions><ex:a/></samlp:Extensions><ds:Signature/>", UNEXPECTED),
        (COMMON, "<samlp:NameIDPolicy>text</samlp:NameIDPolicy>", STRAY_TEXT),
        (COMMON, "<samlp:NameIDPolicy AllowCreate='yes'/>", VALUE),
        (COMMON, "<samlp:RequestedAuthnContext/>", MISSING),
        (COMMON, "<samlp:RequestedAuthnContext Comparison='EXACT'/>", VALUE),
        (COMMON, "<samlp:Scoping><samlp:IDPList/></samlp:Scoping>", MISSING),
        (COMMON, "<samlp:Scoping><samlp:RequesterID/></samlp:Scoping>", "schema.text"),
        (COMMON, "<samlp:Response/>", UNEXPECTED),
        (&format!("{COMMON} ForceAuthn='TRUE'"), "", VALUE),
        (&format!("{COMMON} AssertionConsumerServiceIndex='65536'"), "", VALUE),
        (&format!("{COMMON} AssertionConsumerServiceIndex=''"), "", VALUE),
        (&format!("{COMMON} InResponseTo='b'"), "", UNKNOWN_ATTRIBUTE),
        (&COMMON.replace("2.0", "1.1"), "", VALUE),
        (&COMMON.replace("ID='a'", ""), "", NO_ATTRIBUTE),
    ] {
        let xml = format!("<samlp:AuthnRequest {attributes}>{children}</samlp:AuthnRequest>");
        refuses(&xml, code, AuthnRequest::read);
    }
    refuses(&format!("<samlp:LogoutRequest {COMMON}/>"), MISSING, LogoutRequest::read);
    refuses(&format!("<samlp:ArtifactResolve {COMMON}/>"), MISSING, ArtifactResolve::read);
    refuses(&format!("<samlp:LogoutRequest {COMMON}/>"), UNEXPECTED, AuthnRequest::read);
}

#[test]
fn an_index_excludes_url_and_binding() {
    for others in ["AssertionConsumerServiceURL='u'", "ProtocolBinding='b'"] {
        let xml = format!("<samlp:AuthnRequest {COMMON} AssertionConsumerServiceIndex='1' {others}/>");
        refuses(&xml, UNKNOWN_ATTRIBUTE, AuthnRequest::read);
    }
    let xml = format!("<samlp:AuthnRequest {COMMON} ProtocolBinding='{}'/>", Binding::HttpPost);
    assert_eq!(
        reads(&xml, AuthnRequest::read).assertion_consumer_service,
        AssertionConsumerServiceChoice::ProtocolBinding(Binding::HttpPost)
    );
}

#[test]
fn responses() {
    let code = "<samlp:StatusCode Value='v'/>";
    for (children, code) in [
        (String::new(), MISSING),
        ("<samlp:Status/>".to_owned(), MISSING),
        ("<samlp:Status><samlp:StatusCode/></samlp:Status>".to_owned(), NO_ATTRIBUTE),
        (format!("<samlp:Status>{code}{code}</samlp:Status>"), UNEXPECTED),
        (
            format!(
                "<samlp:Status><samlp:StatusCode Value='v'>{code}{code}</samlp:StatusCode></samlp:Status>"
            ),
            UNEXPECTED,
        ),
        (
            format!("<samlp:Status>{code}<samlp:StatusDetail/><samlp:StatusMessage/></samlp:Status>"),
            UNEXPECTED,
        ),
        (format!("{STATUS}{STATUS}"), UNEXPECTED),
        (format!("{STATUS}<saml:Issuer>i</saml:Issuer>"), UNEXPECTED),
        (format!("{STATUS}<ds:Signature/>"), UNEXPECTED),
        (format!("<ds:Signature/><saml:Issuer>i</saml:Issuer>{STATUS}"), MISSING),
        (format!("{STATUS}<saml:Advice/>"), UNEXPECTED),
        (format!("{STATUS}<samlp:Response/>"), UNEXPECTED),
        (format!("{STATUS}<saml:EncryptedAssertion/>"), MISSING),
    ] {
        refuses(&format!("<samlp:Response {COMMON}>{children}</samlp:Response>"), code, Response::read);
    }
    let xml = format!("<samlp:LogoutResponse {COMMON}>{STATUS}<saml:Assertion/></samlp:LogoutResponse>");
    refuses(&xml, UNEXPECTED, LogoutResponse::read);
    let xml = format!("<samlp:ArtifactResponse {COMMON}>{STATUS}<ex:a/><ex:b/></samlp:ArtifactResponse>");
    refuses(&xml, UNEXPECTED, ArtifactResponse::read);
}

#[test]
fn the_envelope_does_not_descend() {
    let xml = format!("<samlp:Response {COMMON}>{STATUS}<saml:Assertion/></samlp:Response>");
    refuses(&xml, NO_ATTRIBUTE, Response::read);
    assert_eq!(reads(&xml, Response::read_envelope).status, Status::new(StatusCode::Success));
    let xml = format!("<samlp:Response {COMMON} Bogus='x'>{STATUS}</samlp:Response>");
    refuses(&xml, UNKNOWN_ATTRIBUTE, Response::read_envelope);
    for stranger in ["<ex:Wrapper/>", "<samlp:Response/>", "<saml:Assertion/><saml:Advice/>", "text"] {
        let xml = format!("<samlp:Response {COMMON}>{STATUS}{stranger}</samlp:Response>");
        let code = if stranger == "text" { STRAY_TEXT } else { UNEXPECTED };
        refuses(&xml, code, Response::read_envelope);
    }
}

/// Wherever extensions stand: before what else a message of that kind has.
fn in_extensions(content: &str, wanted: Option<&str>) {
    let extensions = format!("<samlp:Extensions>{content}</samlp:Extensions>");
    let tried = |xml: &str, read: fn(Element<'_>) -> Result<(), SchemaError>| match wanted {
        Some(code) => refuses(xml, code, read),
        None => reads(xml, read),
    };
    let name = "<saml:NameID>n</saml:NameID>";
    let artifact = "<samlp:Artifact>a</samlp:Artifact>";
    let request =
        |kind: &str, rest: &str| format!("<samlp:{kind} {COMMON}>{extensions}{rest}</samlp:{kind}>");
    tried(&request("AuthnRequest", ""), |e| AuthnRequest::read(e).map(drop));
    tried(&request("LogoutRequest", name), |e| LogoutRequest::read(e).map(drop));
    tried(&request("ArtifactResolve", artifact), |e| ArtifactResolve::read(e).map(drop));
    tried(&request("Response", STATUS), |e| Response::read(e).map(drop));
    tried(&request("Response", STATUS), |e| Response::read_judged(e).map(drop));
    tried(&request("Response", STATUS), |e| Response::read_envelope(e).map(drop));
    tried(&request("LogoutResponse", STATUS), |e| LogoutResponse::read(e).map(drop));
    tried(&request("ArtifactResponse", STATUS), |e| ArtifactResponse::read(e).map(drop));
}

#[test]
fn extensions_of_every_message_hold_no_message_assertion_or_signature() {
    let never = ["saml:Assertion", "saml:EncryptedAssertion", "samlp:Response", "ds:Signature"];
    for name in never {
        for content in [
            format!("<{name}/>"),
            format!("<ex:a/><{name}/>"),
            format!("<ex:a><{name}/></ex:a>"),
            format!("<ex:a><ex:b/><saml:Advice><ex:c><{name}/></ex:c></saml:Advice></ex:a>"),
        ] {
            in_extensions(&content, Some("schema.saml_in_extensions"));
        }
    }
    for child in
        ["saml:Advice", "saml:Issuer", "saml:NameID", "samlp:Scoping", "samlp:Extensions", "samlp:Bogus"]
    {
        in_extensions(&format!("<{child}/>"), Some("schema.saml_in_extensions"));
        in_extensions(&format!("<ex:a/><{child}/>"), Some("schema.saml_in_extensions"));
    }
}

#[test]
fn extensions_of_every_message_may_hold_other_elements_of_saml_below_foreign_ones() {
    for lawful in [
        "<ex:a/>",
        "<ex:a>text</ex:a><ex:b/>",
        "<md:RequestedAttribute Name='mail'/>",
        "<ex:RequestedAttributes><md:RequestedAttribute Name='mail'/></ex:RequestedAttributes>",
        "<ex:a><saml:Attribute Name='n'><saml:AttributeValue>v</saml:AttributeValue></saml:Attribute></ex:a>",
        "<ex:a><samlp:Scoping/><saml:NameID/><saml:Advice/></ex:a>",
        "<ex:Assertion/>",
        "<ex:a><ex:Response/><ex:Signature/><ds:KeyInfo/></ex:a>",
    ] {
        in_extensions(lawful, None);
    }
}
