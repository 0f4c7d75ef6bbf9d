//! From the file to an identity provider.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use saml_core::base::{EntityId, SamlInstant, Secret};
use saml_core::crypto::{KeyFamily, LocalSigner, SignatureAlgorithm};
use saml_idp::{
    ClientAddress, ConfigError, CookieSecurity, IdentityProvider, IdentityProviderConfig, RequestSignatures,
    SiteError, UsersFile, UsersFileError,
};

use super::config::{ConfigFile, IdpError, Purpose, boxed};
use super::files;
use super::finding::{Finding, Severity};
use super::name_id_format::format_of;
use super::{peers, state, texts};
use crate::answer::{CommandError, InvalidValue};
use crate::{input, screen, sign};

/// Octets of a secret that is made here.
const SECRET_OCTETS: usize = 32;

/// The identity provider that the file describes, and the findings about it.
///
/// # Errors
/// A value or a file that it names can't be used. A service provider that can't be served is a finding.
pub(super) fn identity_provider(
    file: &ConfigFile,
    purpose: Purpose,
    now: SamlInstant,
) -> Result<(IdentityProvider, Vec<Finding>), CommandError> {
    let settings = &file.settings;
    let secrets = [Some(&settings.key), settings.passphrase.as_ref(), Some(&settings.persistent_id_secret)];
    let mut findings: Vec<Finding> = secrets
        .into_iter()
        .flatten()
        .filter_map(|path| files::readable_by_others(&file.path(path)))
        .collect();
    let config = config(file)?;
    let signer = signer(file)?;
    let users = users(file)?;
    let peers = peers::read(file, now)?;
    findings.extend(peers.findings);
    let persistent_id_secret = secret(&file.path(&settings.persistent_id_secret), purpose, &mut findings)?;
    let store = state::store(file, purpose, now, &mut findings)?;
    let audit = state::audit(file, purpose)?;
    let mut builder = IdentityProvider::builder(config)
        .service_providers(peers.served)
        .signer(Arc::new(signer))
        .authenticator(Arc::new(users))
        .person_key(state::person_key(&persistent_id_secret)?)
        .persistent_id_secret(persistent_id_secret)
        .store(store);
    if let Some(audit) = audit {
        builder = builder.audit(audit);
    }
    let idp = builder.build().map_err(|error| in_settings(file, error))?;
    findings.extend(
        idp.snapshot().unusable_service_providers().map(|error| Finding::new(Severity::Failing, &error)),
    );
    Ok((idp, findings))
}

/// The library's words are for those who write programs; these are for those who write settings.
fn in_settings(file: &ConfigFile, error: ConfigError) -> CommandError {
    let (field, reason) = if error == ConfigError::Site(SiteError::HttpNeedsDevelopmentSwitch) {
        (
            "public_url",
            "cookies are for HTTPS only, and this is http: `development = true` admits that on a loopback address",
        )
    } else if error == ConfigError::Site(SiteError::DevelopmentOnOpenNetwork) {
        ("development", "refused, since the public_url is not a loopback address")
    } else if matches!(error, ConfigError::PublicUrl(_)) {
        (
            "public_url",
            "not an address such as https://idp.example.org or https://example.org/idp, without a slash at its end",
        )
    } else if error == ConfigError::PersistentIdSecretTooShort {
        ("persistent_id_secret", "the file needs at least 32 octets that nobody can guess")
    } else if let ConfigError::Texts(error) = error {
        return file.value("texts", &error.to_string());
    } else if error == ConfigError::SessionsPerPrincipal {
        ("sessions_per_user", "not between 1 and 1000")
    } else {
        return boxed(error);
    };
    file.value(field, reason)
}

/// Its description of itself, for a service provider of this name or for all.
///
/// # Errors
/// It can't be written, or nobody of that name is served.
pub(super) fn metadata(idp: &IdentityProvider, for_peer: Option<&str>) -> Result<Vec<u8>, CommandError> {
    let written = match for_peer {
        None => idp.metadata_xml(),
        Some(name) => {
            let idp = idp.snapshot();
            let peer = idp.service_providers().all().find(|peer| peer.entity_id().as_str() == name);
            let reason = InvalidValue::Other("no service provider of this name is served");
            idp.metadata_xml_for(peer.ok_or_else(|| CommandError::option("--metadata-for", reason))?)
        }
    };
    written.map_err(|error| boxed(IdpError::Metadata(error.to_string())))
}

fn config(file: &ConfigFile) -> Result<IdentityProviderConfig, CommandError> {
    let settings = &file.settings;
    let mut config =
        IdentityProviderConfig::new(&settings.public_url).map_err(|error| in_settings(file, error))?;
    if let Some(entity_id) = &settings.entity_id {
        config.site.entity_id = EntityId::try_from(entity_id.as_str()).map_err(boxed)?;
    }
    if let Some(name) = &settings.display_name {
        config.site.display_name.clone_from(name);
    }
    config.site.texts = texts::texts(file)?;
    if settings.development {
        config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    }
    if settings.require_signed_requests {
        config.request_signatures = RequestSignatures::Required;
    }
    if !settings.name_id_formats.is_empty() {
        let formats = settings.name_id_formats.iter();
        config.name_id_formats =
            formats.map(|name| format_of(file, "name_id_formats", name)).collect::<Result<_, _>>()?;
    }
    if let Some(minutes) = &settings.session_minutes {
        if *minutes.get_ref() == 0 {
            return Err(file.invalid("session_minutes", minutes.span(), "nobody would stay signed in"));
        }
        config.lifetimes.session = Duration::from_secs(u64::from(*minutes.get_ref()).saturating_mul(60));
    }
    if let Some(most) = settings.sessions_per_user {
        config.sessions_per_principal = most;
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
    let (path, parsed) = match &settings.users_file {
        Some(_) if !settings.users.is_empty() => {
            return Err(file.value("users_file", "users stand in the settings too: use one of the two"));
        }
        Some(path) => {
            let path = file.path(path);
            let text = input::text(&path)?;
            let parsed = UsersFile::parse(&text).map_err(|error| users_error(&path, &text, error));
            return parsed;
        }
        None => (&file.file, UsersFile::parse_within(&file.text)),
    };
    parsed.map_err(|error| users_error(path, &file.text, error))
}

/// With the line of the file that the users stand in.
fn users_error(path: &Path, text: &str, error: UsersFileError) -> CommandError {
    boxed(if let UsersFileError::Toml(error) = &error {
        IdpError::toml(path, text, error)
    } else {
        IdpError::Users { name: input::name_of(path), error }
    })
}

/// The secret behind persistent names. A missing file is made when the program serves, once, and reported: with another
/// secret, everybody gets another name. A check writes nothing.
fn secret(path: &Path, purpose: Purpose, findings: &mut Vec<Finding>) -> Result<Secret, CommandError> {
    if path.exists() {
        let octets = input::read(path)?;
        if octets.windows(2).all(|pair| pair.first() == pair.last()) {
            let text = format!("{} is one octet over and over, which anybody can guess", path.display());
            findings.push(Finding::warning(text));
        }
        return Ok(Secret::new(octets));
    }
    let mut octets = vec![0_u8; SECRET_OCTETS];
    openssl::rand::rand_bytes(&mut octets).map_err(boxed)?;
    if purpose == Purpose::Check {
        findings
            .push(Finding::warning(format!("{} is not there yet: the first start makes it", path.display())));
        return Ok(Secret::new(octets));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(&octets));
    written.map_err(|source| CommandError::Write { path: path.to_owned(), source })?;
    screen::remark(&format!("{} is new: keep it, the names of people depend on it", path.display()));
    Ok(Secret::new(octets))
}
