//! The home page of a person who is signed in.

use askama::Template;
use saml_provider::web::pages::monogram;

use super::{Frame, ONWARD_CONTENT_SECURITY_POLICY, Page};

/// The home page of a person who is signed in: who they are, the services, and the way out.
///
/// Its form posts `csrf_token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "home.html")]
pub struct HomePage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The person's name, to greet them with.
    pub display_name: &'a str,
    /// The name that they signed in with.
    pub user_name: &'a str,
    /// The services that are registered here.
    pub services: &'a [Service<'a>],
    /// The path of the page with the services that follow, if there are more.
    pub more: Option<&'a str>,
    /// The path that the logout form posts to.
    pub logout_action: &'a str,
    /// The token that ties the form to this browser.
    pub csrf_token: &'a str,
}

impl Page for HomePage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = ONWARD_CONTENT_SECURITY_POLICY;
}

/// A service in the list of the home page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service<'a> {
    /// Its display name.
    pub display_name: &'a str,
    /// What tells it from another of the same name: its host, say.
    pub note: Option<&'a str>,
    /// Where it is opened: its own address, or a path of ours that starts an unsolicited response.
    pub href: &'a str,
}

impl Service<'_> {
    /// The letter of its tile.
    fn monogram(&self) -> String {
        monogram(self.display_name)
    }
}
