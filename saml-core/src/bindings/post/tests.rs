use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::base::{Coded, Limits, RelayState};
use crate::bindings::deflate::deflate;
use crate::bindings::{BindingError, MessageParameter, OutgoingMessage};

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
const XML: &[u8] =
    b"<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\">?~</samlp:Response>";

fn value(octets: &[u8]) -> String {
    STANDARD.encode(octets).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn read(body: &str) -> Result<PostMessage, BindingError> {
    decode(FORM, body.as_bytes(), &Limits::MESSAGE)
}

fn refusal(body: &str) -> &'static str {
    read(body).unwrap_err().code().as_str()
}

fn form<'a>(action: &'a str, relay_state: Option<&'a RelayState>) -> PostForm {
    let parameter = MessageParameter::SamlResponse;
    PostForm::new(&OutgoingMessage { destination: action, parameter, xml: XML, relay_state }).unwrap()
}

#[test]
fn reads_a_form() {
    let message = read(&format!("x=%zz&SAMLResponse={}&RelayState=a+%C3%A9", value(XML))).unwrap();
    assert_eq!(message.parameter, MessageParameter::SamlResponse);
    assert_eq!(message.xml, XML);
    assert_eq!(message.relay_state.unwrap().as_str(), "a é");
    assert_eq!(read(&format!("SAMLRequest={}&RelayState=", value(XML))).unwrap().relay_state, None);
}

#[test]
fn requires_a_form() {
    let body = format!("SAMLResponse={}", value(XML));
    for content_type in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded ; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=iso-8859-1",
    ] {
        assert!(decode(Some(content_type), body.as_bytes(), &Limits::MESSAGE).is_ok(), "{content_type}");
    }
    for content_type in [
        None,
        Some(""),
        Some("text/plain"),
        Some("multipart/form-data; boundary=application/x-www-form-urlencoded"),
        Some("application/x-www-form-urlencoded, text/plain"),
        Some("application/json"),
    ] {
        let error = decode(content_type, body.as_bytes(), &Limits::MESSAGE).unwrap_err();
        assert_eq!(error.code().as_str(), "binding.content_type", "{content_type:?}");
        assert_eq!(error.found().as_deref(), content_type.filter(|named| !named.is_empty()).or(Some("none")));
    }
}

#[test]
fn tolerates_the_white_space_of_rfc_2045() {
    let text = value(XML);
    for separator in ["%0D%0A", "%0A", "\n", "%20", "+", "%09"] {
        let (first, second) = text.split_at(16);
        assert_eq!(
            read(&format!("SAMLResponse={separator}{first}{separator}{second}{separator}")).unwrap().xml,
            XML
        );
    }
}

// Attacks 155 to 157.
#[test]
fn refuses_more_than_one_message() {
    let text = value(XML);
    assert_eq!(refusal(&format!("SAMLResponse={text}&SAMLResponse={text}")), "binding.parameter_duplicated");
    assert_eq!(refusal(&format!("SAMLResponse={text}&SAMLRequest={text}")), "binding.two_messages");
    assert_eq!(
        refusal(&format!("%53AMLResponse={text}&SAMLResponse={text}")),
        "binding.parameter_encoded_name"
    );
    assert_eq!(
        refusal(&format!("SAMLResponse={text}&RelayState=a&RelayState=b")),
        "binding.parameter_duplicated"
    );
    assert_eq!(refusal("RelayState=a"), "binding.parameter_missing");
    assert_eq!(refusal("SAMLResponse=&RelayState=a"), "binding.parameter_missing");
    assert_eq!(refusal("SAMLResponse=%20%0A"), "binding.parameter_missing");
}

// Attack 162, and SimpleSign, which is another binding.
#[test]
fn refuses_parameters_of_other_bindings() {
    for foreign in ["SigAlg=a&Signature=QUJD", "Signature=", "SAMLEncoding=a"] {
        assert_eq!(
            refusal(&format!("SAMLResponse={}&{foreign}", value(XML))),
            "binding.parameter_unexpected"
        );
    }
}

// Attack 162.
#[test]
fn names_a_deflated_message_as_such() {
    let long: Vec<u8> = [XML, &XML.repeat(200)].concat();
    assert_eq!(refusal(&format!("SAMLRequest={}", value(&deflate(XML)))), "binding.deflated_post");
    assert_eq!(refusal(&format!("SAMLRequest={}", value(&deflate(&long)))), "binding.deflated_post");
    // Everything else that isn't XML is left to the parser.
    for octets in
        [&b"\xef\xbb\xbf<x/>"[..], b"\xff\xfe<\0x\0", b" \n<x/>", b"garbage", b"\0", &deflate(b"plain")]
    {
        assert_eq!(read(&format!("SAMLRequest={}", value(octets))).unwrap().xml, octets);
    }
}

// Attack 146.
#[test]
fn refuses_an_oversized_form_before_decoding_it() {
    let limits = Limits { octets: XML.len(), ..Limits::MESSAGE };
    let body = format!("SAMLResponse={}", value(XML));
    assert!(decode(FORM, body.as_bytes(), &limits).is_ok(), "a message as large as the limit fits");
    let padded = format!("{body}&x={}", "%".repeat(2 * XML.len()));
    let error = decode(FORM, padded.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.to_string(), format!("the form is larger than {} octets", 2 * XML.len()));
    let limits = Limits { octets: XML.len() - 1, ..limits };
    let error = decode(FORM, body.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.to_string(), format!("the decoded message is larger than {} octets", XML.len() - 1));
}

// Attack 163.
#[test]
fn refuses_base64_in_other_forms() {
    let text = value(XML);
    for other in [
        text.replace("%3D", ""),
        text.replace("%2B", "-"),
        format!("{text}QUJD"),
        format!("{text}%"),
        "PA*=".to_owned(),
    ] {
        if other != text {
            assert_eq!(refusal(&format!("SAMLResponse={other}")), "binding.base64", "{other}");
        }
    }
    assert_eq!(
        decode(FORM, b"SAMLResponse=QUJD\xff", &Limits::MESSAGE).unwrap_err().code().as_str(),
        "binding.character_encoding"
    );
}

#[test]
fn what_a_browser_would_submit_is_read_back() {
    let printable: String = (0x20..0x7f_u8).map(char::from).collect();
    for relay_state in [&printable, "é € 𝄞", "a+b&SAMLResponse=x"] {
        let relay_state = RelayState::received(relay_state).unwrap().unwrap();
        let body = form("https://sp.example/acs", Some(&relay_state)).body();
        let message = read(&body).unwrap();
        assert_eq!((message.xml.as_slice(), message.relay_state), (XML, Some(relay_state)));
    }
}

// Attack 204.
#[test]
fn a_form_goes_to_web_urls_only() {
    for action in
        ["javascript:alert(1)", "data:text/html,x", "/acs", "https://user@sp.example/", "https://a/\"onload="]
    {
        let message = OutgoingMessage {
            destination: action,
            parameter: MessageParameter::SamlResponse,
            xml: XML,
            relay_state: None,
        };
        assert_eq!(PostForm::new(&message).unwrap_err().code().as_str(), "binding.destination", "{action}");
    }
    assert!(
        form("https://sp.example/acs?a=b#c", None)
            .page("/x.js")
            .contains("action=\"https://sp.example/acs?a=b#c\"")
    );
}

// Attack 210.
#[test]
fn no_value_becomes_markup() {
    let relay_state = RelayState::received("\"><script>alert('1')</script>&amp;").unwrap().unwrap();
    let page = form("https://sp.example/acs?a='b'&c=d", Some(&relay_state)).page("/s.js?\"><b>");
    assert!(
        page.contains("value=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;\""),
        "{page}"
    );
    assert!(page.contains("action=\"https://sp.example/acs?a=&#39;b&#39;&amp;c=d\""), "{page}");
    assert!(page.contains("<script src=\"/s.js?&quot;&gt;&lt;b&gt;\" defer></script>"), "{page}");
    assert_eq!(page.matches("<script").count(), 1);
}

#[test]
fn the_page_is_a_form_that_works_without_a_script() {
    let relay_state = RelayState::try_from("token").unwrap();
    let page = form("https://sp.example:8443/acs", Some(&relay_state)).page("/saml/submit.js");
    let text = STANDARD.encode(XML);
    assert!(text.contains('+') || text.contains('/'), "the value exercises more than letters");
    for part in [
        "<!DOCTYPE html>\n<html lang=\"en\">",
        "<meta charset=\"utf-8\">",
        "<title>Continue to sp.example:8443</title>",
        "<form id=\"saml-message\" method=\"post\" accept-charset=\"utf-8\" action=\"https://sp.example:8443/acs\">",
        &format!("<input type=\"hidden\" name=\"SAMLResponse\" value=\"{text}\">"),
        "<input type=\"hidden\" name=\"RelayState\" value=\"token\">",
        "<button type=\"submit\">Continue</button>",
        "<script src=\"/saml/submit.js\" defer></script>",
    ] {
        assert_eq!(page.matches(part).count(), 1, "{part}\n{page}");
    }
    for forbidden in [" style=", " onload", " onclick", "<script>", "javascript:"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(AUTO_SUBMIT_SCRIPT.contains("\"saml-message\""));
    assert!(!form("https://sp.example/acs", None).page("/x.js").contains("RelayState"));
}

#[test]
fn the_policy_allows_the_page_and_nothing_else() {
    let page = form("https://sp.example:8443/acs", None).page("/x.js");
    let (_, style) = page.split_once("<style>").unwrap();
    let (style, _) = style.split_once("</style>").unwrap();
    let hash = STANDARD.encode(openssl::sha::sha256(style.as_bytes()));
    let policy = |targets: &str| {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'sha256-{hash}'; form-action {targets}; \
             frame-ancestors 'none'; base-uri 'none'"
        )
    };
    for (action, redirects, targets) in [
        ("https://sp.example:8443/acs", RedirectsAfterSubmission::SameOrigin, "https://sp.example:8443"),
        ("https://sp.example/acs", RedirectsAfterSubmission::AnyOrigin, "https:"),
        ("http://localhost:8080/acs", RedirectsAfterSubmission::AnyOrigin, "http: https:"),
        ("http://localhost:8080/acs", RedirectsAfterSubmission::SameOrigin, "http://localhost:8080"),
    ] {
        assert_eq!(form(action, None).content_security_policy(redirects), policy(targets));
    }
}
