//! Why a manifest can't be replayed.

use std::path::PathBuf;

/// Why a manifest, or a case of it, can't be replayed: a fault of the manifest, not of the message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A file can't be read.
    #[error("{} can't be read", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is larger than any message or manifest.
    #[error("{} is larger than {} MiB", path.display(), limit / (1024 * 1024))]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// The most octets.
        limit: u64,
    },
    /// Not a manifest.
    #[error("{} is not a manifest", path.display())]
    Json {
        /// Which.
        path: PathBuf,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// A field that says nothing usable.
    #[error("case {case}: {field} can't be used")]
    Field {
        /// Which case.
        case: String,
        /// Which field.
        field: &'static str,
    },
}
