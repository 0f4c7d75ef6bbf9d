//! Floor 6: the messages that can cross the boundary.

use crate::protocol::{AuthnRequest, LogoutRequest, LogoutResponse, Response};
use crate::xml::{Element, ExpandedName, SchemaError, names};

/// A protocol message that [`super::Unverified`] can hold. Sealed: the list is the SAML protocol schema's.
pub trait Message: sealed::Message {}

impl Message for Response {}
impl Message for AuthnRequest {}
impl Message for LogoutRequest {}
impl Message for LogoutResponse {}

pub(crate) mod sealed {
    use super::{
        AuthnRequest, Element, ExpandedName, LogoutRequest, LogoutResponse, Response, SchemaError, names,
    };

    /// The facts about a kind of message that the boundary needs.
    pub trait Message: Sized {
        /// The root element.
        const NAME: ExpandedName<'static>;

        /// Reads the whole message.
        ///
        /// # Errors
        /// It does not follow the schema.
        fn read(element: Element<'_>) -> Result<Self, SchemaError>;
    }

    macro_rules! message {
        ($type:ty, $name:expr) => {
            impl Message for $type {
                const NAME: ExpandedName<'static> = $name;

                fn read(element: Element<'_>) -> Result<Self, SchemaError> {
                    <$type>::read(element)
                }
            }
        };
    }

    message!(Response, names::samlp::RESPONSE.name);
    message!(AuthnRequest, names::samlp::AUTHN_REQUEST.name);
    message!(LogoutRequest, names::samlp::LOGOUT_REQUEST.name);
    message!(LogoutResponse, names::samlp::LOGOUT_RESPONSE.name);
}
