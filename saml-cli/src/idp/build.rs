//! From the file to an identity provider.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saml_core::base::{EntityId, PublicUrl, RequestMaxAge, Secret};
use saml_core::crypto::{KeyFamily, KeyName, LocalSigner, SharedKey, SignatureAlgorithm};
use saml_idp::{
    AttributeRelease, ClientAddress, CookieSecurity, IdentityProvider, IdentityProviderConfig,
    IdentityProviderParts, RequestSignatures, ServiceProvider, ServiceProviderPolicy, UsersFile,
};
use saml_store::{MemoryStore, Store};

use super::config::{ConfigFile, IdpError, ServiceProviderSettings, Settings};
use crate::answer::CommandError;
use crate::metadata::name_id_format;
use crate::{input, screen, sign};

/// Octets of a secret that is made here.
const SECRET_OCTETS: usize = 32;

/// The identity provider that the file describes.
///
/// # Errors
/// A value or a file that it names can't be used.
pub(super) fn identity_provider(file: &ConfigFile) -> Result<IdentityProvider, CommandError> {
    let settings = &file.settings;
    let service_providers =
        settings.service_provider.iter().map(|sp| service_provider(file, sp)).collect::<Result<_, _>>()?;
    IdentityProvider::new(IdentityProviderParts {
        config: config(settings)?,
        service_providers,
        signer: Arc::new(signer(file)?),
        authenticator: Arc::new(users(file)?),
        persistent_id_secret: secret(&file.path(&settings.persistent_id_secret))?,
        store: store(&settings.store)?,
    })
    .map_err(boxed)
}

/// Its description of itself.
///
/// # Errors
/// It can't be written.
pub(super) fn metadata(idp: &IdentityProvider) -> Result<Vec<u8>, CommandError> {
    idp.metadata_xml().map_err(|error| boxed(IdpError::Metadata(error.to_string())))
}

fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> CommandError {
    CommandError::Command(Box::new(error))
}

fn config(settings: &Settings) -> Result<IdentityProviderConfig, CommandError> {
    let public_url = PublicUrl::try_from(settings.public_url.as_str()).map_err(boxed)?;
    let mut config = IdentityProviderConfig::new(public_url).map_err(boxed)?;
    if let Some(entity_id) = &settings.entity_id {
        config.entity_id = EntityId::try_from(entity_id.as_str()).map_err(boxed)?;
    }
    if let Some(name) = &settings.display_name {
        config.display_name.clone_from(name);
    }
    if settings.development {
        config.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    }
    if settings.require_signed_requests {
        config.request_signatures = RequestSignatures::Required;
    }
    if !settings.name_id_formats.is_empty() {
        config.name_id_formats = settings.name_id_formats.iter().map(|name| name_id_format(name)).collect();
    }
    if let Some(minutes) = settings.session_minutes {
        config.lifetimes.session = Duration::from_secs(u64::from(minutes).saturating_mul(60));
    }
    if let Some(header) = &settings.client_address_header {
        config.client_address = ClientAddress::ProxyHeader(header.clone());
    }
    Ok(config)
}

fn signer(file: &ConfigFile) -> Result<LocalSigner, CommandError> {
    let path = file.path(&file.settings.key);
    let passphrase = file.settings.passphrase.as_ref().map(|passphrase| file.path(passphrase));
    let key = input::private_key(&path, passphrase.as_deref())?;
    let algorithm = match key.kind().family() {
        KeyFamily::Rsa => SignatureAlgorithm::RsaSha256,
        KeyFamily::Ec => SignatureAlgorithm::EcdsaSha256,
        KeyFamily::Ed25519 => SignatureAlgorithm::Ed25519,
    };
    let certificate_path = file.path(&file.settings.certificate);
    let certificate = sign::certificate(&certificate_path)?;
    let signer = LocalSigner::new(key, algorithm)
        .map_err(|source| CommandError::Key { name: input::name_of(&path), source })?;
    let name = input::name_of(&certificate_path);
    signer.with_certificate(certificate).map_err(|source| CommandError::Certificate { name, source })
}

/// The users of the file, and those of the file that it names; never both.
fn users(file: &ConfigFile) -> Result<UsersFile, CommandError> {
    let settings = &file.settings;
    let (name, text) = match &settings.users_file {
        Some(_) if !settings.users.is_empty() => {
            let reason = "users stand in the settings too: use one of the two";
            return Err(boxed(IdpError::Value { field: "users_file", reason }));
        }
        Some(path) => (input::name_of(&file.path(path)), input::text(&file.path(path))?),
        None => {
            let mut table = toml::Table::new();
            table.insert("users".to_owned(), toml::Value::Table(settings.users.clone()));
            (input::name_of(&file.file), toml::to_string(&table).map_err(boxed)?)
        }
    };
    UsersFile::parse(&text).map_err(|error| boxed(IdpError::Users { name, error }))
}

/// The secret behind persistent names. A missing file is made, once, and said aloud: with another secret, everybody
/// has another name.
fn secret(path: &Path) -> Result<Secret, CommandError> {
    if path.exists() {
        return input::read(path).map(Secret::new);
    }
    let mut octets = vec![0_u8; SECRET_OCTETS];
    openssl::rand::rand_bytes(&mut octets).map_err(boxed)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(&octets));
    written.map_err(|source| CommandError::Write { path: path.to_owned(), source })?;
    screen::remark(&format!("{} is new: keep it, the names of people depend on it", path.display()));
    Ok(Secret::new(octets))
}

fn store(url: &str) -> Result<Arc<dyn Store>, CommandError> {
    if url == "memory:" {
        return Ok(Arc::new(MemoryStore::new()));
    }
    Err(boxed(IdpError::Value { field: "store", reason: "this program knows memory: only" }))
}

/// The key that is shared with a service provider, under its name.
fn shared_key(
    file: &ConfigFile,
    settings: &ServiceProviderSettings,
) -> Result<Option<SharedKey>, CommandError> {
    let invalid = |reason| boxed(IdpError::Value { field: "shared_key_name", reason });
    let name = settings.shared_key_name.as_deref().map(KeyName::try_from).transpose();
    let name = name.map_err(|_invalid| invalid("not the name of a key"))?;
    match (&settings.shared_key, name) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(invalid("there is no shared_key that it names")),
        (Some(path), None) => input::shared_key(&file.path(path)).map(Some),
        (Some(path), Some(name)) => Ok(Some(input::shared_key(&file.path(path))?.named(name))),
    }
}

fn request_max_age(settings: &ServiceProviderSettings) -> Result<RequestMaxAge, CommandError> {
    let Some(minutes) = settings.request_max_age_minutes else { return Ok(RequestMaxAge::default()) };
    RequestMaxAge::from_secs(u64::from(minutes).saturating_mul(60)).map_err(|_beyond| {
        let reason = "not between one minute and 31 days";
        boxed(IdpError::Value { field: "request_max_age_minutes", reason })
    })
}

fn service_provider(
    file: &ConfigFile,
    settings: &ServiceProviderSettings,
) -> Result<ServiceProvider, CommandError> {
    let release = if settings.release.iter().any(|name| name == "*") {
        AttributeRelease::All
    } else {
        AttributeRelease::Named(settings.release.clone())
    };
    let policy = ServiceProviderPolicy {
        algorithms: input::policy(&settings.allow)?,
        request_max_age: request_max_age(settings)?,
        release,
        name_id_format: settings.name_id_format.as_deref().map(name_id_format),
        idp_initiated: settings.idp_initiated,
        shared_key: shared_key(file, settings)?,
        ..ServiceProviderPolicy::default()
    };
    let message = input::message(&file.path(&settings.metadata))?;
    let peer = ServiceProvider::from_metadata(message.received.xml, policy).map_err(boxed)?;
    Ok(match &settings.display_name {
        Some(name) => peer.with_display_name(name),
        None => peer,
    })
}
