//! Who may sign in, and who they are.

use async_trait::async_trait;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::Secret;
use serde::{Deserialize, Serialize};

use crate::account_key;

/// A person whose proof was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// Their stable local name: the root of all names that services are told.
    pub user_name: String,
    /// The attributes of the person: `mail`, `displayName`, `givenName` … each with its values.
    pub attributes: Vec<PrincipalAttribute>,
}

/// A fact about a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalAttribute {
    /// Its local name, as in LDAP: `mail`.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

impl Principal {
    /// The first value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let attribute = self.attributes.iter().find(|attribute| attribute.name == name)?;
        attribute.values.first().map(String::as_str)
    }

    /// The name that our pages show.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.attribute("displayName").or_else(|| self.attribute("cn")).unwrap_or(&self.user_name)
    }
}

/// Decides whether a user name and a password belong together.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The person, or `None`: the pair is wrong. Whether the name exists must not show, not even by how long it takes.
    ///
    /// # Errors
    /// The decision could not be made; nobody is signed in, and the try counts against nobody.
    async fn authenticate(
        &self,
        user_name: &str,
        password: &Secret,
    ) -> Result<Option<Principal>, AuthenticatorError>;

    /// Which account a typed name stands for: what tries are counted by, before anything is looked up. Two names that
    /// mean one person here must give one key; otherwise a guesser has as many tries as the person has names. Two people
    /// may give one key: they share their tries, and nothing else.
    ///
    /// By default case, accents, white space around the name and in it, compatibility forms and invisible characters make
    /// no difference. That is at least as coarse as LDAP's `caseIgnoreMatch` [RFC 4517 §4.2.11], by which OpenLDAP
    /// compares and which keeps accents apart, and as Active Directory, which takes `é` for `e`. It is not as coarse as
    /// every collation of a database: an authenticator that takes more for one person (`DOMAIN\name` and a mail address,
    /// `ä` and `ae`, aliases) says so here. It must not ask whether the account exists.
    fn account_key(&self, user_name: &str) -> String {
        account_key::of(user_name)
    }

    /// How people prove who they are here, for `AuthnContextClassRef`.
    fn class_ref(&self) -> AuthnContextClassRef;
}

/// An authenticator could not decide.
#[derive(Debug, thiserror::Error)]
#[error("the authenticator is unavailable")]
pub struct AuthenticatorError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
