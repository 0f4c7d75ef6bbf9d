//! The page at the end of a logout.

use askama::Template;
use saml_provider::texts::Text;
use saml_provider::web::pages::Shell;

use super::{CONTENT_SECURITY_POLICY, Frame, Page};

/// The page at the end of a logout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOutPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// How far the logout went.
    pub outcome: LogoutOutcome<'a>,
    /// The path that leads to the login page.
    pub sign_in_href: &'a str,
}

impl Page for LoggedOutPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        let title = self.frame.text(self.outcome.heading()).to_string();
        Shell::new(self.frame, &title, self).to_html()
    }
}

/// How far a logout went. The session here is over in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutOutcome<'a> {
    /// Every service confirmed that its session is over.
    Everywhere,
    /// Not every service did [Core §3.7.3.2].
    Partial {
        /// The display names of those that didn't.
        unconfirmed: &'a [&'a str],
    },
    /// No service was asked.
    HereOnly,
}

impl LogoutOutcome<'_> {
    const fn heading(self) -> Text {
        match self {
            Self::Everywhere => Text::LoggedOutHeading,
            Self::Partial { .. } | Self::HereOnly => Text::LoggedOutHereHeading,
        }
    }

    const fn text(self) -> Text {
        match self {
            Self::Everywhere => Text::ProviderLoggedOutEverywhereText,
            Self::Partial { .. } => Text::ProviderLoggedOutPartlyText,
            Self::HereOnly => Text::ProviderLoggedOutHereText,
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Everywhere | Self::HereOnly => "sign-done",
            Self::Partial { .. } => "sign-partly",
        }
    }
}
