//! The page that says that something can't be done, and nothing of why.

use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Frame;
use super::marked::Mark as _;
use super::page::{CONTENT_SECURITY_POLICY, Page};
use super::shell::Shell;
use crate::texts::{Placeholder, Text};

/// What a person is told of something that can't be done: constant, however it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The heading.
    pub heading: Text,
    /// What it means and what to do.
    pub text: Text,
    /// The text of the link that leads on.
    pub onward: Text,
    /// The status that the page is sent with.
    pub status: StatusCode,
}

/// The page that says that something can't be done.
///
/// It has no field for a detail: what was refused and why stands in the log, under the correlation id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// What happened, as far as anyone may know.
    pub failure: Failure,
    /// The name of this event in the log.
    pub correlation_id: &'a str,
    /// When it happened, in UTC.
    pub time: &'a str,
    /// The path that leads on.
    pub onward_href: &'a str,
}

impl Page for ErrorPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        self.frame.words.language()
    }

    fn to_html(&self) -> String {
        Shell::new(self.frame, &self.frame.text(self.failure.heading).to_string(), self).to_html()
    }
}
