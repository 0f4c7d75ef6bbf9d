//! People in a TOML file, passwords as argon2id hashes.

mod password;

use std::collections::BTreeMap;
use std::sync::Arc;

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::Secret;
use serde::Deserialize;
use tokio::sync::Semaphore;

use self::password::{Argon2id, Decoys, Hashing, StoredPassword};
use crate::authenticator::{Authenticator, AuthenticatorError, Principal, PrincipalAttribute};

/// The longest password that is looked at, in octets.
const MAX_PASSWORD_OCTETS: usize = 1024;
/// Attempts looked at at the same time; each takes up to 64 MiB and a core for tens of milliseconds.
const CONCURRENT_ATTEMPTS: usize = 4;

/// An [`Authenticator`] over a TOML file:
///
/// ```toml
/// [users.student]
/// password = "$argon2id$v=19$m=19456,t=2,p=1$…"
/// [users.student.attributes]
/// displayName = ["Ada Student"]
/// mail = ["student@example.org"]
/// ```
///
/// Every attempt costs the same, whether the name exists or not, however long the password is and whatever the
/// parameters of the person's hash are: it computes one hash of each set of parameters that the file has. A file whose
/// passwords all have the same parameters, as [`hash_password`] makes them, costs one hash.
///
/// User names are exact: octet by octet.
pub struct UsersFile {
    users: BTreeMap<String, Arc<User>>,
    decoys: Arc<Decoys>,
    hashing: Arc<dyn Hashing>,
    turns: Arc<Semaphore>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    users: BTreeMap<String, Table>,
}

/// A text that has users among other things.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    users: BTreeMap<String, Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    password: String,
    #[serde(default)]
    attributes: BTreeMap<String, Vec<String>>,
}

struct User {
    password: StoredPassword,
    attributes: BTreeMap<String, Vec<String>>,
}

impl UsersFile {
    /// Reads the text of a users file.
    ///
    /// # Errors
    /// Not TOML of this shape; a password that is not an argon2id hash (passwords in clear are not taken); parameters
    /// of more than 64 MiB or four passes, or too little of both; more different parameters than one attempt can pay
    /// for.
    pub fn parse(text: &str) -> Result<Self, UsersFileError> {
        let file: File = toml::from_str(text).map_err(|error| UsersFileError::Toml(Box::new(error)))?;
        Self::of(file.users)
    }

    /// Reads the `users` of a larger text, such as the settings of a program; the rest of it is not looked at.
    ///
    /// # Errors
    /// As [`UsersFile::parse`].
    pub fn parse_within(text: &str) -> Result<Self, UsersFileError> {
        let part: Part = toml::from_str(text).map_err(|error| UsersFileError::Toml(Box::new(error)))?;
        Self::of(part.users)
    }

    fn of(tables: BTreeMap<String, Table>) -> Result<Self, UsersFileError> {
        let mut users = BTreeMap::new();
        for (name, Table { password, attributes }) in tables {
            let password = StoredPassword::parse(&name, &password)?;
            users.insert(name, Arc::new(User { password, attributes }));
        }
        let decoys = Decoys::for_all(users.values().map(|user| &user.password), &default_params()?)?;
        Ok(Self {
            users,
            decoys: Arc::new(decoys),
            hashing: Arc::new(Argon2id),
            turns: Arc::new(Semaphore::new(CONCURRENT_ATTEMPTS)),
        })
    }
}

#[async_trait]
impl Authenticator for UsersFile {
    async fn authenticate(
        &self,
        user_name: &str,
        password: &Secret,
    ) -> Result<Option<Principal>, AuthenticatorError> {
        // Nobody has a longer password. Refusing it costs as much as refusing a wrong one.
        let octets = password.expose();
        let looked_at = octets.get(..MAX_PASSWORD_OCTETS).unwrap_or(octets);
        let user = self.users.get(user_name).filter(|_| looked_at.len() == octets.len()).cloned();
        let looked_at = Secret::new(looked_at.to_vec());
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(unavailable)?;
        let (decoys, hashing) = (Arc::clone(&self.decoys), Arc::clone(&self.hashing));
        // Hashing takes tens of milliseconds: not on a thread that serves others.
        let matching = tokio::task::spawn_blocking(move || {
            let stored = user.as_ref().map(|user| &user.password);
            let matches = decoys.matches(&*hashing, stored, looked_at.expose());
            drop(turn);
            user.filter(|_| matches)
        });
        let matching = matching.await.map_err(unavailable)?;
        Ok(matching.map(|user| person(user_name, &user)))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> AuthenticatorError {
    AuthenticatorError(Box::new(error))
}

fn person(user_name: &str, user: &User) -> Principal {
    let attributes = user.attributes.iter();
    Principal {
        user_name: user_name.to_owned(),
        attributes: attributes
            .map(|(name, values)| PrincipalAttribute { name: name.clone(), values: values.clone() })
            .collect(),
    }
}

fn default_params() -> Result<Params, UsersFileError> {
    Params::new(19_456, 2, 1, None).map_err(|_error| UsersFileError::Hashing)
}

/// Hashes a password for a users file: argon2id with 19 MiB, two passes, a fresh salt.
///
/// # Errors
/// The library refused its parameters or had no randomness.
pub fn hash_password(password: &Secret) -> Result<String, UsersFileError> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, default_params()?);
    let mut salt = [0_u8; 16];
    openssl::rand::rand_bytes(&mut salt).map_err(|_error| UsersFileError::Hashing)?;
    let hash =
        argon2.hash_password_with_salt(password.expose(), &salt).map_err(|_error| UsersFileError::Hashing)?;
    Ok(hash.to_string())
}

/// Why a users file can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UsersFileError {
    /// Not TOML of the right shape.
    #[error("the users file can't be read: {0}")]
    Toml(#[source] Box<toml::de::Error>),
    /// A password that is not an argon2id hash.
    #[error("the password of user {user:?} is not an argon2id hash with salt and output")]
    NotArgon2id {
        /// Whose.
        user: String,
    },
    /// A hash that takes more than an attempt may.
    #[error(
        "the password of user {user:?} has argon2id parameters m={memory_kib}, t={passes}: at most m=65536, t=4 are \
         taken, since everybody who comes to the login page makes them be computed"
    )]
    TooDear {
        /// Whose.
        user: String,
        /// Its memory, in KiB.
        memory_kib: u32,
        /// Its passes.
        passes: u32,
    },
    /// A hash that protects nothing.
    #[error(
        "the password of user {user:?} has argon2id parameters m={memory_kib}, t={passes}: m times t must be at least \
         8192, or a stolen file is as good as the passwords"
    )]
    TooCheap {
        /// Whose.
        user: String,
        /// Its memory, in KiB.
        memory_kib: u32,
        /// Its passes.
        passes: u32,
    },
    /// More different parameters than an attempt can pay for.
    #[error(
        "the passwords have {sets} different sets of argon2id parameters, each of which every attempt computes: that is \
         too much; hash some of them anew"
    )]
    TooManyCosts {
        /// How many.
        sets: usize,
    },
    /// Hashing failed.
    #[error("a password could not be hashed")]
    Hashing,
}

#[cfg(test)]
mod tests;
