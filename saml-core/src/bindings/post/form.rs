//! Floor 7: the page that carries a message to a peer by way of the browser. Imports `base`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::html::Html;
use crate::base::RelayState;
use crate::bindings::web_url::{Scheme, WebUrl};
use crate::bindings::{BindingError, MessageParameter, OutgoingMessage, Parameter, percent};

/// The script that submits the form of [`PostForm::page`] when it has loaded. Serve it from the same origin as the
/// page, as `text/javascript`; without it the user presses the button.
pub const AUTO_SUBMIT_SCRIPT: &str = "document.getElementById(\"saml-message\").submit();\n";

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:1rem/1.5 system-ui,sans-serif}\
main{max-width:26rem;padding:2rem;text-align:center}\
h1{font-size:1.25rem;overflow-wrap:anywhere}\
button{font:inherit;padding:.6rem 1.6rem;border:0;border-radius:.4rem;background:#1a56b0;color:#fff;cursor:pointer}\
button:focus-visible{outline:3px solid #f5a623;outline-offset:2px}";

/// SHA-256 of [`STYLE`], the only style that the page's policy allows.
const STYLE_HASH: &str = "sha256-EG2WeATpBAjq5rX+S9A4x9VRMjss4DzFgXtxx/tx0SI=";

/// A message on its way to a peer as a form that the browser submits [Bindings §3.5.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostForm {
    action: String,
    origin: String,
    authority: String,
    scheme: Scheme,
    parameter: MessageParameter,
    value: String,
    relay_state: Option<RelayState>,
}

/// Where the endpoint may send the browser once it has the form.
///
/// `form-action` says where a form may go. Chromium and Safari also apply it to every redirect that follows the
/// submission; Firefox doesn't. A policy that names the endpoint's origin alone therefore breaks each peer whose
/// endpoint redirects to another origin, such as an assertion consumer service that leads on to its application, or an
/// identity provider that leads on to its login page. The page shows no error then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RedirectsAfterSubmission {
    /// Anywhere over HTTPS, or HTTP if the endpoint itself is on HTTP. The directive then still prevents a form that
    /// goes to another scheme. The destination of *this* form was fixed when it was made.
    #[default]
    AnyOrigin,
    /// To the origin of the endpoint only. For a peer that is known to stay there.
    SameOrigin,
}

/// Whether a form may go to this URL. [`PostForm::new`] makes the same check.
///
/// # Errors
/// [`BindingError::Destination`].
pub fn check_destination(destination: &str) -> Result<(), BindingError> {
    web_url(destination).map(|_url| ())
}

fn web_url(destination: &str) -> Result<WebUrl<'_>, BindingError> {
    WebUrl::parse(destination)
        .map_err(|fault| BindingError::Destination { fault, found: destination.to_owned() })
}

impl PostForm {
    /// Prepares a form.
    ///
    /// # Errors
    /// [`BindingError::Destination`]: not an absolute `http:` or `https:` URL.
    ///
    /// # Security
    /// Any other `action` would run in our origin (`javascript:`) or start another program. This function doesn't know
    /// whether the peer behind the URL may have the message.
    pub fn new(message: &OutgoingMessage<'_>) -> Result<Self, BindingError> {
        let action = message.destination.to_owned();
        let url = web_url(message.destination)?;
        Ok(Self {
            origin: url.origin.to_owned(),
            authority: url.authority.to_owned(),
            scheme: url.scheme,
            action,
            parameter: message.parameter,
            value: STANDARD.encode(message.xml),
            relay_state: message.relay_state.cloned(),
        })
    }

    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Request or response.
    #[must_use]
    pub const fn parameter(&self) -> MessageParameter {
        self.parameter
    }

    /// The message in Base64.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The `RelayState` that goes with the message.
    #[must_use]
    pub const fn relay_state(&self) -> Option<&RelayState> {
        self.relay_state.as_ref()
    }

    /// The page: a form with a visible button, and a script that presses it.
    ///
    /// `script_path` is where [`AUTO_SUBMIT_SCRIPT`] is served on this origin. The page has no inline script and works
    /// without any. Serve it as `text/html; charset=utf-8`, with [`PostForm::content_security_policy`] and
    /// `Cache-Control: no-store`: it holds the message.
    #[must_use]
    pub fn page(&self, script_path: &str) -> String {
        let page = Html::with_capacity(2048 + self.value.len())
            .markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Continue to ")
            .value(&self.authority)
            .markup("</title>\n<style>")
            .markup(STYLE)
            .markup("</style>\n</head>\n<body>\n<main>\n<h1>Continue to ")
            .value(&self.authority)
            .markup("</h1>\n<p>If nothing happens by itself, use the button.</p>\n")
            .markup("<form id=\"saml-message\" method=\"post\" accept-charset=\"utf-8\" action=\"")
            .value(&self.action)
            .markup("\">\n<input type=\"hidden\" name=\"")
            .markup(self.parameter.name())
            .markup("\" value=\"")
            .value(&self.value)
            .markup("\">\n");
        let page = match &self.relay_state {
            Some(relay_state) => page
                .markup("<input type=\"hidden\" name=\"")
                .markup(Parameter::RelayState.name())
                .markup("\" value=\"")
                .value(relay_state.as_str())
                .markup("\">\n"),
            None => page,
        };
        page.markup("<button type=\"submit\">Continue</button>\n</form>\n</main>\n<script src=\"")
            .value(script_path)
            .markup("\" defer></script>\n</body>\n</html>\n")
            .finish()
    }

    /// The `Content-Security-Policy` under which [`PostForm::page`] works and nothing else does.
    #[must_use]
    pub fn content_security_policy(&self, redirects: RedirectsAfterSubmission) -> String {
        let targets = self.form_action(redirects);
        format!(
            "default-src 'none'; script-src 'self'; style-src '{STYLE_HASH}'; form-action {targets}; \
             frame-ancestors 'none'; base-uri 'none'"
        )
    }

    /// The value of `form-action` for a page of the caller's own that has this form.
    #[must_use]
    pub fn form_action(&self, redirects: RedirectsAfterSubmission) -> &str {
        match (redirects, self.scheme) {
            (RedirectsAfterSubmission::SameOrigin, _) => &self.origin,
            (RedirectsAfterSubmission::AnyOrigin, Scheme::Https) => "https:",
            (RedirectsAfterSubmission::AnyOrigin, Scheme::Http) => "http: https:",
        }
    }

    /// What a browser sends when it submits the form: the body of an `application/x-www-form-urlencoded` request.
    #[must_use]
    pub fn body(&self) -> String {
        let mut body = String::with_capacity(self.value.len() + self.value.len() / 8 + 64);
        body.push_str(self.parameter.name());
        body.push('=');
        percent::encode_into(&mut body, &self.value);
        if let Some(relay_state) = &self.relay_state {
            body.push('&');
            body.push_str(Parameter::RelayState.name());
            body.push('=');
            percent::encode_into(&mut body, relay_state.as_str());
        }
        body
    }
}
