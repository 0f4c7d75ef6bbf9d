//! One line in the log for each thing that happened to a login, in the same words for both roles.
//!
//! A line has the event, the peer, the code, and a number of its own. An error page shows the same number, and an error
//! answer carries it. It has no values: no names of people, no attributes, no tokens, no messages. The expected and the
//! found value of a broken rule are written where a message is refused, and nowhere else.

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

    /// One that a browser brings back. It is whatever the browser wants, but a number.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok().map(|number| Self(number.to_string()))
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
    /// A service provider asked without asking the person, and nobody is signed in at the identity provider.
    NobodySignedIn,
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
            Self::NobodySignedIn => "nobody-signed-in",
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

/// The peer and the number of a line.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The configured peer; `None` if there is none or it is unknown.
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

/// Writes the line of a refusal: its code, and all broken rules.
pub fn refused(refused: Refused, exchange: Exchange<'_>, code: VerdictCode, verdict: &Verdict) {
    let Exchange { peer, client, correlation_id } = exchange;
    let (event, peer) = (refused.name(), peer.map(EntityId::as_str));
    let failures: Vec<String> = verdict.failures().map(ToString::to_string).collect();
    let failures = failures.join("; ");
    match refused {
        Refused::Login | Refused::Request | Refused::Throttled => {
            tracing::warn!(event, peer, client, %code, %correlation_id, failures, "{event}");
        }
        // A request that can't be met and a mistyped password are no cause for alarm.
        Refused::Answer | Refused::SignIn => {
            tracing::info!(event, peer, client, %code, %correlation_id, failures, "{event}");
        }
    }
}
