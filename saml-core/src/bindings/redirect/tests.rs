use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::base::{Coded, Limits, RelayState};
use crate::bindings::deflate::deflate;
use crate::bindings::{BindingError, MessageParameter, percent};
use crate::crypto::{Certificate, PeerPolicy, SignatureAlgorithm, verify_signature};
use crate::left_out::left_out;
use crate::protocol::LogoutRequest;
use crate::trust::PeerSignatures;

const XML: &[u8] = b"<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\"/>";
const SHA256: &str = "http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256";

fn value(octets: &[u8]) -> String {
    let mut encoded = String::new();
    percent::encode_into(&mut encoded, &STANDARD.encode(octets));
    encoded
}

/// A query that carries the message [`XML`].
fn query(before: &str, after: &str) -> String {
    format!("{before}SAMLRequest={}{after}", value(&deflate(XML)))
}

fn read(query: &str) -> Result<RedirectMessage, BindingError> {
    decode(query, &Limits::MESSAGE)
}

fn refusal(query: &str) -> &'static str {
    read(query).unwrap_err().code().as_str()
}

fn signed_octets(query: &str) -> String {
    String::from_utf8(read(query).unwrap().signature.unwrap().octets).unwrap()
}

/// The recorded queries of real products: file contents and what its manifest says.
fn recorded() -> Option<(PathBuf, Vec<serde_json::Value>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let Ok(manifest) = std::fs::read(folder.join("redirect.json")) else {
        left_out("queries of others", &format!("none in {}", folder.display()));
        return None;
    };
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    Some((folder, manifest["cases"].as_array().unwrap().clone()))
}

#[test]
fn reads_what_real_products_sent() {
    let Some((folder, cases)) = recorded() else { return };
    assert!(cases.len() >= 9);
    for case in cases {
        let query = std::fs::read_to_string(folder.join(case["file"].as_str().unwrap())).unwrap();
        let message = read(query.trim_end()).unwrap();
        assert!(message.xml.starts_with(b"<"), "{}", case["id"]);
        assert_eq!(message.relay_state.as_ref().map(RelayState::as_str), case["relay_state"].as_str());
        let signature = message.signature.unwrap();
        assert_eq!(Some(signature.algorithm.as_str()), case["sig_alg"].as_str(), "{}", case["id"]);
        assert_eq!(
            std::str::from_utf8(&signature.octets).ok(),
            case["signed_octets"].as_str(),
            "{}",
            case["id"]
        );
        let certificate = std::fs::read_to_string(folder.join(case["cert_file"].as_str().unwrap())).unwrap();
        let certificate = Certificate::from_pem(&certificate).unwrap();
        let algorithm = SignatureAlgorithm::from_uri(&signature.algorithm).unwrap();
        let verdict =
            |octets: &[u8]| verify_signature(certificate.public_key(), algorithm, octets, &signature.value);
        assert_eq!(verdict(&signature.octets), Ok(()), "{}", case["id"]);
        assert!(verdict(&signature.octets.to_ascii_lowercase()).is_err());
    }
}

#[test]
fn reads_a_message_between_foreign_parameters() {
    let message = read(&query("idpid=C0&", "&RelayState=a%20b+c&utm=%zz")).unwrap();
    assert_eq!(message.parameter, MessageParameter::SamlRequest);
    assert_eq!(message.xml, XML);
    assert_eq!(message.relay_state.unwrap().as_str(), "a b c");
    assert_eq!(message.signature, None);
}

// Attack 145.
#[test]
fn refuses_a_message_that_inflates_beyond_the_limit() {
    let bomb = deflate(&vec![b' '; 10 * 1024 * 1024]);
    let query = format!("SAMLResponse={}", value(&bomb));
    assert_eq!(refusal(&query), "binding.too_large");
    let limits = Limits { inflated_octets: XML.len(), ..Limits::MESSAGE };
    let exact = self::query("", "");
    assert!(exact.len() > XML.len(), "the query itself is longer here");
    assert_eq!(decode(&exact, &limits).unwrap_err().code().as_str(), "binding.too_large");
}

// Attack 146.
#[test]
fn refuses_an_oversized_query_before_decoding_it() {
    let query = format!("SAMLRequest={}", "%".repeat(Limits::MESSAGE.inflated_octets));
    let error = read(&query).unwrap_err();
    assert_eq!(error.code().as_str(), "binding.too_large");
    assert_eq!(error.found().unwrap(), format!("{} octets", query.len()));
}

// Attacks 155 to 157.
#[test]
fn refuses_more_than_one_message() {
    assert_eq!(refusal(&(query("", "&") + &query("", ""))), "binding.parameter_duplicated");
    assert_eq!(refusal(&query("SAMLResponse=PHg%2BPC94Pg%3D%3D&", "")), "binding.two_messages");
    assert_eq!(refusal(&query("SAMLResponse&", "")), "binding.two_messages");
    assert_eq!(refusal(&query("%53AMLRequest=a&", "")), "binding.parameter_encoded_name");
    assert_eq!(refusal(&query("", "&SAMLRe%73ponse=a")), "binding.parameter_encoded_name");
    assert_eq!(refusal(&query("", "&Relay%53tate=a")), "binding.parameter_encoded_name");
    assert_eq!(refusal(&query("", "&Sig%41lg=a&%53ignature=a")), "binding.parameter_encoded_name");
}

#[test]
fn refuses_a_query_without_a_message() {
    for query in
        ["", "RelayState=a", "SAMLRequest", "SAMLRequest=", "samlrequest=a", "?SAMLRequest=a", "SAMLart=a"]
    {
        assert_eq!(refusal(query), "binding.parameter_missing", "{query}");
    }
}

// Attack 158.
// NET-10.
#[test]
fn signed_octets_are_those_received() {
    let message = query("", "").replace("%2B", "%2b").replace("%3D", "%3d").replace('Z', "%5a");
    let algorithm = SHA256.to_lowercase();
    for relay_state in ["&RelayState=a%2fb", "&RelayState=a%2Fb", "&RelayState=a+b", "&RelayState=a%20b", ""]
    {
        let expected = format!("{message}{relay_state}&SigAlg={algorithm}");
        assert_eq!(signed_octets(&format!("{expected}&Signature=QUJD")), expected);
    }
}

// Attack 159.
#[test]
fn signed_octets_come_in_the_order_of_the_specification() {
    let message = query("", "");
    let expected = format!("{message}&RelayState=a&SigAlg={SHA256}");
    for shuffled in [
        format!("Signature=QUJD&SigAlg={SHA256}&RelayState=a&{message}"),
        format!("RelayState=a&Signature=QUJD&x=1&{message}&SigAlg={SHA256}"),
        format!("{message}&SigAlg={SHA256}&RelayState=a&Signature=QUJD"),
    ] {
        assert_eq!(signed_octets(&shuffled), expected);
    }
    let with_encoding =
        format!("SAMLEncoding={}&{expected}&Signature=QUJD", DEFLATE_ENCODING.replace(':', "%3A"));
    assert_eq!(signed_octets(&with_encoding), expected, "SAMLEncoding is not signed");
}

#[test]
fn an_empty_relay_state_is_none_and_still_signed() {
    for relay_state in ["RelayState=", "RelayState"] {
        let query = format!("{}&{relay_state}&SigAlg={SHA256}&Signature=QUJD", query("", ""));
        assert_eq!(read(&query).unwrap().relay_state, None);
        assert_eq!(signed_octets(&query), query.strip_suffix("&Signature=QUJD").unwrap());
    }
}

// Attack 160: a signature that lost a part is not an unsigned message.
#[test]
fn refuses_half_a_signature() {
    for half in [
        "&SigAlg=a",
        "&Signature=QUJD",
        "&SigAlg=&Signature=",
        "&SigAlg=a&Signature=",
        "&SigAlg&Signature=QUJD",
    ] {
        assert_eq!(refusal(&query("", half)), "binding.signature_incomplete", "{half}");
    }
}

// Attack 162.
#[test]
fn refuses_what_is_not_deflated() {
    assert_eq!(refusal(&format!("SAMLResponse={}", value(XML))), "binding.deflate");
}

// Attack 163.
#[test]
fn refuses_base64_in_other_forms() {
    let message = (0..1_000)
        .map(|number: u32| {
            value(&deflate(
                format!("<a ID=\"_{}\"/>", number.wrapping_mul(2_654_435_761)).repeat(3).as_bytes(),
            ))
        })
        .find(|text| text.contains("%2B") && text.contains("%2F") && text.ends_with("%3D"))
        .unwrap();
    assert!(read(&format!("SAMLRequest={message}")).is_ok());
    for (other, note) in [
        (message.trim_end_matches("%3D").to_owned(), "padding missing"),
        (format!("{message}%3D"), "padding too long"),
        (format!("{message}A"), "something after the padding"),
        (message.replacen("%2B", "+", 1).replacen("%2F", "+", 1), "unescaped plus"),
        (message.replacen("%2B", "-", 1).replacen("%2F", "_", 1), "URL-safe alphabet"),
        (message.replacen("%2B", "%2", 1).replacen("%2F", "%2", 1), "broken escape"),
        (format!("!{message}"), "garbage"),
    ] {
        assert_eq!(refusal(&format!("SAMLRequest={other}")), "binding.base64", "{note}: {other}");
    }
    for signature in ["QUI", "QUJ=", "QU+D", "QUJ-"] {
        assert_eq!(refusal(&query("", &format!("&SigAlg=a&Signature={signature}"))), "binding.base64");
    }
}

#[test]
fn tolerates_the_escaped_line_breaks_of_mime_encoders() {
    let text = STANDARD.encode(deflate(XML));
    let lines: Vec<String> = text
        .as_bytes()
        .chunks(76)
        .map(|line| {
            std::str::from_utf8(line).unwrap().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
        })
        .collect();
    let query = format!("SAMLRequest={}%0D%0A", lines.join("%0D%0A"));
    assert_eq!(read(&query).unwrap().xml, XML);
}

// Attack 164.
#[test]
fn refuses_other_compressed_forms_and_trailing_octets() {
    use std::io::Write;
    let level = flate2::Compression::default();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), level);
    zlib.write_all(XML).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
    gzip.write_all(XML).unwrap();
    for (octets, found) in [
        (zlib.finish().unwrap(), "a zlib header"),
        (gzip.finish().unwrap(), "a gzip header"),
        ([deflate(XML), b"x".to_vec()].concat(), "octets after the last block"),
        (deflate(XML)[..20].to_vec(), "a stream that stops early"),
    ] {
        let error = read(&format!("SAMLRequest={}", value(&octets))).unwrap_err();
        assert_eq!((error.code().as_str(), error.found().unwrap().as_str()), ("binding.deflate", found));
    }
}

#[test]
fn knows_one_encoding() {
    let named = |name: &str| query(&format!("SAMLEncoding={name}&"), "");
    assert!(read(&named(DEFLATE_ENCODING)).is_ok());
    assert!(read(&named(&DEFLATE_ENCODING.replace(':', "%3a"))).is_ok());
    for name in ["", "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:GZIP", "DEFLATE"] {
        assert_eq!(refusal(&named(name)), "binding.encoding", "{name}");
    }
}

#[test]
fn refuses_a_relay_state_that_can_not_be_echoed() {
    for (relay_state, code) in [
        ("a%0D%0ASet-Cookie:x", "binding.relay_state"),
        ("%00", "binding.relay_state"),
        (&"a".repeat(1025), "binding.relay_state"),
        ("%ff", "binding.character_encoding"),
        ("%f", "binding.percent_encoding"),
    ] {
        assert_eq!(refusal(&query("", &format!("&RelayState={relay_state}"))), code, "{relay_state}");
    }
}

// Attack 161; a `Response` (attack 162) does not implement `Redirectable`.
#[test]
fn refuses_a_message_that_carries_a_signature_inside() {
    let verdict = |content: &str| {
        let xml = format!(
            "<p:LogoutRequest xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:d=\"http://www.w3.org/2000/09/xmldsig#\">{content}</p:LogoutRequest>"
        );
        let message = RedirectMessage {
            parameter: MessageParameter::SamlRequest,
            xml: xml.into_bytes(),
            relay_state: None,
            signature: None,
        };
        let peer = PeerSignatures { keys: None, policy: &PeerPolicy::default(), limits: &Limits::MESSAGE };
        let received = message.receive::<LogoutRequest>(&Limits::MESSAGE).unwrap();
        received.verify(peer).map(|message| message.is_verified()).map_err(|error| error.code().as_str())
    };
    assert_eq!(verdict("<p:Extensions/>"), Ok(false));
    assert_eq!(verdict("<p:Extensions/><d:Signature/>"), Err("signature.embedded_in_redirect"));
}
