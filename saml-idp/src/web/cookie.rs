//! Our two cookies: the browser's token and the session's.

use saml_provider::web::cookie::{OwnCookie, Purpose};

use crate::IdentityProvider;

/// Recognises the browser that a form was shown to.
pub(super) fn browser(idp: &IdentityProvider) -> OwnCookie {
    cookie(idp, Purpose::Browser)
}

/// Names the single sign-on session.
pub(super) fn session(idp: &IdentityProvider) -> OwnCookie {
    cookie(idp, Purpose::Session)
}

fn cookie(idp: &IdentityProvider, purpose: Purpose) -> OwnCookie {
    OwnCookie::new(&idp.config().cookie_name, purpose, idp.config().cookies)
}
