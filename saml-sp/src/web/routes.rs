//! The endpoints, by path and method.

use actix_web::{HttpRequest, HttpResponse, web};
use saml_provider::web::endpoint::{endpoint, message_to_nowhere};
use saml_provider::web::mount::scope;
use saml_provider::web::route::{Head, Route, Takes};

use super::kept_form::{self, KEPT_FORM_PATH, SIGNED_IN_PATH};
use super::{handlers, logout, reply};
use crate::ServiceProvider;

/// All endpoints, below the mount.
pub const ROUTES: [Route; 8] = [METADATA, LOGIN, ACS, COMPLETE, SIGNED_IN, KEPT_FORM, LOGOUT, ASSET];

const METADATA: Route = Route::get("/metadata", Head::AsGet);
const LOGIN: Route = Route::get("/login", Head::WithoutEffect);
pub(super) const ACS: Route = Route { takes: Takes::Responses, ..Route::post("/acs") };
const COMPLETE: Route = Route::get("/complete", Head::WithoutEffect);
const SIGNED_IN: Route = Route::get(SIGNED_IN_PATH, Head::WithoutEffect);
const KEPT_FORM: Route = Route::post(KEPT_FORM_PATH);
const LOGOUT: Route = Route::post("/logout");
const ASSET: Route = Route::get("/assets/{file}", Head::AsGet);

/// Mounts them where the site has them.
pub(super) fn mount(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    let site = sp.config().site;
    let endpoint = |route| {
        let sp = sp.clone();
        endpoint(route, move |request, instead| reply::instead(&reply::asked(&sp, request), instead))
    };
    config.service(
        scope(&site)
            .app_data(web::Data::new(sp.clone()))
            .service(
                endpoint(METADATA)
                    .route(web::get().to(handlers::metadata))
                    .route(web::head().to(handlers::metadata)),
            )
            .service(endpoint(LOGIN).route(web::get().to(handlers::login)))
            .service(endpoint(ACS).route(web::post().to(handlers::acs)))
            .service(endpoint(COMPLETE).route(web::get().to(handlers::complete)))
            .service(endpoint(SIGNED_IN).route(web::get().to(kept_form::signed_in)))
            .service(endpoint(KEPT_FORM).route(web::post().to(kept_form::show)))
            .service(endpoint(LOGOUT).route(web::post().to(logout::logout)))
            .service(
                endpoint(ASSET).route(web::get().to(handlers::asset)).route(web::head().to(handlers::asset)),
            )
            .default_service(web::to(not_found)),
    );
}

async fn not_found(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    match message_to_nowhere(&request, payload.into_inner()).await {
        Some(misdirected) => reply::misdirected(&sp, misdirected),
        None => reply::not_found(&sp),
    }
}
