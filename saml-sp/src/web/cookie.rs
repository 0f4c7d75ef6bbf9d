//! Our two cookies: the browser's token and the session's.

use saml_provider::web::cookie::{OwnCookie, Purpose};

use crate::Snapshot;

/// Recognises the browser that started a login.
pub(super) fn browser(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Browser)
}

/// Names the session.
pub(super) fn session(sp: &Snapshot) -> OwnCookie {
    cookie(sp, Purpose::Session)
}

fn cookie(sp: &Snapshot, purpose: Purpose) -> OwnCookie {
    OwnCookie::of(sp.site(), purpose)
}
