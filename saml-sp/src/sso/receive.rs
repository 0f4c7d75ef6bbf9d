//! The answer arrives. [Profiles §4.1.4.3], [Bindings §3.5]

use saml_core::assertion::Assertion;
use saml_core::base::{SamlInstant, VerdictCode};
use saml_core::bindings::MessageParameter;
use saml_core::bindings::post::PostMessage;
use saml_core::protocol::Response;
use saml_core::trust::Unverified;
use saml_core::validation::{Accepted, ResponseExpectation, Solicitation, accept_response};
use saml_store::{Entry, Handle, Insertion};

use super::record::{CompletedRecord, PendingRecord};
use crate::refusal::PublicReason;
use crate::service_provider::{ANSWERED, COMPLETED, PENDING, USED};
use crate::{IdentityProvider, LoginRefusal, ServiceProvider, Session};
use saml_provider::store_instant;

/// An accepted answer on its last hop: send the browser to the completion endpoint with this handle.
#[derive(Debug)]
pub struct CompletedLogin {
    /// Names the login once, for a minute.
    pub handle: Handle,
}

impl ServiceProvider {
    /// Judges an answer that was posted to the assertion consumer service.
    ///
    /// The request that it answers is used up first, atomically, then the assertion: of two answers, and of two posts
    /// of one answer, at most one gets through, on however many nodes. No cookie is looked at.
    ///
    /// # Errors
    /// [`LoginRefusal`] with everything that was checked.
    pub async fn receive_response(
        &self,
        message: PostMessage,
        now: SamlInstant,
    ) -> Result<CompletedLogin, LoginRefusal> {
        if message.parameter != MessageParameter::SamlResponse {
            return Err(LoginRefusal::because(
                PublicReason::BadRequest,
                "binding.parameter_missing",
                "SAMLResponse",
                "SAMLRequest",
            ));
        }
        let response = Unverified::<Response>::parse(message.xml, &self.config().limits)?;
        let pending = self.take_pending(response.claimed_in_response_to(), now).await?;
        let idp = self.peer_of(&response, pending.as_ref(), now)?;
        let accepted = self.judge(response, idp, pending.as_ref(), now)?;
        self.mark_used(&accepted, now).await?;
        self.keep(&accepted, pending, now).await
    }

    /// Takes the request out of the store, so that nobody else can. An answer to a request that was answered before
    /// is a replay, whatever else is wrong with it.
    async fn take_pending(
        &self,
        in_response_to: Option<&str>,
        now: SamlInstant,
    ) -> Result<Option<PendingRecord>, LoginRefusal> {
        // What can't be one of our identifiers can't be a key either.
        let Some(id) = in_response_to.filter(|id| saml_core::base::MessageId::try_from(*id).is_ok()) else {
            return Ok(None);
        };
        let at = store_instant(now);
        match self.store().take(PENDING, id, at).await? {
            Some(octets) => {
                let record: PendingRecord = serde_json::from_slice(&octets)
                    .map_err(|_error| LoginRefusal::unavailable("store.corrupt"))?;
                let expires_at = store_instant(now.saturating_add(self.config().lifetimes.pending_request));
                let entry = Entry { namespace: ANSWERED, key: id, value: Vec::new(), expires_at };
                self.store().put(entry, at).await?;
                Ok(Some(record))
            }
            None if self.store().get(ANSWERED, id, at).await?.is_some() => Err(LoginRefusal::because(
                PublicReason::AlreadyUsed,
                "replay.request_answered",
                "the first answer to a request",
                id,
            )),
            None => Ok(None),
        }
    }

    /// The peer whose keys are tried: the one that the message claims to come from. Whether it is the one that was
    /// asked is a check of its own.
    fn peer_of(
        &self,
        response: &Unverified<Response>,
        pending: Option<&PendingRecord>,
        now: SamlInstant,
    ) -> Result<&IdentityProvider, LoginRefusal> {
        let claimed = response
            .claimed_issuer()
            .or_else(|| pending.map(|record| record.idp.clone()))
            .or_else(|| response.claimed_assertion_issuer());
        let refused = |code, found: &str| {
            LoginRefusal::because(PublicReason::SignInFailed, code, "a configured identity provider", found)
        };
        let claimed = claimed.ok_or_else(|| refused("issuer.missing", "no Issuer"))?;
        let idp = self.identity_provider(&claimed).ok_or_else(|| refused("issuer.unknown", &claimed))?;
        if !idp.is_current(now) {
            return Err(refused("idp.metadata_expired", &claimed));
        }
        Ok(idp)
    }

    fn judge(
        &self,
        response: Unverified<Response>,
        idp: &IdentityProvider,
        pending: Option<&PendingRecord>,
        now: SamlInstant,
    ) -> Result<Accepted<Assertion>, LoginRefusal> {
        let solicitation = match pending {
            None => Solicitation::Unsolicited,
            Some(record) => Solicitation::Pending(
                record.to_request().ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?,
            ),
        };
        let acs_url = self.config().acs_url();
        let decryption_keys = self.decryption_keys().clone().with_shared_keys(idp.policy.shared_keys.clone());
        let expectation = ResponseExpectation {
            service_provider: &self.config().entity_id,
            further_audiences: &idp.policy.further_audiences,
            acs_url: &acs_url,
            idp: &idp.entity_id,
            keys: &idp.keys,
            policy: &idp.policy.algorithms,
            decryption_keys: &decryption_keys,
            signatures: idp.policy.signatures,
            limits: &self.config().limits,
            clock_skew: self.config().clock_skew,
            assertion_max_age: idp.policy.assertion_max_age,
            now,
        };
        Ok(accept_response(response, &expectation, solicitation)?)
    }

    /// One use per assertion and issuer, remembered for as long as it could be presented again (attacks 180–183).
    async fn mark_used(&self, accepted: &Accepted<Assertion>, now: SamlInstant) -> Result<(), LoginRefusal> {
        let mut name = accepted.issuer().to_string();
        name.push('\n');
        name.push_str(accepted.id.as_str());
        let key = data_encoding::HEXLOWER.encode(&openssl::sha::sha256(name.as_bytes()));
        let expires_at = store_instant(accepted.replayable_until());
        let entry = Entry { namespace: USED, key: &key, value: Vec::new(), expires_at };
        match self.store().insert_if_absent(entry, store_instant(now)).await? {
            Insertion::Inserted => Ok(()),
            Insertion::AlreadyPresent => Err(LoginRefusal::new(
                PublicReason::AlreadyUsed,
                accepted.verdict().clone().with_failure(
                    "replay",
                    "[Profiles §4.1.4.5]",
                    VerdictCode::new("replay.assertion_used"),
                    "an assertion that was never used",
                    accepted.id.as_str(),
                ),
            )),
        }
    }

    async fn keep(
        &self,
        accepted: &Accepted<Assertion>,
        pending: Option<PendingRecord>,
        now: SamlInstant,
    ) -> Result<CompletedLogin, LoginRefusal> {
        let (browser, return_to) = match pending {
            Some(record) => (Some(record.browser), record.return_to),
            None => (None, self.config().default_return_to.clone()),
        };
        let session = Session::of(accepted, self.config().lifetimes.session, self.config().clock_skew);
        let record = CompletedRecord { browser, return_to, session };
        let value =
            serde_json::to_vec(&record).map_err(|_error| LoginRefusal::unavailable("store.corrupt"))?;
        let handle = Handle::random()?;
        let expires_at = store_instant(now.saturating_add(self.config().lifetimes.completed_login));
        let entry = Entry { namespace: COMPLETED, key: &handle.key(), value, expires_at };
        self.store().put(entry, store_instant(now)).await?;
        Ok(CompletedLogin { handle })
    }
}
