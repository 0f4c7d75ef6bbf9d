//! Floor 5: descriptions of ourselves, on their way out. May import `base` and `xml`.

use super::{
    Endpoint, EntityContent, EntityDescriptor, IdpSsoDescriptor, IndexedEndpoint, KeyDescriptor, KeyUse,
    Role, RoleDescriptor, SpSsoDescriptor, SsoDescriptor,
};
use crate::base::{EntityId, NonEmpty};
use crate::xml::{WriteError, Writer, Written, names};

impl EntityDescriptor {
    /// An entity with one role.
    #[must_use]
    pub const fn new(entity_id: EntityId, role: Role) -> Self {
        Self {
            entity_id,
            id: None,
            valid_until: None,
            cache_duration: None,
            extensions: None,
            content: EntityContent::Roles(NonEmpty::new(role)),
            organization: None,
            contact_persons: Vec::new(),
            additional_metadata_locations: Vec::new(),
            empty_parts: Vec::new(),
        }
    }

    /// Writes the description as a document, unsigned, with a slot for its signature if it has an ID.
    ///
    /// # Errors
    /// A value holds characters that XML can't.
    pub fn to_xml(&self) -> Result<Written, WriteError> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.finish()
    }
}

impl RoleDescriptor {
    /// A role that speaks SAML 2.0.
    fn saml() -> Self {
        Self {
            id: None,
            valid_until: None,
            cache_duration: None,
            protocol_support_enumeration: vec![names::SAMLP.to_owned()],
            error_url: None,
            extensions: None,
            key_descriptors: Vec::new(),
            organization: None,
            contact_persons: Vec::new(),
        }
    }
}

impl SsoDescriptor {
    fn saml() -> Self {
        Self {
            role: RoleDescriptor::saml(),
            artifact_resolution_services: Vec::new(),
            single_logout_services: Vec::new(),
            manage_name_id_services: Vec::new(),
            name_id_formats: Vec::new(),
        }
    }
}

impl SpSsoDescriptor {
    /// A service provider with one assertion consumer service.
    #[must_use]
    pub fn new(assertion_consumer_service: IndexedEndpoint) -> Self {
        Self {
            sso: SsoDescriptor::saml(),
            authn_requests_signed: false,
            want_assertions_signed: false,
            assertion_consumer_services: NonEmpty::new(assertion_consumer_service),
            attribute_consuming_services: Vec::new(),
        }
    }
}

impl IdpSsoDescriptor {
    /// An identity provider with one single sign-on service.
    #[must_use]
    pub fn new(single_sign_on_service: Endpoint) -> Self {
        Self {
            sso: SsoDescriptor::saml(),
            want_authn_requests_signed: false,
            single_sign_on_services: NonEmpty::new(single_sign_on_service),
            name_id_mapping_services: Vec::new(),
            assertion_id_request_services: Vec::new(),
            attribute_profiles: Vec::new(),
            attributes: Vec::new(),
        }
    }
}

impl KeyDescriptor {
    /// A key that is known by its certificate, Base64 of the DER.
    #[must_use]
    pub fn of_certificate(key_use: KeyUse, certificate: String) -> Self {
        Self {
            key_use,
            certificates: vec![certificate],
            key_values: Vec::new(),
            key_names: Vec::new(),
            other: Vec::new(),
            encryption_methods: Vec::new(),
        }
    }
}
