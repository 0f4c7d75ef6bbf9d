//! How a file holds a message.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use percent_encoding::percent_decode;
use serde::{Deserialize, Serialize};

/// The most octets that are inflated.
const MAX_INFLATED: u64 = 8 * 1024 * 1024;

/// How a file holds a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Encoding {
    /// XML as it is.
    #[serde(rename = "xml")]
    Xml,
    /// Anything else as it is: a form, a query.
    #[serde(rename = "raw")]
    Raw,
    /// Base64, with any white space.
    #[serde(rename = "base64")]
    Base64,
    /// Base64 of raw DEFLATE.
    #[serde(rename = "deflate+base64")]
    DeflateBase64,
    /// Percent-encoded Base64.
    #[serde(rename = "url+base64")]
    UrlBase64,
}

impl Encoding {
    /// The message in a file's octets; `None` if they don't hold one.
    #[must_use]
    pub fn decode(self, octets: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Xml | Self::Raw => Some(octets.to_vec()),
            Self::Base64 => base64(octets),
            Self::UrlBase64 => base64(&percent_decode(octets.trim_ascii()).collect::<Vec<u8>>()),
            Self::DeflateBase64 => {
                let mut xml = Vec::new();
                let compressed = base64(octets)?;
                DeflateDecoder::new(compressed.as_slice()).take(MAX_INFLATED).read_to_end(&mut xml).ok()?;
                Some(xml)
            }
        }
    }
}

fn base64(octets: &[u8]) -> Option<Vec<u8>> {
    let dense: Vec<u8> = octets.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).ok()
}
