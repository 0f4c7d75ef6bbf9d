//! A service provider that this identity provider serves.

use std::io::Read;
use std::sync::Arc;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{Binding, EntityId, RequestMaxAge, SamlInstant};
use saml_core::crypto::{CryptoError, DigestAlgorithm, PeerPolicy, SharedKey, SignatureAlgorithm};
use saml_core::enc::EncryptionTarget;
use saml_core::metadata::{Endpoint, EntityDescriptor, KeyDescriptor, SpSsoDescriptor};
use saml_core::trust::{
    MetadataPublisher, NoPeerKeys, PeerKeys, SignatureKeys, Verified, encryption_target, sp_role,
};
use saml_core::validation::check_assertion_consumer_service;
use saml_core::xml::names::md;
use saml_provider::peer::{
    Peer, PeerError, PeerFault, PeerSigning, SigningPolicy, Validity, name_for_people, read_federation,
    read_file,
};

use crate::name_id;

/// The attributes that a service provider gets of people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeRelease {
    /// Everything that is known.
    All,
    /// These attributes, by local name. The wishes of the request don't matter (attack 216).
    Named(Vec<String>),
}

impl Default for AttributeRelease {
    /// The default releases only the name.
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

/// Whether assertions for a service provider are encrypted.
///
/// Holds whatever its metadata says: `Always` never sends in clear, `Never` always does. With `IfPossible` the metadata
/// decides, between sealing and sending in clear, by one thing alone: whether it offers a key for encryption. An offer
/// that can't be used, for whatever reason, refuses the service provider; it is never passed over. So an unusable key,
/// certificate or list of algorithms never leads to clear text. Nor does metadata without any key, if an assertion was
/// encrypted for the service before: the store remembers that, and the service is answered with an error
/// (`sp.encryption_key_withdrawn`) until it offers a key again, or the policy says `Never`. A store that forgets, as the
/// memory engine does with its process, knows of no before; `Always` rules that out, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EncryptAssertions {
    /// Never, even if it could read them: for a peer that offers a key and then stumbles over its use.
    Never,
    /// If its metadata offers a key to encrypt with, as a peer that publishes one expects [SDP-IDP11]. Or if we share
    /// one with it.
    #[default]
    IfPossible,
    /// Always: one without a key can't be configured.
    Always,
}

/// The bindings that our metadata offers a service provider for its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PublishedBindings {
    /// HTTP-Redirect and HTTP-POST.
    #[default]
    Both,
    /// HTTP-Redirect alone.
    Redirect,
    /// HTTP-POST alone: for a service provider whose signed redirects go wrong.
    Post,
}

/// The parts that are signed for a service provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ResponseSignatures {
    /// The assertion, and the Response around it, so that every service provider finds the signature that it wants.
    #[default]
    Both,
    /// The assertion only, for a peer that stumbles over two signatures. An answer without one is signed itself.
    Assertion,
    /// The Response only.
    Response,
}

/// The policy for one service provider: what it may do, and what it gets.
#[derive(Clone, Debug, Default)]
pub struct SpPeerPolicy {
    /// Algorithms of its signed requests.
    pub permitted: PeerPolicy,
    /// How long after its `IssueInstant` a request of it is still followed.
    pub request_max_age: RequestMaxAge,
    /// The attributes that it gets of people.
    pub release: AttributeRelease,
    /// The kind of name that it gets if it asks for none; `None` means the provider's default.
    pub name_id_format: Option<NameIdFormat>,
    /// Whether a login may start at the identity provider (attack 214).
    pub idp_initiated: bool,
    /// Whether its assertions are encrypted.
    pub encrypt_assertions: EncryptAssertions,
    /// A key that we share with it. Content for it is encrypted under this key, whatever its metadata offers. Metadata
    /// can't carry such a key. Whether anything is encrypted is said by the other two.
    pub shared_key: Option<SharedKey>,
    /// Whether a person's name is encrypted by itself, inside an assertion that others may read: for a service that
    /// hands assertions on. One whose metadata offers no key for it can't be configured. A service with a key may also
    /// ask for it, request by request, with the NameID format `encrypted`.
    pub encrypt_name_ids: bool,
    /// The parts that are signed for it.
    pub signatures: ResponseSignatures,
    /// The digest algorithm of signatures for it. `None` leaves it to its metadata, and to SHA-256 if that lists none.
    /// SHA-1 is never used.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The signature algorithm of what is signed for it; `None` leaves it to its metadata, and the signer's own where that
    /// lists none. One that the signer's key can't do, and SHA-1, is passed over.
    pub signature_algorithm: Option<SignatureAlgorithm>,
    /// What [`IdentityProvider::metadata_xml_for`](crate::Snapshot::metadata_xml_for) offers it. A request by
    /// another binding is not refused for that.
    pub published_bindings: PublishedBindings,
}

/// A service provider, known from its metadata: its name, its endpoints, its keys.
#[derive(Clone, Debug)]
pub struct SpPeer {
    pub(crate) entity_id: EntityId,
    pub(crate) display_name: String,
    pub(crate) role: SpSsoDescriptor,
    pub(crate) keys: Option<PeerKeys>,
    /// The recipient of encrypted content, if it can be encrypted.
    pub(crate) recipient: Option<EncryptionTarget>,
    /// What signatures for it are made with.
    pub(crate) signing: PeerSigning,
    pub(crate) validity: Validity,
    /// Shared, since errors can't be copied.
    warnings: Vec<Arc<PeerError>>,
    pub(crate) policy: SpPeerPolicy,
}

impl SpPeer {
    /// Reads the service provider's metadata, which an administrator obtained and put here.
    ///
    /// Every part of the metadata that each login depends on is checked here, so that a fault is found before the first
    /// login.
    ///
    /// # Errors
    /// Not metadata of one service provider of SAML 2.0, no endpoint that an answer may go to, keys that can't be used, a
    /// promise of signed requests without a key for them, or no usable key to encrypt with although there should be
    /// one. The error knows the line; [`PeerError::in_file`] adds the name of the file.
    pub fn from_metadata(octets: Vec<u8>, policy: SpPeerPolicy) -> Result<Self, PeerError> {
        let (lines, read) = read_file(octets);
        let located = |error| lines.locate(error, md::SP_SSO_DESCRIPTOR);
        read.and_then(|descriptor| Self::built(&descriptor, policy, located)).map_err(located)
    }

    /// Finds the service provider in the metadata of its federation, which is verified while it is read: it may have a
    /// hundred megabytes. The description expires with the metadata around it.
    ///
    /// # Errors
    /// The metadata can't be read, is not signed by its publisher, or does not describe the service provider; the
    /// description never ends, unless the policy grants `metadata-without-end`; also as
    /// [`SpPeer::from_metadata`].
    pub fn from_federation(
        metadata: impl Read,
        entity_id: &EntityId,
        publisher: MetadataPublisher<'_>,
        policy: SpPeerPolicy,
    ) -> Result<Self, PeerError> {
        let descriptor = read_federation(
            metadata,
            entity_id,
            publisher,
            |descriptor| sp_role(descriptor).map(|role| &role.sso.role),
            &policy.permitted,
        )?;
        Self::from_descriptor(&descriptor, policy)
    }

    /// The service provider that trusted metadata describes.
    ///
    /// # Errors
    /// As [`SpPeer::from_metadata`].
    pub fn from_descriptor(
        descriptor: &Verified<EntityDescriptor>,
        policy: SpPeerPolicy,
    ) -> Result<Self, PeerError> {
        Self::built(descriptor, policy, |error| error)
    }

    fn built(
        descriptor: &Verified<EntityDescriptor>,
        policy: SpPeerPolicy,
        located: impl Fn(PeerError) -> PeerError,
    ) -> Result<Self, PeerError> {
        let entity_id = descriptor.entity_id.clone();
        let of = |fault| PeerError::of(&entity_id, fault);
        let role = sp_role(descriptor).map_err(|error| of(PeerFault::Role(error)))?;
        let mut faults = endpoints(role, &policy).map_err(of)?;
        let keys = signature_keys(role, &policy, &mut faults).map_err(of)?;
        let recipient = recipient(&entity_id, &role.sso.role.key_descriptors, &policy).map_err(of)?;
        if let Some(format) = policy.name_id_format.as_ref().filter(|format| !name_id::is_issued(format)) {
            return Err(of(PeerFault::NameIdFormat(format.clone())));
        }
        Ok(Self {
            display_name: name_for_people(descriptor, &role.sso.role),
            role: role.clone(),
            signing: PeerSigning::of(
                descriptor,
                &role.sso.role,
                SigningPolicy {
                    digest_algorithm: policy.digest_algorithm,
                    signature_algorithm: policy.signature_algorithm,
                },
            ),
            keys,
            recipient,
            validity: Validity(descriptor.valid_until_of(&role.sso.role)),
            warnings: faults.into_iter().map(|fault| Arc::new(located(of(fault)))).collect(),
            policy,
            entity_id,
        })
    }

    /// What of its metadata can't be used, though enough is left: an endpoint or a key among others.
    pub fn warnings(&self) -> impl Iterator<Item = &PeerError> {
        self.warnings.iter().map(|warning| &**warning)
    }

    /// The warning that its metadata has expired, or will within two days. After that, nobody can sign in to it.
    #[must_use]
    pub fn expiry(&self, now: SamlInstant) -> Option<PeerError> {
        self.validity.fault(now).map(|fault| PeerError::of(&self.entity_id, fault))
    }

    /// When its metadata ends: of itself, with its role, or with the groups around it.
    #[must_use]
    pub const fn valid_until(&self) -> Option<SamlInstant> {
        self.validity.0
    }

    /// Why none of its requests that are signed would be followed.
    pub(crate) fn signed_requests_refused(&self) -> Option<PeerFault> {
        match &self.keys {
            None => Some(PeerFault::RequestsNeedKey),
            Some(keys) => keys.check(&self.policy.permitted).err().map(PeerFault::KeysRefused),
        }
    }

    /// Whether the assertions for it are encrypted.
    #[must_use]
    pub fn is_encrypted_for(&self) -> bool {
        self.assertion_recipient().is_some()
    }

    /// What its metadata says of its role, as a whole.
    #[must_use]
    pub const fn role(&self) -> &SpSsoDescriptor {
        &self.role
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

    /// Whether its metadata lists this endpoint, by a binding that answers go by.
    pub(crate) fn takes_answers_at(&self, acs_url: &str) -> bool {
        posted_to(&self.role).any(|(_position, endpoint)| endpoint.location == acs_url)
    }

    /// The recipient of its assertions, if they are encrypted.
    pub(crate) fn assertion_recipient(&self) -> Option<&EncryptionTarget> {
        match self.policy.encrypt_assertions {
            EncryptAssertions::Never => None,
            EncryptAssertions::IfPossible | EncryptAssertions::Always => self.recipient.as_ref(),
        }
    }
}

impl Peer for SpPeer {
    fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }
}

/// The endpoints of the binding by which answers go, with their positions in the metadata.
fn posted_to(role: &SpSsoDescriptor) -> impl Iterator<Item = (usize, &Endpoint)> {
    let services = role.assertion_consumer_services.iter().map(|service| &service.endpoint).enumerate();
    services.filter(|(_position, endpoint)| endpoint.binding == Binding::HttpPost)
}

/// The endpoints that an answer can't go to, if there are others.
fn endpoints(role: &SpSsoDescriptor, policy: &SpPeerPolicy) -> Result<Vec<PeerFault>, PeerFault> {
    let (mut usable, mut faults) = (0_usize, Vec::new());
    for (position, endpoint) in posted_to(role) {
        match check_assertion_consumer_service(&endpoint.location, policy.permitted.granted()) {
            Ok(_needed) => usable = usable.saturating_add(1),
            Err(fault) => faults.push(PeerFault::Endpoint { position, fault }),
        }
    }
    if usable > 0 {
        return Ok(faults);
    }
    let none = PeerFault::NoEndpoint { element: "AssertionConsumerService", bindings: "HTTP-POST" };
    Err(faults.into_iter().next().unwrap_or(none))
}

/// One without a key is allowed as long as it signs nothing: a signed request is then refused, not taken unchecked. So is
/// one whose only keys are of a kind that nobody verifies with here.
fn signature_keys(
    role: &SpSsoDescriptor,
    policy: &SpPeerPolicy,
    faults: &mut Vec<PeerFault>,
) -> Result<Option<PeerKeys>, PeerFault> {
    let published = SignatureKeys::of_descriptors(&role.sso.role.key_descriptors);
    let keys = match published.keys {
        Ok(keys) => Some(keys),
        Err(NoPeerKeys::None) => None,
        Err(NoPeerKeys::Unusable(fault)) if matches!(fault.key.error, CryptoError::KeyUnsupported { .. }) => {
            None
        }
        Err(error) => return Err(PeerFault::Keys(error)),
    };
    faults.extend(published.faults.into_iter().map(PeerFault::Key));
    if role.authn_requests_signed && !policy.idp_initiated {
        let keys = keys.as_ref().ok_or(PeerFault::RequestsNeedKey)?;
        keys.check(&policy.permitted).map_err(PeerFault::KeysRefused)?;
    } else if role.authn_requests_signed && keys.is_none() {
        faults.push(PeerFault::RequestsNeedKey);
    }
    Ok(keys)
}

/// The recipient of encrypted content, if it can be encrypted: with the shared key, or else with a key of the metadata.
fn recipient(
    name: &EntityId,
    descriptors: &[KeyDescriptor],
    policy: &SpPeerPolicy,
) -> Result<Option<EncryptionTarget>, PeerFault> {
    if let Some(key) = &policy.shared_key {
        return Ok(Some(EncryptionTarget {
            name: Some(name.clone()),
            ..EncryptionTarget::sharing(key.clone())
        }));
    }
    let offered = encryption_target(name, descriptors, &policy.permitted);
    let recipient = match (policy.encrypt_assertions, policy.encrypt_name_ids) {
        // A key that can't be used then means that there is none.
        (EncryptAssertions::Never, false) => offered.unwrap_or(None),
        (EncryptAssertions::IfPossible | EncryptAssertions::Always, _) | (EncryptAssertions::Never, true) => {
            offered.map_err(PeerFault::EncryptionKey)?
        }
    };
    let key_is_needed = policy.encrypt_name_ids || policy.encrypt_assertions == EncryptAssertions::Always;
    if recipient.is_none() && key_is_needed {
        return Err(PeerFault::EncryptionKeyMissing);
    }
    Ok(recipient)
}

#[cfg(test)]
pub(crate) mod tests;
