//! Whether people sign in here as a service asked for. [Core §3.3.2.2.1]

use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::RequestedContext;
use serde::{Deserialize, Serialize};

/// What became of a demand on how people sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ContextDemand {
    /// Nothing was asked for, or what we do.
    Met,
    /// Something else.
    Unmet,
}

impl ContextDemand {
    /// Decided when the request arrives: the answer is kept, and not the list, which a stranger may make long.
    pub(super) fn of(requested: Option<&RequestedContext>, ours: &str) -> Self {
        match requested {
            Some(context) if !is_met(context, ours) => Self::Unmet,
            Some(_) | None => Self::Met,
        }
    }
}

/// Whether our one way of authentication is what was asked for [Core §3.3.2.2.1].
///
/// Contexts have no order that all agree on; the only one that is taken for granted is that a password over TLS is
/// at least a password.
fn is_met(context: &RequestedContext, ours: &str) -> bool {
    const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
    const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
    // Declarations alone: we have none to offer.
    if context.class_refs.is_empty() {
        return false;
    }
    let mut wanted = context.class_refs.iter().map(|class_ref| class_ref.uri());
    match context.comparison {
        AuthnContextComparison::Exact | AuthnContextComparison::Maximum => {
            wanted.any(|wanted| wanted == ours)
        }
        AuthnContextComparison::Minimum => {
            wanted.any(|wanted| wanted == ours || wanted == PASSWORD || wanted == UNSPECIFIED)
        }
        AuthnContextComparison::Better => wanted.all(|wanted| wanted == PASSWORD || wanted == UNSPECIFIED),
    }
}
