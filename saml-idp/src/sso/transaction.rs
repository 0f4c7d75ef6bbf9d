//! A request under way.

use saml_core::assertion::{AuthnContextClassRef, NameIdFormat};
use saml_core::base::{EntityId, MessageId, RelayState, SamlInstant};
use saml_core::protocol::{AuthnContextComparison, NameIdPolicy};
use saml_core::validation::{RequestedContext, RoutedAuthnRequest, Verdict};
use saml_store::{Entry, Handle};
use serde::{Deserialize, Serialize};

use crate::identity_provider::TRANSACTION;
use crate::refusal::PublicReason;
use crate::{IdentityProvider, SsoRefusal};
use saml_provider::store_instant;

/// A request that was judged and waits for its person.
#[derive(Debug)]
pub struct Transaction {
    pub(super) request: RoutedAuthnRequest,
    pub(super) relay_state: Option<RelayState>,
}

impl Transaction {
    /// The service that is to be signed in to.
    #[must_use]
    pub const fn service_provider(&self) -> &EntityId {
        &self.request.service_provider
    }
}

/// What is stored of it.
#[derive(Serialize, Deserialize)]
struct Record {
    in_response_to: Option<String>,
    service_provider: String,
    acs_url: String,
    name_id_format: Option<String>,
    force_authn: bool,
    is_passive: bool,
    comparison: Option<String>,
    class_refs: Vec<String>,
    relay_state: Option<String>,
}

impl Record {
    fn of(transaction: &Transaction) -> Self {
        let request = &transaction.request;
        let context = request.requested_context.as_ref();
        Self {
            in_response_to: request.in_response_to.as_ref().map(ToString::to_string),
            service_provider: request.service_provider.to_string(),
            acs_url: request.acs_url.clone(),
            name_id_format: request
                .name_id_policy
                .as_ref()
                .and_then(|policy| policy.format.as_ref())
                .map(|format| format.uri().to_owned()),
            force_authn: request.force_authn,
            is_passive: request.is_passive,
            comparison: context.map(|context| comparison_text(context.comparison).to_owned()),
            class_refs: context.map_or_else(Vec::new, |c| {
                c.class_refs.iter().map(|class_ref| class_ref.uri().to_owned()).collect()
            }),
            relay_state: transaction.relay_state.as_ref().map(ToString::to_string),
        }
    }

    fn into_transaction(self) -> Option<Transaction> {
        let in_response_to = match self.in_response_to {
            None => None,
            Some(id) => Some(MessageId::try_from(id.as_str()).ok()?),
        };
        let requested_context = match self.comparison {
            None => None,
            Some(comparison) => Some(RequestedContext {
                comparison: comparison_of(&comparison)?,
                class_refs: self.class_refs.iter().map(|c| AuthnContextClassRef::from_uri(c)).collect(),
            }),
        };
        let name_id_policy = self.name_id_format.map(|format| NameIdPolicy {
            format: Some(NameIdFormat::from_uri(&format)),
            sp_name_qualifier: None,
            allow_create: false,
        });
        Some(Transaction {
            request: RoutedAuthnRequest {
                in_response_to,
                service_provider: EntityId::try_from(self.service_provider.as_str()).ok()?,
                acs_url: self.acs_url,
                name_id_policy,
                force_authn: self.force_authn,
                is_passive: self.is_passive,
                requested_context,
                attribute_consuming_service_index: None,
                verdict: Verdict::default(),
            },
            relay_state: match self.relay_state {
                None => None,
                Some(text) => RelayState::received(&text).ok()?,
            },
        })
    }
}

/// The most that is remembered of one request. Anybody can send one, unsigned, and each is kept for minutes: a message
/// may be large, what it leaves behind may not. The longest honest record has less than a tenth of this.
const MAX_RECORD_OCTETS: usize = 16 * 1024;

impl IdentityProvider {
    pub(super) async fn keep(
        &self,
        transaction: &Transaction,
        now: SamlInstant,
    ) -> Result<Handle, SsoRefusal> {
        let value = serde_json::to_vec(&Record::of(transaction))
            .map_err(|_error| SsoRefusal::unavailable("store.corrupt"))?;
        if value.len() > MAX_RECORD_OCTETS {
            return Err(SsoRefusal::because(
                PublicReason::BadRequest,
                "request.too_much_to_keep",
                "a request of which at most 16 KiB have to be remembered",
                &format!("{} octets", value.len()),
            ));
        }
        let handle = Handle::random()?;
        let expires_at = store_instant(now.saturating_add(self.config().lifetimes.transaction));
        let entry = Entry { namespace: TRANSACTION, key: &handle.key(), value, expires_at };
        self.store().put(entry, store_instant(now)).await?;
        Ok(handle)
    }

    /// Looks at a transaction without using it up: the login page may be shown more than once.
    ///
    /// # Errors
    /// It is over, or the store failed.
    pub async fn transaction(&self, handle: &Handle, now: SamlInstant) -> Result<Transaction, SsoRefusal> {
        let stored = self.store().get(TRANSACTION, &handle.key(), store_instant(now)).await?;
        read(stored)
    }

    /// Uses a transaction up: one request, one answer.
    pub(super) async fn take(&self, handle: &Handle, now: SamlInstant) -> Result<Transaction, SsoRefusal> {
        let stored = self.store().take(TRANSACTION, &handle.key(), store_instant(now)).await?;
        read(stored)
    }
}

fn read(stored: Option<Vec<u8>>) -> Result<Transaction, SsoRefusal> {
    let stored = stored.ok_or_else(|| {
        SsoRefusal::because(PublicReason::TransactionOver, "transaction.over", "a request under way", "none")
    })?;
    let record: Record =
        serde_json::from_slice(&stored).map_err(|_error| SsoRefusal::unavailable("store.corrupt"))?;
    record.into_transaction().ok_or_else(|| SsoRefusal::unavailable("store.corrupt"))
}

const COMPARISONS: [(AuthnContextComparison, &str); 4] = [
    (AuthnContextComparison::Exact, "exact"),
    (AuthnContextComparison::Minimum, "minimum"),
    (AuthnContextComparison::Maximum, "maximum"),
    (AuthnContextComparison::Better, "better"),
];

fn comparison_text(comparison: AuthnContextComparison) -> &'static str {
    COMPARISONS.iter().find(|(known, _)| *known == comparison).map_or("exact", |(_, text)| text)
}

fn comparison_of(text: &str) -> Option<AuthnContextComparison> {
    COMPARISONS.iter().find(|(_, known)| *known == text).map(|(comparison, _)| *comparison)
}
