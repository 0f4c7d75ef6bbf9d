//! Our own description for identity providers. [Metadata §2.4.4], [saml2int SDP-MD04]

use saml_core::base::Binding;
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::{
    Endpoint, EntityDescriptor, IndexedEndpoint, KeyDescriptor, KeyUse, Role, SpSsoDescriptor,
};

use saml_core::trust::algorithm_support;

use crate::{IdpPeer, MetadataError, ServiceProvider, Snapshot};

impl ServiceProvider {
    /// [`Snapshot::metadata_xml`] of what is now.
    ///
    /// # Errors
    /// As there.
    pub fn metadata_xml(&self) -> Result<Vec<u8>, MetadataError> {
        self.snapshot().metadata_xml()
    }

    /// [`Snapshot::metadata_xml_for`] of what is now.
    ///
    /// # Errors
    /// As there.
    pub fn metadata_xml_for(&self, idp: &IdpPeer) -> Result<Vec<u8>, MetadataError> {
        self.snapshot().metadata_xml_for(idp)
    }
}

impl Snapshot {
    /// The metadata document: what is really served here, nothing else. No `validUntil`: identity providers that
    /// import a file once would stop working (NET-21).
    ///
    /// # Errors
    /// The settings hold characters that XML can't.
    pub fn metadata_xml(&self) -> Result<Vec<u8>, MetadataError> {
        self.metadata_with(self.encryption_descriptors().collect())
    }

    /// The metadata document for one identity provider: without our keys for encryption, if its
    /// [policy](crate::IdpPeerPolicy::withhold_encryption_keys) withholds them. To be handed to it as a file,
    /// since what is served at the endpoint is for all.
    ///
    /// # Errors
    /// As [`metadata_xml`](Self::metadata_xml).
    pub fn metadata_xml_for(&self, idp: &IdpPeer) -> Result<Vec<u8>, MetadataError> {
        if idp.policy.withhold_encryption_keys { self.metadata_with(Vec::new()) } else { self.metadata_xml() }
    }

    fn metadata_with(&self, encryption: Vec<KeyDescriptor>) -> Result<Vec<u8>, MetadataError> {
        let config = self.config();
        let keys = self
            .signer()
            .and_then(|signer| signer.certificate())
            .map(|certificate| KeyDescriptor::of_certificate(KeyUse::Signing, certificate.to_base64()));
        let mut role = SpSsoDescriptor::new(IndexedEndpoint {
            endpoint: Endpoint {
                binding: Binding::HttpPost,
                location: config.acs_url(),
                response_location: None,
            },
            index: 0,
            is_default: Some(true),
        });
        role.sso.role.key_descriptors = keys.into_iter().chain(encryption).collect();
        role.sso.role.extensions = algorithm_support(&PeerPolicy::default());
        if let Some(name) = config.site.published_name() {
            role.sso.role.publish_display_name(name);
        }
        role.authn_requests_signed = self.signer().is_some();
        role.want_assertions_signed = self.wants_assertions_signed();
        let descriptor = EntityDescriptor::new(config.site.entity_id.clone(), Role::SpSso(Box::new(role)));
        Ok(descriptor.to_xml()?.into_octets())
    }
}
