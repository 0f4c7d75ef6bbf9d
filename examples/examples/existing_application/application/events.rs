//! Server-sent events: how much is in the basket, several times a second.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, Responder};
use futures_core::Stream;
use tokio::time::{Interval, interval};

use super::Shop;
use super::visitor::Visitor;

/// How many events one answer has. The browser asks again by itself, and the guard looks again who it is: so a stream
/// outlives a session by a minute at most.
const EVENTS: u32 = 300;

struct Events {
    shop: Data<Shop>,
    visitor: String,
    pulse: Interval,
    left: u32,
}

impl Stream for Events {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 || self.pulse.poll_tick(context).is_pending() {
            return if self.left == 0 { Poll::Ready(None) } else { Poll::Pending };
        }
        self.left = self.left.saturating_sub(1);
        let things = self.shop.basket(&self.visitor).len();
        Poll::Ready(Some(Ok(Bytes::from(format!("data: {{\"things\":{things}}}\n\n")))))
    }
}

/// The stream of this visitor.
pub async fn events(visitor: Visitor, shop: Data<Shop>) -> impl Responder {
    let pulse = interval(Duration::from_millis(200));
    let events = Events { shop, visitor: visitor.key(), pulse, left: EVENTS };
    let mut response = HttpResponse::Ok();
    response.content_type("text/event-stream").insert_header(("cache-control", "no-store"));
    // For nginx: hand each event on as it comes.
    response.insert_header(("x-accel-buffering", "no")).streaming(events)
}
