//! The page of an application that a person is signed in to.

use askama::Template;
use saml_sp::web::pages::{ONWARD_CONTENT_SECURITY_POLICY, Page};

use super::App;

/// The page of an application that a person is signed in to: who they are, as the application was told.
///
/// Its form posts `csrf_token`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "signed_in.html")]
pub struct SignedInPage<'a> {
    /// Whose page it is.
    pub app: App,
    /// The person's name, to greet them with.
    pub display_name: &'a str,
    /// The session.
    pub session: Session<'a>,
    /// The attributes, in the order of the assertion.
    pub attributes: &'a [AttributeRow<'a>],
    /// The checks of the verdict, in its order. Without any, that part of the page is left out.
    pub checks: &'a [CheckRow<'a>],
    /// The path that the logout form posts to.
    pub logout_action: &'a str,
    /// The token that ties the form to this browser.
    pub csrf_token: &'a str,
    /// The address of the other application.
    pub other_href: &'a str,
}

impl Page for SignedInPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = ONWARD_CONTENT_SECURITY_POLICY;

    fn language(&self) -> &str {
        "en"
    }

    fn to_html(&self) -> String {
        // Text and integers written to a `String`: there is nothing in a template that can fail.
        self.render().unwrap_or_default()
    }
}

impl SignedInPage<'_> {
    const fn invitation(&self) -> &'static str {
        "You won’t be asked for your password again."
    }
}

/// The facts that the application got about the session, as text for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session<'a> {
    /// The `NameID`.
    pub name_id: &'a str,
    /// The `Format` of the `NameID`.
    pub name_id_format: &'a str,
    /// The entity id of the identity provider.
    pub identity_provider: &'a str,
    /// The `AuthnInstant`.
    pub authn_instant: &'a str,
    /// The `AuthnContextClassRef`.
    pub authn_context: &'a str,
    /// The `SessionIndex`.
    pub session_index: Option<&'a str>,
    /// The `SessionNotOnOrAfter`.
    pub session_not_on_or_after: Option<&'a str>,
}

/// An attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeRow<'a> {
    /// Its `Name`.
    pub name: &'a str,
    /// Its `FriendlyName`.
    pub friendly_name: Option<&'a str>,
    /// Its values as text.
    pub values: &'a [&'a str],
}

/// A check of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckRow<'a> {
    /// Its stable code.
    pub code: &'a str,
    /// The section of the specification that asks for it.
    pub section: &'a str,
    /// Its outcome.
    pub outcome: &'a str,
}
