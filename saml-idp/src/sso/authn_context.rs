//! Whether people sign in here as a service asked for. [Core §3.3.2.2.1]

use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::RequestedContext;
use serde::{Deserialize, Serialize};

/// What became of a demand on how people sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ContextDemand {
    /// Nothing was asked for, or the context that we offer.
    Met,
    /// Something else.
    Unmet {
        /// What, as far as the answer says it.
        asked: String,
    },
}

impl ContextDemand {
    /// Decided when the request arrives. Only the result is kept, because a stranger may make the list long.
    pub(super) fn of(requested: Option<&RequestedContext>, ours: &str) -> Self {
        match requested {
            Some(context) if !is_met(context, ours) => Self::Unmet { asked: excerpt(context) },
            Some(_) | None => Self::Met,
        }
    }
}

/// The first requested context, for the answer to the requester.
fn excerpt(context: &RequestedContext) -> String {
    const REFERENCES: usize = 4;
    const CHARS: usize = 128;
    let comparison = match context.comparison {
        AuthnContextComparison::Exact => "exactly",
        AuthnContextComparison::Minimum => "at least",
        AuthnContextComparison::Maximum => "at most",
        AuthnContextComparison::Better => "better than",
    };
    let references = context.class_refs.iter().take(REFERENCES);
    let mut listed: Vec<String> =
        references.map(|reference| reference.uri().chars().take(CHARS).collect()).collect();
    match context.class_refs.len().saturating_sub(REFERENCES) {
        0 if listed.is_empty() => listed.push("a declaration".to_owned()),
        0 => {}
        others => listed.push(format!("{others} more")),
    }
    format!("{comparison} {}", listed.join(", "))
}

/// Whether our one way of authentication meets the request [Core §3.3.2.2.1].
///
/// Contexts have no order that all agree on; the only one that is taken for granted is that a password over TLS is
/// at least a password.
fn is_met(context: &RequestedContext, ours: &str) -> bool {
    const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
    const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
    // Only declarations were requested. We offer none.
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

#[cfg(test)]
mod tests;
