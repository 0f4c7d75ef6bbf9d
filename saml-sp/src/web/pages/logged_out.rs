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
    pub outcome: LogoutOutcome,
    /// The path that starts a new sign-in.
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

/// How far a logout went. The session of the service itself is over in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutOutcome {
    /// The identity provider confirmed that the session is over everywhere.
    Everywhere,
    /// The identity provider answered with the status `PartialLogout`, with another failure, or not at all.
    Partial,
    /// The identity provider has no logout, or wasn't asked.
    HereOnly,
}

impl LogoutOutcome {
    /// Every outcome, in the order of the declaration.
    pub const ALL: [Self; 3] = [Self::Everywhere, Self::Partial, Self::HereOnly];

    /// The heading.
    #[must_use]
    pub const fn heading(self) -> Text {
        match self {
            Self::Everywhere => Text::LoggedOutHeading,
            Self::Partial | Self::HereOnly => Text::LoggedOutHereHeading,
        }
    }

    /// The text for the person: constant.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Everywhere => Text::ServiceLoggedOutEverywhereText,
            Self::Partial => Text::ServiceLoggedOutPartlyText,
            Self::HereOnly => Text::ServiceLoggedOutHereText,
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Everywhere | Self::HereOnly => "sign-done",
            Self::Partial => "sign-partly",
        }
    }
}
