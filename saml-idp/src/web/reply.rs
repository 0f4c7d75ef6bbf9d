//! What an identity provider shows where nothing else can be shown.

use std::borrow::Cow;

use actix_web::HttpResponse;
use saml_core::base::RelayState;
use saml_core::bindings::post::PostForm;
use saml_provider::event::CorrelationId;
use saml_provider::web::clock::now;
use saml_provider::web::pages::AUTO_SUBMIT;
use saml_provider::web::reply::{self, Answers};
pub(super) use saml_provider::web::reply::{
    asset, body_refused, instead, misdirected, not_found, page, refused, see_other,
};
use saml_provider::web::{ASSETS_PATH, Look};

use super::pages::{self, Asset, ErrorKind, ErrorPage, PostPage};
use crate::Snapshot;
use crate::config::HOME_PATH;
use crate::refusal::{PublicReason, SsoRefusal};

impl Answers for Snapshot {
    type Reason = PublicReason;

    const ASSETS: &'static [Asset] = &pages::ASSETS;

    fn assets_path(&self) -> Cow<'_, str> {
        Cow::Owned(self.site().path(ASSETS_PATH))
    }

    fn refusal_page(&self, refusal: &SsoRefusal) -> HttpResponse {
        error_page(self, kind_of(refusal), &refusal.correlation_id)
    }

    fn not_found_page(&self, correlation_id: &CorrelationId) -> HttpResponse {
        error_page(self, ErrorKind::NotFound, correlation_id)
    }
}

/// The form that carries our answer to the service.
pub(super) fn post_form(idp: &Snapshot, form: &PostForm, service_name: &str) -> HttpResponse {
    let look = Look::of(idp.site());
    let script = format!("{}/{}", idp.assets_path(), AUTO_SUBMIT.file_name);
    let onward = PostPage {
        frame: look.frame(),
        service_name,
        action: form.action(),
        parameter: form.parameter().name(),
        message: form.value(),
        relay_state: form.relay_state().map(RelayState::as_str),
        script: &script,
    };
    reply::page_with(form, &onward)
}

fn error_page(idp: &Snapshot, kind: ErrorKind, correlation_id: &CorrelationId) -> HttpResponse {
    let look = Look::of(idp.site());
    let (frame, correlation_id) = (look.frame(), correlation_id.as_str());
    let (time, home) = (now().truncated_to_seconds().to_string(), idp.site().path(HOME_PATH));
    page(kind.status(), &ErrorPage { frame, kind, correlation_id, time: &time, home_href: &home })
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
