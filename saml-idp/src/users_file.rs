//! People in a TOML file, passwords as argon2id hashes.

use std::collections::BTreeMap;
use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use async_trait::async_trait;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::Secret;
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::authenticator::{Authenticator, AuthenticatorError, Person, PersonAttribute};

/// The longest password that is looked at, in octets.
const MAX_PASSWORD_OCTETS: usize = 1024;
/// Hashes computed at the same time; each takes 19 MiB and a core for tens of milliseconds.
const CONCURRENT_HASHES: usize = 4;

/// An [`Authenticator`] over a TOML file:
///
/// ```toml
/// [users.student]
/// password = "$argon2id$v=19$m=19456,t=2,p=1$…"
/// [users.student.attributes]
/// displayName = ["Ada Student"]
/// mail = ["student@example.org"]
/// ```
pub struct UsersFile {
    users: BTreeMap<String, User>,
    /// Verified in place of a missing user's, so that both take as long.
    decoy: String,
    turns: Arc<Semaphore>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    users: BTreeMap<String, User>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    password: String,
    #[serde(default)]
    attributes: BTreeMap<String, Vec<String>>,
}

impl UsersFile {
    /// Reads the text of a users file.
    ///
    /// # Errors
    /// Not TOML of this shape, or a password that is not an argon2id hash: passwords in clear are not taken.
    pub fn parse(text: &str) -> Result<Self, UsersFileError> {
        let file: File = toml::from_str(text).map_err(|error| UsersFileError::Toml(Box::new(error)))?;
        for (name, user) in &file.users {
            let is_argon2id =
                PasswordHash::new(&user.password).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id");
            if !is_argon2id {
                return Err(UsersFileError::NotArgon2id { user: name.clone() });
            }
        }
        let decoy = hash_password(&Secret::new(b"nobody has this password".to_vec()))?;
        Ok(Self { users: file.users, decoy, turns: Arc::new(Semaphore::new(CONCURRENT_HASHES)) })
    }
}

#[async_trait]
impl Authenticator for UsersFile {
    async fn authenticate(
        &self,
        user_name: &str,
        password: &Secret,
    ) -> Result<Option<Person>, AuthenticatorError> {
        if password.expose().len() > MAX_PASSWORD_OCTETS {
            return Ok(None);
        }
        let user = self.users.get(user_name).cloned();
        let hash = user.as_ref().map_or_else(|| self.decoy.clone(), |user| user.password.clone());
        let password = password.clone();
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(unavailable)?;
        // Hashing takes tens of milliseconds: not on a thread that serves others.
        let matches = tokio::task::spawn_blocking(move || {
            let matches = verify_password(&hash, &password);
            drop(turn);
            matches
        });
        let matches = matches.await.map_err(unavailable)?;
        Ok(user.filter(|_| matches).map(|user| person(user_name, user)))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> AuthenticatorError {
    AuthenticatorError(Box::new(error))
}

fn person(user_name: &str, user: User) -> Person {
    let attributes = user.attributes.into_iter();
    Person {
        user_name: user_name.to_owned(),
        attributes: attributes.map(|(name, values)| PersonAttribute { name, values }).collect(),
    }
}

fn verify_password(hash: &str, password: &Secret) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.expose(), &hash).is_ok())
}

/// Hashes a password for a users file: argon2id with 19 MiB, two passes, a fresh salt.
///
/// # Errors
/// The library refused its parameters or had no randomness.
pub fn hash_password(password: &Secret) -> Result<String, UsersFileError> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_error| UsersFileError::Hashing)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
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
    /// A password that is none of ours.
    #[error("the password of user {user:?} is not an argon2id hash")]
    NotArgon2id {
        /// Whose.
        user: String,
    },
    /// Hashing failed.
    #[error("a password could not be hashed")]
    Hashing,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn admits_the_right_pair_and_nothing_else() {
        let hash = hash_password(&secret("correct horse")).unwrap();
        let text = format!(
            "[users.ada]\npassword = \"{hash}\"\n[users.ada.attributes]\nmail = [\"ada@example.org\"]\n"
        );
        let users = UsersFile::parse(&text).unwrap();
        let person = users.authenticate("ada", &secret("correct horse")).await.unwrap().unwrap();
        assert_eq!(person.attribute("mail"), Some("ada@example.org"));
        for (user, password) in [("ada", "wrong"), ("ada", ""), ("bob", "correct horse"), ("", "")] {
            assert_eq!(users.authenticate(user, &secret(password)).await.unwrap(), None, "{user} {password}");
        }
        assert_eq!(users.authenticate("ada", &secret(&"x".repeat(5000))).await.unwrap(), None);
    }

    #[test]
    fn refuses_passwords_in_clear_and_weaker_hashes() {
        for password in ["hunter2", "$argon2i$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$AAAA", ""] {
            let text = format!("[users.ada]\npassword = \"{password}\"\n");
            assert!(matches!(UsersFile::parse(&text), Err(UsersFileError::NotArgon2id { .. })), "{password}");
        }
        assert!(matches!(UsersFile::parse("[users.ada]\nhash = 1\n"), Err(UsersFileError::Toml(_))));
    }
}
