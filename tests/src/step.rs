//! Running a state machine without a server.

use std::future::Future;

/// Runs a step of a state machine.
///
/// # Panics
/// There is no thread for it.
pub fn step<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}
