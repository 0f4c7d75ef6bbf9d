use super::*;
use saml_core::bindings::MessageParameter;

const XML: &[u8] = b"<a xmlns=\"urn:a\">text &gt; more than a few octets</a>";
const BASE64: &str = "PGEgeG1sbnM9InVybjphIj50ZXh0ICZndDsgbW9yZSB0aGFuIGEgZmV3IG9jdGV0czwvYT4=";
/// Raw DEFLATE of the same, made with zlib at level 9.
const DEFLATED: &str = "s0lUqMjNySu2VSotyrNKVLIrSa0oUVBLL7FWyM0vSlUoyUjMU0hUSEstV8hPLkktKbbRT7QDAA==";

fn found(text: &str) -> Received {
    recognise(text.as_bytes().to_vec()).unwrap_or_else(|| panic!("nothing found in {text}"))
}

#[test]
fn finds_the_message_in_every_form() {
    let encoded = BASE64.replace('=', "%3D");
    let deflated = DEFLATED.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let url = format!("https://sp.example.org/acs?x=1&SAMLRequest={deflated}&RelayState=here#top");
    let mut folded = BASE64.to_owned();
    folded.insert_str(20, "\r\n  ");
    for text in [
        std::str::from_utf8(XML).unwrap(),
        BASE64,
        &folded,
        BASE64.trim_end_matches('='),
        &BASE64.replace('+', "-").replace('/', "_"),
        DEFLATED,
        &encoded,
        &deflated,
        &format!("SAMLResponse={encoded}"),
        &format!("RelayState=x&SAMLResponse={encoded}\n"),
        &format!("?SAMLRequest={deflated}"),
        &url,
    ] {
        assert_eq!(found(text).xml, XML, "{text}");
    }
}

#[test]
fn says_what_was_around_the_message() {
    let request = Wrapping::Parameter(MessageParameter::SamlRequest);
    let deflated = DEFLATED.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let received = found(&format!("https://sp.example.org/acs?SAMLRequest={deflated}&RelayState=here"));
    assert_eq!(received.wrapping, [Wrapping::Url, request, Wrapping::Base64, Wrapping::Deflate]);
    assert_eq!(received.describe(), "URL, SAMLRequest, Base64, DEFLATE");
    assert_eq!(received.relay_state.as_deref(), Some("here"));
    assert_eq!(received.query, Some(format!("SAMLRequest={deflated}&RelayState=here")));
    assert!(received.fault.is_none());
}

#[test]
fn keeps_what_a_strict_receiver_would_say() {
    use saml_core::bindings::BindingError;
    let deflated = DEFLATED.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let received = found(&format!("SAMLResponse={deflated}&SAMLEncoding=urn:other"));
    assert!(received.fault.is_some(), "a form has no SAMLEncoding");
    let twice = found(&format!("SAMLResponse={0}&SAMLResponse={0}", BASE64.replace('=', "%3D")));
    assert!(matches!(twice.fault, Some(BindingError::ParameterDuplicated { .. })), "{:?}", twice.fault);
}

#[test]
fn finds_nothing_in_rubbish() {
    for octets in [&b""[..], b" \n", b"\xff\x00\x01", b"hello world", b"SAMLResponse=", b"QUJD", b"%zz", b"?"]
    {
        assert!(recognise(octets.to_vec()).is_none(), "{octets:?}");
    }
}
