//! A page, and how it must be sent.

/// The policy of a page without a form: nothing but the stylesheets and images of its own origin.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a page with a form that is answered by this origin, without a redirect to another one.
pub const FORM_CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a page with a form whose answer may lead to a peer by redirects.
///
/// It has no `form-action`: Chromium and WebKit apply that directive to every redirect that follows a submission, and
/// single logout goes through the origins of all services of a session.
pub const ONWARD_CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The headers that go with every page, besides its `Content-Security-Policy`.
///
/// The referrer policy is `same-origin` rather than `no-referrer`, which would make browsers send `Origin: null` with
/// our own forms. There is no opener policy: it would break applications that sign in through a pop-up window.
pub const HEADERS: [(&str, &str); 6] = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// A page and the policy that it must be sent with.
pub trait Page {
    /// The value of its `Content-Security-Policy` header.
    const CONTENT_SECURITY_POLICY: &'static str;

    /// The tag of the language that it is in, for `Content-Language`.
    fn language(&self) -> &str;

    /// The whole document.
    fn to_html(&self) -> String;
}

/// The letter of the tile of whatever has this display name.
#[must_use]
pub fn monogram(display_name: &str) -> String {
    display_name.chars().find(|c| c.is_alphanumeric()).into_iter().flat_map(char::to_uppercase).collect()
}
