//! The facts about the pending request.

use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{EntityId, MessageId, SamlInstant};
use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::RequestedContext;
use serde::{Deserialize, Serialize};

use crate::forge::Waiting;

/// The facts about the pending request, beside its ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Who was asked.
    pub idp: String,
    /// When it was sent, RFC 3339.
    pub issued_at: String,
    /// When it stops waiting, RFC 3339.
    pub expires_at: String,
    /// Whether the person was to prove who they are afresh.
    #[serde(default, skip_serializing_if = "is_false")]
    pub force_authn: bool,
    /// The authentication contexts that were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_context: Option<Requested>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The authentication contexts that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// How the answer's context relates to the list.
    pub comparison: Comparison,
    /// The class references, in order of preference.
    pub class_refs: Vec<String>,
}

/// How an answer's context relates to those that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// It is one of them.
    Exact,
    /// It is at least as strong as one of them.
    Minimum,
    /// It is no stronger than one of them.
    Maximum,
    /// It is stronger than any of them.
    Better,
}

impl Pending {
    /// The form of this request in a case.
    #[must_use]
    pub fn of(waiting: &Waiting) -> Self {
        Self {
            idp: waiting.idp.to_string(),
            issued_at: waiting.issued_at.to_string(),
            expires_at: waiting.expires_at.to_string(),
            force_authn: waiting.force_authn,
            requested_context: waiting.requested_context.as_ref().map(|requested| Requested {
                comparison: match requested.comparison {
                    AuthnContextComparison::Exact => Comparison::Exact,
                    AuthnContextComparison::Minimum => Comparison::Minimum,
                    AuthnContextComparison::Maximum => Comparison::Maximum,
                    AuthnContextComparison::Better => Comparison::Better,
                },
                class_refs: requested.class_refs.iter().map(|class| class.uri().to_owned()).collect(),
            }),
        }
    }

    /// The request with this ID; `None` if a value says nothing usable.
    #[must_use]
    pub fn waiting(&self, id: MessageId) -> Option<Waiting> {
        let instant = |text: &str| SamlInstant::try_from(text).ok();
        Some(Waiting {
            id,
            idp: EntityId::try_from(self.idp.as_str()).ok()?,
            issued_at: instant(&self.issued_at)?,
            expires_at: instant(&self.expires_at)?,
            force_authn: self.force_authn,
            requested_context: self.requested_context.as_ref().map(|requested| RequestedContext {
                comparison: match requested.comparison {
                    Comparison::Exact => AuthnContextComparison::Exact,
                    Comparison::Minimum => AuthnContextComparison::Minimum,
                    Comparison::Maximum => AuthnContextComparison::Maximum,
                    Comparison::Better => AuthnContextComparison::Better,
                },
                class_refs: requested
                    .class_refs
                    .iter()
                    .map(|uri| AuthnContextClassRef::from_uri(uri))
                    .collect(),
            }),
        })
    }
}
