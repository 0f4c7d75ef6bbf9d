//! What programs are told instead of a page. [RFC 9457]

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use super::clock::now;
use super::reply::numbered;
use crate::refusal::{Reason, Refusal};

/// A problem document: its type, its title, its status, and one more member of this name if there is one.
#[must_use]
pub fn problem(status: StatusCode, kind: &str, title: &str, member: Option<(&str, &str)>) -> HttpResponse {
    let mut document = json!({ "type": kind, "title": title, "status": status.as_u16() });
    if let (Some(members), Some((name, value))) = (document.as_object_mut(), member) {
        members.insert(name.to_owned(), value.into());
    }
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, "application/problem+json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(document.to_string())
}

/// A problem document with the reference under which the refusal stands in the log, and nothing else of it: what failed is for
/// whoever reads the log. A refusal that left no line yet leaves it now.
impl<R: Reason> ResponseError for Refusal<R> {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.reason.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.log(now());
        let title = "Not possible; whoever runs this finds the reason under the reference";
        let reference = self.correlation_id.to_string();
        let member = Some(("reference", reference.as_str()));
        numbered(problem(self.status_code(), "urn:saml:problem:refused", title, member), &self.correlation_id)
    }
}
