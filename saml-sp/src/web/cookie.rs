//! Our cookies: the browser's token, its logins, the token of a kept form, and the session's.

use saml_provider::web::cookie::{OwnCookie, Purpose};

use crate::Snapshot;

/// Recognises the browser that started a login.
pub(super) fn browser(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Browser)
}

/// Says, sealed, which logins were started in that browser.
pub(super) fn logins(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Logins)
}

/// Recognises the browser that a form is kept in.
pub(super) fn form(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Form)
}

/// Names the session.
pub(super) fn session(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Session)
}

fn cookie(sp: &Snapshot, purpose: Purpose) -> OwnCookie {
    OwnCookie::of(sp.site(), purpose)
}
