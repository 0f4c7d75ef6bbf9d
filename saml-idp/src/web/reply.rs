//! What an identity provider shows where nothing else can be shown.

use std::borrow::Cow;

use actix_web::HttpResponse;
use saml_provider::event::CorrelationId;
use saml_provider::web::reply::Answers;
pub(super) use saml_provider::web::reply::{
    asset, body_refused, instead, misdirected, not_found, page, post_form, refused, see_other,
};

use super::pages::{self, Asset, ErrorKind, ErrorPage, Frame};
use crate::IdentityProvider;
use crate::config::ASSETS_PATH;
use crate::refusal::{PublicReason, SsoRefusal};

impl Answers for IdentityProvider {
    type Reason = PublicReason;

    const ASSETS: &'static [Asset] = &pages::ASSETS;

    fn assets_path(&self) -> Cow<'_, str> {
        Cow::Borrowed(ASSETS_PATH)
    }

    fn refusal_page(&self, refusal: &SsoRefusal) -> HttpResponse {
        error_page(self, kind_of(refusal), &refusal.correlation_id)
    }

    fn not_found_page(&self, correlation_id: &CorrelationId) -> HttpResponse {
        error_page(self, ErrorKind::NotFound, correlation_id)
    }
}

pub(super) fn frame(idp: &IdentityProvider) -> Frame<'_> {
    let config = idp.config();
    Frame {
        theme: config.theme.as_deref(),
        mark: config.mark.as_deref(),
        ..Frame::new(&config.display_name, ASSETS_PATH)
    }
}

fn error_page(idp: &IdentityProvider, kind: ErrorKind, correlation_id: &CorrelationId) -> HttpResponse {
    page(kind.status(), &ErrorPage { frame: frame(idp), kind, correlation_id: correlation_id.as_str() })
}

fn kind_of(refusal: &SsoRefusal) -> ErrorKind {
    match refusal.reason {
        PublicReason::BadRequest if refusal.code().as_str() == "issuer.unknown" => ErrorKind::UnknownService,
        PublicReason::BadRequest => ErrorKind::RequestRefused,
        PublicReason::TransactionOver => ErrorKind::Expired,
        PublicReason::OtherBrowser => ErrorKind::FormRefused,
        PublicReason::Unavailable => ErrorKind::Unavailable,
    }
}
