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

/// `BASE64` with a sign in it that spaces can stand in place of.
const BASE64_WITH_PLUS: &str = "PGEgeG1sbnM9InVybjphIj5+fj9+Jmd0O37DvH4/dGV4dDwvYT4=";

fn percent(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn response() -> Wrapping {
    Wrapping::Parameter(MessageParameter::SamlResponse)
}

/// Each form in which a browser, a shell, a log or a page shows a message, and its layers.
fn pasted() -> Vec<(String, Vec<Wrapping>)> {
    use Wrapping::{Base64, Deflate, Escapes, Json, Page, PercentEncoding, Quotes, Text, Url};
    let (xml, deflated) = (std::str::from_utf8(XML).unwrap(), percent(DEFLATED));
    let request = Wrapping::Parameter(MessageParameter::SamlRequest);
    let form = format!("SAMLResponse={}&RelayState=x", percent(BASE64));
    let json = |value: serde_json::Value| value.to_string();
    let in_har = |post: serde_json::Value| {
        json(
            serde_json::json!({ "log": { "entries": [{ "time": 1.5, "ok": true, "none": null, "request": { "postData": post } }] } }),
        )
    };
    let input =
        format!("<INPUT type='hidden' name='SAMLResponse' value='{}'/>", BASE64.replace('=', "&#x3D;"));
    vec![
        (format!("SAMLResponse: {BASE64}"), vec![Text, response(), Base64]),
        (format!("SAMLResponse:\n{BASE64}\nRelayState: x"), vec![Text, response(), Base64]),
        (format!("12:00:01 DEBUG SAMLResponse \"{BASE64}\" from 192.0.2.1"), vec![Text, response(), Base64]),
        (
            format!(
                "------x\r\nContent-Disposition: form-data; name=\"SAMLResponse\"\r\n\r\n{BASE64}\r\n------x--"
            ),
            vec![Text, response(), Base64],
        ),
        (percent(&percent(BASE64)), vec![PercentEncoding, PercentEncoding, Base64]),
        (format!("\"{BASE64}\""), vec![Quotes, Base64]),
        (format!("'{BASE64}',"), vec![Quotes, Base64]),
        (format!("\"{}\"", xml.replace('"', "\\\"")), vec![Quotes]),
        (json(serde_json::json!({ "SAMLResponse": BASE64 })), vec![Json, response(), Base64]),
        (
            in_har(serde_json::json!({ "params": [{ "name": "SAMLResponse", "value": BASE64 }] })),
            vec![Json, response(), Base64],
        ),
        (
            in_har(serde_json::json!({ "params": [{ "value": percent(BASE64), "name": "SAMLResponse" }] })),
            vec![Json, response(), PercentEncoding, Base64],
        ),
        (in_har(serde_json::json!({ "text": form })), vec![Json, response(), Base64]),
        (
            json(
                serde_json::json!([{ "url": format!("https://idp.example.org/sso?SAMLRequest={deflated}") }]),
            ),
            vec![Json, Url, request, Base64, Deflate],
        ),
        (
            format!("curl 'https://sp.example.com/saml/acs' -H 'a: b' --data-raw '{form}' --compressed"),
            vec![Text, response(), Base64],
        ),
        (
            format!("curl \"https://idp.example.org/sso?SAMLRequest={deflated}&RelayState=x\" -i"),
            vec![Text, Url, request, Base64, Deflate],
        ),
        (
            format!("192.0.2.1 \"GET /sso?SAMLRequest={deflated} HTTP/1.1\" 200"),
            vec![Text, Url, request, Base64, Deflate],
        ),
        (
            xml.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;"),
            vec![Escapes],
        ),
        (xml.replace('"', "\\\""), vec![Escapes]),
        (xml.replace('<', "\\u003c").replace('"', "\\\""), vec![Escapes]),
        (
            format!("<!DOCTYPE html><html><body><form>{input}</form></body></html>"),
            vec![Page, response(), Base64],
        ),
        (
            format!("<!-- copied -->\n<html><body onload='x()'><p>1 < 2{input}"),
            vec![Page, response(), Base64],
        ),
        (input.clone(), vec![Page, response(), Base64]),
        (format!("<form method=post>{input}</form>"), vec![Page, response(), Base64]),
        (format!("<p>text {input}</p>"), vec![]),
    ]
}

#[test]
fn finds_the_message_in_what_people_paste() {
    for (text, wrapping) in pasted() {
        if wrapping.is_empty() {
            // XML may contain the tag of a paragraph. Only pages are searched.
            assert_eq!(found(&text).xml, text.as_bytes());
            continue;
        }
        let received = found(&text);
        assert_eq!(String::from_utf8_lossy(&received.xml), String::from_utf8_lossy(XML), "{text}");
        assert_eq!(received.wrapping, wrapping, "{text}");
    }
}

#[test]
fn tells_spaces_that_stand_in_place_of_plus() {
    let xml = STANDARD.decode(BASE64_WITH_PLUS).unwrap();
    assert!(BASE64_WITH_PLUS.contains('+') && std::str::from_utf8(&xml).is_ok());
    let spaced = BASE64_WITH_PLUS.replace('+', " ");
    for text in [spaced.clone(), format!("SAMLResponse: {spaced}"), format!("SAMLResponse={spaced}")] {
        let received = found(&text);
        assert_eq!(String::from_utf8_lossy(&received.xml), String::from_utf8_lossy(&xml), "{text}");
        assert!(received.wrapping.contains(&Wrapping::SpacesForPlus), "{text}: {:?}", received.wrapping);
    }
    // White space that folds lines is no damage.
    let folded = found(&BASE64_WITH_PLUS.replace("bnM9", "bnM9\r\n  "));
    assert_eq!((folded.xml, folded.wrapping), (xml, vec![Wrapping::Base64]));
}

#[test]
fn a_document_is_never_taken_for_a_page() {
    let inside = format!("<x xmlns=\"urn:a\"><input name=\"SAMLResponse\" value=\"{BASE64}\"/></x>");
    assert_eq!(found(&inside).xml, inside.as_bytes());
    let page = "<html><body>no form</body></html>";
    assert_eq!(found(page).xml, page.as_bytes());
}

/// The work for texts that name the parameter over and over grows with the text and no further.
#[test]
fn hostile_texts_are_given_up() {
    let name = "SAMLResponse";
    for text in [
        format!("{name}=").repeat(20_000),
        format!("{name}: \"").repeat(20_000),
        format!("\"{name}=' ").repeat(20_000),
        format!("{{\"{name}\":\"{name}=%22\"}},").repeat(20_000),
        format!("[{}]", format!("{{\"{name}\":\"{name}=a\"}},").repeat(20_000)),
        format!("<html>{}", format!("<input name='{name}' value='&lt;{name}:'>").repeat(20_000)),
        "\"'`".repeat(50_000),
        "[".repeat(100_000),
        "<".repeat(100_000),
        "%25".repeat(100_000),
    ] {
        assert!(recognise(text.into_bytes()).is_none_or(|received| received.xml.starts_with(b"<")));
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

/// Case 080 of a suite on well-formedness, and its kind: whatever stands before or after the markup, in any form that is
/// recognised, is still there when the parser judges, and is judged as it is without a form around it.
#[test]
fn recognising_a_form_changes_nothing_about_what_is_judged() {
    use saml_core::base::Limits;
    use saml_core::xml::Document;
    let blanks = [
        "",
        "\u{feff}",
        "\u{feff}\u{feff}",
        " ",
        "\n",
        "\u{a0}",
        "\u{2003}",
        "\u{3000}",
        "\u{85}",
        "\u{b}",
        "\u{c}",
    ];
    let judge = |octets: &[u8]| Document::parse(octets.to_vec(), &Limits::MESSAGE).map(drop);
    let mut accepted = 0;
    for one in blanks {
        for two in blanks {
            for body in ["<a/>", "<a>100%25</a>", "<a"] {
                for document in
                    [format!("{one}{two}{body}"), format!("{body}{one}{two}"), format!("{one}{body}{two}")]
                {
                    let octets = document.as_bytes();
                    let base64 = STANDARD.encode(octets);
                    let percent = utf8_percent_encode(&document, NON_ALPHANUMERIC).to_string();
                    let in_form = format!("SAMLResponse={}", utf8_percent_encode(&base64, NON_ALPHANUMERIC));
                    let forms = [
                        document.clone(),
                        base64.clone(),
                        percent,
                        in_form,
                        format!("\u{feff}\n{base64}\r\n"),
                    ];
                    for form in forms {
                        let received = found(&form);
                        assert_eq!(received.xml, octets, "{form:?}");
                        assert_eq!(judge(&received.xml).is_ok(), judge(octets).is_ok(), "{form:?}");
                    }
                    accepted += usize::from(judge(octets).is_ok());
                }
            }
        }
    }
    assert!(accepted > 20, "{accepted} of them are documents");
    assert!(
        judge("\u{feff}\u{feff}<a/>".as_bytes()).is_err(),
        "one byte order mark is one, a second is content"
    );
    let broken = [&b"\xef\xbb\xbf\xef\xbb\xbf<a>\xff</a>"[..], b"\xa0<a/>", b"\xff<a/>"];
    for octets in broken {
        let received = recognise(octets.to_vec());
        assert!(received.is_none_or(|received| received.xml == octets), "{octets:?}");
    }
}
