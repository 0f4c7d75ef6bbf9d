//! The page at the end of a logout.

use askama::Template;

use super::{CONTENT_SECURITY_POLICY, Frame, Page};

/// The page at the end of a logout, which may have been a partial one [Core §3.7.3.2].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "logged_out.html")]
pub struct LoggedOutPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The display names of the services that didn't confirm; none where every one did.
    pub unconfirmed: &'a [&'a str],
    /// The path that leads to the login page.
    pub sign_in_href: &'a str,
}

impl Page for LoggedOutPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;
}

impl LoggedOutPage<'_> {
    const fn heading(&self) -> &'static str {
        if self.unconfirmed.is_empty() { "You are signed out" } else { "You are signed out here" }
    }
}
