//! Files and standard input, and the keys, certificates and other values that options name.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use saml_core::base::{Relaxation, Relaxations, SamlInstant, Secret};
use saml_core::crypto::{
    Certificate, CryptoError, Decrypter, LocalDecrypter, PeerPolicy, PrivateKey, SharedKey,
};
use saml_core::trust::{DecryptionKeys, PeerKeys, SharedKeys};

use crate::answer::CommandError;

/// The most octets that are read. Anything larger is neither a message nor metadata of one entity.
pub const MAX_OCTETS: u64 = 24 * 1024 * 1024;

/// How messages on the screen call a file.
#[must_use]
pub fn name_of(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// The octets of a file; `-` is standard input.
///
/// # Errors
/// It can't be read, or has more than [`MAX_OCTETS`].
pub fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let name = name_of(path);
    if path == Path::new("-") {
        return read_limited(std::io::stdin().lock(), name);
    }
    match File::open(path) {
        Ok(file) => read_limited(file, name),
        Err(source) => Err(CommandError::Read { name, source }),
    }
}

/// The octets of the reader with this name, if there are at most [`MAX_OCTETS`].
pub(super) fn read_limited(reader: impl Read, name: String) -> Result<Vec<u8>, CommandError> {
    let mut octets = Vec::new();
    // One octet beyond the limit tells a file that fills it from one that exceeds it.
    match reader.take(MAX_OCTETS.saturating_add(1)).read_to_end(&mut octets) {
        Err(source) => Err(CommandError::Read { name, source }),
        Ok(_) if u64::try_from(octets.len()).unwrap_or(u64::MAX) > MAX_OCTETS => {
            Err(CommandError::TooLarge { name, limit: MAX_OCTETS })
        }
        Ok(_) => Ok(octets),
    }
}

/// The text of a file; `-` is standard input.
///
/// # Errors
/// As [`read`]; also octets that are not UTF-8.
pub fn text(path: &Path) -> Result<String, CommandError> {
    String::from_utf8(read(path)?).map_err(|_invalid| CommandError::NotText { name: name_of(path) })
}

/// The private key of a PEM file.
///
/// # Errors
/// The file can't be read, or holds no usable key.
pub fn private_key(path: &Path, passphrase: Option<&Path>) -> Result<PrivateKey, CommandError> {
    let pem = text(path)?;
    let key = match passphrase {
        None => PrivateKey::from_pem(&pem),
        Some(file) => {
            let mut octets = read(file)?;
            while octets.last().is_some_and(|octet| matches!(octet, b'\n' | b'\r')) {
                octets.pop();
            }
            PrivateKey::from_encrypted_pem(&pem, &Secret::new(octets))
        }
    };
    key.map_err(|source| CommandError::Key { name: name_of(path), source })
}

/// The private keys of these files, as those that decrypt.
///
/// # Errors
/// A file can't be read or holds no RSA key; more than are tried.
pub fn decryption_keys(paths: &[PathBuf]) -> Result<DecryptionKeys, CommandError> {
    let mut keys: Vec<Arc<dyn Decrypter>> = Vec::new();
    for path in paths {
        let key = private_key(path, None)?;
        let decrypter =
            LocalDecrypter::new(key).map_err(|source| CommandError::Key { name: name_of(path), source })?;
        keys.push(Arc::new(decrypter));
    }
    DecryptionKeys::new(keys).map_err(|error| CommandError::Command(Box::new(error)))
}

/// The key in this file that two parties share: hexadecimal digits or Base64.
///
/// # Errors
/// The file can't be read, or holds no such key.
pub fn shared_key(path: &Path) -> Result<SharedKey, CommandError> {
    let octets = Secret::new(read(path)?);
    let key = match std::str::from_utf8(octets.expose()) {
        Ok(text) => SharedKey::from_text(text),
        Err(_not_text) => Err(CryptoError::SharedKeyMalformed),
    };
    key.map_err(|source| CommandError::Key { name: name_of(path), source })
}

/// The keys in these files that a peer shares with us.
///
/// # Errors
/// As [`shared_key`]; more than are tried.
pub fn shared_keys(paths: &[PathBuf]) -> Result<SharedKeys, CommandError> {
    let keys = paths.iter().map(|path| shared_key(path)).collect::<Result<Vec<_>, _>>()?;
    SharedKeys::new(keys).map_err(|error| CommandError::Command(Box::new(error)))
}

/// The certificates of a file: several in PEM, or one in DER or Base64.
///
/// # Errors
/// The file can't be read, or holds no certificate.
pub fn certificates(path: &Path) -> Result<Vec<Certificate>, CommandError> {
    let octets = read(path)?;
    let several = std::str::from_utf8(&octets).ok().filter(|text| text.contains("-----BEGIN"));
    let certificates = match several {
        Some(text) => Certificate::all_from_pem(text),
        None => Certificate::from_octets(&octets).map(|certificate| vec![certificate]),
    };
    certificates.map_err(|source| CommandError::Certificate { name: name_of(path), source })
}

/// The keys of all certificates in these files.
///
/// # Errors
/// A file can't be read or holds no certificate; none, or more than are tried.
pub fn peer_keys(paths: &[PathBuf]) -> Result<PeerKeys, CommandError> {
    let mut keys = Vec::new();
    for path in paths {
        keys.extend(certificates(path)?.iter().map(|certificate| certificate.public_key().clone()));
    }
    Ok(PeerKeys::new(keys)?)
}

/// The policy that grants these relaxations.
///
/// # Errors
/// A name is none.
pub fn policy(allow: &[String]) -> Result<PeerPolicy, CommandError> {
    let mut granted = Relaxations::NONE;
    for name in allow.iter().flat_map(|names| names.split(',')) {
        let relaxation: Relaxation =
            name.trim().parse().map_err(|unknown: saml_core::base::UnknownRelaxation| {
                CommandError::option("--allow", unknown)
            })?;
        granted = granted.with(relaxation);
    }
    Ok(PeerPolicy::relaxed(granted))
}

/// The instant of the option, or that of this machine's clock.
///
/// # Errors
/// The text is no instant, or the clock is out of range.
pub fn instant_or_now(option: Option<&str>) -> Result<SamlInstant, CommandError> {
    if let Some(text) = option {
        return SamlInstant::try_from(text).map_err(|invalid| CommandError::option("--now", invalid));
    }
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_before| CommandError::Clock)?;
    let seconds = i64::try_from(elapsed.as_secs()).map_err(|_beyond| CommandError::Clock)?;
    SamlInstant::from_unix(seconds).ok_or(CommandError::Clock)
}
