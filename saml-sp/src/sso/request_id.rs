//! The ID of a request, which says what the answer is judged by. [Core §1.3.4, §3.4.1]
//!
//! Anybody can start logins, as many as they like, so that starting one stores nothing. What the assertion consumer service
//! has to know of a request comes back to it in `InResponseTo`, with a code that only this service provider can compute. The
//! rest of it is in a cookie ([`super::logins`]), which browsers don't send there.

use std::time::Duration;

use data_encoding::HEXLOWER;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{EntityId, MessageId, RandomUnavailable, SamlInstant, SecureRandom};
use saml_core::validation::PendingRequest;
use saml_provider::event::CorrelationId;
use saml_provider::mac;
use saml_provider::record::{RecordError, StateKey};

/// What the key is used for, here and for the hash below.
const PURPOSE: &str = "sp: the ID of a request";
const CONTEXTS_PURPOSE: &str = "sp: the contexts of a request";

const RANDOM_OCTETS: usize = 16;
const CONTEXTS_OCTETS: usize = 8;
/// Random octets, five of the instant, three of the lifetime, the flags, and the hash of the contexts.
const FACTS_OCTETS: usize = RANDOM_OCTETS + 5 + 3 + 1 + CONTEXTS_OCTETS;
const MAC_OCTETS: usize = 16;
/// Ninety-nine characters as text.
const OCTETS: usize = FACTS_OCTETS + MAC_OCTETS;

const FORCE_AUTHN: u8 = 1;
const IS_PASSIVE: u8 = 2;
const HAS_CONTEXTS: u8 = 4;
const FLAGS: u8 = FORCE_AUTHN | IS_PASSIVE | HAS_CONTEXTS;

/// The longest lifetime that an ID says, in seconds: 194 days.
const MOST_SECONDS: u32 = 0x00ff_ffff;

/// The wishes that an answer is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) force_authn: bool,
    pub(crate) is_passive: bool,
    /// A short hash of the contexts that were asked for; `None` if none were. [`hash_of`]
    pub(crate) contexts: Option<ContextsHash>,
}

pub(crate) type ContextsHash = [u8; CONTEXTS_OCTETS];

/// What an ID says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestFacts {
    random: [u8; RANDOM_OCTETS],
    /// A whole second.
    issued_at: SamlInstant,
    /// Seconds.
    lifetime: u32,
    pub(crate) wishes: Wishes,
}

/// Who may say that an ID is theirs, and whom they asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parties<'a> {
    /// The key of `sp`, as its store has it now.
    pub(crate) key: &'a StateKey,
    pub(crate) sp: &'a EntityId,
    pub(crate) idp: &'a EntityId,
}

/// A request of ours that an answer names. Whether it was answered before is for the store to say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WaitingRequest {
    pub(crate) id: MessageId,
    pub(crate) idp: EntityId,
    pub(crate) facts: RequestFacts,
}

/// The octets of a text in the form of our IDs. They prove nothing before they are [opened](Self::open).
#[derive(Debug)]
pub(crate) struct ReceivedId([u8; OCTETS]);

impl RequestFacts {
    /// Of a request that is made now, with the instant that stands in the message.
    ///
    /// # Errors
    /// No random octets.
    pub(crate) fn new(
        wishes: Wishes,
        lifetime: Duration,
        now: SamlInstant,
        random: &mut dyn SecureRandom,
    ) -> Result<Self, RandomUnavailable> {
        let mut octets = [0; RANDOM_OCTETS];
        random.fill(&mut octets)?;
        let seconds = lifetime.as_secs().saturating_add(u64::from(lifetime.subsec_nanos() > 0));
        let lifetime = u32::try_from(seconds).map_or(MOST_SECONDS, |seconds| seconds.min(MOST_SECONDS));
        Ok(Self { random: octets, issued_at: now.truncated_to_seconds(), lifetime, wishes })
    }

    /// The ID that says this.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub(crate) fn id(&self, parties: Parties<'_>) -> Result<MessageId, RecordError> {
        let facts = self.octets();
        let mac = mac_of(&facts, parties)?;
        let mut octets = [0; OCTETS];
        for (to, from) in octets.iter_mut().zip(facts.iter().chain(&mac)) {
            *to = *from;
        }
        Ok(MessageId::of_octets(&octets))
    }

    /// The name of the request where it needs a short one: its random octets.
    pub(crate) fn name(&self) -> String {
        HEXLOWER.encode(&self.random)
    }

    /// The number of the exchange.
    pub(crate) fn correlation_id(&self) -> CorrelationId {
        CorrelationId::of(self.random)
    }

    /// When it stops waiting, exclusive.
    pub(crate) fn expires_at(&self) -> SamlInstant {
        self.issued_at.saturating_add(Duration::from_secs(u64::from(self.lifetime)))
    }

    fn octets(&self) -> [u8; FACTS_OCTETS] {
        let Wishes { force_authn, is_passive, contexts } = self.wishes;
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let flags = flag(force_authn, FORCE_AUTHN)
            | flag(is_passive, IS_PASSIVE)
            | flag(contexts.is_some(), HAS_CONTEXTS);
        // Seconds since 1970, before which no clock is.
        let [_, _, _, issued_at @ ..] = u64::try_from(self.issued_at.unix()).unwrap_or(0).to_be_bytes();
        let [_, lifetime @ ..] = self.lifetime.to_be_bytes();
        let contexts = contexts.unwrap_or_default();
        let parts = self.random.iter().chain(&issued_at).chain(&lifetime).chain([&flags]).chain(&contexts);
        let mut octets = [0; FACTS_OCTETS];
        for (to, from) in octets.iter_mut().zip(parts) {
            *to = *from;
        }
        octets
    }

    fn of_octets(octets: &[u8; FACTS_OCTETS]) -> Option<Self> {
        let (random, rest) = octets.split_first_chunk::<RANDOM_OCTETS>()?;
        let ([a, b, c, d, e], rest) = rest.split_first_chunk::<5>()?;
        let ([f, g, h], rest) = rest.split_first_chunk::<3>()?;
        let ([flags], rest) = rest.split_first_chunk::<1>()?;
        let contexts = rest.first_chunk::<CONTEXTS_OCTETS>()?;
        let issued_at = u64::from_be_bytes([0, 0, 0, *a, *b, *c, *d, *e]);
        let issued_at = SamlInstant::from_unix(i64::try_from(issued_at).ok()?)?;
        (flags & !FLAGS == 0).then_some(Self {
            random: *random,
            issued_at,
            lifetime: u32::from_be_bytes([0, *f, *g, *h]),
            wishes: Wishes {
                force_authn: flags & FORCE_AUTHN != 0,
                is_passive: flags & IS_PASSIVE != 0,
                contexts: (flags & HAS_CONTEXTS != 0).then_some(*contexts),
            },
        })
    }
}

impl ReceivedId {
    /// Takes a text that has the form of our IDs, in which each ID has one text only: a mark on it can't be evaded by
    /// another spelling.
    pub(crate) fn received(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('_').filter(|digits| digits.len() == 2 * OCTETS)?;
        HEXLOWER.decode(digits.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// The request, if `parties.sp` made it with this key and asked `parties.idp`.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub(crate) fn open(&self, parties: Parties<'_>) -> Result<Option<WaitingRequest>, RecordError> {
        let parts = self.0.split_first_chunk::<FACTS_OCTETS>();
        let Some((facts, mac)) = parts.and_then(|(facts, mac)| Some((facts, mac.first_chunk()?))) else {
            return Ok(None);
        };
        if !mac::is_same(&mac_of(facts, parties)?, mac) {
            return Ok(None);
        }
        let facts = RequestFacts::of_octets(facts);
        let (id, idp) = (MessageId::of_octets(&self.0), parties.idp.clone());
        Ok(facts.map(|facts| WaitingRequest { id, idp, facts }))
    }
}

impl WaitingRequest {
    /// The request for the validation floor, which uses this copy of it up. The contexts that were asked for are judged on the
    /// last hop.
    pub(crate) fn to_pending(&self) -> PendingRequest {
        PendingRequest {
            id: self.id.clone(),
            idp: self.idp.clone(),
            issued_at: self.facts.issued_at,
            expires_at: self.facts.expires_at(),
            force_authn: self.facts.wishes.force_authn,
            requested_context: None,
        }
    }
}

fn mac_of(facts: &[u8; FACTS_OCTETS], parties: Parties<'_>) -> Result<[u8; MAC_OCTETS], RecordError> {
    let Parties { key, sp, idp } = parties;
    key.mac(PURPOSE, &[facts, sp.as_str().as_bytes(), idp.as_str().as_bytes()])
}

/// A short hash of the contexts that a request asks for; `None` if it asks for none. It ties the list in the cookie to the
/// request.
///
/// # Errors
/// The cryptographic library failed.
pub(crate) fn hash_of(
    key: &StateKey,
    class_refs: &[AuthnContextClassRef],
) -> Result<Option<ContextsHash>, RecordError> {
    if class_refs.is_empty() {
        return Ok(None);
    }
    let uris: Vec<&[u8]> = class_refs.iter().map(|class_ref| class_ref.uri().as_bytes()).collect();
    let code = key.mac(CONTEXTS_PURPOSE, &uris)?;
    Ok(code.first_chunk::<CONTEXTS_OCTETS>().copied())
}

#[cfg(test)]
mod tests;
