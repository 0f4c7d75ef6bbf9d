use std::sync::Arc;

use actix_web::App;
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{self, COOKIE};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use saml_store::MemoryStore;

use super::*;
use crate::idp_peer::tests::metadata;
use crate::{CookieSecurity, IdpPeer, IdpPeerPolicy, ServiceProviderConfig};

fn service_provider() -> ServiceProvider {
    let mut config = ServiceProviderConfig::new("http://127.0.0.1:1").unwrap();
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let idp = IdpPeer::from_metadata(metadata("", ""), IdpPeerPolicy::default()).unwrap();
    ServiceProvider::builder(config)
        .identity_provider(idp)
        .store(Arc::new(MemoryStore::new()))
        .build()
        .unwrap()
}

fn set_cookies(response: &ServiceResponse) -> Vec<&str> {
    response.headers().get_all(SET_COOKIE).map(|cookie| cookie.to_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_form_of_another_site_removes_no_session_cookie() {
    let sp = service_provider();
    let app = init_service(App::new().configure(crate::web::configure(sp.clone()))).await;
    let request = || TestRequest::post().uri("/saml/logout");
    // `SameSite` keeps the cookie from such a form; the browser would still take one out of the answer.
    let response = call_service(&app, request().to_request()).await;
    assert_eq!((response.status(), set_cookies(&response)), (StatusCode::OK, Vec::new()));
    let token = Token::random().unwrap();
    let cookie = (COOKIE, format!("{}={}", super::cookie::session(&sp.snapshot()).name(), token.expose()));
    // A sibling subdomain is the same site: its form comes with the cookie, and without the token.
    let form = [("csrf_token", Token::random().unwrap().proof_for("logout").unwrap())];
    for request in [request(), request().set_form(form)] {
        let response = call_service(&app, request.insert_header(cookie.clone()).to_request()).await;
        assert_eq!((response.status(), set_cookies(&response)), (StatusCode::BAD_REQUEST, Vec::new()));
    }
    let form = [("csrf_token", token.proof_for("logout").unwrap())];
    let response = call_service(&app, request().set_form(form).insert_header(cookie).to_request()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let removed = set_cookies(&response);
    assert!(matches!(removed.as_slice(), [cookie] if cookie.contains("-session=; Path=/; Max-Age=0")));
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

/// What a stranger writes once is not written for each identity provider.
#[actix_web::test]
async fn a_choice_does_not_multiply_the_place_that_it_leads_to() {
    let mut config = ServiceProviderConfig::new("http://127.0.0.1:1").unwrap();
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let mut builder = ServiceProvider::builder(config).store(Arc::new(MemoryStore::new()));
    for number in 0..150 {
        let octets = String::from_utf8(metadata("", "")).unwrap();
        let octets = octets.replace("https://idp.example.com", &format!("https://{number}.example.com"));
        builder = builder.identity_provider(
            IdpPeer::from_metadata(octets.into_bytes(), IdpPeerPolicy::default()).unwrap(),
        );
    }
    let app = init_service(App::new().configure(crate::web::configure(builder.build().unwrap()))).await;
    let mut next = Some(format!("/saml/login?return_to=/{}", "%25".repeat(2000)));
    let (mut pages, mut choices) = (0, 0);
    while let Some(uri) = next {
        let response = call_service(&app, TestRequest::get().uri(&uri).to_request()).await;
        let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        assert!(body.len() < 160 * 1024, "{}", body.len());
        pages += 1;
        choices += body.matches("class=\"choice\"").count();
        let more = body.split_once(">More</a>").and_then(|(before, _)| before.rsplit_once("href=\""));
        next = more.map(|(_, href)| href.trim_end_matches('"').replace("&#38;", "&").replace("&amp;", "&"));
    }
    assert_eq!((pages, choices), (15, 150));
    let short = TestRequest::get().uri("/saml/login?return_to=/a").to_request();
    let body = String::from_utf8(read_body(call_service(&app, short).await).await.to_vec()).unwrap();
    assert_eq!(body.matches("class=\"choice\"").count(), 100);
}
