use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::base64_text::{self, LiteralPlus};
use super::deflate::{InflateError, deflate, inflate};
use super::parameters::Parameters;
use super::web_url::WebUrl;
use super::*;
use crate::base::Coded;

const SPACE: LiteralPlus = LiteralPlus::Space;
const REFUSED: LiteralPlus = LiteralPlus::Refused;

#[test]
fn base64_agrees_with_another_implementation_whatever_is_escaped() {
    let octets: Vec<u8> = (0..3_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    for length in (0..70).chain([997, 998, 999, 3_000]) {
        let (wanted, text) = (&octets[..length], STANDARD.encode(&octets[..length]));
        let reserved = text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        assert_eq!(base64_text::decode(reserved.as_bytes(), REFUSED).unwrap(), wanted);
        assert_eq!(base64_text::decode(reserved.replace("%2F", "%2f").as_bytes(), SPACE).unwrap(), wanted);
        let all: String = text.bytes().map(|octet| format!("%{octet:02X}")).collect();
        assert_eq!(base64_text::decode(all.as_bytes(), REFUSED).unwrap(), wanted);
        for step in [3, 4, 5, 76] {
            let lines = lines(&reserved, step);
            for separator in ["%0D%0A", "\r\n", "%20", "%09"] {
                assert_eq!(base64_text::decode(lines.join(separator).as_bytes(), REFUSED).unwrap(), wanted);
            }
            assert_eq!(base64_text::decode((lines.join("+") + "+").as_bytes(), SPACE).unwrap(), wanted);
        }
    }
}

/// The room for a long text follows from its symbols, whatever stands between and whatever is escaped.
#[test]
fn base64_of_any_length_takes_the_room_of_its_octets() {
    let wanted: Vec<u8> = (0..90_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let text = STANDARD.encode(&wanted);
    let reserved = text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let all: String = text.bytes().map(|octet| format!("%{octet:02X}")).collect();
    let between = |separator: &str| lines(&reserved, 76).join(separator);
    let around = |space: &str| space.repeat(300_000) + &reserved + &space.repeat(300_000);
    let forms = [
        reserved.clone(),
        all,
        between("%0D%0A"),
        between("\r\n"),
        lines(&reserved, 3).join("%20"),
        around(" "),
        around("+"),
        around("%0A"),
    ];
    for form in &forms {
        let found = base64_text::decode(form.as_bytes(), SPACE).unwrap();
        assert_eq!(found, wanted, "{:.100}", form);
        let (room, octets) = (found.capacity(), wanted.len());
        let most = octets + octets / 8 + 16;
        assert!(room <= most, "{room} octets for {octets}, {:.100}", form);
    }
    for cut in ["%", "%2", "AA%", "AAA%3"] {
        assert!(base64_text::decode((reserved.clone() + cut).as_bytes(), SPACE).is_err(), "{cut}");
        assert!(base64_text::decode((text.replace('+', "%2B") + cut).as_bytes(), SPACE).is_err(), "{cut}");
    }
}

/// Sixteen symbols are read at once, whether one of them is escaped or not.
#[test]
fn base64_may_be_escaped_anywhere_in_a_lane() {
    let symbols = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w";
    for place in 0..symbols.len() {
        let (before, after) = (symbols.get(..place).unwrap(), symbols.get(place + 1..).unwrap());
        for (escape, symbol) in [("%2B", '+'), ("%2b", '+'), ("%2F", '/'), ("%2f", '/'), ("%41", 'A')] {
            let wanted = STANDARD.decode(format!("{before}{symbol}{after}")).unwrap();
            let text = format!("{before}{escape}{after}");
            assert_eq!(base64_text::decode(text.as_bytes(), REFUSED).as_ref(), Ok(&wanted), "{text}");
            for next in 0..after.len().min(17) {
                let (between, rest) = (after.get(..next).unwrap(), after.get(next + 1..).unwrap());
                let wanted = STANDARD.decode(format!("{before}{symbol}{between}/{rest}")).unwrap();
                let text = format!("{before}{escape}{between}%2F{rest}");
                assert_eq!(base64_text::decode(text.as_bytes(), REFUSED).as_ref(), Ok(&wanted), "{text}");
            }
        }
        for (escape, fault) in [
            ("%2G", Base64Fault::PercentEncoding),
            ("%%2", Base64Fault::PercentEncoding),
            ("%25", Base64Fault::Character),
            ("%C3", Base64Fault::Character),
            ("-", Base64Fault::Character),
            ("+", Base64Fault::LiteralPlus),
        ] {
            let text = format!("{before}{escape}{after}");
            assert_eq!(base64_text::decode(text.as_bytes(), REFUSED), Err(fault), "{text}");
        }
    }
}

/// Pieces of `step` symbols, each symbol an octet or an escape.
fn lines(text: &str, step: usize) -> Vec<String> {
    let mut symbols = Vec::new();
    let mut octets = text.chars();
    while let Some(first) = octets.next() {
        let more = if first == '%' { 2 } else { 0 };
        symbols.push(std::iter::once(first).chain(octets.by_ref().take(more)).collect::<String>());
    }
    symbols.chunks(step).map(|line| line.concat()).collect()
}

#[test]
fn base64_has_one_form() {
    use Base64Fault::{Character, LiteralPlus as Plus, Padding, PercentEncoding, TrailingBits};
    for (text, plus, fault) in [
        // Length and padding.
        ("Q", REFUSED, Padding),
        ("QQ", REFUSED, Padding),
        ("QQ=", REFUSED, Padding),
        ("QUI", REFUSED, Padding),
        ("QQ===", REFUSED, Padding),
        ("QUI==", REFUSED, Padding),
        ("QUJD=", REFUSED, Padding),
        ("=", REFUSED, Padding),
        ("====", REFUSED, Padding),
        ("Q===", REFUSED, Padding),
        ("QQ==QQ==", REFUSED, Padding),
        ("QQ==Q", REFUSED, Padding),
        ("Q=Q=", REFUSED, Padding),
        ("QUJDQQ%3D", SPACE, Padding),
        // Bits that belong to no octet.
        ("QR==", REFUSED, TrailingBits),
        ("QUJ=", REFUSED, TrailingBits),
        ("Q/==", REFUSED, TrailingBits),
        // Other alphabets, garbage, the unescaped plus.
        ("QUI-", REFUSED, Character),
        ("QUI_", SPACE, Character),
        ("QUJD\u{e9}", REFUSED, Character),
        ("QUJD%00", REFUSED, Character),
        ("QUJD.", REFUSED, Character),
        ("QUJD%25", REFUSED, Character),
        ("QUJD&amp;", REFUSED, Character),
        ("QUJD\u{b}", REFUSED, Character),
        ("Q+JD", REFUSED, Plus),
        ("QQ==+", REFUSED, Plus),
        ("Q+JD", SPACE, Padding),
        // Escapes.
        ("QUJD%", REFUSED, PercentEncoding),
        ("QUJD%2", REFUSED, PercentEncoding),
        ("QUJD%2G", REFUSED, PercentEncoding),
        ("QUJD%+1", REFUSED, PercentEncoding),
        ("QUJD%u0041", REFUSED, PercentEncoding),
    ] {
        assert_eq!(base64_text::decode(text.as_bytes(), plus), Err(fault), "{text:?}");
    }
}

#[test]
fn percent_decoding_is_strict() {
    assert_eq!(percent::decode(b"a+b%20%2b%c3%A9%00").unwrap(), b"a b +\xc3\xa9\0");
    for text in ["%", "a%", "%4", "%4g", "%%41", "% 41"] {
        assert!(percent::decode(text.as_bytes()).is_err(), "{text:?}");
    }
    let mut encoded = String::new();
    percent::encode_into(&mut encoded, "AZaz09-._~ +&=%/é\0");
    assert_eq!(encoded, "AZaz09-._~%20%2B%26%3D%25%2F%C3%A9%00");
}

fn encoded<W: Write>(
    mut encoder: W,
    octets: &[u8],
    finish: impl FnOnce(W) -> std::io::Result<Vec<u8>>,
) -> Vec<u8> {
    encoder.write_all(octets).unwrap();
    finish(encoder).unwrap()
}

#[test]
fn inflates_up_to_the_limit_and_not_one_octet_more() {
    let octets: Vec<u8> = (0..100_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    for length in [0, 1, 15, 16_383, 16_384, 16_385, 40_000, 100_000] {
        for level in [Compression::none(), Compression::fast(), Compression::best()] {
            let compressed =
                encoded(DeflateEncoder::new(Vec::new(), level), &octets[..length], DeflateEncoder::finish);
            assert_eq!(inflate(&compressed, length).unwrap(), octets[..length]);
            assert_eq!(inflate(&compressed, usize::MAX).unwrap(), octets[..length]);
            if length > 0 {
                assert_eq!(inflate(&compressed, length - 1), Err(InflateError::TooLarge));
            }
        }
        assert_eq!(inflate(&deflate(&octets[..length]), length).unwrap(), octets[..length]);
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let bomb = deflate(&vec![b'a'; 32 * 1024 * 1024]);
    assert!(bomb.len() < 32 * 1024 * 1024 / 1000, "{}", bomb.len());
    let limit = 256 * 1024;
    let started = std::time::Instant::now();
    assert_eq!(inflate(&bomb, limit), Err(InflateError::TooLarge));
    let bounded = started.elapsed();
    // Compared with what the same stream costs when nothing stops it, so that a slow machine changes nothing.
    let started = std::time::Instant::now();
    assert_eq!(inflate(&bomb, usize::MAX).unwrap().len(), 32 * 1024 * 1024);
    assert!(bounded * 10 < started.elapsed(), "{bounded:?}");
}

#[test]
fn inflates_raw_streams_that_end_exactly() {
    let text = b"<samlp:AuthnRequest/>";
    let raw = deflate(text);
    let fault = |octets: &[u8]| match inflate(octets, 1_000) {
        Err(InflateError::Fault(fault)) => fault,
        other => panic!("{other:?}"),
    };
    for length in 0..raw.len() {
        assert_eq!(fault(&raw[..length]), DeflateFault::Truncated, "{length}");
    }
    assert_eq!(fault(&[raw.as_slice(), b"\0"].concat()), DeflateFault::TrailingOctets);
    assert_eq!(fault(&[raw.as_slice(), raw.as_slice()].concat()), DeflateFault::TrailingOctets);
    let level = Compression::default();
    let zlib = encoded(ZlibEncoder::new(Vec::new(), level), text, ZlibEncoder::finish);
    assert_eq!(fault(&zlib), DeflateFault::ZlibHeader);
    let gzip = encoded(GzEncoder::new(Vec::new(), level), text, GzEncoder::finish);
    assert_eq!(fault(&gzip), DeflateFault::GzipHeader);
    assert_eq!(fault(text), DeflateFault::Corrupt);
}

#[test]
fn an_endless_stream_of_empty_blocks_ends_with_its_octets() {
    // Stored blocks of no octets, none of them the last.
    let empty_blocks = [0, 0, 0, 0xff, 0xff].repeat(50_000);
    assert_eq!(inflate(&empty_blocks, 1_000), Err(InflateError::Fault(DeflateFault::Truncated)));
}

#[test]
fn a_name_counts_only_if_it_is_literal() {
    for name in ["%53AMLResponse", "SAMLRespons%65", "SAML%52esponse", "%53%41%4D%4c%52%65%73%70%6F%6e%73%65"]
    {
        for query in
            [format!("{name}=a"), format!("SAMLResponse=a&{name}=b"), format!("{name}=b&SAMLResponse=a")]
        {
            let error = Parameters::split(query.as_bytes()).unwrap_err();
            assert_eq!(error.code().as_str(), "binding.parameter_encoded_name", "{query}");
            assert_eq!(error.found().as_deref(), Some(name));
        }
    }
    for parameter in ["Relay%53tate", "Sig%41lg", "%53ignature", "SAML%45ncoding", "%53AMLRequest"] {
        assert!(Parameters::split(format!("SAMLResponse=a&{parameter}").as_bytes()).is_err(), "{parameter}");
    }
    // None of these is a name of ours to any reader that decodes names as forms are decoded.
    for name in
        ["samlresponse", "SAMLResponse%20", "%2553AMLResponse", "SAMLResponse%", "%zzSAMLResponse", "", "+"]
    {
        let parameters = Parameters::split(name.as_bytes()).unwrap();
        assert!(matches!(parameters.message(), Err(BindingError::ParameterMissing)), "{name}");
    }
}

#[test]
fn each_parameter_stands_there_once() {
    for name in ["SAMLRequest", "SAMLResponse", "RelayState", "SAMLEncoding", "SigAlg", "Signature"] {
        for query in
            [format!("{name}=a&{name}=a"), format!("{name}&x=y&{name}=a"), format!("{name}=&{name}=")]
        {
            let error = Parameters::split(query.as_bytes()).unwrap_err();
            assert_eq!(error.code().as_str(), "binding.parameter_duplicated", "{query}");
        }
    }
    assert!(Parameters::split(b"x=1&x=2&&&=&SAMLRequest=a").is_ok());
}

#[test]
fn urls_that_a_browser_may_be_sent_to() {
    for (url, origin, query, has_fragment) in [
        ("https://sp.example", "https://sp.example", None, false),
        ("https://sp.example/acs", "https://sp.example", None, false),
        ("HTTPS://SP.example:8443/acs?a=b?c#d?e", "HTTPS://SP.example:8443", Some("a=b?c"), true),
        ("http://localhost:80?", "http://localhost:80", Some(""), false),
        ("http://127.0.0.1/#a?b", "http://127.0.0.1", None, true),
        ("https://[::1]:8443/", "https://[::1]:8443", None, false),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]", None, false),
        ("https://a_b.example/acs?u=https://x@y:z/", "https://a_b.example", Some("u=https://x@y:z/"), false),
    ] {
        let parsed = WebUrl::parse(url).unwrap();
        assert_eq!(
            (parsed.origin, parsed.query, parsed.has_fragment),
            (origin, query, has_fragment),
            "{url}"
        );
    }
}

#[test]
fn urls_that_no_browser_is_sent_to() {
    use DestinationFault::{Authority, Character, NotAbsoluteHttp};
    for (url, fault) in [
        ("", NotAbsoluteHttp),
        ("/acs", NotAbsoluteHttp),
        ("//sp.example/acs", NotAbsoluteHttp),
        ("sp.example/acs", NotAbsoluteHttp),
        ("javascript:alert(1)", NotAbsoluteHttp),
        ("javascript://sp.example/%0Aalert(1)", NotAbsoluteHttp),
        ("JavaScript:alert(1)//https://x", NotAbsoluteHttp),
        ("data:text/html,<script>alert(1)</script>", NotAbsoluteHttp),
        (" https://sp.example/", NotAbsoluteHttp),
        ("\u{1}https://sp.example/", NotAbsoluteHttp),
        ("ftp://sp.example/", NotAbsoluteHttp),
        ("https:sp.example", NotAbsoluteHttp),
        ("https://sp.example/a b", Character),
        ("https://sp.example/\r\nSet-Cookie: a=b", Character),
        ("https://sp.example/\"><script>", Character),
        ("https://sp.example\\@evil.example/", Character),
        ("https://sp.example/é", Character),
        ("https://", Authority),
        ("https:///acs", Authority),
        ("https://?", Authority),
        ("https://user@sp.example/", Authority),
        ("https://sp.example@evil.example/", Authority),
        ("https://sp.example;script-src/", Authority),
        ("https://sp.example:/", Authority),
        ("https://sp.example:0/", Authority),
        ("https://sp.example:65536/", Authority),
        ("https://sp.example:+80/", Authority),
        ("https://sp.example:80:80/", Authority),
        ("https://[::g]/", Authority),
        ("https://*/", Authority),
    ] {
        assert_eq!(WebUrl::parse(url), Err(fault), "{url:?}");
    }
}

#[test]
fn errors_show_what_a_peer_sent_only_where_they_may() {
    let secret = "PEERTEXT";
    for error in [
        BindingError::ParameterEncodedName { parameter: Parameter::SamlResponse, found: secret.to_owned() },
        BindingError::Encoding { found: secret.to_owned() },
        BindingError::ContentType { found: Some(secret.to_owned()) },
        BindingError::Destination { fault: DestinationFault::Character, found: secret.to_owned() },
    ] {
        let text = error.to_string();
        assert!(!text.contains(secret) && !text.contains('\n'), "{text}");
        assert!(error.found().unwrap().contains(secret));
        assert!(error.expected().is_some());
    }
}

#[test]
fn quotes_of_a_peer_are_short() {
    let long = "é".repeat(10_000);
    let error = post::decode(Some(&long), b"", &crate::base::Limits::MESSAGE).unwrap_err();
    assert_eq!(error.found().unwrap().chars().count(), 128);
}
