//! Floor 8: the rules of the profiles, one check per file. May import `base`, the types, `trust`, `bindings` and the
//! crypto policy; never `xml` or `dsig`.
//!
//! A check looks at plain values, and returns what it expected and what it found. The orchestrators are flat lists in
//! the order of the specification. No check can be turned off. If a peer needs less, its policy grants that by name,
//! and the verdict shows it.
//!
//! A response can't be accepted before it is verified,
//!
//! ```compile_fail,E0308
//! use saml_core::{assertion::Assertion, trust::Unverified, validation::Accepted};
//! fn skip(message: Unverified<saml_core::protocol::Response>) -> Accepted<Assertion> {
//!     message
//! }
//! ```
//!
//! and a pending request is used up by the first answer:
//!
//! ```compile_fail,E0382
//! use saml_core::protocol::Response;
//! use saml_core::trust::Unverified;
//! use saml_core::validation::{PendingRequest, ResponseExpectation, Solicitation, accept_response};
//! fn twice(
//!     one: Unverified<Response>,
//!     two: Unverified<Response>,
//!     expectation: &ResponseExpectation<'_>,
//!     pending: PendingRequest,
//! ) {
//!     let first = accept_response(one, expectation, Solicitation::Pending(pending));
//!     let second = accept_response(two, expectation, Solicitation::Pending(pending));
//! }
//! ```

mod accepted;
mod authn_request;
mod check;
mod cross_check;
mod endpoint;
mod headline;
mod issue_instant;
mod metadata_validity;
mod pending_request;
mod relaxations;
mod response;
mod verdict;

pub use accepted::{Accepted, Rejected};
pub use authn_request::{
    AuthnRequestExpectation, NameIdPolicySupport, RequestRefusal, RequestedSubject, RoutedAuthnRequest,
    route_authn_request, route_unsolicited,
};
pub use check::{Basis, Check, Outcome};
pub use endpoint::{EndpointFault, check_assertion_consumer_service, check_single_sign_on_service};
pub use metadata_validity::{PeerRole, metadata_validity};
pub use pending_request::{PendingRequest, RequestedContext};
pub use response::{
    ResponseExpectation, SignatureDemand, Solicitation, accept_response, requested_authn_context,
};
pub use verdict::Verdict;

#[cfg(test)]
mod tests;
