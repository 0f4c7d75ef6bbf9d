use std::collections::VecDeque;
use std::future::Future as _;
use std::task::{Context, Poll, ready};

use actix_web::rt::time::{Sleep, sleep};

use super::*;

/// Chunks, and then an end, an error, or silence.
struct Peer {
    chunks: VecDeque<Bytes>,
    then: Then,
    pause: Option<(Duration, Pin<Box<Sleep>>)>,
}

enum Then {
    End,
    Error,
    Silence,
}

fn peer(chunks: usize, octets: usize, then: Then) -> Peer {
    Peer { chunks: vec![Bytes::from(vec![b'a'; octets]); chunks].into(), then, pause: None }
}

impl Peer {
    fn every(self, pause: Duration) -> Self {
        Self { pause: Some((pause, Box::pin(sleep(pause)))), ..self }
    }
}

impl Stream for Peer {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some((pause, asleep)) = &mut self.pause {
            ready!(asleep.as_mut().poll(context));
            *asleep = Box::pin(sleep(*pause));
        }
        match (self.chunks.pop_front(), &self.then) {
            (Some(chunk), _) => Poll::Ready(Some(Ok(chunk))),
            (None, Then::End) => Poll::Ready(None),
            (None, Then::Error) => Poll::Ready(Some(Err(PayloadError::Incomplete(None)))),
            (None, Then::Silence) => Poll::Pending,
        }
    }
}

fn room(shares: Shares) -> &'static Room {
    Box::leak(Box::new(Room::new(shares)))
}

const MEBIBYTE: usize = 1024 * 1024;
const WIDE: Shares = Shares { small: MEBIBYTE, larger: 2 * MEBIBYTE, kept_for_requests: 0 };
const BOUNDS: Bounds = Bounds {
    octets: MEBIBYTE,
    deadline: Duration::from_millis(50),
    progress_deadline: Duration::from_millis(500),
};

#[actix_web::test]
async fn a_body_is_read_and_counts_until_it_is_dropped() {
    for (chunks, octets) in [(1, 5), (10, 1000), (33, 1000), (300, 1000)] {
        let room = room(WIDE);
        let body = read_within(None, peer(chunks, octets, Then::End), BOUNDS, room).await.unwrap();
        assert_eq!((body.len(), room.held()), (chunks * octets, body.octets.capacity()));
        assert!(body.octets.capacity() <= (body.len() + body.len() / 2).max(FIRST_OCTETS), "{}", body.len());
        drop(body);
        assert_eq!(room.held(), 0);
    }
}

#[actix_web::test]
async fn what_is_too_large_is_refused_before_it_has_come() {
    let room = room(WIDE);
    let declared = read_within(Some(BOUNDS.octets + 1), peer(0, 0, Then::Silence), BOUNDS, room).await;
    assert_eq!(declared.unwrap_err(), BodyError::TooLarge { most: BOUNDS.octets });
    let chunked = read_within(None, peer(1025, 1024, Then::Silence), BOUNDS, room).await;
    assert_eq!(chunked.unwrap_err(), BodyError::TooLarge { most: BOUNDS.octets });
    let exact = read_within(Some(BOUNDS.octets), peer(1024, 1024, Then::End), BOUNDS, room).await.unwrap();
    assert_eq!((exact.len(), room.held()), (BOUNDS.octets, BOUNDS.octets));
}

#[actix_web::test]
async fn what_does_not_come_in_time_is_refused_and_holds_nothing() {
    let room = room(WIDE);
    let slow = read_within(Some(5000), peer(4, 1000, Then::Silence), BOUNDS, room).await.unwrap_err();
    let whole = BodyError::TooSlow { awaited: Awaited::Whole, within: BOUNDS.deadline };
    assert_eq!((slow, room.held()), (whole, 0));
    let broken = read_within(Some(5000), peer(4, 1000, Then::Error), BOUNDS, room).await.unwrap_err();
    assert_eq!((broken, room.held()), (BodyError::Broken, 0));
    for (error, status) in [(slow, 408), (broken, 400), (BodyError::NoRoom, 503)] {
        assert_eq!(error.status().as_u16(), status);
    }
}

#[actix_web::test]
async fn what_has_come_asks_for_a_quarter_of_it_more() {
    let room = room(WIDE);
    let deadline = Duration::from_secs(20);
    let bounds = Bounds { deadline, progress_deadline: Duration::from_millis(150), ..BOUNDS };
    for (come, asked) in [(0, PROGRESS_OCTETS), (5000, PROGRESS_OCTETS), (128 * 1024, 32 * 1024)] {
        let chunks = usize::from(come > 0);
        let stalled = read_within(None, peer(chunks, come, Then::Silence), bounds, room).await.unwrap_err();
        let awaited = Awaited::Part(asked);
        assert_eq!(stalled, BodyError::TooSlow { awaited, within: bounds.progress_deadline });
        assert!(stalled.expected().unwrap().starts_with(&format!("{asked} more octets")));
        assert_eq!(room.held(), 0);
    }
    // A whole body has been read within each of the deadlines; a peer that drips has not.
    let steady = peer(40, 4096, Then::End).every(Duration::from_millis(10));
    assert_eq!(read_within(None, steady, bounds, room).await.unwrap().len(), 40 * 4096);
    let drips = peer(10_000, 1, Then::End).every(Duration::from_millis(10));
    let dripped = read_within(None, drips, bounds, room).await.unwrap_err();
    assert_eq!(
        dripped,
        BodyError::TooSlow { awaited: Awaited::Part(4096), within: bounds.progress_deadline }
    );
}

#[actix_web::test]
async fn together_they_hold_no_more_than_there_is_room() {
    let room = room(Shares { small: 2 * SMALL_OCTETS, larger: 2 * MEBIBYTE, kept_for_requests: 0 });
    for (chunks, chunk, most) in [(1024, 1024, REQUEST_OCTETS + 1), (32, 1024, 1)] {
        let mut kept = Vec::new();
        for _ in 0..2 {
            kept.push(read_within(None, peer(chunks, chunk, Then::End), BOUNDS, room).await.unwrap());
        }
        let refused = read_within(None, peer(1, most, Then::End), BOUNDS, room).await.unwrap_err();
        assert_eq!((refused, refused.code().as_str()), (BodyError::NoRoom, "http.bodies_in_flight"));
        kept.pop();
        assert!(read_within(None, peer(1, most, Then::End), BOUNDS, room).await.is_ok());
    }
}

/// What is full for one size is not for a smaller one.
#[actix_web::test]
async fn larger_bodies_leave_room_for_smaller_ones() {
    let room = room(Shares { small: MEBIBYTE, larger: 2 * MEBIBYTE, kept_for_requests: MEBIBYTE });
    let large = || peer(1024, 1024, Then::End);
    let _large = read_within(None, large(), BOUNDS, room).await.unwrap();
    assert_eq!(read_within(None, large(), BOUNDS, room).await.unwrap_err(), BodyError::NoRoom);
    let request = || peer(1, REQUEST_OCTETS, Then::End);
    let mut requests = Vec::new();
    while let Ok(another) = read_within(None, request(), BOUNDS, room).await {
        requests.push(another);
    }
    assert_eq!(requests.len(), 4);
    let mut small = Vec::new();
    while let Ok(another) = read_within(None, peer(1, SMALL_OCTETS, Then::End), BOUNDS, room).await {
        small.push(another);
    }
    assert_eq!(small.len(), 32);
    drop((requests, small));
    assert_eq!(room.held(), MEBIBYTE);
}

/// However many connections stall with a small body, all of which our servers have by default: none is refused.
#[test]
fn every_connection_of_a_server_has_room_for_a_small_body() {
    assert!(crate::web::CONNECTIONS * SMALL_OCTETS <= IN_FLIGHT.shares().small);
    const { assert!(FORM_OCTETS <= SMALL_OCTETS) };
}

#[test]
fn two_media_types_are_none() {
    let mut headers = HeaderMap::new();
    assert_eq!(content_type(&headers), None);
    headers.append(CONTENT_TYPE, "text/xml".parse().unwrap());
    assert_eq!(content_type(&headers), Some("text/xml"));
    headers.append(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    assert_eq!(content_type(&headers), None);
}
