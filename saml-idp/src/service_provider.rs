//! A service provider that this identity provider serves.

use std::io::Read;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{EntityId, Limits, RequestMaxAge, SamlInstant};
use saml_core::crypto::{AlgorithmPolicy, SharedKey};
use saml_core::enc::Recipient;
use saml_core::metadata::{EntityDescriptor, KeyDescriptor, SpSsoDescriptor};
use saml_core::trust::{
    MetadataPublisher, MetadataSource, MetadataStreamError, NoEncryptionKey, NoPeerKeys, PeerKeys,
    TrustError, Verified, encryption_recipient, read_entity_descriptor, read_published_entity,
};

/// What a service provider is told about people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeRelease {
    /// Everything that is known.
    All,
    /// These attributes, by local name. What the request asks for doesn't matter (attack 216).
    Named(Vec<String>),
}

impl Default for AttributeRelease {
    /// Nothing but the name.
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

/// Whether assertions for a service provider are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EncryptAssertions {
    /// Never, even if it could read them: for a peer that offers a key and then stumbles over its use.
    Never,
    /// If its metadata offers a key to encrypt with: what whoever publishes one expects [SDP-IDP11]. Or if we share one
    /// with it.
    #[default]
    IfPossible,
    /// Always: one without a key can't be configured.
    Always,
}

/// What is signed for a service provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ResponseSignatures {
    /// The assertion, and the Response around it: every service provider finds what it looks for.
    #[default]
    Both,
    /// The assertion only, for a peer that stumbles over two signatures. An answer without one is signed itself.
    Assertion,
    /// The Response only.
    Response,
}

/// What is permitted to, and done for, one service provider.
#[derive(Clone, Debug, Default)]
pub struct ServiceProviderPolicy {
    /// Algorithms of its signed requests.
    pub algorithms: AlgorithmPolicy,
    /// How long after its `IssueInstant` a request of it is still followed.
    pub request_max_age: RequestMaxAge,
    /// What it is told about people.
    pub release: AttributeRelease,
    /// The kind of name that it gets if it asks for none; `None` means the provider's default.
    pub name_id_format: Option<NameIdFormat>,
    /// Whether a login may start at the identity provider (attack 214).
    pub idp_initiated: bool,
    /// Whether its assertions are encrypted.
    pub encrypt_assertions: EncryptAssertions,
    /// A key that we share with it: what is encrypted for it is encrypted under this, whatever its metadata offers.
    /// Metadata can't carry such a key. Whether anything is encrypted is said by the other two.
    pub shared_key: Option<SharedKey>,
    /// Whether a person's name is encrypted by itself, inside an assertion that others may read: for a service that
    /// hands assertions on. One whose metadata offers no key for it can't be configured. A service with a key may also
    /// ask for it, request by request, with the NameID format `encrypted`.
    pub encrypt_name_ids: bool,
    /// What is signed for it.
    pub signatures: ResponseSignatures,
}

/// A service provider, known from its metadata: its name, its endpoints, its keys.
#[derive(Clone, Debug)]
pub struct ServiceProvider {
    pub(crate) entity_id: EntityId,
    pub(crate) display_name: String,
    pub(crate) role: SpSsoDescriptor,
    pub(crate) keys: Option<PeerKeys>,
    /// Whom something is sealed for, if it can be.
    pub(crate) recipient: Option<Recipient>,
    pub(crate) valid_until: Option<SamlInstant>,
    pub(crate) policy: ServiceProviderPolicy,
}

/// Octets that are read of a federation's metadata before they are looked at.
const READ_AT_ONCE: u64 = 64 * 1024;

impl ServiceProvider {
    /// Reads the service provider's metadata, which an administrator obtained and put here.
    ///
    /// # Errors
    /// Not metadata of one service provider, more keys than are tried, or no usable key to encrypt with although there
    /// should be one.
    pub fn from_metadata(octets: Vec<u8>, policy: ServiceProviderPolicy) -> Result<Self, PeerError> {
        let descriptor = read_entity_descriptor(octets, None, MetadataSource::LocalFile, &Limits::METADATA)?;
        Self::from_descriptor(&descriptor, policy)
    }

    /// Finds the service provider in the metadata of its federation, which is verified while it is read: it may have a
    /// hundred megabytes. The description expires with the metadata around it.
    ///
    /// # Errors
    /// The metadata can't be read, is not signed by its publisher, or does not describe the service provider; also as
    /// [`ServiceProvider::from_metadata`].
    pub fn from_federation(
        mut metadata: impl Read,
        entity_id: &EntityId,
        publisher: MetadataPublisher<'_>,
        policy: ServiceProviderPolicy,
    ) -> Result<Self, PeerError> {
        let descriptor = read_published_entity(entity_id, publisher, |buffer| {
            metadata.by_ref().take(READ_AT_ONCE).read_to_end(buffer).map(|_octets| ())
        })?;
        Self::from_descriptor(&descriptor, policy)
    }

    /// The service provider that trusted metadata describes.
    ///
    /// # Errors
    /// As [`ServiceProvider::from_metadata`].
    pub fn from_descriptor(
        descriptor: &Verified<EntityDescriptor>,
        policy: ServiceProviderPolicy,
    ) -> Result<Self, PeerError> {
        let role = descriptor.sp_sso_descriptors().next().ok_or(PeerError::NotAServiceProvider)?;
        let keys = match PeerKeys::of_descriptors(&role.sso.role.key_descriptors) {
            Ok(keys) => Some(keys),
            // Allowed as long as it signs nothing: a signed request is then refused, not taken unchecked.
            Err(NoPeerKeys::None) => None,
            Err(error) => return Err(PeerError::Keys(error)),
        };
        let entity_id = descriptor.entity_id.clone();
        let recipient = recipient(&entity_id, &role.sso.role.key_descriptors, &policy)?;
        Ok(Self {
            display_name: descriptor.display_name().unwrap_or_else(|| entity_id.to_string()),
            entity_id,
            role: role.clone(),
            keys,
            recipient,
            valid_until: descriptor.valid_until_of(&role.sso.role),
            policy,
        })
    }

    /// Its name.
    #[must_use]
    pub const fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }

    /// What people are shown.
    #[must_use]
    pub fn display_name(&self) -> &str {
        &self.display_name
    }

    /// Replaces the name that people are shown.
    #[must_use]
    pub fn with_display_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.display_name);
        self
    }

    /// For whom its assertions are sealed, if they are.
    pub(crate) fn assertion_recipient(&self) -> Option<&Recipient> {
        match self.policy.encrypt_assertions {
            EncryptAssertions::Never => None,
            EncryptAssertions::IfPossible | EncryptAssertions::Always => self.recipient.as_ref(),
        }
    }
}

/// For whom something is sealed, if it can be: by the key that is shared, else by what the metadata offers.
fn recipient(
    name: &EntityId,
    descriptors: &[KeyDescriptor],
    policy: &ServiceProviderPolicy,
) -> Result<Option<Recipient>, PeerError> {
    if let Some(key) = &policy.shared_key {
        return Ok(Some(Recipient { name: Some(name.clone()), ..Recipient::sharing(key.clone()) }));
    }
    let offered = encryption_recipient(name, descriptors, &policy.algorithms);
    let recipient = match (policy.encrypt_assertions, policy.encrypt_name_ids) {
        // A key that can't be used then means that there is none.
        (EncryptAssertions::Never, false) => offered.unwrap_or(None),
        (EncryptAssertions::IfPossible | EncryptAssertions::Always, _) | (EncryptAssertions::Never, true) => {
            offered?
        }
    };
    let key_is_needed = policy.encrypt_name_ids || policy.encrypt_assertions == EncryptAssertions::Always;
    if recipient.is_none() && key_is_needed {
        return Err(PeerError::EncryptionKeyMissing);
    }
    Ok(recipient)
}

/// Why a service provider can't be configured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// The metadata can't be read or trusted.
    #[error("the service provider's metadata can't be used")]
    Metadata(#[source] Box<TrustError>),
    /// The metadata of its federation can't be read to its end.
    #[error("the metadata of the federation can't be read")]
    Source(#[source] std::io::Error),
    /// It describes something else.
    #[error("the metadata describes no service provider")]
    NotAServiceProvider,
    /// Keys that can't be used.
    #[error("the metadata's signature keys can't be used")]
    Keys(#[from] NoPeerKeys),
    /// It offers a key for encryption that can't be used. Its policy may say that nothing is to be encrypted for it.
    #[error("the metadata's encryption keys can't be used")]
    EncryptionKey(#[from] NoEncryptionKey),
    /// It offers no key for encryption, and its policy wants one.
    #[error("something is to be encrypted but the metadata offers no key")]
    EncryptionKeyMissing,
}

impl From<MetadataStreamError<std::io::Error>> for PeerError {
    fn from(error: MetadataStreamError<std::io::Error>) -> Self {
        match error {
            MetadataStreamError::Source(error) => Self::Source(error),
            MetadataStreamError::Refused(error) => Self::Metadata(error),
        }
    }
}

impl From<TrustError> for PeerError {
    fn from(error: TrustError) -> Self {
        Self::Metadata(Box::new(error))
    }
}

#[cfg(test)]
pub(crate) mod tests;
