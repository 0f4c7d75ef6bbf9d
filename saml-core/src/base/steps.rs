//! Floor 1: how much work was done, for tests that hold it against the length of an input. Imports nothing of this crate.

/// Counts steps of this thread: octets that are hashed or deciphered, nodes that are walked, names that are compared.
///
/// All code whose work grows with its input calls it. Outside the tests of this crate it does nothing.
#[inline]
pub(crate) fn take_steps(count: usize) {
    #[cfg(test)]
    counter::take(count);
    #[cfg(not(test))]
    let _not_counted = count;
}

#[cfg(test)]
pub(crate) use counter::steps_of;

#[cfg(test)]
mod counter {
    use std::cell::Cell;

    thread_local! {
        static TAKEN: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn take(count: usize) {
        TAKEN.set(TAKEN.get() + count);
    }

    /// The result of `work`, and how many steps it took.
    pub(crate) fn steps_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
        let before = TAKEN.get();
        let done = work();
        (done, TAKEN.get() - before)
    }
}
