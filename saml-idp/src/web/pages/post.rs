//! The page that carries an answer to a service.

use askama::Template;

use super::{Frame, Page};

/// The page that carries an answer to a service: a form that a script submits, and a button where none runs.
///
/// To its policy goes a `form-action` that names where the service may lead on
/// ([`PostForm::form_action`](saml_core::bindings::post::PostForm::form_action)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "post.html")]
pub struct PostPage<'a> {
    /// The brand, the style and the language, as on every page.
    pub frame: Frame<'a>,
    /// The display name of the service.
    pub service_name: &'a str,
    /// The address that the form is sent to.
    pub action: &'a str,
    /// The field of the message.
    pub parameter: &'a str,
    /// The message in Base64.
    pub message: &'a str,
    /// The RelayState that the service sent with its request.
    pub relay_state: Option<&'a str>,
    /// The path of the script that submits the form.
    pub script: &'a str,
}

impl Page for PostPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = "default-src 'none'; style-src 'self'; img-src 'self'; \
         script-src 'self'; base-uri 'none'; frame-ancestors 'none'";
}
