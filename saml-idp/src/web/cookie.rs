//! Our cookies: the browser's token, the session's, and the accounts that the browser is known for.

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

/// Says which accounts have signed in in this browser.
pub(super) fn known_accounts(idp: &Snapshot) -> OwnCookie {
    cookie(idp, Purpose::KnownAccounts)
}

fn cookie(idp: &Snapshot, purpose: Purpose) -> OwnCookie {
    OwnCookie::of(idp.site(), purpose)
}
