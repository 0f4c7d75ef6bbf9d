//! The page that carries a message to a peer.

use askama::Template;

use super::frame::Frame;
use super::page::Page;
use super::shell::Shell;
use crate::texts::{Filled, Placeholder, Text};

/// The page that carries a message to a peer: a form that a script submits, and a button where none runs.
///
/// To its policy goes a `form-action` that names where the peer may lead on
/// ([`PostForm::form_action`](saml_core::bindings::post::PostForm::form_action)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "post.html")]
pub struct PostPage<'a> {
    /// The brand, the style and the language, as on every page.
    pub frame: Frame<'a>,
    /// The display name of the peer.
    pub service_name: &'a str,
    /// The address that the form is sent to.
    pub action: &'a str,
    /// The field of the message.
    pub parameter: &'a str,
    /// The message in Base64.
    pub message: &'a str,
    /// The RelayState that goes with it.
    pub relay_state: Option<&'a str>,
    /// The path of the script that submits the form.
    pub script: &'a str,
}

impl PostPage<'_> {
    fn heading(&self) -> Filled<'_> {
        self.frame.text(Text::PostHeading).with(Placeholder::Service, self.service_name)
    }
}

impl Page for PostPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = "default-src 'none'; style-src 'self'; img-src 'self'; \
         script-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        Shell::new(self.frame, &self.heading().to_string(), self).with_script(self.script).to_html()
    }
}
