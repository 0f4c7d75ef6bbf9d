//! Bodies of requests: how large, how slow and how many at once they may be.

mod room;

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use actix_web::web::Bytes;
use futures_core::Stream;
use room::Place;
pub use room::{Room, Shares};
use saml_core::base::{Coded, VerdictCode};
use zeroize::Zeroizing;

/// How long a body may take to arrive.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// How long a body may take for its next part: for [`PROGRESS_OCTETS`], or for a quarter of what has come, if that is
/// more. A peer that sends steadily, a kilobyte a second or more, and is done by the [`DEADLINE`] keeps to this.
pub const PROGRESS_DEADLINE: Duration = Duration::from_secs(5);

/// What has to come within [`PROGRESS_DEADLINE`] at least, if there is as much to come.
pub const PROGRESS_OCTETS: usize = 4 * 1024;

/// What all bodies that are in flight in this process may hold together, in octets.
///
/// Half of it is for bodies of at most [`SMALL_OCTETS`] alone: one for each of the 1 000 connections that our servers
/// have by default. Of the other half, a quarter is for bodies of at most [`REQUEST_OCTETS`]. So a few that stall don't
/// keep out what nearly everybody sends.
pub const IN_FLIGHT_OCTETS: usize = 64 * 1024 * 1024;

/// The most octets of a small body: most messages are, and all forms of our own.
pub const SMALL_OCTETS: usize = 32 * 1024;

/// The most octets of a body where only requests come: they have no assertions in them.
pub const REQUEST_OCTETS: usize = 256 * 1024;

/// The most octets of a form of our own.
pub const FORM_OCTETS: usize = 16 * 1024;

/// The value of `Retry-After` if there is no room, in seconds.
pub const RETRY_AFTER_SECONDS: u16 = 5;

/// The octets that a body reserves at first.
const FIRST_OCTETS: usize = 4 * 1024;

static IN_FLIGHT: Room = Room::new(Shares {
    small: IN_FLIGHT_OCTETS / 2,
    larger: IN_FLIGHT_OCTETS / 2,
    kept_for_requests: IN_FLIGHT_OCTETS / 8,
});

/// Reads the body of a request, of at most `most` octets, in at most [`DEADLINE`] and with the progress that
/// [`PROGRESS_DEADLINE`] asks for, within what is left of [`IN_FLIGHT_OCTETS`].
///
/// What a body holds counts until it is dropped: keep it for as long as what was made of it is worked on. Its octets are
/// erased then. Those in the buffers of the web framework and of the system, which it came through, are not.
///
/// # Errors
/// [`BodyError`].
pub async fn read<S>(headers: &HeaderMap, payload: S, most: usize) -> Result<Body, BodyError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let bounds = Bounds { octets: most, deadline: DEADLINE, progress_deadline: PROGRESS_DEADLINE };
    read_within(declared(headers), payload, bounds, &IN_FLIGHT).await
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
    /// How long its next part may take.
    pub progress_deadline: Duration,
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
    let read = collect(payload, bounds, room);
    match actix_web::rt::time::timeout(bounds.deadline, read).await {
        Ok(read) => read,
        Err(_elapsed) => Err(BodyError::TooSlow { awaited: Awaited::Whole, within: bounds.deadline }),
    }
}

async fn collect<S>(mut payload: S, bounds: Bounds, room: &'static Room) -> Result<Body, BodyError>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let mut body = Body { octets: Zeroizing::default(), place: Place::nothing_in(room) };
    let mut part = Part::after(0, bounds.progress_deadline);
    loop {
        let next = poll_fn(|context| Pin::new(&mut payload).poll_next(context));
        let chunk = match tokio::time::timeout_at(part.deadline.into(), next).await {
            Ok(Some(chunk)) => chunk.map_err(|_error| BodyError::Broken)?,
            Ok(None) => return Ok(body),
            Err(_elapsed) => {
                let awaited = Awaited::Part(part.octets);
                return Err(BodyError::TooSlow { awaited, within: bounds.progress_deadline });
            }
        };
        body.push(&chunk, bounds.octets)?;
        if body.len() >= part.end {
            part = Part::after(body.len(), bounds.progress_deadline);
        }
    }
}

/// What has to come next of a body, and until when.
struct Part {
    octets: usize,
    end: usize,
    deadline: Instant,
}

impl Part {
    fn after(octets: usize, within: Duration) -> Self {
        let next = PROGRESS_OCTETS.max(octets.div_ceil(4));
        Self { octets: next, end: octets.saturating_add(next), deadline: Instant::now() + within }
    }
}

/// A body. Its octets count as in flight until it is dropped, and are erased then: a password may be among them.
#[derive(Debug)]
pub struct Body {
    octets: Zeroizing<Vec<u8>>,
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
            // What is counted is what is held, not what has come: growing by half holds up to half as much again, but
            // never more than a body of its size counts for.
            let of_its_size = [SMALL_OCTETS, REQUEST_OCTETS].into_iter().find(|octets| needed <= *octets);
            let grown = capacity.saturating_add(capacity / 2).max(FIRST_OCTETS);
            let wanted = grown.min(of_its_size.unwrap_or(most)).min(most).max(needed);
            self.place.grow_to(wanted)?;
            // Not by the vector itself, which would leave the octets where they were.
            let mut grown = Zeroizing::new(Vec::with_capacity(wanted));
            grown.extend_from_slice(&self.octets);
            self.octets = grown;
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
        /// What was to come.
        awaited: Awaited,
        /// How long was waited for that.
        within: Duration,
    },
    /// Too much is in flight already.
    #[error("too much is in flight to read another body")]
    NoRoom,
    /// The connection ended, or the body is malformed.
    #[error("the body ended before its end")]
    Broken,
}

/// What of a body did not arrive in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// All of it.
    Whole,
    /// This many octets more than had come.
    Part(usize),
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
            Self::TooSlow { awaited: Awaited::Whole, within } => {
                format!("a body within {} s", within.as_secs_f32())
            }
            Self::TooSlow { awaited: Awaited::Part(octets), within } => {
                format!("{octets} more octets of the body within {} s, or its end", within.as_secs_f32())
            }
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
