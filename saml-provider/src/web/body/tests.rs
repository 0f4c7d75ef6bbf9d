use std::collections::VecDeque;
use std::task::{Context, Poll};

use super::*;

/// Chunks, and then an end, an error, or silence.
struct Peer {
    chunks: VecDeque<Bytes>,
    then: Then,
}

enum Then {
    End,
    Error,
    Silence,
}

fn peer(chunks: usize, octets: usize, then: Then) -> Peer {
    Peer { chunks: vec![Bytes::from(vec![b'a'; octets]); chunks].into(), then }
}

impl Stream for Peer {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match (self.chunks.pop_front(), &self.then) {
            (Some(chunk), _) => Poll::Ready(Some(Ok(chunk))),
            (None, Then::End) => Poll::Ready(None),
            (None, Then::Error) => Poll::Ready(Some(Err(PayloadError::Incomplete(None)))),
            (None, Then::Silence) => Poll::Pending,
        }
    }
}

fn room(octets: usize, for_small: usize) -> &'static Room {
    Box::leak(Box::new(Room::new(octets, for_small)))
}

const BOUNDS: Bounds = Bounds { octets: 1024 * 1024, deadline: Duration::from_millis(50) };

#[actix_web::test]
async fn a_body_is_read_and_counts_until_it_is_dropped() {
    let room = room(1024 * 1024, 0);
    let body = read_within(None, peer(10, 1000, Then::End), BOUNDS, room).await.unwrap();
    assert_eq!((body.len(), room.held()), (10_000, body.octets.capacity()));
    drop(body);
    assert_eq!(room.held(), 0);
}

#[actix_web::test]
async fn what_is_too_large_is_refused_before_it_has_come() {
    let room = room(8 * 1024 * 1024, 0);
    let declared = read_within(Some(BOUNDS.octets + 1), peer(0, 0, Then::Silence), BOUNDS, room).await;
    assert_eq!(declared.unwrap_err(), BodyError::TooLarge { most: BOUNDS.octets });
    let chunked = read_within(None, peer(1025, 1024, Then::Silence), BOUNDS, room).await;
    assert_eq!(chunked.unwrap_err(), BodyError::TooLarge { most: BOUNDS.octets });
    let exact = read_within(Some(BOUNDS.octets), peer(1024, 1024, Then::End), BOUNDS, room).await.unwrap();
    assert_eq!((exact.len(), room.held()), (BOUNDS.octets, BOUNDS.octets));
}

#[actix_web::test]
async fn what_does_not_come_in_time_is_refused_and_holds_nothing() {
    let room = room(1024 * 1024, 0);
    let slow = read_within(Some(5000), peer(4, 1000, Then::Silence), BOUNDS, room).await.unwrap_err();
    assert_eq!((slow, room.held()), (BodyError::TooSlow { deadline: BOUNDS.deadline }, 0));
    let broken = read_within(Some(5000), peer(4, 1000, Then::Error), BOUNDS, room).await.unwrap_err();
    assert_eq!((broken, room.held()), (BodyError::Broken, 0));
    for (error, status) in [(slow, 408), (broken, 400), (BodyError::NoRoom, 503)] {
        assert_eq!(error.status().as_u16(), status);
    }
}

#[actix_web::test]
async fn together_they_hold_no_more_than_there_is_room() {
    let room = room(2 * 1024 * 1024, 0);
    let mut kept = Vec::new();
    for _ in 0..2 {
        kept.push(read_within(None, peer(1024, 1024, Then::End), BOUNDS, room).await.unwrap());
    }
    let refused = read_within(None, peer(1, 1, Then::End), BOUNDS, room).await.unwrap_err();
    assert_eq!((refused, refused.code().as_str()), (BodyError::NoRoom, "http.bodies_in_flight"));
    kept.pop();
    assert!(read_within(None, peer(1, 1, Then::End), BOUNDS, room).await.is_ok());
}

#[actix_web::test]
async fn large_bodies_leave_room_for_small_ones() {
    let room = room(2 * 1024 * 1024, 1024 * 1024);
    let _large = read_within(None, peer(1024, 1024, Then::End), BOUNDS, room).await.unwrap();
    let another = read_within(None, peer(1024, 1024, Then::End), BOUNDS, room).await.unwrap_err();
    assert_eq!(another, BodyError::NoRoom);
    let small = read_within(None, peer(256, 1024, Then::End), BOUNDS, room).await.unwrap();
    assert_eq!(small.len(), REQUEST_OCTETS);
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
