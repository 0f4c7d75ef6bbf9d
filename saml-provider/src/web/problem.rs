//! Refusals as the answers of handlers that an application writes, which end with `?`. [RFC 9457]

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

use super::clock::now;
use super::reply::CORRELATION_ID;
use crate::refusal::{Reason, Refusal};

/// A problem document with the reference under which the refusal stands in the log, and nothing else of it: what failed is for
/// whoever reads the log. A refusal that left no line yet leaves it now.
impl<R: Reason> ResponseError for Refusal<R> {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.reason.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.log(now());
        let (status, reference) = (self.status_code(), self.correlation_id.to_string());
        let document = json!({
            "type": "urn:saml:problem:refused",
            "title": "Not possible; whoever runs this finds the reason under the reference",
            "status": status.as_u16(),
            "reference": &reference,
        });
        HttpResponse::build(status)
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((CORRELATION_ID, reference))
            .body(document.to_string())
    }
}
