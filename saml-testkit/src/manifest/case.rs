//! One case of a manifest.

use serde::{Deserialize, Serialize};

use super::Encoding;

/// A recorded Response and what must become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its name, unique in the manifest.
    pub id: String,
    /// The message, relative to the manifest.
    pub file: String,
    /// How the file holds the message.
    pub encoding: Encoding,
    /// The frozen clock, RFC 3339; none where no instant would do.
    pub now: Option<String>,
    /// The peer.
    pub idp: IdentityProvider,
    /// Our side.
    pub sp: ServiceProvider,
    /// The ID of the request that waits; none if none does.
    #[serde(default)]
    pub in_response_to: Option<String>,
    /// Relaxations that the peer's policy grants, by name.
    #[serde(default)]
    pub allow: Vec<String>,
    /// The verdict.
    pub expect: Expectation,
    /// The NameID of an accepted message.
    #[serde(default)]
    pub name_id: Option<String>,
    /// The code of the verdict of a rejected one; none if any refusal will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Why, in words.
    #[serde(default)]
    pub note: Option<String>,
}

/// The peer of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// Its name; none if the message names nobody.
    pub entity_id: Option<String>,
    /// Its pinned certificates, PEM files relative to the manifest. None: a peer that can't be configured.
    pub certificates: Vec<String>,
}

/// Our side of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceProvider {
    /// Our name; none if the message is for nobody.
    pub entity_id: Option<String>,
    /// Our endpoint; none if the message is for none.
    pub acs_url: Option<String>,
    /// Our decryption keys, PKCS#8 PEM files relative to the manifest.
    #[serde(default)]
    pub decryption_keys: Vec<String>,
}

/// What must become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// It is accepted.
    Accept,
    /// It is refused.
    Reject,
}
