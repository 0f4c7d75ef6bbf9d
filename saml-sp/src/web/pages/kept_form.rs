//! The pages around a form that was posted when nobody was signed in any more.

use askama::Template;
use saml_provider::texts::{Filled, Placeholder, Text};
use saml_provider::web::pages::{Mark as _, Shell};

use super::{CONTENT_SECURITY_POLICY, Frame, ONWARD_CONTENT_SECURITY_POLICY, Page};

/// The page that keeps a form until somebody is signed in. It shows nothing of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "form_kept.html")]
pub struct FormKeptPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The path that signs in, in another window.
    pub sign_in_href: &'a str,
    /// The path that shows the form to who is signed in.
    pub action: &'a str,
    /// The name of the field that holds the form.
    pub parameter: &'a str,
    /// The form, sealed.
    pub sealed: &'a str,
}

impl Page for FormKeptPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = "default-src 'none'; style-src 'self'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        Shell::new(self.frame, &self.frame.text(Text::FormKeptHeading).to_string(), self).to_html()
    }
}

/// The page that shows a kept form to who is signed in, and sends it by their click.
///
/// Its policy has no `form-action`: where the application's answer leads is the application's affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "form_ready.html")]
pub struct FormReadyPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The name of the person of the session, empty if there is none that people know.
    pub display_name: &'a str,
    /// The path that the form was posted to.
    pub action: &'a str,
    /// What it says, in its order: names and values.
    pub fields: &'a [(String, String)],
}

impl Page for FormReadyPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = ONWARD_CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        Shell::new(self.frame, &self.frame.text(Text::FormReadyHeading).to_string(), self).to_html()
    }
}

impl FormReadyPage<'_> {
    fn message(&self) -> Filled<'_> {
        match self.display_name {
            "" => self.frame.text(Text::FormReadyText),
            name => self.frame.text(Text::FormReadyTextNamed).with(Placeholder::Person, name),
        }
    }
}

/// The page for a form that can't be kept: it is too long, or has files in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "form_lost.html")]
pub struct FormLostPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// The path that signs in, in another window.
    pub sign_in_href: &'a str,
}

impl Page for FormLostPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        Shell::new(self.frame, &self.frame.text(Text::FormLostHeading).to_string(), self).to_html()
    }
}

/// The page in the window where somebody signed in for a form in another one. It must be shown to who is signed in
/// alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "signed_in.html")]
pub struct SignedInPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
}

impl Page for SignedInPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        Shell::new(self.frame, &self.frame.text(Text::SignedInHeading).to_string(), self).to_html()
    }
}
