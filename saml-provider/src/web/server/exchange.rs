//! One exchange at a time: the connection reads on when the answer is on its way.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::error::PayloadError;
use actix_http::{BoxedPayloadStream, HttpMessage as _, Payload, Request, Response};
use actix_service::{Service, ServiceFactory, apply_fn_factory};
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Bytes;
use futures_core::Stream;

use super::flow::{Awaited, Flow};

/// The same service, which tells its connection when a request begins and when its answer is written.
pub(super) fn one_at_a_time<S, B>(
    service: S,
) -> impl ServiceFactory<
    Request,
    Config = (),
    Response = Response<BoxBody>,
    Error = S::Error,
    InitError = S::InitError,
> + 'static
where
    S: ServiceFactory<Request, Config = ()> + 'static,
    S::Response: Into<Response<B>>,
    S::Error: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    apply_fn_factory(service, |request: Request, service: &S::Service| {
        let (request, exchange) = begin(request);
        let answer = service.call(request);
        async move {
            let response: Response<B> = answer.await?.into();
            Ok(response.map_body(|_head, body| Answer { body: body.boxed(), _exchange: exchange }.boxed()))
        }
    })
}

/// From the head of a request to the end of its answer.
#[derive(Debug)]
struct Exchange(Rc<Flow>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.set_awaited(Awaited::Head(Instant::now()));
    }
}

fn begin(request: Request) -> (Request, Option<Exchange>) {
    let Some(flow) = request.conn_data::<Rc<Flow>>().map(Rc::clone) else { return (request, None) };
    flow.seat().be_busy();
    let exchange = Exchange(Rc::clone(&flow));
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let mut request = request;
    let payload = request.take_payload();
    if let Payload::None = payload {
        flow.set_awaited(Awaited::Nothing);
        return (request, Some(exchange));
    }
    flow.set_awaited(Awaited::Body(length));
    let body: BoxedPayloadStream = Box::pin(Body { payload, flow });
    let (request, _taken) = request.replace_payload(Payload::Stream { payload: body });
    (request, Some(exchange))
}

/// The body of a request, which says when nothing more of it is wanted.
struct Body {
    payload: Payload,
    flow: Rc<Flow>,
}

impl Body {
    fn end(&self) {
        if let Awaited::Body(_) = self.flow.awaited() {
            self.flow.set_awaited(Awaited::Nothing);
        }
    }
}

impl Stream for Body {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.payload).poll_next(context);
        if let Poll::Ready(None | Some(Err(_))) = next {
            self.end();
        }
        next
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.end();
    }
}

/// The body of an answer, with which its exchange ends.
struct Answer {
    body: BoxBody,
    _exchange: Option<Exchange>,
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
