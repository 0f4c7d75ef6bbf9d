//! The page that asks for a user name and a password.

use askama::Template;
use saml_provider::texts::{Placeholder, Text};
use saml_provider::web::pages::{Mark as _, Shell};

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
    /// The sealed request that the sign-in answers; none where a person came here by themselves.
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

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        let title = match self.error {
            None => Text::LoginHeading,
            Some(_) => Text::LoginTitleAfterError,
        };
        let title = self.frame.text(title).to_string();
        Shell::new(self.frame, &title, self).with_script(&self.frame.asset_href(LOGIN_SCRIPT)).to_html()
    }
}

impl LoginPage<'_> {
    /// Whether the typed values are at fault.
    fn blames_fields(&self) -> bool {
        match self.error {
            Some(LoginError::WrongCredentials) => true,
            Some(LoginError::Throttled { .. } | LoginError::Busy { .. } | LoginError::SessionLost) | None => {
                false
            }
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
    /// Too many people are signing in; the attempt was not looked at.
    Busy {
        /// The seconds until the next attempt may be made.
        retry_after_s: u64,
    },
    /// The form was older than its token or its transaction.
    SessionLost,
}

impl LoginError {
    /// The text for the person, in the language of this frame: constant but for the time to wait, rounded up to what a
    /// person would say.
    #[must_use]
    pub fn told(self, frame: &Frame<'_>) -> String {
        let retry_after_s = match self {
            Self::WrongCredentials => return frame.text(Text::LoginWrong).to_string(),
            Self::SessionLost => return frame.text(Text::LoginSessionLost).to_string(),
            Self::Busy { .. } => return frame.text(Text::LoginBusy).to_string(),
            Self::Throttled { retry_after_s } => retry_after_s,
        };
        match retry_after_s {
            0 | 1 => frame.text(Text::LoginThrottledSecond).to_string(),
            seconds @ 2..60 => {
                let seconds = seconds.to_string();
                frame.text(Text::LoginThrottledSeconds).with(Placeholder::Seconds, &seconds).to_string()
            }
            60 => frame.text(Text::LoginThrottledMinute).to_string(),
            seconds => {
                let minutes = seconds.div_ceil(60).to_string();
                frame.text(Text::LoginThrottledMinutes).with(Placeholder::Minutes, &minutes).to_string()
            }
        }
    }
}
