//! The endpoints, by path and method.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, Resource, web};
use saml_provider::web::route::{Admission, Head, Message, Methods, Misdirected, Route, Takes};

use super::{asset, login, reply, sso};
use crate::IdentityProvider;

/// All endpoints, below `/saml`.
pub const ROUTES: [Route; 8] = [METADATA, SSO, CONTINUE, START, LOGIN, HOME, LOGOUT, ASSET];

const METADATA: Route = get("/metadata", Head::AsGet);
pub(super) const SSO: Route =
    Route { path: "/sso", methods: Methods::GetAndPost, head: Head::WithoutEffect, takes: Takes::Requests };
const CONTINUE: Route = get("/continue", Head::WithoutEffect);
const START: Route = get("/start", Head::WithoutEffect);
const LOGIN: Route = post("/login");
const HOME: Route = get("/home", Head::WithoutEffect);
const LOGOUT: Route = post("/logout");
const ASSET: Route = get("/assets/{file}", Head::AsGet);

const fn get(path: &'static str, head: Head) -> Route {
    Route { path, methods: Methods::Get, head, takes: Takes::Nothing }
}

const fn post(path: &'static str) -> Route {
    Route { path, methods: Methods::Post, head: Head::NotAllowed, takes: Takes::Nothing }
}

/// Mounts them.
pub(super) fn mount(idp: &IdentityProvider, config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/saml")
            .service(
                endpoint(idp, METADATA)
                    .route(web::get().to(sso::metadata))
                    .route(web::head().to(sso::metadata)),
            )
            .service(
                endpoint(idp, SSO).route(web::get().to(sso::by_redirect)).route(web::post().to(sso::by_post)),
            )
            .service(endpoint(idp, CONTINUE).route(web::get().to(sso::go_on)))
            .service(endpoint(idp, START).route(web::get().to(sso::start)))
            .service(endpoint(idp, LOGIN).route(web::post().to(login::log_in)))
            .service(endpoint(idp, HOME).route(web::get().to(login::home)))
            .service(endpoint(idp, LOGOUT).route(web::post().to(login::log_out)))
            .service(endpoint(idp, ASSET).route(web::get().to(asset)).route(web::head().to(asset)))
            .default_service(web::to(not_found)),
    );
}

/// An endpoint that looks at the method and at what came along before anything else does.
fn endpoint(
    idp: &IdentityProvider,
    route: Route,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + 'static,
> {
    let idp = idp.clone();
    web::resource(route.path).wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
        admit(idp.clone(), route, request, next)
    }))
}

async fn admit(
    idp: IdentityProvider,
    route: Route,
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut admission = route.admit(request.method(), request.query_string());
    if admission == Admission::MethodNotAllowed && *request.method() == Method::POST {
        let payload = request.take_payload();
        if let Some(message) = Message::posted_in(request.headers(), payload).await {
            admission = Admission::Misdirected(route.misdirected(request.method(), message));
        }
    }
    let response = match admission {
        Admission::Endpoint => return next.call(request).await,
        Admission::Present => reply::present(),
        Admission::MethodNotAllowed => reply::method_not_allowed(&idp, route),
        Admission::Misdirected(misdirected) => reply::misdirected(&idp, misdirected, Some(route)),
    };
    Ok(request.into_response(response))
}

async fn not_found(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let mut message = Message::named_in(request.query_string().as_bytes());
    if message.is_none() && *request.method() == Method::POST {
        message = Message::posted_in(request.headers(), payload).await;
    }
    match message {
        Some(message) => reply::misdirected(&idp, Misdirected::nowhere(request.method(), message), None),
        None => reply::not_found(&idp),
    }
}
