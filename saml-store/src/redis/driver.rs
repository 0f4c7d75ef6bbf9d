//! The thread that serves all connections of a store.

use std::fmt;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::fault::RedisFault;

/// A thread with an event loop of its own, which ends with this value.
///
/// A connection outlives the task that opened it, and serves all others: it must not hang on the event loop of one worker,
/// which may be hashing a password, or end.
pub(super) struct Driver {
    events: Handle,
    /// The thread waits for its end.
    _stop: oneshot::Sender<()>,
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Driver").finish_non_exhaustive()
    }
}

impl Driver {
    /// # Errors
    /// [`RedisFault::Thread`].
    pub(super) fn start() -> Result<Self, RedisFault> {
        let fault = |error: std::io::Error| RedisFault::Thread { why: error.to_string() };
        let runtime = Builder::new_current_thread().enable_all().build().map_err(fault)?;
        let events = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            // An error says that the sender is gone, and it never sends.
            let _ = runtime.block_on(stopped);
        };
        thread::Builder::new().name("redis-store".to_owned()).spawn(serve).map_err(fault)?;
        Ok(Self { events, _stop: stop })
    }

    /// Runs a future there; nothing if the thread has ended.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        self.events.spawn(future).await.ok()
    }
}
