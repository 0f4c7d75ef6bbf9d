use saml_provider::refusal::Reason as _;

use super::*;

#[test]
fn a_problem_has_the_status_of_the_page() {
    for reason in [
        PublicReason::SignInFailed,
        PublicReason::AlreadyUsed,
        PublicReason::RefusedByIdentityProvider,
        PublicReason::OtherBrowser,
        PublicReason::NotAdmitted,
        PublicReason::SignOutFailed,
        PublicReason::FormOver,
        PublicReason::BadRequest,
        PublicReason::Unavailable,
    ] {
        assert_eq!(reason.status(), kind_of(reason).failure().status.as_u16(), "{reason:?}");
    }
}

/// A handler that ends with `?`.
async fn asked_for(refusal: LoginRefusal) -> Result<&'static str, LoginRefusal> {
    Err(refusal)
}

#[actix_web::test]
async fn a_refusal_in_a_handler_of_the_application_tells_a_reference_and_no_detail() {
    use actix_web::body::to_bytes;

    let refusal = LoginRefusal::because(PublicReason::OtherBrowser, "test.secret", "expected", "found");
    let reference = refusal.correlation_id.to_string();
    let response = match asked_for(refusal).await {
        Ok(_page) => unreachable!(),
        Err(refusal) => actix_web::Error::from(refusal).error_response(),
    };
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.headers().get("x-correlation-id").unwrap().to_str().unwrap(), reference);
    assert_eq!(response.headers().get("cache-control").unwrap().to_str().unwrap(), "no-store");
    let body = to_bytes(response.into_body()).await.unwrap();
    let body = std::str::from_utf8(&body).unwrap();
    assert!(body.contains(&reference) && body.contains("403"), "{body}");
    for detail in ["test.secret", "expected", "found", "other"] {
        assert!(!body.contains(&format!("\"{detail}")), "{body}");
    }
    let over = actix_web::Error::from(SessionError::Over).error_response();
    assert_eq!(over.status(), StatusCode::SERVICE_UNAVAILABLE);
}
