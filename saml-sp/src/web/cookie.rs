//! Our two cookies: the browser's token and the session's.

use saml_provider::web::cookie::{OwnCookie, Purpose};

use crate::ServiceProvider;

/// Recognises the browser that started a login.
pub(super) fn browser(sp: &ServiceProvider) -> OwnCookie {
    cookie(sp, Purpose::Browser)
}

/// Names the session.
pub(super) fn session(sp: &ServiceProvider) -> OwnCookie {
    cookie(sp, Purpose::Session)
}

fn cookie(sp: &ServiceProvider, purpose: Purpose) -> OwnCookie {
    OwnCookie::new(&sp.config().cookie_name, purpose, sp.config().cookies)
}
