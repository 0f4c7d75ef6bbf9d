//! Which methods an endpoint answers, and messages that came by another one or to another address.
//!
//! A method is no part of the address: where an address exists, another method is told so. A message of SAML that
//! arrives where none is taken is recognised, because somebody wrote a wrong address or a wrong binding somewhere, and
//! "no such page" helps nobody to find out.

use actix_web::HttpResponse;
use actix_web::error::PayloadError;
use actix_web::http::header::{ALLOW, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use futures_core::Stream;
use saml_core::base::{Coded, VerdictCode};
use saml_core::bindings::first_named;

use super::body;

/// One endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its path, below that of the role.
    pub path: &'static str,
    /// The methods besides HEAD.
    pub methods: Methods,
    /// What HEAD is answered.
    pub head: Head,
    /// The messages that it takes.
    pub takes: Takes,
}

/// The methods that an endpoint answers, besides HEAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Methods {
    /// GET.
    Get,
    /// POST.
    Post,
    /// Both.
    GetAndPost,
}

/// What HEAD is answered [RFC 9110 §9.3.2].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// What GET is answered, without the body.
    AsGet,
    /// The endpoint exists, and the request has no effect: GET starts, takes or ends something here, and HEAD must not.
    WithoutEffect,
    /// The endpoint has no such method.
    NotAllowed,
}

/// The messages that an endpoint takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// None.
    Nothing,
    /// Responses by POST.
    Responses,
    /// Requests by Redirect and by POST.
    Requests,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The endpoint answers it.
    Endpoint,
    /// It is answered that the endpoint is there.
    Present,
    /// The endpoint has no such method. If it is POST, look for a message in its body.
    MethodNotAllowed,
    /// A message that is not taken here.
    Misdirected(Misdirected),
}

impl Route {
    /// An endpoint that is asked by GET and takes no messages.
    #[must_use]
    pub const fn get(path: &'static str, head: Head) -> Self {
        Self { path, methods: Methods::Get, head, takes: Takes::Nothing }
    }

    /// An endpoint that forms are posted to, and that takes no messages.
    #[must_use]
    pub const fn post(path: &'static str) -> Self {
        Self { path, methods: Methods::Post, head: Head::NotAllowed, takes: Takes::Nothing }
    }

    /// Looks at the method and the query of a request that was routed here.
    #[must_use]
    pub fn admit(self, method: &Method, query: &str) -> Admission {
        let message = Message::named_in(query.as_bytes());
        if *method == Method::HEAD && self.head == Head::WithoutEffect {
            return Admission::Present;
        }
        let allowed = self.allows(method);
        let taken_by_query = self.takes == Takes::Requests && *method == Method::GET;
        match message {
            Some(message) if !taken_by_query => Admission::Misdirected(self.misdirected(method, message)),
            Some(_) | None if allowed => Admission::Endpoint,
            Some(_) | None => Admission::MethodNotAllowed,
        }
    }

    fn allows(self, method: &Method) -> bool {
        match self.methods {
            _ if *method == Method::HEAD => self.head != Head::NotAllowed,
            Methods::Get => *method == Method::GET,
            Methods::Post => *method == Method::POST,
            Methods::GetAndPost => *method == Method::GET || *method == Method::POST,
        }
    }

    /// The value of `Allow`.
    #[must_use]
    pub const fn allow(self) -> HeaderValue {
        HeaderValue::from_static(match (self.methods, self.head) {
            (Methods::Get, Head::NotAllowed) => "GET",
            (Methods::Get, Head::AsGet | Head::WithoutEffect) => "GET, HEAD",
            (Methods::Post, Head::NotAllowed) => "POST",
            (Methods::Post, Head::AsGet | Head::WithoutEffect) => "POST, HEAD",
            (Methods::GetAndPost, Head::NotAllowed) => "GET, POST",
            (Methods::GetAndPost, Head::AsGet | Head::WithoutEffect) => "GET, HEAD, POST",
        })
    }

    /// The refusal of a message that came here by this method and is not taken.
    #[must_use]
    pub fn misdirected(self, method: &Method, message: Message) -> Misdirected {
        let by_redirect =
            self.takes == Takes::Responses && message == Message::Response && *method == Method::GET;
        let fault = match message {
            Message::Artifact => Fault::Artifact,
            Message::Request | Message::Response if by_redirect => Fault::ResponseByRedirect,
            Message::Request | Message::Response => Fault::Endpoint,
        };
        let status =
            if self.allows(method) { StatusCode::BAD_REQUEST } else { StatusCode::METHOD_NOT_ALLOWED };
        Misdirected { fault, message, method: MethodName::of(method), place: Place::Known(self), status }
    }
}

/// A message by the name of its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// `SAMLRequest`
    Request,
    /// `SAMLResponse`
    Response,
    /// `SAMLart`, which names a message that we would have to fetch.
    Artifact,
}

impl Message {
    /// The first in a query or in the body of a form, if there is one.
    #[must_use]
    pub fn named_in(octets: &[u8]) -> Option<Self> {
        const ALL: [Message; 3] = [Message::Request, Message::Response, Message::Artifact];
        let name = first_named(octets, ALL.map(Message::parameter))?;
        ALL.into_iter().find(|message| message.parameter() == name)
    }

    /// The first in the body of a request that nothing else reads. An unreadable body has no message.
    pub async fn posted_in<S>(headers: &HeaderMap, payload: S) -> Option<Self>
    where
        S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
    {
        let body = body::read(headers, payload, body::REQUEST_OCTETS).await.ok()?;
        Self::named_in(&body)
    }

    const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
            Self::Artifact => "SAMLart",
        }
    }
}

/// A message of SAML at an endpoint that doesn't take it, or by the wrong method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message that is not taken here, or not so")]
pub struct Misdirected {
    fault: Fault,
    message: Message,
    method: MethodName,
    place: Place,
    status: StatusCode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    ResponseByRedirect,
    Artifact,
    Endpoint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Known(Route),
    Unknown,
}

/// A method, as it may be logged: others than these are a stranger's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MethodName {
    Get,
    Post,
    Another,
}

impl MethodName {
    fn of(method: &Method) -> Self {
        match *method {
            Method::GET => Self::Get,
            Method::POST => Self::Post,
            _ => Self::Another,
        }
    }
}

impl Misdirected {
    /// A message at an address where nothing is.
    #[must_use]
    pub fn nowhere(method: &Method, message: Message) -> Self {
        let fault = if message == Message::Artifact { Fault::Artifact } else { Fault::Endpoint };
        let status = StatusCode::NOT_FOUND;
        Self { fault, message, method: MethodName::of(method), place: Place::Unknown, status }
    }

    /// The status that says so.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.status
    }

    /// Gives a response the status that says so, and the methods of the endpoint if there is one.
    pub fn mark(self, response: &mut HttpResponse) {
        *response.status_mut() = self.status;
        if let Place::Known(route) = self.place {
            response.headers_mut().insert(ALLOW, route.allow());
        }
    }
}

impl Coded for Misdirected {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self.fault {
            Fault::ResponseByRedirect => "binding.response_by_redirect",
            Fault::Artifact => "binding.artifact_unsupported",
            Fault::Endpoint => "binding.wrong_endpoint",
        })
    }

    fn expected(&self) -> Option<String> {
        let at = match self.place {
            Place::Known(route) => route.takes,
            Place::Unknown => Takes::Nothing,
        };
        Some(
            match at {
                Takes::Responses => "SAMLResponse by POST",
                Takes::Requests => "SAMLRequest by GET or POST",
                Takes::Nothing => "a message at an endpoint of our metadata",
            }
            .to_owned(),
        )
    }

    fn found(&self) -> Option<String> {
        let method = match self.method {
            MethodName::Get => "GET",
            MethodName::Post => "POST",
            MethodName::Another => "another method",
        };
        let place = match self.place {
            Place::Known(route) => route.path,
            Place::Unknown => "an address that is none of ours",
        };
        Some(format!("{} by {method} at {place}", self.message.parameter()))
    }

    fn hint(&self) -> Option<&'static str> {
        Some(match self.fault {
            Fault::ResponseByRedirect => {
                "a Response must not travel by redirect [Profiles §4.1.2]: choose HTTP-POST at the identity provider"
            }
            Fault::Artifact => "the artifact binding is not spoken here: choose HTTP-POST at the other side",
            Fault::Endpoint => "give the other side our metadata, or the addresses that stand in it",
        })
    }
}

/// A method that an endpoint doesn't have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the address has no such method")]
pub struct MethodNotAllowed(pub Route);

impl MethodNotAllowed {
    /// Gives a response the status that says so, and the methods of the endpoint.
    pub fn mark(self, response: &mut HttpResponse) {
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, self.0.allow());
    }
}

impl Coded for MethodNotAllowed {
    fn code(&self) -> VerdictCode {
        VerdictCode::new("http.method_not_allowed")
    }

    fn expected(&self) -> Option<String> {
        self.0.allow().to_str().ok().map(str::to_owned)
    }

    fn found(&self) -> Option<String> {
        Some(format!("another method at {}", self.0.path))
    }
}

#[cfg(test)]
#[path = "route/tests.rs"]
mod tests;
