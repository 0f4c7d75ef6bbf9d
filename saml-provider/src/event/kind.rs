//! The kinds of event, each with its facts.

use saml_core::base::{Relaxation, VerdictCode};
use saml_core::validation::Verdict;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A service provider sends somebody to an identity provider.
    LoginStarted,
    /// A service provider has accepted an assertion; the last hop is left.
    LoginAccepted {
        /// The kind of the person's name, a URI.
        name_id_format: Option<String>,
        /// How the person authenticated, a URI.
        authn_context: Option<String>,
        /// The relaxations without which the message would have been refused.
        relaxations: Vec<Relaxation>,
    },
    /// A service provider's session begins, in the browser that started the login.
    LoginCompleted,
    /// A service provider asked without asking the person, and nobody is signed in at the identity provider.
    NobodySignedIn,
    /// A session ends before its time is over.
    SessionEnded {
        /// Why.
        cause: EndCause,
    },
    /// An identity provider follows a request.
    RequestReceived,
    /// An identity provider starts a login that nobody asked for.
    LoginOffered,
    /// Somebody proved who they are.
    SignedIn,
    /// An assertion goes to a service provider, the peer.
    AssertionIssued {
        /// The kind of the person's name, a URI.
        name_id_format: Option<String>,
        /// The names of the attributes in it.
        attributes: Vec<String>,
    },
    /// Something was refused.
    Refused {
        /// What.
        what: Refused,
        /// The code of the likeliest cause.
        code: VerdictCode,
        /// All broken rules, each as a line.
        failures: Vec<String>,
    },
}

impl Event {
    /// A refusal, with everything that this verdict knows of it.
    #[must_use]
    pub fn refused(what: Refused, code: VerdictCode, verdict: &Verdict) -> Self {
        Self::Refused { what, code, failures: verdict.failures().map(ToString::to_string).collect() }
    }

    /// The name of the event, for those who count.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LoginStarted => "login-started",
            Self::LoginAccepted { .. } => "login-accepted",
            Self::LoginCompleted => "login-completed",
            Self::NobodySignedIn => "nobody-signed-in",
            Self::SessionEnded { .. } => "session-ended",
            Self::RequestReceived => "request-received",
            Self::LoginOffered => "login-offered",
            Self::SignedIn => "signed-in",
            Self::AssertionIssued { .. } => "assertion-issued",
            Self::Refused { what, .. } => what.name(),
        }
    }
}

/// Why a session ended before its time was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndCause {
    /// Its person, or the application, ended it.
    Ended,
    /// The same person began one session more than one may have, and this was the oldest.
    OneTooMany,
}

impl EndCause {
    /// The name, for those who count.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::OneTooMany => "one-too-many",
        }
    }
}

/// What was refused.
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

/// The relaxations that a message needed, as its verdict tells them.
#[must_use]
pub fn relaxations_used(verdict: &Verdict) -> Vec<Relaxation> {
    let mut used = Vec::new();
    for check in verdict.warnings() {
        match check.code().map_or("", VerdictCode::as_str) {
            "policy.relaxed" => {
                let names = check.found_value().unwrap_or_default().split(", ");
                let named = |name| Relaxation::ALL.into_iter().find(|one| one.name() == name);
                used.extend(names.filter_map(named));
            }
            "response.unsolicited" => used.push(Relaxation::Unsolicited),
            "name_id.missing" => used.push(Relaxation::SubjectWithoutNameId),
            "idp.metadata_expired" | "sp.metadata_expired" => used.push(Relaxation::ExpiredMetadata),
            _without_relaxation => {}
        }
    }
    used
}
