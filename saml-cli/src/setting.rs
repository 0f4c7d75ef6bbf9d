//! The options with the facts that a service provider has when a Response arrives.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use saml_core::base::{AssertionMaxAge, ClockSkew, EntityId, Limits, MessageId};
use saml_core::crypto::Certificate;
use saml_core::metadata::{EntityDescriptor, KeyUse};
use saml_core::trust::{MetadataSource, PeerKeys, PublishedKey, Verified, idp_role, read_entity_descriptor};
use saml_sp::{PeerError, PeerFault};
use saml_testkit::capsule::{Demand, Peer, Setting, Side};

use crate::answer::{CommandError, InvalidValue};
use crate::input;

/// Both sides of a decision.
#[derive(Args, Clone, Debug)]
#[command(group(ArgGroup::new("identity provider").required(true).args(["idp_cert", "idp_metadata"])))]
pub struct SettingOptions {
    /// The identity provider's entity ID; with metadata of several, which of them.
    #[arg(long, value_name = "NAME", required_unless_present = "idp_metadata")]
    pub idp_entity_id: Option<String>,
    /// Its signing certificates: PEM, DER or Base64.
    #[arg(long, value_name = "PEM")]
    pub idp_cert: Vec<PathBuf>,
    /// Its metadata, in place of name and certificates.
    #[arg(long, value_name = "FILE")]
    pub idp_metadata: Option<PathBuf>,
    /// Our entity ID, which the audience must contain.
    #[arg(long, value_name = "NAME")]
    pub sp_entity_id: String,
    /// Further names of ours that an audience may contain.
    #[arg(long, value_name = "NAME")]
    pub audience: Vec<String>,
    /// Affiliations of ours. A name may be made for one of them.
    #[arg(long, value_name = "NAME")]
    pub affiliation: Vec<String>,
    /// The URL that the Response was posted to.
    #[arg(long, value_name = "URL")]
    pub acs_url: String,
    /// Our decryption keys.
    #[arg(long, value_name = "PEM")]
    pub decryption_key: Vec<PathBuf>,
    /// Keys that the identity provider shares with us: 16, 24 or 32 octets in hexadecimal digits or Base64.
    #[arg(long, value_name = "FILE")]
    pub shared_key: Vec<PathBuf>,
    /// The ID of our request; without it, nothing was asked for.
    #[arg(long, value_name = "ID")]
    pub in_response_to: Option<String>,
    /// The instant of the decision, RFC 3339; now if left out.
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// How far the clocks may differ.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    pub skew: u64,
    /// How long after its IssueInstant an assertion is still taken; a day if left out.
    #[arg(long, value_name = "SECONDS")]
    pub assertion_max_age: Option<u64>,
    /// What must be signed.
    #[arg(long, value_enum, default_value_t = SignedPart::Either, value_name = "PART")]
    pub signed: SignedPart,
    /// Relaxations of the peer's policy, such as sha1 or unsolicited.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub allow: Vec<String>,
}

/// What must be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignedPart {
    /// The Response or the Assertion.
    Either,
    /// The Response.
    Response,
    /// The Assertion.
    Assertion,
    /// Both.
    Both,
}

impl SettingOptions {
    /// The setting, with every value checked: an unusable value is a fault of the options, not of the message.
    ///
    /// # Errors
    /// A file can't be read, or a value can't be used.
    pub fn setting(&self) -> Result<Setting, CommandError> {
        input::policy(&self.allow)?;
        ClockSkew::from_secs(self.skew).map_err(|beyond| CommandError::option("--skew", beyond))?;
        if let Some(seconds) = self.assertion_max_age {
            AssertionMaxAge::from_secs(seconds)
                .map_err(|beyond| CommandError::option("--assertion-max-age", beyond))?;
        }
        EntityId::try_from(self.sp_entity_id.as_str())
            .map_err(|invalid| CommandError::option("--sp-entity-id", invalid))?;
        if let Some(id) = &self.in_response_to {
            MessageId::try_from(id.as_str())
                .map_err(|invalid| CommandError::option("--in-response-to", invalid))?;
        }
        Ok(Setting {
            now: input::instant_or_now(self.now.as_deref())?.to_string(),
            clock_skew: self.skew,
            assertion_max_age: self.assertion_max_age,
            idp: Peer { shared_keys: shared_keys(&self.shared_key)?, ..self.peer()? },
            sp: Side {
                entity_id: self.sp_entity_id.clone(),
                further_audiences: self.audience.clone(),
                affiliations: self.affiliation.clone(),
                acs_url: self.acs_url.clone(),
                decryption_keys: decryption_keys(&self.decryption_key)?,
            },
            in_response_to: self.in_response_to.clone(),
            allow: self.allow.clone(),
            signatures: match self.signed {
                SignedPart::Either => Demand::Either,
                SignedPart::Response => Demand::Response,
                SignedPart::Assertion => Demand::Assertion,
                SignedPart::Both => Demand::Both,
            },
        })
    }

    fn peer(&self) -> Result<Peer, CommandError> {
        let named = |name: &str| {
            EntityId::try_from(name).map_err(|invalid| CommandError::option("--idp-entity-id", invalid))
        };
        let wanted = self.idp_entity_id.as_deref().map(named).transpose()?;
        if let Some(path) = &self.idp_metadata {
            return peer_of_metadata(path, wanted.as_ref());
        }
        let entity_id = wanted
            .ok_or_else(|| CommandError::option("--idp-entity-id", InvalidValue::Other("is missing")))?;
        let mut certificates = Vec::new();
        for path in &self.idp_cert {
            certificates.extend(input::certificates(path)?.iter().map(Certificate::to_pem));
        }
        input::peer_keys(&self.idp_cert)?;
        Ok(Peer {
            entity_id: entity_id.to_string(),
            certificates,
            valid_until: None,
            metadata: None,
            shared_keys: Vec::new(),
        })
    }
}

/// The texts of the keys, after a check that each can decrypt.
fn decryption_keys(paths: &[PathBuf]) -> Result<Vec<String>, CommandError> {
    let mut texts = Vec::new();
    input::decryption_keys(paths)?;
    for path in paths {
        texts.push(input::text(path)?);
    }
    Ok(texts)
}

/// The texts of the keys, after a check that each can be a shared key.
fn shared_keys(paths: &[PathBuf]) -> Result<Vec<String>, CommandError> {
    input::shared_keys(paths)?;
    paths.iter().map(|path| Ok(input::text(path)?.trim().to_owned())).collect()
}

/// The one entity that a metadata file describes, or the one of this name.
///
/// # Errors
/// The file can't be read, or doesn't describe it.
pub fn descriptor(
    path: &Path,
    entity_id: Option<&EntityId>,
) -> Result<Verified<EntityDescriptor>, CommandError> {
    read_descriptor(input::message(path)?, entity_id)
}

/// The same for a file that was read.
///
/// # Errors
/// It doesn't describe the entity.
pub fn read_descriptor(
    message: input::Message,
    entity_id: Option<&EntityId>,
) -> Result<Verified<EntityDescriptor>, CommandError> {
    let name = message.name;
    read_entity_descriptor(message.received.xml, entity_id, MetadataSource::LocalFile, &Limits::METADATA)
        .map_err(|source| CommandError::Metadata { name, source: Box::new(source) })
}

fn peer_of_metadata(path: &Path, wanted: Option<&EntityId>) -> Result<Peer, CommandError> {
    let message = input::message(path)?;
    let name = message.name.clone();
    let metadata = String::from_utf8(message.received.xml.clone()).ok();
    let descriptor = read_descriptor(message, wanted)?;
    let refused = |fault| CommandError::from(PeerError::of(&descriptor.entity_id, fault).in_file(&name));
    let role = idp_role(&descriptor).map_err(|error| refused(PeerFault::Role(error)))?;
    let descriptors = &role.sso.role.key_descriptors;
    let pinned = PeerKeys::of_descriptors(descriptors).map_err(|error| refused(PeerFault::Keys(error)))?;
    let mut certificates = Vec::new();
    for descriptor in descriptors.iter().filter(|key| key.key_use != KeyUse::Encryption) {
        // One that can't be used spoils none of the others, here as at a service provider.
        for key in PublishedKey::all_of(descriptor).flatten() {
            if pinned.iter().any(|pinned| pinned == key.public_key()) {
                certificates.push(match key {
                    PublishedKey::Certified(certificate) => certificate.to_pem(),
                    PublishedKey::Bare(key) => key.to_pem(),
                });
            }
        }
    }
    let entity_id = descriptor.entity_id.to_string();
    let valid_until = descriptor.valid_until_of(&role.sso.role).map(|end| end.to_string());
    Ok(Peer { entity_id, certificates, valid_until, metadata, shared_keys: Vec::new() })
}
