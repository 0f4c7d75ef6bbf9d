//! What an identity provider shows where nothing else can be shown.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use saml_provider::web::reply::Answers;
pub(super) use saml_provider::web::reply::{
    asset, body_refused, instead, misdirected, not_found, page, post_form, refused, see_other,
};
use saml_provider::web::{Asked, HasSite};

use super::pages::{self, Asset, ErrorKind, Failure};
use crate::config::HOME_PATH;
use crate::refusal::{PublicReason, SsoRefusal};
use crate::{IdentityProvider, SessionError, Site, Snapshot};

impl HasSite for Snapshot {
    fn site(&self) -> &Site {
        &self.config().site
    }
}

impl Answers for Snapshot {
    type Reason = PublicReason;

    const ASSETS: &'static [Asset] = &pages::ASSETS;

    const NOT_FOUND: Failure = ErrorKind::NotFound.failure();

    fn failure(&self, refusal: &SsoRefusal) -> Failure {
        kind_of(refusal).failure()
    }

    fn onward_path(&self) -> Cow<'_, str> {
        Cow::Owned(self.site().path(HOME_PATH))
    }
}

/// This identity provider as it is now, in the language of the request.
pub(super) fn asked(idp: &IdentityProvider, request: &HttpRequest) -> Asked<Snapshot> {
    Asked::with(idp.snapshot(), request.headers())
}

fn kind_of(refusal: &SsoRefusal) -> ErrorKind {
    match refusal.reason {
        PublicReason::BadRequest if refusal.code().as_str() == "issuer.unknown" => ErrorKind::UnknownService,
        PublicReason::BadRequest => ErrorKind::RequestRefused,
        PublicReason::TransactionOver => ErrorKind::Expired,
        PublicReason::OtherBrowser => ErrorKind::FormRefused,
        PublicReason::NotAdmitted => ErrorKind::NotAdmitted,
        PublicReason::Unavailable => ErrorKind::Unavailable,
    }
}

/// As of a [`SsoRefusal`] whose cause is that something gave no answer.
impl ResponseError for SessionError {
    fn status_code(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }

    fn error_response(&self) -> HttpResponse {
        SsoRefusal::unavailable(self.code()).error_response()
    }
}

#[cfg(test)]
mod tests;
