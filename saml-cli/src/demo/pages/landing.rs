//! The public page of an application.

use askama::Template;
use saml_sp::web::pages::{CONTENT_SECURITY_POLICY, Page};

use super::App;

/// The public page of an application, with the way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "landing.html")]
pub struct LandingPage<'a> {
    /// Whose page it is.
    pub app: App,
    /// The display name of the identity provider.
    pub identity_provider: &'a str,
    /// The path that starts the sign-in.
    pub sign_in_href: &'a str,
    /// The address of the other application.
    pub other_href: &'a str,
}

impl Page for LandingPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        "en"
    }

    fn to_html(&self) -> String {
        // Text and integers written to a `String`: there is nothing in a template that can fail.
        self.render().unwrap_or_default()
    }
}

impl LandingPage<'_> {
    const fn invitation(&self) -> &'static str {
        "Sign in at one and the other lets you in."
    }
}
