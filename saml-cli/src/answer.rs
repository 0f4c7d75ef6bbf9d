//! How a command ends.

use std::path::PathBuf;

use saml_core::base::{
    ClockSkewOutOfRange, Coded, InvalidEntityId, InvalidInstant, InvalidMessageId, MaxAgeOutOfRange,
    UnknownRelaxation,
};
use saml_core::c14n::C14nError;
use saml_core::crypto::{CryptoError, InvalidKeyName};
use saml_core::dsig::SigningError;
use saml_core::enc::SealingError;
use saml_core::trust::{NoPeerKeys, TrustError};
use saml_core::xml::{WriteError, XmlError};
use saml_sp::PeerError;
use saml_testkit::manifest::ManifestError;

/// The result of a command, which the exit code tells to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done, or accepted: exit code 0.
    Accepted,
    /// Refused, different, or failed: exit code 1.
    Rejected,
}

impl Answer {
    /// `Accepted` for true.
    #[must_use]
    pub const fn of(accepted: bool) -> Self {
        if accepted { Self::Accepted } else { Self::Rejected }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::Rejected => 1,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// A file can't be read.
    #[error("{name} can't be read")]
    Read {
        /// Which.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file can't be written.
    #[error("{} can't be written", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that must be new is there already; it stays as it is.
    #[error("{} is there already: name another file, or remove it", path.display())]
    AlreadyThere {
        /// Which.
        path: PathBuf,
    },
    /// More than any message or metadata file of one entity has.
    #[error("{name} is larger than {} MiB", limit / (1024 * 1024))]
    TooLarge {
        /// Which.
        name: String,
        /// The most octets.
        limit: u64,
    },
    /// No message in any of the forms that are known.
    #[error(
        "{name} holds no SAML message: neither XML nor Base64, DEFLATE in Base64, a form, a URL, a page, a HAR or a command line with one"
    )]
    NotAMessage {
        /// Which.
        name: String,
    },
    /// Text was wanted.
    #[error("{name} is not UTF-8 text")]
    NotText {
        /// Which.
        name: String,
    },
    /// XML that the strict parser refuses.
    #[error("{name} is not a document that can be read{}", details(source))]
    Xml {
        /// Which.
        name: String,
        /// Why.
        source: XmlError,
    },
    /// No element has this ID.
    #[error("no element has the ID {id:?}")]
    NoSuchId {
        /// The ID.
        id: String,
    },
    /// There is no canonical form.
    #[error("{name} can't be canonicalised")]
    C14n {
        /// Which.
        name: String,
        /// Why.
        source: C14nError,
    },
    /// A malformed or unsupported key.
    #[error("the key in {name} can't be used")]
    Key {
        /// Which.
        name: String,
        /// Why.
        source: CryptoError,
    },
    /// A malformed certificate.
    #[error("the certificate in {name} can't be used")]
    Certificate {
        /// Which.
        name: String,
        /// Why.
        source: CryptoError,
    },
    /// The keys make no peer.
    #[error("the peer's keys can't be used")]
    PeerKeys(#[from] NoPeerKeys),
    /// Metadata that can't be read.
    #[error("the metadata in {name} can't be used{}", details(source.as_ref()))]
    Metadata {
        /// Which.
        name: String,
        /// Why.
        source: Box<TrustError>,
    },
    /// Metadata that makes no peer.
    #[error("{0}")]
    Peer(Box<PeerError>),
    /// Metadata that describes no such role.
    #[error("the metadata in {name} describes no {role}")]
    NoRole {
        /// Which.
        name: String,
        /// What was wanted.
        role: &'static str,
    },
    /// An option with a value that says nothing usable.
    #[error("{option}: {reason}")]
    Option {
        /// Which.
        option: &'static str,
        /// Why.
        reason: InvalidValue,
    },
    /// A message can't be signed.
    #[error("{name} can't be signed")]
    Sign {
        /// Which.
        name: String,
        /// Why.
        source: Box<SigningError>,
    },
    /// A message can't be encrypted.
    #[error("{name} can't be encrypted: it needs exactly one assertion in clear, with an ID")]
    Seal {
        /// Which.
        name: String,
        /// Why.
        source: Box<SealingError>,
    },
    /// The encrypted content can't be opened.
    #[error("{name} can't be decrypted{}", details(source.as_ref()))]
    Open {
        /// Which.
        name: String,
        /// Why.
        source: Box<TrustError>,
    },
    /// There is nothing to decrypt.
    #[error("nothing in {name} is encrypted")]
    NothingEncrypted {
        /// Which.
        name: String,
    },
    /// A document can't be written.
    #[error("the document can't be written")]
    Document(#[from] WriteError),
    /// A manifest can't be replayed.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Standard output is gone.
    #[error("standard output can't be written")]
    Output(#[source] std::io::Error),
    /// An answer can't be written as JSON.
    #[error("the answer can't be written as JSON")]
    Json(#[source] serde_json::Error),
    /// The clock of this machine says nothing usable.
    #[error("the clock of this machine is out of range")]
    Clock,
    /// Something else that this command needs.
    #[error(transparent)]
    Command(Box<dyn std::error::Error + Send + Sync>),
}

/// Why the value of an option says nothing usable.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidValue {
    /// Not an entity ID.
    #[error(transparent)]
    EntityId(#[from] InvalidEntityId),
    /// Not an ID of a message.
    #[error(transparent)]
    MessageId(#[from] InvalidMessageId),
    /// Not an instant.
    #[error(transparent)]
    Instant(#[from] InvalidInstant),
    /// Too long.
    #[error(transparent)]
    ClockSkew(#[from] ClockSkewOutOfRange),
    /// The age is zero or too long.
    #[error(transparent)]
    MaxAge(#[from] MaxAgeOutOfRange),
    /// Not a relaxation.
    #[error(transparent)]
    Relaxation(#[from] UnknownRelaxation),
    /// Not a canonicalisation method.
    #[error("not a canonicalisation: exc, exc-comments, inc, inc-comments, inc11, inc11-comments or a URI")]
    Canonicalization,
    /// Not a list of prefixes.
    #[error(transparent)]
    PrefixList(#[from] C14nError),
    /// Not the name of a key.
    #[error(transparent)]
    KeyName(#[from] InvalidKeyName),
    /// Not a signature algorithm.
    #[error("not a signature algorithm, such as rsa-sha256 or ecdsa-sha256")]
    SignatureAlgorithm,
    /// A value in words of the command.
    #[error("{0}")]
    Other(&'static str),
}

/// The code, and what of a document is wrong: files are the user's own, so that quoting them helps.
fn details(error: &dyn Coded) -> String {
    let mut text = format!(" ({}", error.code());
    for (label, value) in [("expected", error.expected()), ("found", error.found())] {
        if let Some(value) = value {
            text.push_str(&format!(", {label} {}", crate::screen::visible(&value)));
        }
    }
    text.push(')');
    text
}

impl From<PeerError> for CommandError {
    fn from(error: PeerError) -> Self {
        Self::Peer(Box::new(error))
    }
}

impl CommandError {
    /// 2 for errors that the user can correct, 3 for others.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Output(_) | Self::Json(_) | Self::Clock => 3,
            Self::Read { .. }
            | Self::Write { .. }
            | Self::AlreadyThere { .. }
            | Self::TooLarge { .. }
            | Self::NotAMessage { .. }
            | Self::NotText { .. }
            | Self::Xml { .. }
            | Self::NoSuchId { .. }
            | Self::C14n { .. }
            | Self::Key { .. }
            | Self::Certificate { .. }
            | Self::PeerKeys(_)
            | Self::Metadata { .. }
            | Self::NoRole { .. }
            | Self::Peer(_)
            | Self::Option { .. }
            | Self::Sign { .. }
            | Self::Seal { .. }
            | Self::Open { .. }
            | Self::NothingEncrypted { .. }
            | Self::Document(_)
            | Self::Manifest(_)
            | Self::Command(_) => 2,
        }
    }

    /// An option with a value that says nothing usable.
    pub fn option(option: &'static str, reason: impl Into<InvalidValue>) -> Self {
        Self::Option { option, reason: reason.into() }
    }
}
