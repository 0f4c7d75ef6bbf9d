//! Finding the message in what people copy from browsers, logs and mails.
//!
//! This code tolerates more than a receiver may. The bindings of `saml-core` decide whether a message was sent
//! properly.

mod json;
pub(crate) mod page;
mod pasted;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};
use saml_core::base::Limits;
use saml_core::bindings::{BindingError, MessageParameter, post, redirect};
use saml_core::xml::Document;

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
    /// An HTML page with a form.
    Page,
    /// JSON, such as the log of a browser (HAR).
    Json,
    /// Some other text: a command line, a line of a log, the output of a browser's tools.
    Text,
    /// Quotation marks.
    Quotes,
    /// Markup or text with its signs escaped.
    Escapes,
    /// Base64 with spaces in place of `+`: it was decoded once too often.
    SpacesForPlus,
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "URL",
            Self::Parameter(parameter) => parameter.name(),
            Self::PercentEncoding => "percent-encoding",
            Self::Base64 => "Base64",
            Self::Deflate => "DEFLATE",
            Self::Page => "HTML page",
            Self::Json => "JSON",
            Self::Text => "text",
            Self::Quotes => "quotation marks",
            Self::Escapes => "escaped markup",
            Self::SpacesForPlus => "spaces where + should be",
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
    const fn plain(xml: Vec<u8>) -> Self {
        Self { xml, wrapping: Vec::new(), query: None, relay_state: None, fault: None }
    }

    /// The layers in words: `URL, SAMLRequest, Base64, DEFLATE`.
    #[must_use]
    pub fn describe(&self) -> String {
        if self.wrapping.is_empty() {
            return "XML".to_owned();
        }
        self.wrapping.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// Finds the message in `octets`: XML, Base64, DEFLATE in Base64, percent-encoded or not, a form, a query, a URL; also
/// what people paste: a page with a form, JSON (HAR), a command line, a labelled or quoted value, escaped markup.
///
/// This tolerates more than a receiver would. [`Received::fault`] holds the error of a strict receiver. The content of
/// the innermost layer is returned octet for octet, so that recognising the form doesn't change what is judged.
#[must_use]
pub fn recognise(octets: Vec<u8>) -> Option<Received> {
    let is_page = || std::str::from_utf8(&octets).is_ok_and(pasted::is_page);
    if begins_like_xml(&octets) && !is_page() {
        let escaped = || {
            std::str::from_utf8(&octets).ok().and_then(|text| recognise_text(text, &mut MOST_TRIES.clone()))
        };
        // A well-formed document is taken as it is, even if it looks escaped.
        let looks_escaped = octets.windows(3).take(LOOK_AHEAD).any(|three| three == b"=\\\"")
            && Document::parse(octets.clone(), &limits()).is_err();
        return looks_escaped.then(escaped).flatten().or_else(|| Some(Received::plain(octets)));
    }
    recognise_text(std::str::from_utf8(&octets).ok()?, &mut MOST_TRIES.clone())
}

/// The most texts that are searched for one message. Each may be as long as the input, and a log may name the parameter
/// a thousand times.
const MOST_TRIES: u32 = 24;
/// Percent-encoding upon percent-encoding that is taken off.
const MOST_LAYERS: usize = 4;
/// The octets that are searched for signs of escaping.
const LOOK_AHEAD: usize = 4096;

/// Finds the message in a text, as long as tries are left.
fn recognise_text(text: &str, tries: &mut u32) -> Option<Received> {
    *tries = tries.checked_sub(1)?;
    if begins_like_xml(text.as_bytes()) && !text.contains("=\\\"") && !pasted::is_page(text) {
        return Some(Received::plain(text.as_bytes().to_vec()));
    }
    // Beginnings and ends of files, which belong to no encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    let (query, is_url) = match url_query(text) {
        Some(query) => (query, true),
        None => (text.trim_start_matches('?'), false),
    };
    if parameter(query).is_some() {
        let mut received = Received::plain(Vec::new());
        if is_url {
            received.wrapping.push(Wrapping::Url);
        }
        if let Some(received) = from_parameters(query, received) {
            return Some(received);
        }
    }
    let mut received = Received::plain(Vec::new());
    if !begins_like_xml(text.as_bytes())
        && let Some(xml) = from_value(text, &mut received.wrapping)
    {
        return Some(Received { xml, ..received });
    }
    pasted::unwrap(text).find_map(|outer| {
        let mut received = recognise_text(&outer.text, tries)?;
        received.wrapping = [outer.wrapping, received.wrapping].concat();
        received.relay_state = received.relay_state.or(outer.relay_state);
        Some(received)
    })
}

/// Whether the parser is to judge these octets as they are: they are in an encoding that it refuses by name, or the
/// first of them that is neither a byte order mark nor white space of any kind begins markup.
///
/// Also if there are more of them than a document may begin with. Taking that off would be to judge another document.
#[must_use]
pub fn begins_like_xml(octets: &[u8]) -> bool {
    let utf16 = octets.starts_with(&[0xff, 0xfe]) || octets.starts_with(&[0xfe, 0xff]);
    let is_blank = |c: char| c == '\u{feff}' || c.is_whitespace();
    let first = octets.utf8_chunks().flat_map(|chunk| {
        let invalid = (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(invalid)
    });
    utf16 || first.skip_while(|c| is_blank(*c)).take(1).any(|c| c == '<')
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
        (Ok(message), Err(_)) => take_redirected(&mut received, query, &message),
        // Octets that are XML as they are may happen to be DEFLATE of something else.
        (Ok(message), Ok(_)) if begins_like_xml(message.unverified_xml()) => {
            take_redirected(&mut received, query, &message);
        }
        (_, Ok(message)) => {
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

fn take_redirected(received: &mut Received, query: &str, message: &redirect::RedirectMessage) {
    received.wrapping.push(Wrapping::Parameter(message.parameter()));
    received.wrapping.extend([Wrapping::Base64, Wrapping::Deflate]);
    received.relay_state = message.relay_state().map(|state| state.as_str().to_owned());
    received.query = Some(query.to_owned());
    received.xml = message.unverified_xml().to_vec();
}

/// Base64, percent-encoded or not, of XML or of DEFLATE of XML. `wrapping` gets the layers, if there is such a thing.
fn from_value(text: &str, wrapping: &mut Vec<Wrapping>) -> Option<Vec<u8>> {
    let mut layers = Vec::new();
    let mut octets = Cow::Borrowed(text.as_bytes());
    // A text from a log may be encoded once more often than the message was. A sign in the document is its own.
    while octets.contains(&b'%') && !begins_like_xml(&octets) && layers.len() < MOST_LAYERS {
        layers.push(Wrapping::PercentEncoding);
        octets = Cow::Owned(percent_decode(&octets).collect());
    }
    let xml = if begins_like_xml(&octets) {
        octets.into_owned()
    } else {
        from_base64(std::str::from_utf8(&octets).ok()?, &mut layers)?
    };
    wrapping.append(&mut layers);
    Some(xml)
}

/// The document in Base64, deflated or not. A space is white space, or else a `+` that was decoded once too often.
fn from_base64(text: &str, layers: &mut Vec<Wrapping>) -> Option<Vec<u8>> {
    let with_plus = || text.trim().contains(' ').then(|| text.trim().replace(' ', "+"));
    let readings = [Some(Cow::Borrowed(text)), with_plus().map(Cow::Owned)];
    let ambiguous = readings.iter().flatten().count() > 1;
    let mut doubtful = None;
    for (reading, damage) in readings.iter().flatten().zip([None, Some(Wrapping::SpacesForPlus)]) {
        let Some(decoded) = decode_base64(reading) else { continue };
        let mut taken: Vec<Wrapping> = damage.into_iter().chain([Wrapping::Base64]).collect();
        let xml = if begins_like_xml(&decoded) {
            Some(decoded)
        } else {
            taken.push(Wrapping::Deflate);
            inflate(&decoded).filter(|xml| begins_like_xml(xml))
        };
        // Base64 with missing characters decodes to the right beginning, followed by rubbish.
        let is_whole = |xml: &[u8]| !ambiguous || Document::parse(xml.to_vec(), &limits()).is_ok();
        match xml {
            Some(xml) if is_whole(&xml) => {
                layers.append(&mut taken);
                return Some(xml);
            }
            Some(xml) => doubtful = doubtful.or(Some((xml, taken))),
            None => {}
        }
    }
    let (xml, mut taken) = doubtful?;
    layers.append(&mut taken);
    Some(xml)
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

/// An administrator may look at larger messages than a service accepts from strangers.
fn limits() -> Limits {
    Limits { inflated_octets: Limits::METADATA.octets, ..Limits::METADATA }
}
