//! One connection: when it is read, and how long the server waits.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use actix_web::rt::time::{Sleep, sleep_until};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::flow::{Awaited, Flow};
use super::seats::Seat;
use super::{HEAD_DEADLINE, WRITE_DEADLINE, WRITE_PROGRESS_OCTETS};

/// How much is read at once where the next octets may be requests. The framework takes a request out of whatever it
/// reads, some kilobytes of memory for each; the shortest request has 18 octets.
const PIECE: usize = 512;

/// A connection that reads no request before the one before it is answered, and doesn't wait for ever.
#[derive(Debug)]
pub(super) struct Connection<T> {
    stream: T,
    flow: Rc<Flow>,
    /// A piece was handed out, and its meaning is not known yet.
    handed_out: bool,
    head: Deadline,
    write: Deadline,
    /// The octets written since the write deadline was set.
    written: usize,
}

impl<T> Connection<T> {
    pub(super) fn new(stream: T, seat: Seat) -> Self {
        let flow = Rc::new(Flow::new(seat));
        let deadline = Deadline::default();
        Self { stream, flow, handed_out: false, head: deadline, write: Deadline::default(), written: 0 }
    }

    pub(super) fn flow(&self) -> &Rc<Flow> {
        &self.flow
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Connection<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if std::mem::take(&mut this.handed_out) {
            // Let the framework look at it; it comes back for more.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let Some(awaited) = this.flow.readable(context) else { return Poll::Pending };
        if this.flow.has_to_go(awaited) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let certain = match awaited {
            Awaited::Body(Some(left)) => usize::try_from(left).unwrap_or(usize::MAX),
            Awaited::Head(_) | Awaited::Body(None) | Awaited::Nothing => 0,
        };
        let before = buffer.filled().len();
        let read = if certain >= buffer.remaining() {
            Pin::new(&mut this.stream).poll_read(context, buffer)
        } else {
            this.handed_out = true;
            poll_piece(Pin::new(&mut this.stream), context, buffer)
        };
        match read {
            Poll::Ready(Ok(())) => {
                this.flow.count(buffer.filled().len().saturating_sub(before));
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                this.handed_out = false;
                let Awaited::Head(since) = awaited else { return Poll::Pending };
                this.flow.seat().be_idle(context);
                if this.flow.has_to_go(awaited) {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
                }
                // The end of input: the connection is closed, without a word.
                if this.head.has_passed(since + HEAD_DEADLINE, context) {
                    return Poll::Ready(Ok(()));
                }
                Poll::Pending
            }
        }
    }
}

/// Reads at most one piece.
fn poll_piece<T: AsyncRead>(
    stream: Pin<&mut T>,
    context: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let mut octets = [0; PIECE];
    let (room, _beyond) = octets.split_at_mut(PIECE.min(buffer.remaining()));
    let mut piece = ReadBuf::new(room);
    ready!(stream.poll_read(context, &mut piece))?;
    buffer.put_slice(piece.filled());
    Poll::Ready(Ok(()))
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        match Pin::new(&mut this.stream).poll_write(context, octets) {
            Poll::Ready(Ok(written)) => {
                this.written = this.written.saturating_add(written);
                if written == octets.len() || this.written >= WRITE_PROGRESS_OCTETS {
                    this.written = 0;
                    this.write.clear();
                }
                this.flow.set_blocked(written < octets.len());
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                this.flow.set_blocked(true);
                let deadline = this.write.at.unwrap_or_else(|| Instant::now() + WRITE_DEADLINE);
                if this.write.has_passed(deadline, context) {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                Poll::Pending
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// An instant that the task is woken at.
#[derive(Debug, Default)]
struct Deadline {
    at: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    /// Whether it has passed; if not, the task is woken when it does.
    fn has_passed(&mut self, at: Instant, context: &mut Context<'_>) -> bool {
        if self.at != Some(at) {
            self.at = Some(at);
            match &mut self.sleep {
                Some(sleep) => sleep.as_mut().reset(at.into()),
                None => self.sleep = Some(Box::pin(sleep_until(at.into()))),
            }
        }
        self.sleep.as_mut().is_some_and(|sleep| sleep.as_mut().poll(context).is_ready())
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}
