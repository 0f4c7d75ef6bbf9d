//! Why a file is no store, and what SQLite's faults mean to a caller.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::{EngineFailure, StoreError};

/// Why a file could not be opened as a store. It was left as it is: no fault makes the engine start with an empty one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The path, or the directory that it lies in, can't be used: it is missing, a link, no file, or open to others.
    #[error("the store's file {path:?} can't be used: {why}")]
    Access {
        /// The path as it was given.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// The file is an SQLite database of another program.
    #[error("the file {path:?} belongs to another program (application {application})")]
    Foreign {
        /// The path as it was given.
        path: PathBuf,
        /// SQLite's `application_id` in it.
        application: i64,
    },
    /// The file was written by a newer version of this engine.
    #[error("the store's file {path:?} has format {found}, and this program knows {known}")]
    NewerFormat {
        /// The path as it was given.
        path: PathBuf,
        /// The format of the file.
        found: i64,
        /// The newest format that this engine knows.
        known: i64,
    },
    /// The engine failed while it opened the file: damaged, a full disk, a read-only disk.
    #[error("the store's file {path:?} can't be opened")]
    Engine {
        /// The path as it was given.
        path: PathBuf,
        /// What it failed of.
        #[source]
        error: StoreError,
    },
}

impl OpenError {
    /// The stable, dotted name of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Access { .. } => "store.file_access",
            Self::Foreign { .. } => "store.foreign_file",
            Self::NewerFormat { .. } => "store.newer_format",
            Self::Engine { error, .. } => error.code(),
        }
    }
}

/// What a fault of SQLite means. It may be told to each caller of a group, so that the text is copied.
pub(super) fn meaning(error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
    let failure = EngineFailure::from(error.to_string());
    if code == Some(ErrorCode::DiskFull) {
        StoreError::NoSpace(failure)
    } else if code == Some(ErrorCode::ReadOnly) {
        StoreError::ReadOnly(failure)
    } else if code == Some(ErrorCode::DatabaseCorrupt) || code == Some(ErrorCode::NotADatabase) {
        StoreError::Corrupt(failure)
    } else {
        StoreError::Unavailable(failure)
    }
}

/// The engine can't answer, for a reason of its own.
pub(super) fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(EngineFailure::from(why))
}
