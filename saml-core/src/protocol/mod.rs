//! Floor 5: the types of the SAML protocol schema. May import `base`, `xml`, `assertion` and the data types of `dsig` and `enc`.
//!
//! Plain data, as [Core §3] names it: nothing here judges. A message that was read has the order and the cardinality
//! that the schema asks for; whether it may be believed is for `trust` to say, whether it may be used for `validation`.

mod artifact;
mod authn_request;
mod consent;
mod extensions;
mod logout;
mod name_id_policy;
mod outgoing;
mod request_abstract;
mod requested_authn_context;
mod response;
mod scoping;
mod status;
mod status_response;

pub use artifact::{ArtifactResolve, ArtifactResponse};
pub use authn_request::{AssertionConsumerServiceChoice, AuthnRequest};
pub use consent::Consent;
pub use extensions::Extensions;
pub use logout::{LogoutReason, LogoutRequest, LogoutResponse};
pub use name_id_policy::NameIdPolicy;
pub use request_abstract::RequestAbstract;
pub use requested_authn_context::{
    AuthnContextComparison, RequestedAuthnContext, RequestedAuthnContextReferences,
};
pub use response::{Response, ResponseAssertion};
pub use scoping::{IdpEntry, IdpList, Scoping};
pub use status::{Status, StatusCode};
pub use status_response::StatusResponse;

#[cfg(test)]
mod tests;
