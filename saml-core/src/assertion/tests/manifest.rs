//! The cases of a manifest under `../shared/fixtures`.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::left_out::left_out;
use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// One case: the manifest's own words about it, and where its file is.
pub(crate) struct Case {
    pub(crate) entry: Value,
    folder: PathBuf,
}

/// The cases of a manifest; `None`, and a line that says so, where the folder is absent.
pub(crate) fn cases(manifest: &str) -> Option<Vec<Case>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures");
    let Ok(text) = std::fs::read_to_string(root.join(manifest)) else {
        left_out("messages of others", &format!("there is no {manifest}"));
        return None;
    };
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let entries = manifest["cases"].as_array().unwrap();
    Some(entries.iter().map(|entry| Case { entry: entry.clone(), folder: root.clone() }).collect())
}

impl Case {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.entry[field].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> &str {
        self.text("id")
    }

    /// Whether the manifest wants the message read.
    pub(crate) fn must_read(&self) -> bool {
        matches!(self.text("expect"), "accept" | "parse")
    }

    /// The XML, undone of the encoding that the manifest names; `None` if it isn't in that encoding.
    pub(crate) fn octets(&self) -> Option<Vec<u8>> {
        let file = std::fs::read(self.folder.join(self.text("file"))).unwrap();
        match self.text("encoding") {
            "xml" => Some(file),
            "base64" => base64(&file),
            "url+base64" => base64(&percent_encoding::percent_decode(&file).collect::<Vec<_>>()),
            "deflate+base64" => {
                let mut inflated = Vec::new();
                let deflated = base64(&file)?;
                flate2::read::DeflateDecoder::new(&*deflated).read_to_end(&mut inflated).ok()?;
                Some(inflated)
            }
            other => panic!("{}: encoding {other}", self.id()),
        }
    }
}

/// Files are wrapped in lines and not always padded.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text: Vec<u8> = text.iter().copied().filter(|octet| !octet.is_ascii_whitespace()).collect();
    GeneralPurpose::new(&base64::alphabet::STANDARD, config).decode(text).ok()
}
