//! The endpoints, by path and method.

use actix_web::{HttpRequest, HttpResponse, web};
use saml_provider::web::endpoint::{endpoint, message_to_nowhere};
use saml_provider::web::mount::scope;
use saml_provider::web::route::{Head, Methods, Route, Takes};

use super::{asset, login, reply, sso};
use crate::IdentityProvider;

/// All endpoints, below the mount.
pub const ROUTES: [Route; 8] = [METADATA, SSO, CONTINUE, START, LOGIN, HOME, LOGOUT, ASSET];

const METADATA: Route = Route::get("/metadata", Head::AsGet);
pub(super) const SSO: Route =
    Route { path: "/sso", methods: Methods::GetAndPost, head: Head::WithoutEffect, takes: Takes::Requests };
const CONTINUE: Route = Route::get("/continue", Head::WithoutEffect);
const START: Route = Route::get("/start", Head::WithoutEffect);
const LOGIN: Route = Route::post("/login");
const HOME: Route = Route::get("/home", Head::WithoutEffect);
const LOGOUT: Route = Route::post("/logout");
const ASSET: Route = Route::get("/assets/{file}", Head::AsGet);

/// Mounts them where the site has them.
pub(super) fn mount(idp: &IdentityProvider, config: &mut web::ServiceConfig) {
    let site = idp.config().site;
    let endpoint = |route| {
        let idp = idp.clone();
        endpoint(route, move |request, instead| reply::instead(&reply::asked(&idp, request), instead))
    };
    config.service(
        scope(&site)
            .app_data(web::Data::new(idp.clone()))
            .service(
                endpoint(METADATA).route(web::get().to(sso::metadata)).route(web::head().to(sso::metadata)),
            )
            .service(endpoint(SSO).route(web::get().to(sso::by_redirect)).route(web::post().to(sso::by_post)))
            .service(endpoint(CONTINUE).route(web::get().to(sso::go_on)))
            .service(endpoint(START).route(web::get().to(sso::start)))
            .service(endpoint(LOGIN).route(web::post().to(login::log_in)))
            .service(endpoint(HOME).route(web::get().to(login::home)))
            .service(endpoint(LOGOUT).route(web::post().to(login::log_out)))
            .service(endpoint(ASSET).route(web::get().to(asset)).route(web::head().to(asset)))
            .default_service(web::to(not_found)),
    );
}

async fn not_found(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    match message_to_nowhere(&request, payload.into_inner()).await {
        Some(misdirected) => reply::misdirected(&idp, misdirected),
        None => reply::not_found(&idp),
    }
}
