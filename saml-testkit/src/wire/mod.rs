//! Finding the message in what people copy from browsers, logs and mails.
//!
//! More is tolerated here than a receiver may: the bindings of `saml-core` have the last word on what was sent properly.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use saml_core::base::Limits;
use saml_core::bindings::{BindingError, MessageParameter, post, redirect};

/// The form type that [`post::decode`] asks for.
const FORM: &str = "application/x-www-form-urlencoded";

/// One layer around a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrapping {
    /// A whole URL with a query.
    Url,
    /// The parameter of a query or a form.
    Parameter(MessageParameter),
    /// Percent-encoding.
    PercentEncoding,
    /// Base64.
    Base64,
    /// DEFLATE.
    Deflate,
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "URL",
            Self::Parameter(parameter) => parameter.name(),
            Self::PercentEncoding => "percent-encoding",
            Self::Base64 => "Base64",
            Self::Deflate => "DEFLATE",
        })
    }
}

/// A message as it was found.
#[derive(Debug)]
pub struct Received {
    /// The XML: nothing is known of it but its first character.
    pub xml: Vec<u8>,
    /// The layers that were taken off, the outermost first; none for plain XML.
    pub wrapping: Vec<Wrapping>,
    /// The query as it was received, if the message came in one and the binding could read it. A signature over it
    /// can be checked.
    pub query: Option<String>,
    /// What travelled with it.
    pub relay_state: Option<String>,
    /// Why a strict receiver would not have taken the message from this query or form.
    pub fault: Option<BindingError>,
}

impl Received {
    /// The layers in words: `URL, SAMLRequest, Base64, DEFLATE`.
    #[must_use]
    pub fn describe(&self) -> String {
        if self.wrapping.is_empty() {
            return "XML".to_owned();
        }
        self.wrapping.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// Finds the message in `octets`: XML, Base64, DEFLATE in Base64, percent-encoded or not, a form, a query, a URL.
///
/// More is tolerated than a receiver would: this looks at what was sent. What a strict receiver would have said is
/// in [`Received::fault`].
#[must_use]
pub fn recognise(octets: Vec<u8>) -> Option<Received> {
    let plain = |xml| Received { xml, wrapping: Vec::new(), query: None, relay_state: None, fault: None };
    if begins_like_xml(&octets) {
        return Some(plain(octets));
    }
    let text = std::str::from_utf8(&octets).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let query = match url_query(text) {
        Some(query) => Some((query, true)),
        None => Some((text.trim_start_matches('?'), false)),
    };
    if let Some((query, is_url)) = query.filter(|(query, _)| parameter(query).is_some()) {
        let mut received = plain(Vec::new());
        if is_url {
            received.wrapping.push(Wrapping::Url);
        }
        return from_parameters(query, received);
    }
    let mut received = plain(Vec::new());
    received.xml = from_value(text, &mut received.wrapping)?;
    Some(received)
}

/// A document may begin with a byte order mark, or be in an encoding that the parser then refuses by name.
fn begins_like_xml(octets: &[u8]) -> bool {
    let utf16 = octets.starts_with(&[0xff, 0xfe]) || octets.starts_with(&[0xfe, 0xff]);
    let rest = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    utf16 || rest.trim_ascii_start().first() == Some(&b'<')
}

fn url_query(text: &str) -> Option<&str> {
    let scheme = text.split_once("://")?.0;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let before_fragment = text.split('#').next()?;
    before_fragment.split_once('?').map(|(_, query)| query)
}

/// The first of the two parameters that carry messages, with its raw value.
fn parameter(query: &str) -> Option<(MessageParameter, &str)> {
    query.split('&').find_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        let known = [MessageParameter::SamlRequest, MessageParameter::SamlResponse];
        Some((known.into_iter().find(|parameter| parameter.name() == name)?, value))
    })
}

/// As the bindings read it if they can; else whatever the first parameter holds.
fn from_parameters(query: &str, mut received: Received) -> Option<Received> {
    let by_redirect = redirect::decode(query, &limits());
    let by_post = post::decode(Some(FORM), query.as_bytes(), &limits());
    match (by_redirect, by_post) {
        (Ok(message), _) => {
            received.wrapping.push(Wrapping::Parameter(message.parameter()));
            received.wrapping.extend([Wrapping::Base64, Wrapping::Deflate]);
            received.relay_state = message.relay_state().map(|state| state.as_str().to_owned());
            received.query = Some(query.to_owned());
            received.xml = message.unverified_xml().to_vec();
        }
        (Err(_), Ok(message)) => {
            received.wrapping.extend([Wrapping::Parameter(message.parameter), Wrapping::Base64]);
            received.relay_state = message.relay_state.map(|state| state.as_str().to_owned());
            received.xml = message.xml;
        }
        (Err(redirect_fault), Err(post_fault)) => {
            let (parameter, value) = parameter(query)?;
            received.wrapping.push(Wrapping::Parameter(parameter));
            received.xml = from_value(value, &mut received.wrapping)?;
            let deflated = received.wrapping.contains(&Wrapping::Deflate);
            let in_url = received.wrapping.contains(&Wrapping::Url);
            received.fault = Some(if deflated && in_url { redirect_fault } else { post_fault });
        }
    }
    Some(received)
}

/// Base64, percent-encoded or not, of XML or of DEFLATE of XML.
fn from_value(text: &str, wrapping: &mut Vec<Wrapping>) -> Option<Vec<u8>> {
    let text = if text.contains('%') {
        wrapping.push(Wrapping::PercentEncoding);
        percent_decode_str(text).decode_utf8().ok()?
    } else {
        Cow::Borrowed(text)
    };
    if begins_like_xml(text.as_bytes()) {
        return Some(text.into_owned().into_bytes());
    }
    wrapping.push(Wrapping::Base64);
    let decoded = decode_base64(&text)?;
    if begins_like_xml(&decoded) {
        return Some(decoded);
    }
    wrapping.push(Wrapping::Deflate);
    inflate(&decoded).filter(|xml| begins_like_xml(xml))
}

/// Base64 of either alphabet, padded or not, with any white space.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let dense: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    (!dense.is_empty()).then(|| GeneralPurpose::new(&ALPHABET, lenient).decode(dense).ok()).flatten()
}

/// The bindings inflate, under their limits.
fn inflate(compressed: &[u8]) -> Option<Vec<u8>> {
    let encoded = STANDARD.encode(compressed);
    let query = format!("SAMLRequest={}", utf8_percent_encode(&encoded, NON_ALPHANUMERIC));
    redirect::decode(&query, &limits()).ok().map(|message| message.unverified_xml().to_vec())
}

/// What an administrator looks at may be larger than what a service takes from strangers.
fn limits() -> Limits {
    Limits { inflated_octets: Limits::METADATA.octets, ..Limits::METADATA }
}
