//! Floor 5: messages on their way out. May import `base`, `xml` and `assertion`.

use super::{
    AssertionConsumerServiceChoice, AuthnRequest, LogoutRequest, LogoutResponse, RequestAbstract, Response,
    ResponseAssertion, Status, StatusResponse,
};
use crate::assertion::Assertion;
use crate::base::{MessageId, SamlInstant};
use crate::xml::{WriteError, Writer, Written};

/// Gives a message its document: the schema's order, every value escaped, a slot for each signature.
macro_rules! outgoing {
    ($($message:ty),+) => {
        $(impl $message {
            /// Writes the message as a document, unsigned, with a slot for each signature that may go in.
            ///
            /// # Errors
            /// A value holds characters that XML can't.
            pub fn to_xml(&self) -> Result<Written, WriteError> {
                let mut writer = Writer::new();
                self.write(&mut writer);
                writer.finish()
            }
        })+
    };
}

outgoing!(AuthnRequest, LogoutRequest, LogoutResponse, Response);

impl RequestAbstract {
    /// What all requests must have.
    #[must_use]
    pub const fn new(id: MessageId, issue_instant: SamlInstant) -> Self {
        Self { id, issue_instant, destination: None, consent: None, issuer: None, extensions: None }
    }
}

impl AuthnRequest {
    /// A request without optional parts. It is the best start, because peers refuse parts that they don't know
    /// (ENTRA-04, ADFS-04).
    #[must_use]
    pub const fn new(request: RequestAbstract) -> Self {
        Self {
            request,
            force_authn: false,
            is_passive: false,
            assertion_consumer_service: AssertionConsumerServiceChoice::Default,
            attribute_consuming_service_index: None,
            provider_name: None,
            subject: None,
            name_id_policy: None,
            conditions: None,
            requested_authn_context: None,
            scoping: None,
        }
    }
}

impl StatusResponse {
    /// What all responses must have.
    #[must_use]
    pub const fn new(id: MessageId, issue_instant: SamlInstant, status: Status) -> Self {
        Self {
            id,
            in_response_to: None,
            issue_instant,
            destination: None,
            consent: None,
            issuer: None,
            extensions: None,
            status,
        }
    }
}

impl ResponseAssertion {
    /// The assertion, if it is in clear.
    #[must_use]
    pub fn as_assertion(&self) -> Option<&Assertion> {
        match self {
            Self::Assertion(assertion) => Some(assertion),
            Self::Encrypted(_) => None,
        }
    }
}
