//! A request under way.

use std::sync::Arc;

use saml_core::assertion::{NameId, NameIdFormat};
use saml_core::base::{EntityId, MessageId, RelayState, SamlInstant};
use saml_core::protocol::NameIdPolicy;
use saml_core::validation::{RequestedSubject, RoutedAuthnRequest, Verdict};
use saml_store::Token;
use serde::{Deserialize, Serialize};

use super::authn_context::ContextDemand;
use crate::refusal::PublicReason;
use crate::{Snapshot, SpPeer, SsoRefusal, account_key};

/// A request that was judged and waits for its person.
#[derive(Debug)]
pub struct PendingSso {
    /// A random name, under which it is marked as answered.
    pub(super) id: String,
    /// What is asked for. How people are to sign in was decided when the request came, and is not kept.
    pub(super) request: RoutedAuthnRequest,
    pub(super) context: ContextDemand,
    pub(super) relay_state: Option<RelayState>,
    /// When it stops waiting.
    pub(super) expires_at: SamlInstant,
    /// The service, as it was known when this was read.
    pub(super) sp: Arc<SpPeer>,
}

impl PendingSso {
    /// The service that is to be signed in to.
    #[must_use]
    pub const fn service_provider(&self) -> &EntityId {
        &self.request.service_provider
    }

    /// What people call that service.
    #[must_use]
    pub fn service_name(&self) -> &str {
        self.sp.display_name()
    }

    /// What the login form may show as the user name: a name that the request asks about, if it is of a kind that
    /// people know and type. It makes no difference whether anybody has that name.
    #[must_use]
    pub fn suggested_user_name(&self) -> &str {
        const MAX_CHARS: usize = 256;
        let Some(RequestedSubject::Named(name)) = &self.request.subject else { return "" };
        let known = match &name.format {
            None | Some(NameIdFormat::Unspecified | NameIdFormat::EmailAddress) => true,
            Some(
                NameIdFormat::X509SubjectName
                | NameIdFormat::WindowsDomainQualifiedName
                | NameIdFormat::Kerberos
                | NameIdFormat::Entity
                | NameIdFormat::Persistent
                | NameIdFormat::Transient
                | NameIdFormat::Encrypted
                | NameIdFormat::Other(_),
            ) => false,
        };
        let typed = name.value.chars().nth(MAX_CHARS).is_none()
            && !name.value.chars().any(|char| char.is_control() || account_key::is_invisible(char));
        if known && typed { &name.value } else { "" }
    }
}

/// The sealed form: the parts that the answer needs. It must be small, however large the message is.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TransactionRecord {
    id: String,
    in_response_to: Option<String>,
    service_provider: String,
    acs_url: String,
    subject: Option<SubjectRecord>,
    name_id_format: Option<String>,
    force_authn: bool,
    is_passive: bool,
    context: ContextDemand,
    relay_state: Option<String>,
    /// Milliseconds since 1970.
    expires_at: i64,
}

/// The Subject of the request.
#[derive(Debug, Serialize, Deserialize)]
enum SubjectRecord {
    Named {
        value: String,
        format: Option<String>,
        name_qualifier: Option<String>,
        sp_name_qualifier: Option<String>,
        sp_provided_id: Option<String>,
    },
    Incomparable,
}

impl SubjectRecord {
    fn of(subject: &RequestedSubject) -> Self {
        match subject {
            RequestedSubject::Incomparable => Self::Incomparable,
            RequestedSubject::Named(name) => Self::Named {
                value: name.value.clone(),
                format: name.format.as_ref().map(|format| format.uri().to_owned()),
                name_qualifier: name.name_qualifier.clone(),
                sp_name_qualifier: name.sp_name_qualifier.clone(),
                sp_provided_id: name.sp_provided_id.clone(),
            },
        }
    }

    fn into_subject(self) -> RequestedSubject {
        match self {
            Self::Incomparable => RequestedSubject::Incomparable,
            Self::Named { value, format, name_qualifier, sp_name_qualifier, sp_provided_id } => {
                RequestedSubject::Named(NameId {
                    value,
                    name_qualifier,
                    sp_name_qualifier,
                    format: format.as_deref().map(NameIdFormat::from_uri),
                    sp_provided_id,
                })
            }
        }
    }
}

impl TransactionRecord {
    pub(super) fn of(transaction: &PendingSso) -> Self {
        let request = &transaction.request;
        Self {
            id: transaction.id.clone(),
            in_response_to: request.in_response_to.as_ref().map(ToString::to_string),
            service_provider: request.service_provider.to_string(),
            acs_url: request.acs_url.clone(),
            subject: request.subject.as_ref().map(SubjectRecord::of),
            name_id_format: request
                .name_id_policy
                .as_ref()
                .and_then(|policy| policy.format.as_ref())
                .map(|format| format.uri().to_owned()),
            force_authn: request.force_authn,
            is_passive: request.is_passive,
            context: transaction.context.clone(),
            relay_state: transaction.relay_state.as_ref().map(ToString::to_string),
            expires_at: transaction.expires_at.unix_millis(),
        }
    }

    pub(super) fn service_provider(&self) -> &str {
        &self.service_provider
    }

    /// Nobody asked for it: the login began here.
    pub(super) const fn began_here(&self) -> bool {
        self.in_response_to.is_none()
    }

    pub(super) fn acs_url(&self) -> &str {
        &self.acs_url
    }

    pub(super) fn into_transaction(self, sp: Arc<SpPeer>) -> Option<PendingSso> {
        let in_response_to = match self.in_response_to {
            None => None,
            Some(id) => Some(MessageId::try_from(id.as_str()).ok()?),
        };
        let name_id_policy = self.name_id_format.map(|format| NameIdPolicy {
            format: Some(NameIdFormat::from_uri(&format)),
            sp_name_qualifier: None,
            allow_create: false,
        });
        Some(PendingSso {
            id: self.id,
            request: RoutedAuthnRequest {
                in_response_to,
                service_provider: EntityId::try_from(self.service_provider.as_str()).ok()?,
                acs_url: self.acs_url,
                subject: self.subject.map(SubjectRecord::into_subject),
                name_id_policy,
                force_authn: self.force_authn,
                is_passive: self.is_passive,
                requested_context: None,
                attribute_consuming_service_index: None,
                verdict: Verdict::default(),
            },
            context: self.context,
            relay_state: match self.relay_state {
                None => None,
                Some(text) => RelayState::received(&text).ok()?,
            },
            expires_at: SamlInstant::from_unix_millis(self.expires_at)?,
            sp,
        })
    }
}

impl Snapshot {
    /// A transaction that begins now.
    pub(super) fn begin(
        &self,
        sp: &Arc<SpPeer>,
        request: RoutedAuthnRequest,
        relay_state: Option<RelayState>,
        now: SamlInstant,
    ) -> Result<PendingSso, SsoRefusal> {
        let class_ref = self.authenticator().class_ref();
        let context = ContextDemand::of(request.requested_context.as_ref(), class_ref.uri());
        let expires_at = now.saturating_add(self.config().lifetimes.transaction);
        let id = Token::random()?.key();
        Ok(PendingSso { id, request, context, relay_state, expires_at, sp: Arc::clone(sp) })
    }
}

pub(super) fn over(found: &str) -> SsoRefusal {
    SsoRefusal::because(PublicReason::TransactionOver, "transaction.over", "a request under way", found)
}

/// The service's policy admits logins that begin here.
pub(super) fn require_idp_initiated(sp: &SpPeer) -> Result<(), SsoRefusal> {
    if sp.policy.idp_initiated {
        return Ok(());
    }
    let expected = "a service whose policy admits it";
    let (code, found) = ("sp.idp_initiated_refused", sp.entity_id.as_str());
    Err(SsoRefusal::because(PublicReason::BadRequest, code, expected, found))
}
