//! The settings name a store, a sealing key and an audit file: this opens them, and makes the log's key for people.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saml_core::base::{SamlInstant, Secret};
use saml_idp::audit::JsonLines;
use saml_idp::event::PersonKey;
use saml_provider::{mac, store_instant};
use saml_store::{
    FileStore, MemoryStore, RedisFault, RedisStoreOptions, Sealed, SealingKey, SealingKeys, Store,
};

use super::config::{ConfigFile, IdpError, Purpose, boxed};
use super::files;
use super::finding::Finding;
use crate::answer::CommandError;
use crate::input;

/// The store that the settings name, sealed if they name a key.
///
/// # Errors
/// It can't be used: one that is damaged, of another program or of a newer version is left as it is.
pub(super) fn store(
    file: &ConfigFile,
    purpose: Purpose,
    now: SamlInstant,
    findings: &mut Vec<Finding>,
) -> Result<Arc<dyn Store>, CommandError> {
    let store = opened(file, purpose, now, findings)?;
    let Some(path) = &file.settings.store_key else { return Ok(store) };
    let path = file.path(path);
    findings.extend(files::readable_by_others(&path));
    let text = Secret::new(input::read(&path)?);
    let text = std::str::from_utf8(text.expose());
    let text = text.map_err(|_error| value("store_key", "not Base64 of 32 octets"))?;
    let key = SealingKey::parse(text).map_err(boxed)?;
    let keys = SealingKeys::new(&key.clone(), key).map_err(boxed)?;
    Ok(Arc::new(Sealed::new(store, keys)))
}

fn opened(
    file: &ConfigFile,
    purpose: Purpose,
    now: SamlInstant,
    findings: &mut Vec<Finding>,
) -> Result<Arc<dyn Store>, CommandError> {
    let url = match &file.settings.store {
        Some(url) if url == "memory:" => return Ok(Arc::new(MemoryStore::new())),
        Some(url) => url,
        None => return in_file(&beside(file), purpose),
    };
    if let Some(path) = url.strip_prefix("file:") {
        return in_file(&file.path(path.as_ref()), purpose);
    }
    if !url.starts_with("redis:") && !url.starts_with("rediss:") {
        return Err(value("store", "not memory:, file:PATH, redis://HOST or rediss://HOST"));
    }
    if url.contains('@') {
        findings.extend(files::readable_by_others(&file.file));
    }
    let connect = async {
        let options = RedisStoreOptions::parse(url)?;
        options.connect(store_instant(now)).await
    };
    let connected: Result<_, RedisFault> = actix_web::rt::System::new().block_on(connect);
    Ok(Arc::new(connected.map_err(boxed)?))
}

/// Beside the settings, under their name.
fn beside(file: &ConfigFile) -> PathBuf {
    file.file.with_extension("store")
}

/// The store in a file. A look at the settings looks at the file, too, and leaves it as it is, for an older program may
/// have to go on with it; nothing of what it holds is asked for then.
fn in_file(path: &Path, purpose: Purpose) -> Result<Arc<dyn Store>, CommandError> {
    match purpose {
        Purpose::Serve => Ok(Arc::new(FileStore::open(path).map_err(boxed)?)),
        Purpose::Check => {
            if path.exists() {
                FileStore::look(path).map_err(boxed)?;
            }
            Ok(Arc::new(MemoryStore::new()))
        }
    }
}

/// The file of the audit, if the settings name one. To look at the settings none is made.
///
/// # Errors
/// It can't be written.
pub(super) fn audit(file: &ConfigFile, purpose: Purpose) -> Result<Option<JsonLines>, CommandError> {
    match &file.settings.audit {
        Some(path) if purpose == Purpose::Serve => {
            JsonLines::append(file.path(path)).map(Some).map_err(boxed)
        }
        Some(_) | None => Ok(None),
    }
}

/// The key under which the log names people: made from the secret of persistent names, so that it is the same after a
/// restart and on all nodes.
///
/// # Errors
/// The cryptographic library failed.
pub(super) fn person_key(secret: &Secret) -> Result<PersonKey, CommandError> {
    let key = mac::of(secret.expose(), &[b"saml person in the log\n"]).map_err(boxed)?;
    PersonKey::new(Secret::new(key)).map_err(boxed)
}

fn value(field: &'static str, reason: &'static str) -> CommandError {
    boxed(IdpError::Value { field, reason })
}
