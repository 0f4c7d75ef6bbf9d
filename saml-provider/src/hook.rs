//! What an application wants to do when somebody signs in, signs out or is refused.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use saml_core::base::{Coded, VerdictCode};

type Running<O> = Pin<Box<dyn Future<Output = Result<O, HookError>> + Send>>;

/// An async function of the application, with five seconds to do its work.
pub struct Hook<I, O>(Arc<dyn Fn(I) -> Running<O> + Send + Sync>);

impl<I, O> Clone for Hook<I, O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<I, O> fmt::Debug for Hook<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook(…)")
    }
}

impl<I, O> Hook<I, O> {
    /// How long it may take.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// This function.
    pub fn new<F, R>(function: F) -> Self
    where
        F: Fn(I) -> R + Send + Sync + 'static,
        R: Future<Output = Result<O, HookError>> + Send + 'static,
    {
        Self(Arc::new(move |input| Box::pin(function(input))))
    }

    /// Runs it. It needs a Tokio runtime with a timer. A function that takes too long is dropped where it waits.
    ///
    /// # Errors
    /// [`HookFault`].
    pub async fn run(&self, input: I) -> Result<O, HookFault> {
        match tokio::time::timeout(Self::PATIENCE, (self.0)(input)).await {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(HookError(Cause::Veto(reason)))) => Err(HookFault::Vetoed { reason }),
            Ok(Err(HookError(Cause::Failed(_may_quote_people)))) => Err(HookFault::Failed),
            Err(_elapsed) => Err(HookFault::TimedOut),
        }
    }
}

/// Why a hook ends without success: a veto, or any error by `?`.
///
/// ```
/// use saml_provider::HookError;
/// fn admit(name: &str) -> Result<u32, HookError> {
///     let number: u32 = name.parse()?;
///     if number == 0 { Err(HookError::veto("no number for guests")) } else { Ok(number) }
/// }
/// # assert!(admit("7").is_ok() && admit("0").is_err() && admit("x").is_err());
/// ```
#[derive(Debug)]
pub struct HookError(Cause);

#[derive(Debug)]
enum Cause {
    Veto(String),
    Failed(#[allow(dead_code, reason = "for Debug")] Box<dyn Error + Send + Sync>),
}

impl HookError {
    /// Refuses on purpose. The reason stands in the log, and the person is not told it: leave names out of it.
    #[must_use]
    pub fn veto(reason: impl Into<String>) -> Self {
        Self(Cause::Veto(reason.into()))
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HookError {
    fn from(error: E) -> Self {
        Self(Cause::Failed(Box::new(error)))
    }
}

/// A hook did not let something happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HookFault {
    /// On purpose.
    #[error("a hook of the application says no")]
    Vetoed {
        /// Its reason.
        reason: String,
    },
    /// By an error. The log doesn't quote it, since it may name people.
    #[error("a hook of the application failed")]
    Failed,
    /// It took more than five seconds.
    #[error("a hook of the application took too long")]
    TimedOut,
}

impl Coded for HookFault {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::Vetoed { .. } => "hook.vetoed",
            Self::Failed => "hook.failed",
            Self::TimedOut => "hook.timed_out",
        })
    }

    fn expected(&self) -> Option<String> {
        Some("the consent of the application".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(match self {
            Self::Vetoed { reason } if reason.is_empty() => "a veto".to_owned(),
            Self::Vetoed { reason } => format!("a veto: {reason}"),
            Self::Failed => "an error".to_owned(),
            Self::TimedOut => "no answer within 5 s".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests;
