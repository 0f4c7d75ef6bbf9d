//! One case of a manifest.

use serde::{Deserialize, Serialize};

use super::{Encoding, Pending};
use crate::capsule::Demand;

/// A recorded message and its expected outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its name, unique in the manifest.
    pub id: String,
    /// The message, relative to the manifest.
    pub file: String,
    /// How the file holds the message.
    pub encoding: Encoding,
    /// What kind of message it is; a Response if left out.
    #[serde(default, skip_serializing_if = "Message::is_response")]
    pub message: Message,
    /// The frozen clock, RFC 3339; none where no instant would do.
    pub now: Option<String>,
    /// The peer.
    pub idp: IdentityProvider,
    /// Our side.
    pub sp: ServiceProvider,
    /// The ID of the request that waits; none if none does.
    #[serde(default)]
    pub in_response_to: Option<String>,
    /// Further facts about that request. If they are left out, the request was sent to this peer just now and asked for
    /// nothing special.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
    /// What must be signed.
    #[serde(default, skip_serializing_if = "is_either")]
    pub signatures: Demand,
    /// Relaxations that the peer's policy grants, by name.
    #[serde(default)]
    pub allow: Vec<String>,
    /// The verdict.
    pub expect: Expectation,
    /// The NameID of an accepted message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_id: Option<String>,
    /// The code of the verdict of a rejected one; none if any refusal will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The family of attacks that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What kind of message a case holds, and to which endpoint it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Message {
    /// A Response for the assertion consumer service.
    #[default]
    Response,
    /// The body of a POST to the assertion consumer service, of this content type, if it names one.
    ResponseForm(Option<String>),
    /// An AuthnRequest by POST for the single sign-on service. The peer is then the service provider that sends it.
    AuthnRequest,
    /// The query of a GET to the single sign-on service. The peer is then the service provider that sends it.
    AuthnRequestQuery,
    /// A LogoutRequest by POST: whether the peer signed it.
    LogoutRequest,
    /// A LogoutResponse by POST: whether the peer signed it.
    LogoutResponse,
    /// Metadata, signed by the publisher whose certificates are those of the peer.
    Metadata,
}

impl Message {
    fn is_response(&self) -> bool {
        *self == Self::Response
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_either(demand: &Demand) -> bool {
    *demand == Demand::Either
}

/// The peer of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityProvider {
    /// Its name; none if the message names nobody.
    pub entity_id: Option<String>,
    /// Its pinned certificates, PEM files relative to the manifest. An empty list stands for a peer that can't be
    /// configured.
    pub certificates: Vec<String>,
    /// When its metadata ends, RFC 3339, if it states an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// Where it takes requests; needed where the message is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso_url: Option<String>,
    /// The keys that it shares with us, files relative to the manifest with Base64 or hexadecimal digits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_keys: Vec<String>,
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

/// The expected outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// It is accepted.
    Accept,
    /// It is refused.
    Reject,
}
