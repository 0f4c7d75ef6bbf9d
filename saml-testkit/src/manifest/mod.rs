//! Manifests: recorded messages with a frozen clock and the verdict that each must get.
//!
//! A manifest is a JSON file beside the messages. Each case names a message, most often a Response, the peer with its
//! pinned certificates, our side, the instant, the relaxations that the peer's policy grants, and the expected outcome.

mod case;
mod encoding;
mod error;
mod pending;
mod replay;

pub use case::{Case, Expectation, IdentityProvider, Message, ServiceProvider};
pub use encoding::Encoding;
pub use error::ManifestError;
pub use pending::{Comparison, Pending, Requested};
pub use replay::{Mismatch, Outcome, Replayed, replay, replay_cross_checked};

use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The most octets of a manifest, and of each file that it names.
const MAX_OCTETS: u64 = 24 * 1024 * 1024;

/// Cases together with the folder that their paths are relative to.
#[derive(Debug)]
pub struct Manifest {
    folder: PathBuf,
    cases: Vec<Case>,
}

impl Manifest {
    /// Reads a manifest file; its paths are relative to its folder.
    ///
    /// # Errors
    /// The file can't be read, or is not a manifest.
    pub fn read(path: &Path) -> Result<Self, ManifestError> {
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        Self::parse(&read(path)?, path, folder)
    }

    /// Reads the octets of a manifest that came from `name`, whose paths are relative to `folder`.
    ///
    /// # Errors
    /// They are not a manifest.
    pub fn parse(octets: &[u8], name: &Path, folder: PathBuf) -> Result<Self, ManifestError> {
        let file: File = serde_json::from_slice(octets)
            .map_err(|source| ManifestError::Json { path: name.to_owned(), source })?;
        Ok(Self { folder, cases: file.cases })
    }

    /// The cases, in the file's order.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// The folder that paths are relative to.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[derive(serde::Deserialize, serde::Serialize)]
struct File<C = Vec<Case>> {
    cases: C,
}

/// A manifest of these cases, as text.
///
/// # Errors
/// None that is known: nothing in a case can't be written.
pub fn write(cases: &[Case]) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&File { cases })?;
    text.push('\n');
    Ok(text)
}

/// A file, as far as a manifest or a message may be long.
fn read(path: &Path) -> Result<Vec<u8>, ManifestError> {
    let failed = |source| ManifestError::File { path: path.to_owned(), source };
    let mut octets = Vec::new();
    // One octet beyond the limit tells a file that fills it from one that exceeds it.
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_OCTETS.saturating_add(1)).read_to_end(&mut octets).map_err(failed)?;
    if u64::try_from(octets.len()).unwrap_or(u64::MAX) > MAX_OCTETS {
        return Err(ManifestError::TooLarge { path: path.to_owned(), limit: MAX_OCTETS });
    }
    Ok(octets)
}
