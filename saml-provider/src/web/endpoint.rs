//! Endpoints that check the method and the message before their handlers run.

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse, Resource, web};

use super::route::{Admission, Message, Misdirected, Route};

/// The answer in place of a handler's. A role writes it on its own pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// The endpoint exists, and the request had no effect.
    Present,
    /// The endpoint has no such method.
    MethodNotAllowed(Route),
    /// A message of SAML is not taken here.
    Misdirected(Misdirected),
}

/// An endpoint without handlers yet. `answer` writes what is answered in their stead.
pub fn endpoint<A>(
    route: Route,
    answer: A,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    > + 'static,
>
where
    A: Fn(&HttpRequest, Instead) -> HttpResponse + Clone + 'static,
{
    web::resource(route.path).wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
        admit(answer.clone(), route, request, next)
    }))
}

async fn admit(
    answer: impl Fn(&HttpRequest, Instead) -> HttpResponse,
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
    let instead = match admission {
        Admission::Endpoint => return next.call(request).await,
        Admission::Present => Instead::Present,
        Admission::MethodNotAllowed => Instead::MethodNotAllowed(route),
        Admission::Misdirected(misdirected) => Instead::Misdirected(misdirected),
    };
    let response = answer(request.request(), instead);
    Ok(request.into_response(response))
}

/// The message of SAML in a request to an address where nothing is, if it carries one.
pub async fn message_to_nowhere(request: &HttpRequest, payload: Payload) -> Option<Misdirected> {
    let mut message = Message::named_in(request.query_string().as_bytes());
    if message.is_none() && *request.method() == Method::POST {
        message = Message::posted_in(request.headers(), payload).await;
    }
    message.map(|message| Misdirected::nowhere(request.method(), message))
}
