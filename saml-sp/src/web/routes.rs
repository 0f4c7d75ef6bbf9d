//! The endpoints, by path and method.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, Resource, web};
use saml_provider::web::route::{Admission, Head, Message, Methods, Misdirected, Route, Takes};

use super::{handlers, logout, reply};
use crate::ServiceProvider;

/// All endpoints, below `/saml`.
pub const ROUTES: [Route; 6] = [METADATA, LOGIN, ACS, COMPLETE, LOGOUT, ASSET];

const METADATA: Route = get("/metadata", Head::AsGet);
const LOGIN: Route = get("/login", Head::WithoutEffect);
pub(super) const ACS: Route = Route { takes: Takes::Responses, ..post("/acs") };
const COMPLETE: Route = get("/complete", Head::WithoutEffect);
const LOGOUT: Route = post("/logout");
const ASSET: Route = get("/assets/{file}", Head::AsGet);

const fn get(path: &'static str, head: Head) -> Route {
    Route { path, methods: Methods::Get, head, takes: Takes::Nothing }
}

const fn post(path: &'static str) -> Route {
    Route { path, methods: Methods::Post, head: Head::NotAllowed, takes: Takes::Nothing }
}

/// Mounts them.
pub(super) fn mount(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config.service(
        web::scope("/saml")
            .service(
                endpoint(sp, METADATA)
                    .route(web::get().to(handlers::metadata))
                    .route(web::head().to(handlers::metadata)),
            )
            .service(endpoint(sp, LOGIN).route(web::get().to(handlers::login)))
            .service(endpoint(sp, ACS).route(web::post().to(handlers::acs)))
            .service(endpoint(sp, COMPLETE).route(web::get().to(handlers::complete)))
            .service(endpoint(sp, LOGOUT).route(web::post().to(logout::logout)))
            .service(
                endpoint(sp, ASSET)
                    .route(web::get().to(handlers::asset))
                    .route(web::head().to(handlers::asset)),
            )
            .default_service(web::to(not_found)),
    );
}

/// An endpoint that looks at the method and at what came along before anything else does.
fn endpoint(
    sp: &ServiceProvider,
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
    let sp = sp.clone();
    web::resource(route.path).wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
        admit(sp.clone(), route, request, next)
    }))
}

async fn admit(
    sp: ServiceProvider,
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
        Admission::MethodNotAllowed => reply::method_not_allowed(&sp, route),
        Admission::Misdirected(misdirected) => reply::misdirected(&sp, misdirected, Some(route)),
    };
    Ok(request.into_response(response))
}

async fn not_found(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let mut message = Message::named_in(request.query_string().as_bytes());
    if message.is_none() && *request.method() == Method::POST {
        message = Message::posted_in(request.headers(), payload).await;
    }
    match message {
        Some(message) => reply::misdirected(&sp, Misdirected::nowhere(request.method(), message), None),
        None => reply::not_found(&sp),
    }
}
