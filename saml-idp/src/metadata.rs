//! Our own description for service providers. [Metadata §2.4.3], [saml2int SDP-MD04]

use saml_core::base::Binding;
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::{Endpoint, EntityDescriptor, IdpSsoDescriptor, KeyDescriptor, KeyUse, Role};
use saml_core::trust::algorithm_support;

use crate::config::RequestSignatures;
use crate::{IdentityProvider, MetadataError, PublishedBindings, Snapshot, SpPeer};

impl IdentityProvider {
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
    pub fn metadata_xml_for(&self, sp: &SpPeer) -> Result<Vec<u8>, MetadataError> {
        self.snapshot().metadata_xml_for(sp)
    }
}

impl Snapshot {
    /// The metadata document: what is really served here, nothing else. No `validUntil`: service providers that
    /// import a file once would stop working (NET-21).
    ///
    /// # Errors
    /// The settings hold characters that XML can't.
    pub fn metadata_xml(&self) -> Result<Vec<u8>, MetadataError> {
        self.metadata_by(PublishedBindings::Both)
    }

    /// The metadata document for one service provider: with the bindings that its
    /// [policy](crate::SpPeerPolicy::published_bindings) offers it. To be handed to it as a file, since what is
    /// served at the endpoint is for all.
    ///
    /// # Errors
    /// As [`metadata_xml`](Self::metadata_xml).
    pub fn metadata_xml_for(&self, sp: &SpPeer) -> Result<Vec<u8>, MetadataError> {
        self.metadata_by(sp.policy.published_bindings)
    }

    fn metadata_by(&self, bindings: PublishedBindings) -> Result<Vec<u8>, MetadataError> {
        let config = self.config();
        let endpoint = |binding| Endpoint { binding, location: config.sso_url(), response_location: None };
        let mut role = IdpSsoDescriptor::new(endpoint(match bindings {
            PublishedBindings::Both | PublishedBindings::Redirect => Binding::HttpRedirect,
            PublishedBindings::Post => Binding::HttpPost,
        }));
        if bindings == PublishedBindings::Both {
            role.single_sign_on_services.push(endpoint(Binding::HttpPost));
        }
        role.sso.role.key_descriptors = self
            .signer()
            .certificate()
            .map(|certificate| KeyDescriptor::of_certificate(KeyUse::Signing, certificate.to_base64()))
            .into_iter()
            .collect();
        role.sso.role.extensions = algorithm_support(&PeerPolicy::default());
        if let Some(name) = config.site.published_name() {
            role.sso.role.publish_display_name(name);
        }
        role.want_authn_requests_signed = config.request_signatures == RequestSignatures::Required;
        role.sso.name_id_formats.clone_from(&config.name_id_formats);
        let descriptor = EntityDescriptor::new(config.site.entity_id.clone(), Role::IdpSso(Box::new(role)));
        Ok(descriptor.to_xml()?.into_octets())
    }
}
