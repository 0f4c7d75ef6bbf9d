//! The page that asks for a user name and a password.

use std::borrow::Cow;

use askama::Template;

use super::{FORM_CONTENT_SECURITY_POLICY, Frame, LOGIN_SCRIPT, Page};

/// The page that asks for a user name and a password.
///
/// Its form posts `csrf_token`, `transaction` (where there is one), `user_name` and `password`. The answer must not be
/// a redirect to another origin, which [`FORM_CONTENT_SECURITY_POLICY`] forbids: a form of the POST binding isn't one;
/// an artifact needs a redirect to a page of our own that is answered `200` first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "login.html")]
pub struct LoginPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The path that the form posts to.
    pub action: &'a str,
    /// The token that ties the form to this browser.
    pub csrf_token: &'a str,
    /// The token of the pending request that the sign-in answers; none where a person came here by themselves.
    pub transaction: Option<&'a str>,
    /// The display name of the service that asked for the sign-in.
    pub service_name: Option<&'a str>,
    /// What to write into the user name field; empty for nothing.
    pub user_name: &'a str,
    /// Why the last attempt failed.
    pub error: Option<LoginError>,
}

impl Page for LoginPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = FORM_CONTENT_SECURITY_POLICY;
}

impl LoginPage<'_> {
    /// The address of the page's script.
    fn script_href(&self) -> String {
        self.frame.asset_href(LOGIN_SCRIPT)
    }

    /// Whether the typed values are at fault.
    fn blames_fields(&self) -> bool {
        match self.error {
            Some(LoginError::WrongCredentials) => true,
            Some(LoginError::Throttled { .. } | LoginError::SessionLost) | None => false,
        }
    }
}

/// Why an attempt to sign in failed, as far as the person at the keyboard may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginError {
    /// The user is unknown or the password is wrong: never said which.
    WrongCredentials,
    /// Too many attempts.
    Throttled {
        /// The seconds until the next attempt is looked at.
        retry_after_s: u64,
    },
    /// The form was older than its token or its transaction.
    SessionLost,
}

impl LoginError {
    /// The text for the person: constant but for the time to wait.
    #[must_use]
    pub fn public_text(self) -> Cow<'static, str> {
        match self {
            Self::WrongCredentials => {
                Cow::Borrowed("The user name or the password isn’t right. Check both and try again.")
            }
            Self::Throttled { retry_after_s } => {
                Cow::Owned(format!("Too many attempts. Wait {} and try again.", Wait(retry_after_s)))
            }
            Self::SessionLost => Cow::Borrowed("This page had been open for too long. Please sign in again."),
        }
    }
}

/// A time to wait, rounded up to what a person would say.
struct Wait(u64);

impl std::fmt::Display for Wait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 | 1 => f.write_str("a second"),
            seconds @ 2..60 => write!(f, "{seconds} seconds"),
            60 => f.write_str("a minute"),
            seconds => write!(f, "{} minutes", seconds.div_ceil(60)),
        }
    }
}
