//! One line in the log for each thing that happened to a login, in the same words for both roles.
//!
//! A line says what happened, with which peer, under which code, and has a number of its own: the one that an error
//! page shows and that an error answer carries. It has no values: no names of people, no attributes, no tokens, no
//! messages. What a broken rule expected and found is written where a message was refused, and nowhere else.

use std::fmt;

use saml_core::base::{EntityId, VerdictCode};
use saml_core::validation::Verdict;
use uuid::Uuid;

/// The number of one exchange: random, the same in the log, on an error page and in an error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelationId(String);

impl CorrelationId {
    /// A new one. It is no secret and opens nothing.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CorrelationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What went as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A service provider sends somebody to an identity provider.
    LoginStarted,
    /// A service provider has accepted an assertion; the last hop is left.
    LoginAccepted,
    /// A service provider's session begins, in the browser that started the login.
    LoginCompleted,
    /// A session ends because its person wants it.
    SessionEnded,
    /// An identity provider follows a request.
    RequestReceived,
    /// An identity provider starts a login that nobody asked for.
    LoginOffered,
    /// Somebody proved who they are.
    SignedIn,
    /// An assertion goes to a service provider.
    AssertionIssued,
}

impl Event {
    /// The name of the event, for those who count.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LoginStarted => "login-started",
            Self::LoginAccepted => "login-accepted",
            Self::LoginCompleted => "login-completed",
            Self::SessionEnded => "session-ended",
            Self::RequestReceived => "request-received",
            Self::LoginOffered => "login-offered",
            Self::SignedIn => "signed-in",
            Self::AssertionIssued => "assertion-issued",
        }
    }
}

/// What did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A service provider signs nobody in.
    Login,
    /// An identity provider answers nobody.
    Request,
    /// An identity provider tells a service provider an error instead of an assertion.
    Answer,
    /// A user name and a password don't belong together.
    SignIn,
    /// A try to sign in that was not looked at: there were too many.
    Throttled,
}

impl Refused {
    /// The name of the event, for those who count.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login-refused",
            Self::Request => "request-refused",
            Self::Answer => "error-answered",
            Self::SignIn => "sign-in-failed",
            Self::Throttled => "sign-in-throttled",
        }
    }
}

/// Whom a line is about.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The configured peer; `None` where it concerns none, or one that nobody knows.
    pub peer: Option<&'a EntityId>,
    /// The network that somebody tried from.
    pub client: Option<&'a str>,
    /// The number of the exchange.
    pub correlation_id: &'a CorrelationId,
}

impl<'a> Exchange<'a> {
    /// An exchange with `peer`.
    #[must_use]
    pub const fn with(peer: &'a EntityId, correlation_id: &'a CorrelationId) -> Self {
        Self { peer: Some(peer), client: None, correlation_id }
    }
}

/// Writes that something went as it should.
pub fn happened(event: Event, exchange: Exchange<'_>) {
    let Exchange { peer, client, correlation_id } = exchange;
    let (event, peer) = (event.name(), peer.map(EntityId::as_str));
    tracing::info!(event, peer, client, %correlation_id, "{event}");
}

/// Writes that something was refused: under which code, and all rules that are broken.
pub fn refused(refused: Refused, exchange: Exchange<'_>, code: VerdictCode, verdict: &Verdict) {
    let Exchange { peer, client, correlation_id } = exchange;
    let (event, peer) = (refused.name(), peer.map(EntityId::as_str));
    let failures: Vec<String> = verdict.failures().map(ToString::to_string).collect();
    let failures = failures.join("; ");
    match refused {
        Refused::Login | Refused::Request | Refused::Throttled => {
            tracing::warn!(event, peer, client, %code, %correlation_id, failures, "{event}");
        }
        // What a service asked for and can't have, and passwords that are mistyped, are no cause for alarm.
        Refused::Answer | Refused::SignIn => {
            tracing::info!(event, peer, client, %code, %correlation_id, failures, "{event}");
        }
    }
}
