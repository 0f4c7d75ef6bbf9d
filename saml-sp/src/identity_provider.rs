//! An identity provider that this service provider trusts.

use std::io::Read;

use saml_core::base::{
    AssertionMaxAge, Binding, EntityId, InvalidEntityId, Limits, SamlInstant, UrlTransport,
};
use saml_core::crypto::{AlgorithmPolicy, Relaxation};
use saml_core::metadata::{EntityDescriptor, IdpSsoDescriptor};
use saml_core::trust::{
    MetadataPublisher, MetadataSource, MetadataStreamError, NoPeerKeys, PeerKeys, SharedKeys, TrustError,
    Verified, read_entity_descriptor, read_published_entity,
};
use saml_core::validation::{Check, PeerRole, SignatureDemand, metadata_validity};

/// What is permitted to, and asked of, one identity provider. The default is strict.
#[derive(Clone, Debug, Default)]
pub struct IdentityProviderPolicy {
    /// Algorithms, and the named relaxations of them (`sha1`, `unsolicited` …).
    pub algorithms: AlgorithmPolicy,
    /// What must be signed.
    pub signatures: SignatureDemand,
    /// Names of ours, beside our entity ID, that an audience may contain (ENTRA-12, ENTRA-13).
    pub further_audiences: Vec<String>,
    /// Affiliations of ours: it may make a name for one of them in place of us (`SPNameQualifier`). Usually none.
    pub affiliations: Vec<String>,
    /// How long after its `IssueInstant` an assertion of it is still taken, whatever `NotOnOrAfter` it states.
    pub assertion_max_age: AssertionMaxAge,
    /// Keys that we share with it, under which it may encrypt to us: tried for its messages and for nobody else's.
    /// Metadata can't carry them; without any, what is encrypted under one is refused.
    pub shared_keys: SharedKeys,
}

/// An identity provider, known from its metadata: its name, its endpoint, its pinned keys.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    pub(crate) entity_id: EntityId,
    pub(crate) display_name: String,
    pub(crate) sso: SingleSignOnEndpoint,
    pub(crate) keys: PeerKeys,
    pub(crate) wants_signed_requests: bool,
    pub(crate) valid_until: Option<SamlInstant>,
    pub(crate) policy: IdentityProviderPolicy,
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SingleSignOnEndpoint {
    pub(crate) binding: RequestBinding,
    pub(crate) location: String,
}

/// How requests go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestBinding {
    Redirect,
    Post,
}

/// Octets that are read of a federation's metadata before they are looked at.
const READ_AT_ONCE: u64 = 64 * 1024;

impl IdentityProvider {
    /// Reads the provider's metadata, which an administrator obtained and put here.
    ///
    /// # Errors
    /// Not metadata of one identity provider, no usable endpoint, or no signature key: a peer without a key can't be
    /// configured.
    pub fn from_metadata(octets: Vec<u8>, policy: IdentityProviderPolicy) -> Result<Self, PeerError> {
        let descriptor = read_entity_descriptor(octets, None, MetadataSource::LocalFile, &Limits::METADATA)?;
        Self::from_descriptor(&descriptor, policy)
    }

    /// Finds the provider in the metadata of its federation, which is verified while it is read: it may have a hundred
    /// megabytes. The description expires with the metadata around it.
    ///
    /// # Errors
    /// The metadata can't be read, is not signed by its publisher, or does not describe the provider; also as
    /// [`IdentityProvider::from_metadata`].
    pub fn from_federation(
        mut metadata: impl Read,
        entity_id: &EntityId,
        publisher: MetadataPublisher<'_>,
        policy: IdentityProviderPolicy,
    ) -> Result<Self, PeerError> {
        let descriptor = read_published_entity(entity_id, publisher, |buffer| {
            metadata.by_ref().take(READ_AT_ONCE).read_to_end(buffer).map(|_octets| ())
        })?;
        Self::from_descriptor(&descriptor, policy)
    }

    /// The provider that trusted metadata describes.
    ///
    /// # Errors
    /// As [`IdentityProvider::from_metadata`].
    pub fn from_descriptor(
        descriptor: &Verified<EntityDescriptor>,
        policy: IdentityProviderPolicy,
    ) -> Result<Self, PeerError> {
        let role = descriptor.idp_sso_descriptors().next().ok_or(PeerError::NotAnIdentityProvider)?;
        let entity_id = descriptor.entity_id.clone();
        Ok(Self {
            display_name: descriptor.display_name().unwrap_or_else(|| entity_id.to_string()),
            entity_id,
            sso: endpoint(role, &policy.algorithms)?,
            keys: PeerKeys::of_descriptors(&role.sso.role.key_descriptors)?,
            wants_signed_requests: role.want_authn_requests_signed,
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

    /// Replaces the name that people are shown; metadata often has none.
    #[must_use]
    pub fn with_display_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.display_name);
        self
    }

    /// Whether its metadata may still be used; `None` if that states no end.
    pub(crate) fn validity(&self, now: SamlInstant) -> Option<Check> {
        metadata_validity(PeerRole::IdentityProvider, self.valid_until, now, self.policy.algorithms.granted())
    }
}

/// Redirect if it is offered, as [saml2int SDP-SP02] asks; POST otherwise.
fn endpoint(role: &IdpSsoDescriptor, policy: &AlgorithmPolicy) -> Result<SingleSignOnEndpoint, PeerError> {
    let offered = |binding: &Binding| {
        let endpoint = role.single_sign_on_services.iter().find(|e| e.binding == *binding);
        endpoint.map(|e| e.location.clone())
    };
    let chosen = offered(&Binding::HttpRedirect)
        .map(|location| (RequestBinding::Redirect, location))
        .or_else(|| offered(&Binding::HttpPost).map(|location| (RequestBinding::Post, location)));
    let (binding, location) = chosen.ok_or(PeerError::NoSingleSignOnService)?;
    match UrlTransport::of(&location) {
        UrlTransport::Https | UrlTransport::LoopbackHttp => {}
        UrlTransport::PlainHttp if policy.granted().contains(Relaxation::PlainHttp) => {}
        UrlTransport::PlainHttp => return Err(PeerError::EndpointPlainHttp { location }),
        UrlTransport::Other => return Err(PeerError::EndpointScheme { location }),
    }
    Ok(SingleSignOnEndpoint { binding, location })
}

/// Why an identity provider can't be configured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// The metadata can't be read or trusted.
    #[error("the identity provider's metadata can't be used")]
    Metadata(#[source] Box<TrustError>),
    /// The metadata of its federation can't be read to its end.
    #[error("the metadata of the federation can't be read")]
    Source(#[source] std::io::Error),
    /// It describes something else.
    #[error("the metadata describes no identity provider")]
    NotAnIdentityProvider,
    /// No endpoint for a binding that we speak.
    #[error("the metadata offers no SingleSignOnService by HTTP-Redirect or HTTP-POST")]
    NoSingleSignOnService,
    /// A URL that a browser must not be sent to.
    #[error("the SingleSignOnService {location:?} is no http or https URL")]
    EndpointScheme {
        /// The URL.
        location: String,
    },
    /// Whoever is on the way to it could send people to a login page of their own.
    #[error("the SingleSignOnService {location:?} is not https; `plain-http` may be allowed for this peer")]
    EndpointPlainHttp {
        /// The URL.
        location: String,
    },
    /// No key, or too many.
    #[error("the metadata offers no usable signature keys")]
    Keys(#[from] NoPeerKeys),
    /// The entity ID is none.
    #[error("the entity ID can't be used")]
    EntityId(#[from] InvalidEntityId),
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
