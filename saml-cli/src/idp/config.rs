//! The file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use saml_idp::UsersFileError;
use serde::Deserialize;

use crate::answer::CommandError;
use crate::input;

/// The settings and where they were read.
#[derive(Debug)]
pub struct ConfigFile {
    /// The file itself.
    pub file: PathBuf,
    /// The folder that paths are relative to.
    pub folder: PathBuf,
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
    /// Where to listen, behind whatever ends TLS.
    #[serde(default = "listen")]
    pub listen: String,
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
    /// Where sessions are kept: `memory:`.
    #[serde(default = "store")]
    pub store: String,
    /// Cookies over plain HTTP, on loopback only.
    #[serde(default)]
    pub development: bool,
    /// Whether requests must be signed.
    #[serde(default)]
    pub require_signed_requests: bool,
    /// The kinds of names, the default first; all that are supported if left out.
    #[serde(default)]
    pub name_id_formats: Vec<String>,
    /// How long a person stays signed in, in minutes.
    pub session_minutes: Option<u32>,
    /// A request header with the client's address, set by a proxy in front.
    pub client_address_header: Option<String>,
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
    pub name_id_format: Option<String>,
    /// Whether a login may start here.
    #[serde(default)]
    pub idp_initiated: bool,
    /// A file with a key that is shared with it, in hexadecimal digits or Base64: its assertions are encrypted under it.
    pub shared_key: Option<PathBuf>,
    /// What both sides call that key.
    pub shared_key_name: Option<String>,
    /// How long after its `IssueInstant` a request of it is still followed, in minutes; ten if left out.
    pub request_max_age_minutes: Option<u32>,
    /// Relaxations of what it may sign its requests with.
    #[serde(default)]
    pub allow: Vec<String>,
}

fn listen() -> String {
    "127.0.0.1:8080".to_owned()
}

const fn workers() -> usize {
    2
}

fn store() -> String {
    "memory:".to_owned()
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
        Ok(Self { file: path.to_owned(), folder, settings })
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
    fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        Self::Toml {
            name: input::name_of(path),
            line: before.matches('\n').count().saturating_add(1),
            message: error.message().replace('\n', " "),
        }
    }
}
