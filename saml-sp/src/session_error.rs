//! Why it can't be told who is signed in, or changed.

use saml_core::base::Coded as _;
use saml_provider::HookFault;
use saml_provider::peer::PeerSourceError;
use saml_provider::record::RecordError;

use crate::{LoginRefusal, PublicReason};

/// Who is signed in can't be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The store failed, or what it holds can't be read.
    #[error("the session can't be read")]
    Record(#[from] RecordError),
    /// The source of identity providers failed.
    #[error("whether the identity provider is trusted can't be told")]
    Peer(#[from] PeerSourceError),
    /// The session is over, and a hook of the application failed.
    #[error("a hook of the application failed at the end of a session")]
    Hook(#[from] HookFault),
    /// The identity provider is not trusted any more, or was not in between.
    #[error("the session was over before it began")]
    Over,
    /// The system has no randomness for a token.
    #[error("the system gave no random octets for a token")]
    NoRandomness,
    /// What the application keeps beside the session is not what it asks for.
    #[error("the application's data of the session can't be read or written as asked")]
    Data(#[source] serde_json::Error),
}

impl SessionError {
    /// The code of the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Record(error) => error.code(),
            Self::Peer(error) => error.code().as_str(),
            Self::Hook(fault) => fault.code().as_str(),
            Self::Over => "idp.unknown",
            Self::NoRandomness => "random.unavailable",
            Self::Data(_) => RecordError::Unreadable.code(),
        }
    }
}

impl From<SessionError> for LoginRefusal {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Record(error) => error.into(),
            SessionError::Peer(error) => error.into(),
            // The session is over, and what the application keeps of it may not be.
            SessionError::Hook(fault) => LoginRefusal::of(PublicReason::SignOutFailed, &fault),
            SessionError::Over => LoginRefusal::because(
                PublicReason::SignInFailed,
                "idp.unknown",
                "an identity provider that is trusted from the answer to the session",
                "one that is not, or was not in between",
            ),
            SessionError::NoRandomness => LoginRefusal::unavailable("random.unavailable"),
            SessionError::Data(_) => RecordError::Unreadable.into(),
        }
    }
}
