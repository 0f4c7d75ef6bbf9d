//! What stands around each page.

use askama::Template;

use super::frame::Frame;
use crate::texts::Text;

/// What stands around a page: the head of the document, the brand, and the way out of a session.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "layout.html")]
pub struct Shell<'a, B: Template> {
    /// What all pages have in common.
    frame: Frame<'a>,
    /// The title of the document, before our name.
    title: &'a str,
    /// The width of the page.
    width: Width,
    /// The address of a script, if the page has one.
    script: Option<&'a str>,
    /// The way out of the session, if there is one.
    sign_out: Option<SignOut<'a>>,
    /// Everything from `<main>` on.
    body: &'a B,
}

/// How wide a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Width {
    /// A column of text.
    #[default]
    Narrow,
    /// Room for a list.
    Wide,
}

/// The form that ends the session of the person who sees the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignOut<'a> {
    /// The path that it posts to.
    pub action: &'a str,
    /// The token that ties it to this browser.
    pub csrf_token: &'a str,
}

impl<'a, B: Template> Shell<'a, B> {
    /// A narrow page of this title around `body`, which begins with `<main>`.
    #[must_use]
    pub const fn new(frame: Frame<'a>, title: &'a str, body: &'a B) -> Self {
        Self { frame, title, width: Width::Narrow, script: None, sign_out: None, body }
    }

    /// The same with room for a list.
    #[must_use]
    pub fn wide(self) -> Self {
        Self { width: Width::Wide, ..self }
    }

    /// The same with a script.
    #[must_use]
    pub fn with_script(self, address: &'a str) -> Self {
        Self { script: Some(address), ..self }
    }

    /// The same with a way out of the session.
    #[must_use]
    pub fn with_sign_out(self, sign_out: SignOut<'a>) -> Self {
        Self { sign_out: Some(sign_out), ..self }
    }

    /// The whole document.
    #[must_use]
    pub fn to_html(&self) -> String {
        // Text and integers written to a `String`: there is nothing in a template that can fail.
        self.render().unwrap_or_default()
    }
}
