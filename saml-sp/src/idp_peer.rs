//! An identity provider that this service provider trusts.

use std::io::Read;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{AssertionMaxAge, Binding, EntityId, SamlInstant};
use saml_core::crypto::{DigestAlgorithm, PeerPolicy, SignatureAlgorithm};
use saml_core::metadata::{EntityDescriptor, IdpSsoDescriptor};
use saml_core::trust::{MetadataPublisher, PeerKeys, SharedKeys, SignatureKeys, Verified, idp_role};
use saml_core::validation::{
    Check, PeerRole, SignatureDemand, check_single_sign_on_service, metadata_validity,
};
use saml_core::xml::names::md;
use saml_provider::peer::{
    Peer, PeerError, PeerFault, PeerSigning, SigningPolicy, Validity, name_for_people, read_federation,
    read_file,
};

/// The requirements for one identity provider, and the concessions to it. The default is strict.
#[derive(Clone, Debug, Default)]
pub struct IdpPeerPolicy {
    /// Algorithms, and the named relaxations of them (`sha1`, `unsolicited` …).
    pub permitted: PeerPolicy,
    /// What must be signed.
    pub signatures: SignatureDemand,
    /// Names of ours, beside our entity ID, that an audience may contain (ENTRA-12, ENTRA-13).
    pub further_audiences: Vec<String>,
    /// Affiliations of ours: it may make a name for one of them in place of us (`SPNameQualifier`). Usually none.
    pub affiliations: Vec<String>,
    /// How long after its `IssueInstant` an assertion of it is still taken, whatever `NotOnOrAfter` it states.
    pub assertion_max_age: AssertionMaxAge,
    /// Keys that we share with it, under which it may encrypt to us. They are tried for its messages only. Metadata
    /// can't carry them. Without any, a message that is encrypted under a shared key is refused.
    pub shared_keys: SharedKeys,
    /// The kinds of name that it is asked for, the preferred first, where a login asks for none: the first of those
    /// that its metadata lists, or the first of all if that lists none. An empty list leaves the kind to the provider,
    /// which works with most.
    pub name_id_formats: Vec<NameIdFormat>,
    /// Whether it is not told of our keys for encryption: for a provider that encrypts to any key that it sees, with
    /// algorithms that are refused here. Its metadata of ours is then
    /// [`ServiceProvider::metadata_xml_for`](crate::Snapshot::metadata_xml_for). If it encrypts all the same,
    /// its messages are judged like any other.
    pub withhold_encryption_keys: bool,
    /// The digest algorithm of requests that are signed for it by POST; `None` leaves it to its metadata, and SHA-256 where
    /// that lists none. SHA-1 is never used, whoever asks for it.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The signature algorithm of requests that are signed for it; `None` leaves it to its metadata, and the signer's own
    /// where that lists none. One that the signer's key can't do, and SHA-1, is passed over.
    pub signature_algorithm: Option<SignatureAlgorithm>,
}

/// An identity provider, known from its metadata: its name, its endpoint, its pinned keys.
#[derive(Clone, Debug)]
pub struct IdpPeer {
    pub(crate) entity_id: EntityId,
    pub(crate) display_name: String,
    /// Its whole role.
    role: IdpSsoDescriptor,
    pub(crate) sso: SingleSignOnEndpoint,
    pub(crate) keys: PeerKeys,
    pub(crate) wants_signed_requests: bool,
    /// What signatures for it are made with.
    pub(crate) signing: PeerSigning,
    pub(crate) validity: Validity,
    warnings: Vec<WarnedOf>,
    pub(crate) policy: IdpPeerPolicy,
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

/// A fault that does not stop the provider; shared, since errors can't be copied.
type WarnedOf = std::sync::Arc<PeerError>;

impl IdpPeer {
    /// Reads the provider's metadata, which an administrator obtained and put here.
    ///
    /// # Errors
    /// Not metadata of one identity provider of SAML 2.0, no usable endpoint, or no signature key: a peer without a key
    /// can't be configured. The error knows the line; [`PeerError::in_file`] adds the name of the file.
    pub fn from_metadata(octets: Vec<u8>, policy: IdpPeerPolicy) -> Result<Self, PeerError> {
        let (lines, read) = read_file(octets);
        let located = |error| lines.locate(error, md::IDP_SSO_DESCRIPTOR);
        read.and_then(|descriptor| Self::built(&descriptor, policy, located)).map_err(located)
    }

    /// Finds the provider in the metadata of its federation, which is verified while it is read: it may have a hundred
    /// megabytes. The description expires with the metadata around it.
    ///
    /// # Errors
    /// The metadata can't be read, is not signed by its publisher, or does not describe the provider; the description
    /// never ends, unless the policy grants `metadata-without-end`; also as [`IdpPeer::from_metadata`].
    pub fn from_federation(
        metadata: impl Read,
        entity_id: &EntityId,
        publisher: MetadataPublisher<'_>,
        policy: IdpPeerPolicy,
    ) -> Result<Self, PeerError> {
        let descriptor = read_federation(
            metadata,
            entity_id,
            publisher,
            |descriptor| idp_role(descriptor).map(|role| &role.sso.role),
            &policy.permitted,
        )?;
        Self::from_descriptor(&descriptor, policy)
    }

    /// The provider that trusted metadata describes.
    ///
    /// # Errors
    /// As [`IdpPeer::from_metadata`].
    pub fn from_descriptor(
        descriptor: &Verified<EntityDescriptor>,
        policy: IdpPeerPolicy,
    ) -> Result<Self, PeerError> {
        Self::built(descriptor, policy, |error| error)
    }

    fn built(
        descriptor: &Verified<EntityDescriptor>,
        policy: IdpPeerPolicy,
        located: impl Fn(PeerError) -> PeerError,
    ) -> Result<Self, PeerError> {
        let entity_id = descriptor.entity_id.clone();
        let of = |fault| PeerError::of(&entity_id, fault);
        let role = idp_role(descriptor).map_err(|error| of(PeerFault::Role(error)))?;
        let (sso, mut faults) = endpoint(role, &policy.permitted).map_err(of)?;
        let published = SignatureKeys::of_descriptors(&role.sso.role.key_descriptors);
        let keys = published.keys.map_err(|error| of(PeerFault::Keys(error)))?;
        keys.check(&policy.permitted).map_err(|violation| of(PeerFault::KeysRefused(violation)))?;
        faults.extend(published.faults.into_iter().map(PeerFault::Key));
        Ok(Self {
            display_name: name_for_people(descriptor, &role.sso.role),
            sso,
            keys,
            wants_signed_requests: role.want_authn_requests_signed,
            role: role.clone(),
            signing: PeerSigning::of(
                descriptor,
                &role.sso.role,
                SigningPolicy {
                    digest_algorithm: policy.digest_algorithm,
                    signature_algorithm: policy.signature_algorithm,
                },
            ),
            validity: Validity(descriptor.valid_until_of(&role.sso.role)),
            warnings: faults.into_iter().map(|fault| WarnedOf::new(located(of(fault)))).collect(),
            policy,
            entity_id,
        })
    }

    /// What of its metadata can't be used, though enough is left: an endpoint or a key among others.
    pub fn warnings(&self) -> impl Iterator<Item = &PeerError> {
        self.warnings.iter().map(|warning| &**warning)
    }

    /// That its metadata has expired, or will within two days: nobody signs in with it then.
    #[must_use]
    pub fn expiry(&self, now: SamlInstant) -> Option<PeerError> {
        self.validity.fault(now).map(|fault| PeerError::of(&self.entity_id, fault))
    }

    /// When its metadata ends: of itself, with its role, or with the groups around it.
    #[must_use]
    pub const fn valid_until(&self) -> Option<SamlInstant> {
        self.validity.0
    }

    /// The kind of name to ask for: the one of this login, or else the first of our policy that the metadata lists, or
    /// else none, which leaves it to the provider.
    pub(crate) fn name_id_format(&self, asked: Option<NameIdFormat>) -> Option<NameIdFormat> {
        let ours = &self.policy.name_id_formats;
        let listed = || ours.iter().find(|format| self.role.sso.name_id_formats.contains(format));
        asked.or_else(|| listed().or(ours.first()).cloned())
    }

    /// What its metadata says of its role, as a whole.
    #[must_use]
    pub const fn role(&self) -> &IdpSsoDescriptor {
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

    /// Replaces the name that people are shown; metadata often has none.
    #[must_use]
    pub fn with_display_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.display_name);
        self
    }

    /// Whether its metadata may still be used; `None` if that states no end.
    pub(crate) fn validity(&self, now: SamlInstant) -> Option<Check> {
        let granted = self.policy.permitted.granted();
        metadata_validity(PeerRole::IdentityProvider, self.validity.0, now, granted)
    }
}

impl Peer for IdpPeer {
    fn entity_id(&self) -> &EntityId {
        &self.entity_id
    }
}

/// Redirect if it is offered, as [saml2int SDP-SP02] asks; POST otherwise. An endpoint that nobody may be sent to is
/// passed over for the next, and told.
fn endpoint(
    role: &IdpSsoDescriptor,
    policy: &PeerPolicy,
) -> Result<(SingleSignOnEndpoint, Vec<PeerFault>), PeerFault> {
    let mut faults = Vec::new();
    for (wanted, binding) in
        [(Binding::HttpRedirect, RequestBinding::Redirect), (Binding::HttpPost, RequestBinding::Post)]
    {
        for (position, service) in role.single_sign_on_services.iter().enumerate() {
            if service.binding != wanted {
                continue;
            }
            let by_redirect = binding == RequestBinding::Redirect;
            match check_single_sign_on_service(&service.location, by_redirect, policy.granted()) {
                Ok(_needed) => {
                    let location = service.location.clone();
                    return Ok((SingleSignOnEndpoint { binding, location }, faults));
                }
                Err(fault) => faults.push(PeerFault::Endpoint { position, fault }),
            }
        }
    }
    let none =
        PeerFault::NoEndpoint { element: "SingleSignOnService", bindings: "HTTP-Redirect or HTTP-POST" };
    Err(faults.into_iter().next().unwrap_or(none))
}

#[cfg(test)]
pub(crate) mod tests;
