//! Floor 2: textual wrappings of certificates and keys, as people paste them.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 whose final `=` may be missing; everything else stays strict.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One block between `-----BEGIN label-----` and `-----END label-----`.
pub(super) struct PemBlock<'a> {
    pub(super) label: &'a str,
    pub(super) body: &'a str,
}

/// The blocks of a PEM text in order; text around them is ignored [RFC 7468 §2].
///
/// Line ends may be missing: a text whose lines were joined by blanks is read as well (NET-14). A block without its
/// end, or with the end of another label, ends the sequence.
pub(super) struct PemBlocks<'a> {
    rest: &'a str,
}

impl<'a> PemBlocks<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text }
    }
}

impl<'a> Iterator for PemBlocks<'a> {
    type Item = PemBlock<'a>;

    fn next(&mut self) -> Option<PemBlock<'a>> {
        let (_, after_begin) = self.rest.split_once(BEGIN)?;
        let (label, after_label) = after_begin.split_once(DASHES)?;
        let (body, after_body) = after_label.split_once(END)?;
        self.rest = after_body.strip_prefix(label)?.strip_prefix(DASHES)?;
        Some(PemBlock { label, body })
    }
}

/// Whether the text claims to be PEM.
pub(super) fn is_pem(text: &str) -> bool {
    text.contains(BEGIN)
}

/// Base64 with white space anywhere.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text.bytes().filter(|octet| !is_blank(*octet)).collect();
    BASE64.decode(compact).ok()
}

/// Base64 in one line, padded.
pub(super) fn encode_base64(octets: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(octets)
}

/// A PEM text with lines of 64 characters [RFC 7468 §2].
pub(super) fn encode_pem(label: &str, octets: &[u8]) -> String {
    const LINE: usize = 64;
    let base64 = encode_base64(octets);
    let mut text = format!("{BEGIN}{label}{DASHES}\n");
    let mut rest = base64.as_str();
    while let Some((line, after)) = rest.split_at_checked(LINE) {
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    if !rest.is_empty() {
        text.push_str(rest);
        text.push('\n');
    }
    text.push_str(&format!("{END}{label}{DASHES}\n"));
    text
}

const fn is_blank(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\r' | b'\n')
}
