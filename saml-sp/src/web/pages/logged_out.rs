//! The page at the end of a logout.

use askama::Template;

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
    pub const fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "You are signed out",
            Self::Partial | Self::HereOnly => "You are signed out here",
        }
    }

    /// The text for the person: constant.
    #[must_use]
    pub const fn public_text(self) -> &'static str {
        match self {
            Self::Everywhere => {
                "Your session is over here, at your organisation, and at the other services that you used."
            }
            Self::Partial => {
                "Your session here is over, but not every other service has confirmed that it signed you out. \
                 Close all windows of your browser to end what remains."
            }
            Self::HereOnly => {
                "Your session here is over. You may still be signed in at your organisation: if you share this device, \
                 sign out there too, or close all windows of your browser."
            }
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Everywhere | Self::HereOnly => "sign-done",
            Self::Partial => "sign-partly",
        }
    }
}
