//! Bodies of requests: how large, how slow and how many at once they may be.

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use actix_web::web::Bytes;
use futures_core::Stream;
use saml_core::base::{Coded, VerdictCode};

/// How long a body may take to arrive.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// What all bodies that are in flight in this process may hold together, in octets.
pub const IN_FLIGHT_OCTETS: usize = 64 * 1024 * 1024;

/// The most octets of a body where only requests come: they have no assertions in them.
pub const REQUEST_OCTETS: usize = 256 * 1024;

/// The most octets of a form of our own.
pub const FORM_OCTETS: usize = 16 * 1024;

/// The value of `Retry-After` if there is no room, in seconds.
pub const RETRY_AFTER_SECONDS: u16 = 5;

/// The part of the room that only bodies of at most [`REQUEST_OCTETS`] may use: a few large ones that stall don't keep
/// out what nearly everybody sends.
const FOR_SMALL_OCTETS: usize = IN_FLIGHT_OCTETS / 4;

/// The octets that a body reserves at first.
const FIRST_OCTETS: usize = 4 * 1024;

static IN_FLIGHT: Room = Room::new(IN_FLIGHT_OCTETS, FOR_SMALL_OCTETS);

/// Reads the body of a request, of at most `most` octets, in at most [`DEADLINE`], within what is left of
/// [`IN_FLIGHT_OCTETS`].
///
/// The octets of a body count until it is dropped: keep it as long as you work on values made of it.
///
/// # Errors
/// [`BodyError`].
pub async fn read<S>(headers: &HeaderMap, payload: S, most: usize) -> Result<Body, BodyError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    read_within(declared(headers), payload, Bounds { octets: most, deadline: DEADLINE }, &IN_FLIGHT).await
}

/// The media type of a body; `None` if the header occurs more than once or is no text.
#[must_use]
pub fn content_type(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(CONTENT_TYPE);
    match (lines.next(), lines.next()) {
        (Some(only), None) => only.to_str().ok(),
        (None | Some(_), _) => None,
    }
}

fn declared(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Bounds of one body.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Its octets.
    pub octets: usize,
    /// How long it may take.
    pub deadline: Duration,
}

/// Reads a body within bounds of the caller's own and a room of its own; [`read`] has those of the process.
///
/// # Errors
/// [`BodyError`].
pub async fn read_within<S>(
    declared: Option<usize>,
    payload: S,
    bounds: Bounds,
    room: &'static Room,
) -> Result<Body, BodyError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let most = bounds.octets;
    if declared.is_some_and(|octets| octets > most) {
        return Err(BodyError::TooLarge { most });
    }
    let read = collect(payload, most, room);
    match actix_web::rt::time::timeout(bounds.deadline, read).await {
        Ok(read) => read,
        Err(_elapsed) => Err(BodyError::TooSlow { deadline: bounds.deadline }),
    }
}

async fn collect<S>(mut payload: S, most: usize, room: &'static Room) -> Result<Body, BodyError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let mut body = Body { octets: Vec::new(), place: Place { room, octets: 0 } };
    while let Some(chunk) = poll_fn(|context| Pin::new(&mut payload).poll_next(context)).await {
        let chunk = chunk.map_err(|_error| BodyError::Broken)?;
        body.push(&chunk, most)?;
    }
    Ok(body)
}

/// A body. Its octets count as in flight until it is dropped.
#[derive(Debug)]
pub struct Body {
    octets: Vec<u8>,
    place: Place,
}

impl Body {
    fn push(&mut self, chunk: &[u8], most: usize) -> Result<(), BodyError> {
        let needed = self.octets.len().saturating_add(chunk.len());
        if needed > most {
            return Err(BodyError::TooLarge { most });
        }
        let capacity = self.octets.capacity();
        if needed > capacity {
            // The allocated octets count, not the received ones: a buffer that doubles holds up to twice as much.
            let wanted = capacity.saturating_mul(2).max(FIRST_OCTETS).min(most).max(needed);
            self.place.grow_to(wanted)?;
            self.octets.reserve_exact(wanted.saturating_sub(self.octets.len()));
        }
        self.octets.extend_from_slice(chunk);
        Ok(())
    }
}

impl Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.octets
    }
}

/// The octets that several bodies may hold together.
#[derive(Debug)]
pub struct Room {
    octets: usize,
    for_small: usize,
    held: AtomicUsize,
}

impl Room {
    /// Room for this many octets, `for_small` of which are for bodies of at most [`REQUEST_OCTETS`].
    #[must_use]
    pub const fn new(octets: usize, for_small: usize) -> Self {
        Self { octets, for_small, held: AtomicUsize::new(0) }
    }

    /// The octets that are held at this moment.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// The part of a room that one body holds.
#[derive(Debug)]
struct Place {
    room: &'static Room,
    octets: usize,
}

impl Place {
    fn grow_to(&mut self, octets: usize) -> Result<(), BodyError> {
        let more = octets.saturating_sub(self.octets);
        let kept_free = if octets > REQUEST_OCTETS { self.room.for_small } else { 0 };
        let limit = self.room.octets.saturating_sub(kept_free);
        let grown = |held: usize| held.checked_add(more).filter(|held| *held <= limit);
        self.room
            .held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown)
            .map_err(|_held| BodyError::NoRoom)?;
        self.octets = octets;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.octets, Ordering::Relaxed);
    }
}

/// A body that was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More than is read.
    #[error("the body is larger than {most} octets")]
    TooLarge {
        /// How much is.
        most: usize,
    },
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow {
        /// How long was waited.
        deadline: Duration,
    },
    /// Too much is in flight already.
    #[error("too much is in flight to read another body")]
    NoRoom,
    /// The connection ended, or the body is malformed.
    #[error("the body ended before its end")]
    Broken,
}

impl BodyError {
    /// Gives a response the fitting status, and `Retry-After` if there is no room.
    pub fn mark(self, response: &mut HttpResponse) {
        *response.status_mut() = self.status();
        if self == Self::NoRoom {
            response.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
    }

    /// The status that says so. With [`BodyError::NoRoom`] goes a `Retry-After` of [`RETRY_AFTER_SECONDS`].
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

impl Coded for BodyError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::TooLarge { .. } => "binding.too_large",
            Self::TooSlow { .. } => "http.body_too_slow",
            Self::NoRoom => "http.bodies_in_flight",
            Self::Broken => "http.body_broken",
        })
    }

    fn expected(&self) -> Option<String> {
        Some(match self {
            Self::TooLarge { most } => format!("a body of at most {most} octets"),
            Self::TooSlow { deadline } => format!("a body within {} s", deadline.as_secs_f32()),
            Self::NoRoom => format!("at most {IN_FLIGHT_OCTETS} octets of bodies in flight"),
            Self::Broken => "a whole body".to_owned(),
        })
    }

    fn found(&self) -> Option<String> {
        Some(
            match self {
                Self::TooLarge { .. } => "a larger one",
                Self::TooSlow { .. } => "a part of it",
                Self::NoRoom => "as many, and one more body",
                Self::Broken => "a part of it, and no more to come",
            }
            .to_owned(),
        )
    }
}

#[cfg(test)]
#[path = "body/tests.rs"]
mod tests;
