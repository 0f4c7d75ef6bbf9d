use std::sync::Arc;

use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, cookie::Cookie};
use saml_store::MemoryStore;

use super::*;
use crate::identity_provider::tests::metadata;
use crate::{CookieSecurity, IdentityProvider, IdentityProviderPolicy, ServiceProviderConfig};

fn service_provider() -> ServiceProvider {
    let mut config = ServiceProviderConfig::new("http://127.0.0.1:1").unwrap();
    config.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let idp = IdentityProvider::from_metadata(metadata("", ""), IdentityProviderPolicy::default()).unwrap();
    ServiceProvider::new(config, vec![idp], None, Arc::new(MemoryStore::new())).unwrap()
}

#[actix_web::test]
async fn a_form_of_another_site_removes_no_session_cookie() {
    let app = init_service(App::new().configure(crate::web::configure(service_provider()))).await;
    let request = || TestRequest::post().uri("/saml/logout");
    // `SameSite` keeps the cookie from such a form; the browser would still take one out of the answer.
    let response = call_service(&app, request().to_request()).await;
    assert_eq!(response.response().cookies().count(), 0);
    let handle = Handle::random().unwrap();
    let cookie = Cookie::new("saml-session", handle.expose().to_owned());
    let response = call_service(&app, request().cookie(cookie).to_request()).await;
    let removed = response.response().cookies().find(|cookie| cookie.name() == "saml-session").unwrap();
    assert_eq!(removed.value(), "");
}

#[actix_web::test]
async fn a_query_that_cannot_be_read_gets_our_page_and_no_detail() {
    let app = init_service(App::new().configure(crate::web::configure(service_provider()))).await;
    let request = TestRequest::get().uri("/saml/login?return_to=/a&return_to=/b").to_request();
    let response = call_service(&app, request).await;
    assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
    assert!(!body.contains("return_to") && !body.contains("deserialize"), "{body}");
}
