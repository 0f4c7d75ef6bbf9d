//! The answers of a service provider outside its pages.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use saml_provider::event::CorrelationId;
use saml_provider::web::clock::now;
use saml_provider::web::reply::{self, Answers};
pub(super) use saml_provider::web::reply::{
    asset, body_refused, instead, misdirected, not_found, page, post_form, see_other,
};
use saml_provider::web::{ASSETS_PATH, Look};

use super::pages::{self, AlreadySignedInPage, Asset, ErrorKind, ErrorPage};
use crate::refusal::{LoginRefusal, PublicReason};
use crate::{Session, SessionNameId, Snapshot};

impl Answers for Snapshot {
    type Reason = PublicReason;

    const ASSETS: &'static [Asset] = &pages::ASSETS;

    fn assets_path(&self) -> Cow<'_, str> {
        Cow::Owned(self.site().path(ASSETS_PATH))
    }

    fn refusal_page(&self, refusal: &LoginRefusal) -> HttpResponse {
        error_page(self, kind_of(refusal.reason), &refusal.correlation_id)
    }

    fn not_found_page(&self, correlation_id: &CorrelationId) -> HttpResponse {
        error_page(self, ErrorKind::NotFound, correlation_id)
    }
}

/// The constant page for a refusal. A person who used the answer before and has the session is told that they are
/// signed in.
pub(super) fn refused(sp: &Snapshot, refusal: &LoginRefusal, session: Option<&Session>) -> HttpResponse {
    if refusal.reason != PublicReason::AlreadyUsed {
        return reply::refused(sp, refusal);
    }
    refusal.log(now());
    already_used(sp, &refusal.correlation_id, session)
}

/// An answer that was used before, which stands in the log: whoever is signed in is told so.
pub(super) fn already_used(
    sp: &Snapshot,
    correlation_id: &CorrelationId,
    session: Option<&Session>,
) -> HttpResponse {
    let Some(session) = session else {
        let page = error_page(sp, kind_of(PublicReason::AlreadyUsed), correlation_id);
        return reply::numbered(page, correlation_id);
    };
    let display_name = session.name_id.as_ref().and_then(SessionNameId::readable).unwrap_or_default();
    let (look, continue_href) = (Look::of(sp.site()), &sp.config().default_return_to);
    page(StatusCode::CONFLICT, &AlreadySignedInPage { frame: look.frame(), display_name, continue_href })
}

fn error_page(sp: &Snapshot, kind: ErrorKind, correlation_id: &CorrelationId) -> HttpResponse {
    let look = Look::of(sp.site());
    let (frame, correlation_id) = (look.frame(), correlation_id.as_str());
    let try_again_href = &sp.config().default_return_to;
    let time = now().truncated_to_seconds().to_string();
    page(kind.status(), &ErrorPage { frame, kind, correlation_id, time: &time, try_again_href })
}

const fn kind_of(reason: PublicReason) -> ErrorKind {
    match reason {
        PublicReason::SignInFailed | PublicReason::AlreadyUsed | PublicReason::RefusedByIdentityProvider => {
            ErrorKind::SignInFailed
        }
        PublicReason::BadRequest => ErrorKind::RequestRefused,
        PublicReason::NotAdmitted => ErrorKind::NotAdmitted,
        PublicReason::OtherBrowser => ErrorKind::OtherBrowser,
        PublicReason::SignOutFailed => ErrorKind::SignOutFailed,
        PublicReason::Unavailable => ErrorKind::Unavailable,
    }
}
