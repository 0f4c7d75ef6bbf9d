//! What a running program may exchange: settings and peers, as a whole.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

/// The value that counts now, which is read without waiting and replaced as a whole.
///
/// Whoever [loads](Self::load) it keeps what it got: a request ends with the settings and the peers it began with,
/// whatever is put in their place meanwhile.
pub struct Live<T> {
    now: ArcSwap<T>,
    /// One change at a time, so that none is lost.
    changing: Mutex<()>,
}

impl<T> Live<T> {
    /// A first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { now: ArcSwap::from_pointee(value), changing: Mutex::new(()) }
    }

    /// The value as it is now.
    #[must_use]
    pub fn load(&self) -> Arc<T> {
        self.now.load_full()
    }

    /// Puts the value that `change` makes of the present one in its place. The next [`load`](Self::load) gets it.
    ///
    /// # Errors
    /// Those of `change`; the value then stays as it was.
    pub fn change<R, E>(&self, change: impl FnOnce(&T) -> Result<(T, R), E>) -> Result<R, E> {
        // What is guarded is nothing: somebody who panicked left no half-made value behind.
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let (value, result) = change(&self.now.load())?;
        self.now.store(Arc::new(value));
        Ok(result)
    }
}

impl<T: fmt::Debug> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Live").field(&self.now.load()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_began_with_a_value_keeps_it_and_no_change_is_lost() {
        let live = Live::new(0_u32);
        let before = live.load();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        live.change(|n| Ok::<_, ()>((n.saturating_add(1), ()))).unwrap();
                    }
                });
            }
        });
        assert_eq!((*before, *live.load()), (0, 800));
    }

    #[test]
    fn a_change_that_is_refused_changes_nothing() {
        let live = Live::new(7_u32);
        assert_eq!(live.change(|_| Err::<(u32, ()), _>("no")), Err("no"));
        assert_eq!(*live.load(), 7);
    }
}
