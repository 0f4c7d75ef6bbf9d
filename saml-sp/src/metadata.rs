//! Our own description for identity providers. [Metadata §2.4.4], [saml2int SDP-MD04]

use saml_core::base::{Binding, Coded};
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::{
    Endpoint, EntityDescriptor, IndexedEndpoint, KeyDescriptor, KeyUse, Role, SpSsoDescriptor,
};

use saml_core::trust::algorithm_support;
use saml_core::validation::SignatureDemand;

use crate::{IdpPeer, ServiceProvider};

impl ServiceProvider {
    /// The metadata document. It lists only what is served here. No `validUntil`: identity providers that import a file
    /// once would stop working (NET-21).
    ///
    /// # Errors
    /// The settings hold characters that XML can't.
    pub fn metadata_xml(&self) -> Result<Vec<u8>, Box<dyn Coded + Send + Sync>> {
        self.metadata_with(self.encryption_descriptors().collect())
    }

    /// The metadata document for one identity provider: without our keys for encryption, if its
    /// [policy](crate::IdpPeerPolicy::withhold_encryption_keys) withholds them. To be handed to it as a file,
    /// since what is served at the endpoint is for all.
    ///
    /// # Errors
    /// As [`metadata_xml`](Self::metadata_xml).
    pub fn metadata_xml_for(&self, idp: &IdpPeer) -> Result<Vec<u8>, Box<dyn Coded + Send + Sync>> {
        if idp.policy.withhold_encryption_keys { self.metadata_with(Vec::new()) } else { self.metadata_xml() }
    }

    fn metadata_with(&self, encryption: Vec<KeyDescriptor>) -> Result<Vec<u8>, Box<dyn Coded + Send + Sync>> {
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
        role.authn_requests_signed = self.signer().is_some();
        let wants_assertion = |demand| demand != SignatureDemand::Response;
        role.want_assertions_signed =
            self.identity_providers().iter().all(|idp| wants_assertion(idp.policy.signatures));
        let descriptor = EntityDescriptor::new(config.entity_id.clone(), Role::SpSso(Box::new(role)));
        match descriptor.to_xml() {
            Ok(written) => Ok(written.into_octets()),
            Err(error) => Err(Box::new(error)),
        }
    }
}
