//! The file.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};

use saml_idp::{EncryptAssertions, PublishedBindings, ResponseSignatures, UsersFileError};
use serde::Deserialize;
use toml::Spanned;

use crate::answer::CommandError;
use crate::input;

/// The settings and where they were read.
#[derive(Debug)]
pub struct ConfigFile {
    /// The file itself.
    pub file: PathBuf,
    /// The folder that paths are relative to.
    pub folder: PathBuf,
    /// Its text, to find the line of what turns out to say nothing usable.
    pub text: String,
    /// What it says.
    pub settings: Settings,
}

/// The settings of a stand-alone identity provider.
///
/// ```toml
/// public_url = "https://login.example.org"
/// key = "idp.key"
/// certificate = "idp.crt"
/// persistent_id_secret = "idp.secret"
///
/// [users.ada]
/// password = "$argon2id$…"            # saml hash-password
/// [users.ada.attributes]
/// mail = ["ada@example.org"]
///
/// [[service_provider]]
/// metadata = "wiki.xml"
/// release = ["mail", "displayName"]
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The origin that browsers use, such as `https://login.example.org`.
    pub public_url: String,
    /// The entity ID; the URL of the metadata if left out.
    pub entity_id: Option<String>,
    /// What people are shown; the public URL if left out.
    pub display_name: Option<String>,
    /// The language of the pages for those who ask for none that is spoken here; English if left out.
    pub language: Option<Spanned<String>>,
    /// Words in place of those of the pages, by language and name: `[texts.de]`, `login_heading = "Willkommen"`.
    #[serde(default)]
    pub texts: BTreeMap<String, BTreeMap<String, Spanned<String>>>,
    /// Where to listen, behind whatever ends TLS.
    #[serde(default = "listen")]
    pub listen: String,
    /// Where `/live`, `/ready` and `/metrics` are answered, for those who run it: an address that strangers don't reach.
    /// Nowhere if left out.
    pub operation_listen: Option<String>,
    /// Threads that serve.
    #[serde(default = "workers")]
    pub workers: usize,
    /// The private key, PEM.
    pub key: PathBuf,
    /// A file with its passphrase.
    pub passphrase: Option<PathBuf>,
    /// Its certificate.
    pub certificate: PathBuf,
    /// A file of 32 octets or more that nobody knows: it makes persistent names. Made where it isn't there yet.
    pub persistent_id_secret: PathBuf,
    /// Where sessions are kept, and what was used: `file:PATH`, `redis://HOST`, `rediss://HOST`, or `memory:`, which
    /// forgets. If left out, a file beside the settings with their name and the ending `store`.
    pub store: Option<String>,
    /// A file with the key that what is kept is sealed under, as `openssl rand -base64 32` writes it; another key finds
    /// nothing of what is there.
    pub store_key: Option<PathBuf>,
    /// A file that every login is written to, as lines of JSON with names: what can't be written refuses the login.
    pub audit: Option<PathBuf>,
    /// Cookies over plain HTTP, on loopback only.
    #[serde(default)]
    pub development: bool,
    /// Whether requests must be signed.
    #[serde(default)]
    pub require_signed_requests: bool,
    /// The kinds of names, the default first; all that are supported if left out.
    #[serde(default)]
    pub name_id_formats: Vec<Spanned<String>>,
    /// How long a person stays signed in, in minutes.
    pub session_minutes: Option<Spanned<u32>>,
    /// The most sessions of one user name, 20 if left out: when one more begins the oldest ends.
    pub sessions_per_user: Option<u16>,
    /// A request header with the client's address, set by a proxy in front.
    pub client_address_header: Option<String>,
    /// Connections that one address (of IPv6, one /64) may have at a time; not counted from loopback addresses. If left
    /// out, 100, or as many as there are where `client_address_header` says that a proxy connects for everybody.
    pub connections_per_client: Option<NonZeroUsize>,
    /// People, in a file of their own.
    pub users_file: Option<PathBuf>,
    /// People, right here.
    #[serde(default)]
    pub users: toml::Table,
    /// Whom to serve.
    #[serde(default)]
    pub service_provider: Vec<ServiceProviderSettings>,
}

/// One service provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceProviderSettings {
    /// Its metadata.
    pub metadata: PathBuf,
    /// What people are shown.
    pub display_name: Option<String>,
    /// The attributes that it is told; `["*"]` is all of them.
    #[serde(default)]
    pub release: Vec<String>,
    /// The kind of name that it gets if it asks for none.
    pub name_id_format: Option<Spanned<String>>,
    /// Whether a login may start here.
    #[serde(default)]
    pub idp_initiated: bool,
    /// Whether its assertions are encrypted: `"if-possible"`, if its metadata offers a key; `"always"`; `"never"`.
    #[serde(default)]
    pub encrypt_assertions: Encrypt,
    /// Whether a person's name is encrypted by itself.
    #[serde(default)]
    pub encrypt_name_ids: bool,
    /// The elements that are signed for it: `"both"`, the assertion and the response around it; `"assertion"`; `"response"`.
    #[serde(default)]
    pub signatures: Signatures,
    /// The bindings that the metadata made for it offers: `"both"`, `"redirect"`, `"post"`; see `--metadata-for`.
    #[serde(default)]
    pub bindings: Bindings,
    /// A file with a key that is shared with it, in hexadecimal digits or Base64: its assertions are encrypted under it.
    pub shared_key: Option<PathBuf>,
    /// What both sides call that key.
    pub shared_key_name: Option<Spanned<String>>,
    /// How long after its `IssueInstant` a request of it is still followed, in minutes; ten if left out.
    pub request_max_age_minutes: Option<Spanned<u32>>,
    /// Relaxations for it: of what it may sign its requests with, of what is sealed for it, of where it is reached.
    #[serde(default)]
    pub allow: Vec<Spanned<String>>,
}

/// Whether assertions are encrypted.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encrypt {
    /// If the metadata offers a key.
    #[default]
    IfPossible,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl From<Encrypt> for EncryptAssertions {
    fn from(encrypt: Encrypt) -> Self {
        match encrypt {
            Encrypt::IfPossible => Self::IfPossible,
            Encrypt::Always => Self::Always,
            Encrypt::Never => Self::Never,
        }
    }
}

/// The elements that are signed for a service provider.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signatures {
    /// The assertion and the response.
    #[default]
    Both,
    /// The assertion.
    Assertion,
    /// The response.
    Response,
}

impl From<Signatures> for ResponseSignatures {
    fn from(signatures: Signatures) -> Self {
        match signatures {
            Signatures::Both => Self::Both,
            Signatures::Assertion => Self::Assertion,
            Signatures::Response => Self::Response,
        }
    }
}

/// The bindings that are offered for requests.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bindings {
    /// Both.
    #[default]
    Both,
    /// HTTP-Redirect.
    Redirect,
    /// HTTP-POST.
    Post,
}

impl From<Bindings> for PublishedBindings {
    fn from(bindings: Bindings) -> Self {
        match bindings {
            Bindings::Both => Self::Both,
            Bindings::Redirect => Self::Redirect,
            Bindings::Post => Self::Post,
        }
    }
}

fn listen() -> String {
    "127.0.0.1:8080".to_owned()
}

const fn workers() -> usize {
    2
}

/// Why the settings are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To look at them: nothing is written.
    Check,
    /// To serve.
    Serve,
}

pub(super) fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> CommandError {
    CommandError::Command(Box::new(error))
}

impl ConfigFile {
    /// Reads the settings.
    ///
    /// # Errors
    /// The file can't be read, or is not TOML of this shape.
    pub fn read(path: &Path) -> Result<Self, CommandError> {
        let text = input::text(path)?;
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
        let invalid = |error: IdpError| CommandError::Command(Box::new(error));
        let settings: Settings =
            toml::from_str(&text).map_err(|error| invalid(IdpError::toml(path, &text, &error)))?;
        if settings.listen.parse::<SocketAddr>().is_err() && !settings.listen.contains(':') {
            return Err(invalid(IdpError::Value { field: "listen", reason: "not an address with a port" }));
        }
        let file = Self { file: path.to_owned(), folder, text, settings };
        file.require_development_on_loopback()?;
        Ok(file)
    }

    /// Cookies over plain HTTP are for this machine only: a server that listens for others would give them away.
    fn require_development_on_loopback(&self) -> Result<(), CommandError> {
        let listen = &self.settings.listen;
        let is_loopback = match listen.parse::<SocketAddr>() {
            Ok(address) => address.ip().is_loopback(),
            // A name is looked up when it is listened on; only one is known to be this machine.
            Err(_name) => listen.rsplit_once(':').is_some_and(|(host, _)| host == "localhost"),
        };
        if self.settings.development && !is_loopback {
            let reason =
                "`development = true` is refused: cookies would go over plain HTTP, and others can connect";
            return Err(self.value("listen", reason));
        }
        Ok(())
    }

    /// An error about a value, with the line where the settings say it.
    #[must_use]
    pub fn invalid(&self, field: &'static str, span: Range<usize>, reason: &str) -> CommandError {
        let line = line_of(&self.text, span.start);
        let message = format!("{field}: {reason}");
        CommandError::Command(Box::new(IdpError::Toml { name: input::name_of(&self.file), line, message }))
    }

    /// An error about a field of the settings themselves, which may be left out.
    #[must_use]
    pub fn value(&self, field: &'static str, reason: &str) -> CommandError {
        let stands =
            |line: &str| line.strip_prefix(field).is_some_and(|rest| rest.trim_start().starts_with('='));
        match self.text.lines().position(stands) {
            Some(position) => {
                let (line, message) = (position.saturating_add(1), format!("{field}: {reason}"));
                CommandError::Command(Box::new(IdpError::Toml {
                    name: input::name_of(&self.file),
                    line,
                    message,
                }))
            }
            None => CommandError::Command(Box::new(IdpError::Settings {
                name: input::name_of(&self.file),
                message: format!("{field}: {reason}"),
            })),
        }
    }

    /// A path of the settings.
    #[must_use]
    pub fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }
}

/// Why there is no identity provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdpError {
    /// Not TOML of this shape.
    #[error("{name}, line {line}: {message}")]
    Toml {
        /// The file.
        name: String,
        /// Where.
        line: usize,
        /// What.
        message: String,
    },
    /// Settings that contradict each other, or lack something.
    #[error("{name}: {message}")]
    Settings {
        /// The file.
        name: String,
        /// What.
        message: String,
    },
    /// A value that says nothing usable.
    #[error("{field}: {reason}")]
    Value {
        /// Which.
        field: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The people can't be taken.
    #[error("{name}: {error}")]
    Users {
        /// The file that they stand in.
        name: String,
        /// Why.
        error: UsersFileError,
    },
    /// The address can't be used.
    #[error("can't listen on {address}")]
    Listen {
        /// Which.
        address: String,
        /// Why.
        source: std::io::Error,
    },
    /// Serving ended.
    #[error("serving ended")]
    Serve(#[source] std::io::Error),
    /// The metadata can't be written.
    #[error("the metadata can't be written: {0}")]
    Metadata(String),
}

impl IdpError {
    pub(super) fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        Self::Toml {
            name: input::name_of(path),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().replace('\n', " "),
        }
    }
}

/// The line of an offset, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or_default().matches('\n').count().saturating_add(1)
}
