//! The answers of a service provider outside its pages.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use saml_provider::event::CorrelationId;
use saml_provider::web::clock::now;
use saml_provider::web::reply::{self, Answers};
pub(super) use saml_provider::web::reply::{
    asset, body_refused, instead, misdirected, not_found, page, post_form, see_other,
};
use saml_provider::web::{Asked, HasSite};

use super::pages::{self, AlreadySignedInPage, Asset, ErrorKind, Failure};
use crate::refusal::{LoginRefusal, PublicReason};
use crate::{ServiceProvider, Session, SessionError, SessionNameId, Site, Snapshot};

impl HasSite for Snapshot {
    fn site(&self) -> &Site {
        &self.config().site
    }
}

impl Answers for Snapshot {
    type Reason = PublicReason;

    const ASSETS: &'static [Asset] = &pages::ASSETS;

    const NOT_FOUND: Failure = ErrorKind::NotFound.failure();

    fn failure(&self, refusal: &LoginRefusal) -> Failure {
        kind_of(refusal.reason).failure()
    }

    fn onward_path(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.config().default_return_to)
    }
}

/// This service provider as it is now, in the language of the request.
pub(super) fn asked(sp: &ServiceProvider, request: &HttpRequest) -> Asked<Snapshot> {
    Asked::with(sp.snapshot(), request.headers())
}

/// The constant page for a refusal. A person who used the answer before and has the session is told that they are
/// signed in.
pub(super) fn refused(
    sp: &Asked<Snapshot>,
    refusal: &LoginRefusal,
    session: Option<&Session>,
) -> HttpResponse {
    if refusal.reason != PublicReason::AlreadyUsed {
        return reply::refused(sp, refusal);
    }
    refusal.log(now());
    already_used(sp, &refusal.correlation_id, session)
}

/// An answer that was used before, which stands in the log: whoever is signed in is told so.
pub(super) fn already_used(
    sp: &Asked<Snapshot>,
    correlation_id: &CorrelationId,
    session: Option<&Session>,
) -> HttpResponse {
    let Some(session) = session else {
        return reply::failed(sp, kind_of(PublicReason::AlreadyUsed).failure(), correlation_id);
    };
    let display_name = session.name_id.as_ref().and_then(SessionNameId::readable).unwrap_or_default();
    let (look, continue_href) = (sp.look(), &sp.config().default_return_to);
    page(StatusCode::CONFLICT, &AlreadySignedInPage { frame: look.frame(), display_name, continue_href })
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
        PublicReason::FormOver => ErrorKind::FormOver,
        PublicReason::Unavailable => ErrorKind::Unavailable,
    }
}

/// As of a [`LoginRefusal`] whose cause is that something gave no answer.
impl ResponseError for SessionError {
    fn status_code(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }

    fn error_response(&self) -> HttpResponse {
        LoginRefusal::unavailable(self.code()).error_response()
    }
}

#[cfg(test)]
mod tests;
