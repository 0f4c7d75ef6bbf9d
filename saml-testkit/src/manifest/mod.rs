//! Manifests: recorded messages with a frozen clock and the verdict that each must get.
//!
//! A manifest is a JSON file beside the messages. Each case names a Response, the peer with its pinned certificates,
//! our side, the instant, the relaxations that the peer's policy grants, and what must come out.

mod case;
mod encoding;
mod error;
mod replay;

pub use case::{Case, Expectation, IdentityProvider, ServiceProvider};
pub use encoding::Encoding;
pub use error::ManifestError;
pub use replay::{Mismatch, Outcome, Replayed, replay};

use std::path::{Path, PathBuf};

/// Cases together with the folder that their paths are relative to.
#[derive(Debug)]
pub struct Manifest {
    folder: PathBuf,
    cases: Vec<Case>,
}

impl Manifest {
    /// Reads a manifest file.
    ///
    /// # Errors
    /// The file can't be read, or is not a manifest.
    pub fn read(path: &Path) -> Result<Self, ManifestError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ManifestError::File { path: path.to_owned(), source })?;
        let file: File = serde_json::from_str(&text)
            .map_err(|source| ManifestError::Json { path: path.to_owned(), source })?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
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

#[derive(serde::Deserialize)]
struct File {
    cases: Vec<Case>,
}
