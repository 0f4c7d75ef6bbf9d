//! The page that asks which identity provider a person signs in at.

use askama::Template;
use saml_provider::texts::Text;
use saml_provider::web::pages::{Mark as _, Shell, monogram};

use super::{CONTENT_SECURITY_POLICY, Frame, Page};

/// The page that asks which identity provider a person signs in at, where several are configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "choose_idp.html")]
pub struct ChooseIdpPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The identity providers, in the order in which they are shown.
    pub choices: &'a [IdpChoice<'a>],
    /// The path of the page with those that follow, if there are more.
    pub more: Option<&'a str>,
}

impl Page for ChooseIdpPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        let title = self.frame.text(Text::ChooseHeading).to_string();
        Shell::new(self.frame, &title, self).to_html()
    }
}

/// An identity provider to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdpChoice<'a> {
    /// Its display name.
    pub display_name: &'a str,
    /// What tells it from another of the same name: its host, say.
    pub note: Option<&'a str>,
    /// The path of ours that starts the sign-in at it.
    pub href: &'a str,
}

impl IdpChoice<'_> {
    /// The letter of its tile.
    fn monogram(&self) -> String {
        monogram(self.display_name)
    }
}
