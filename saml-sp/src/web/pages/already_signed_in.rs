//! The page for a response that this person has used before.

use askama::Template;
use saml_provider::texts::{Filled, Placeholder, Text};
use saml_provider::web::pages::{Mark as _, Shell};

use super::{CONTENT_SECURITY_POLICY, Frame, Page};

/// The page for a response that this person has used before: a reload, or the way back in the browser's history.
///
/// It must be shown only to the browser whose session the response began: to any other, a used response is a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "already_signed_in.html")]
pub struct AlreadySignedInPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The name of the person of the session, empty if there is none that people know.
    pub display_name: &'a str,
    /// The path that the person wanted to go to.
    pub continue_href: &'a str,
}

impl Page for AlreadySignedInPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        let title = self.frame.text(Text::AlreadySignedInHeading).to_string();
        Shell::new(self.frame, &title, self).to_html()
    }
}

impl AlreadySignedInPage<'_> {
    fn message(&self) -> Filled<'_> {
        match self.display_name {
            "" => self.frame.text(Text::AlreadySignedInText),
            name => self.frame.text(Text::AlreadySignedInTextNamed).with(Placeholder::Person, name),
        }
    }
}
