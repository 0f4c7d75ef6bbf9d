//! Our cookies: the browser's token, its logins, and the session's token.

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

/// Names the session.
pub(super) fn session(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Session)
}

fn cookie(sp: &Snapshot, purpose: Purpose) -> OwnCookie {
    OwnCookie::of(sp.site(), purpose)
}
