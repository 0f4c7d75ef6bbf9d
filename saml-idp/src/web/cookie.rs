//! Our two cookies: the browser's token and the session's.

use saml_provider::web::cookie::{OwnCookie, Purpose};

use crate::Snapshot;

/// Recognises the browser that a form was shown to.
pub(super) fn browser(idp: &Snapshot) -> OwnCookie {
    cookie(idp, Purpose::Browser)
}

/// Names the single sign-on session.
pub(super) fn session(idp: &Snapshot) -> OwnCookie {
    cookie(idp, Purpose::Session)
}

fn cookie(idp: &Snapshot, purpose: Purpose) -> OwnCookie {
    OwnCookie::of(idp.site(), purpose)
}
