//! Floor 5: what an entity does. May import `base`, `xml` and `assertion`.

use super::idp_sso_descriptor::IdpSsoDescriptor;
use super::sp_sso_descriptor::SpSsoDescriptor;
use crate::xml::names::md;
use crate::xml::{Element, ExpandedName, KeptElement, SchemaError, Writer};

/// One thing that an entity does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is an identity provider of single sign-on.
    IdpSso(Box<IdpSsoDescriptor>),
    /// It is a service provider of single sign-on.
    SpSso(Box<SpSsoDescriptor>),
    /// It is something else: an authority that answers queries, or a role of another protocol such as the
    /// WS-Federation ones of Entra ID and AD FS (ENTRA-17, ADFS-18). Kept as it was, nothing in it is checked.
    Other(KeptElement),
}

impl Role {
    pub(super) const CHOICE: [ExpandedName<'static>; 6] = [
        md::ROLE_DESCRIPTOR.name,
        md::IDP_SSO_DESCRIPTOR.name,
        md::SP_SSO_DESCRIPTOR.name,
        md::AUTHN_AUTHORITY_DESCRIPTOR.name,
        md::ATTRIBUTE_AUTHORITY_DESCRIPTOR.name,
        md::PDP_DESCRIPTOR.name,
    ];

    /// `element` is one of [`Self::CHOICE`].
    pub(super) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        if element.is(md::IDP_SSO_DESCRIPTOR) {
            IdpSsoDescriptor::read(element).map(Box::new).map(Self::IdpSso)
        } else if element.is(md::SP_SSO_DESCRIPTOR) {
            SpSsoDescriptor::read(element).map(Box::new).map(Self::SpSso)
        } else {
            Ok(Self::Other(KeptElement::read(element)))
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match self {
            Self::IdpSso(descriptor) => descriptor.write(writer),
            Self::SpSso(descriptor) => descriptor.write(writer),
            Self::Other(element) => element.write(writer),
        }
    }
}
