//! The home page of a person who is signed in.

use askama::Template;
use saml_provider::texts::{Filled, Placeholder, Text};
use saml_provider::web::pages::{Mark as _, Shell, SignOut, monogram};

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

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        let title = self.frame.text(Text::HomeTitle).to_string();
        let sign_out = SignOut { action: self.logout_action, csrf_token: self.csrf_token };
        Shell::new(self.frame, &title, self).wide().with_sign_out(sign_out).to_html()
    }
}

impl HomePage<'_> {
    fn lead(&self) -> Filled<'_> {
        let lead = if self.services.is_empty() { Text::HomeLeadWithoutServices } else { Text::HomeLead };
        self.frame.text(lead).with(Placeholder::UserName, self.user_name)
    }
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
