//! Floor 6: which role of an entity counts. [Metadata §2.4.1]

use crate::base::{Coded, VerdictCode};
use crate::metadata::{EntityDescriptor, IdpSsoDescriptor, SpSsoDescriptor, SsoDescriptor};
use crate::xml::names;

/// The role of an entity as an identity provider of SAML 2.0: the one `IDPSSODescriptor` whose
/// `protocolSupportEnumeration` lists the protocol. Keys and endpoints of any other role count for nothing.
///
/// # Errors
/// [`NoRole`]: there is none, or more than one. The function neither guesses which of them is meant nor joins their
/// keys.
pub fn idp_role(entity: &EntityDescriptor) -> Result<&IdpSsoDescriptor, NoRole> {
    only(entity.idp_sso_descriptors(), |role| &role.sso, "IDPSSODescriptor")
}

/// The role of an entity as a service provider of SAML 2.0, as [`idp_role`]: the one `SPSSODescriptor`.
///
/// # Errors
/// As [`idp_role`].
pub fn sp_role(entity: &EntityDescriptor) -> Result<&SpSsoDescriptor, NoRole> {
    only(entity.sp_sso_descriptors(), |role| &role.sso, "SPSSODescriptor")
}

fn only<'e, R>(
    roles: impl Iterator<Item = &'e R>,
    shared: impl Fn(&R) -> &SsoDescriptor,
    element: &'static str,
) -> Result<&'e R, NoRole> {
    let (mut chosen, mut found, mut others) = (None, 0_usize, Vec::new());
    for role in roles {
        let descriptor = &shared(role).role;
        if descriptor.speaks_saml() {
            found = found.saturating_add(1);
            chosen = Some(role);
        } else if others.is_empty() {
            others.clone_from(&descriptor.protocol_support_enumeration);
        }
    }
    match (chosen, found) {
        (Some(role), 1) => Ok(role),
        (Some(_), found) => Err(NoRole::Several { element, found }),
        (None, _) if others.is_empty() => Err(NoRole::Missing { element }),
        (None, _) => Err(NoRole::OtherProtocol { element, found: others.join(" ") }),
    }
}

/// Why an entity has no role of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoRole {
    /// It is something else.
    #[error("the metadata has no {element} of SAML 2.0")]
    Missing {
        /// The element that would do.
        element: &'static str,
    },
    /// It has the role in another protocol only, such as SAML 1.1.
    #[error("no {element} of the metadata lists SAML 2.0 in its protocolSupportEnumeration")]
    OtherProtocol {
        /// The element.
        element: &'static str,
        /// The protocols of the first.
        found: String,
    },
    /// It has the role more than once.
    #[error("the metadata has {found} {element} elements of SAML 2.0, and which one counts is not guessed")]
    Several {
        /// The element.
        element: &'static str,
        /// How many there are.
        found: usize,
    },
}

impl Coded for NoRole {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::Missing { .. } => "metadata.role_missing",
            Self::OtherProtocol { .. } => "metadata.role_other_protocol",
            Self::Several { .. } => "metadata.role_ambiguous",
        })
    }

    fn expected(&self) -> Option<String> {
        let (Self::Missing { element } | Self::OtherProtocol { element, .. } | Self::Several { element, .. }) =
            self;
        Some(format!("one {element} with {} in protocolSupportEnumeration", names::SAMLP))
    }

    fn found(&self) -> Option<String> {
        Some(match self {
            Self::Missing { .. } => "none".to_owned(),
            Self::OtherProtocol { found, .. } => found.clone(),
            Self::Several { found, .. } => found.to_string(),
        })
    }
}
