//! Floor 8: an endpoint of a peer's metadata is one that people may be sent to. [Metadata §2.2.2]
//!
//! The same check runs when the peer is configured and with each message, so that an unusable endpoint is found before
//! the first login.

use crate::base::{Coded, Relaxation, Relaxations, UrlTransport, VerdictCode};
use crate::bindings::{BindingError, post, redirect};

/// Whether an answer may be posted to an assertion consumer service, and what that takes.
///
/// An assertion is worth a session, so it goes over HTTPS; `javascript:` and `data:` in metadata would run in the
/// person's browser (attacks 204, 227).
///
/// # Errors
/// [`EndpointFault`].
pub fn check_assertion_consumer_service(
    location: &str,
    granted: Relaxations,
) -> Result<Relaxations, EndpointFault> {
    let needed = transport(Service::AssertionConsumer, location, granted)?;
    post::check_destination(location).map_err(|error| destination(Service::AssertionConsumer, error))?;
    Ok(needed)
}

/// Whether a request may be sent to a single sign-on service, by redirect or else by a form, and what that takes.
///
/// # Errors
/// [`EndpointFault`].
pub fn check_single_sign_on_service(
    location: &str,
    by_redirect: bool,
    granted: Relaxations,
) -> Result<Relaxations, EndpointFault> {
    let needed = transport(Service::SingleSignOn, location, granted)?;
    let check = if by_redirect { redirect::check_destination } else { post::check_destination };
    check(location).map_err(|error| destination(Service::SingleSignOn, error))?;
    Ok(needed)
}

fn transport(service: Service, location: &str, granted: Relaxations) -> Result<Relaxations, EndpointFault> {
    let fault = |fault| Err(EndpointFault { service, fault });
    match UrlTransport::of(location) {
        UrlTransport::Https | UrlTransport::LoopbackHttp => Ok(Relaxations::NONE),
        UrlTransport::PlainHttp if granted.contains(Relaxation::PlainHttp) => {
            Ok(Relaxation::PlainHttp.into())
        }
        UrlTransport::PlainHttp => fault(Fault::PlainHttp { location: location.to_owned() }),
        UrlTransport::Other => fault(Fault::Scheme { location: location.to_owned() }),
    }
}

const fn destination(service: Service, error: BindingError) -> EndpointFault {
    EndpointFault { service, fault: Fault::Destination(error) }
}

/// Why nobody is sent to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is no URL that people may be sent to: {fault}", self.element())]
pub struct EndpointFault {
    service: Service,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    AssertionConsumer,
    SingleSignOn,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("not https")]
    PlainHttp { location: String },
    #[error("neither https nor http")]
    Scheme { location: String },
    #[error("{0}")]
    Destination(BindingError),
}

impl EndpointFault {
    /// The element of the metadata.
    #[must_use]
    pub const fn element(&self) -> &'static str {
        match self.service {
            Service::AssertionConsumer => "AssertionConsumerService",
            Service::SingleSignOn => "SingleSignOnService",
        }
    }
}

impl Coded for EndpointFault {
    fn code(&self) -> VerdictCode {
        match (&self.fault, self.service) {
            (Fault::PlainHttp { .. }, Service::AssertionConsumer) => VerdictCode::new("acs.plain_http"),
            (Fault::PlainHttp { .. }, Service::SingleSignOn) => VerdictCode::new("sso.plain_http"),
            (Fault::Scheme { .. }, Service::AssertionConsumer) => VerdictCode::new("acs.scheme"),
            (Fault::Scheme { .. }, Service::SingleSignOn) => VerdictCode::new("sso.scheme"),
            (Fault::Destination(error), _) => error.code(),
        }
    }

    fn expected(&self) -> Option<String> {
        match &self.fault {
            Fault::PlainHttp { .. } | Fault::Scheme { .. } => Some("an https URL".to_owned()),
            Fault::Destination(error) => error.expected(),
        }
    }

    fn found(&self) -> Option<String> {
        match &self.fault {
            Fault::PlainHttp { location } | Fault::Scheme { location } => Some(location.clone()),
            Fault::Destination(error) => error.found(),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match &self.fault {
            Fault::PlainHttp { .. } => {
                Some("have the peer offer HTTPS; until then `plain-http` may be allowed for it")
            }
            Fault::Scheme { .. } => None,
            Fault::Destination(error) => error.hint(),
        }
    }
}
