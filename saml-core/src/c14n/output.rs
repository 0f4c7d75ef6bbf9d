//! Floor 3: canonical octets on their way to the sink. May import `base`.

use super::error::C14nError;
use super::escape::Place;
use super::sink::OctetSink;
use crate::base::take_steps;

/// Gathers octets before it hands them to the sink, and counts them.
///
/// A tag is a dozen pieces of a few octets. For a sink that wants it so, pieces are staged and long runs go through
/// untouched; others get each piece at once. No octet beyond the limit reaches the sink.
#[derive(Debug)]
pub(super) struct Output<S: OctetSink> {
    sink: S,
    staged: Vec<u8>,
    /// Octets that the sink has received.
    flushed: usize,
    limit: usize,
}

impl<S: OctetSink> Output<S> {
    /// The capacity of the stage. Longer runs bypass it.
    const STAGE: usize = 4096;

    pub(super) fn new(sink: S, limit: usize) -> Self {
        let stage = if S::STAGED { Self::STAGE } else { 0 };
        Self { sink, staged: Vec::with_capacity(stage), flushed: 0, limit }
    }

    /// Takes octets as they are.
    #[inline]
    pub(super) fn put(&mut self, octets: &[u8]) -> Result<(), C14nError> {
        if !S::STAGED {
            self.hand_over(octets)
        } else if self.staged.len().saturating_add(octets.len()) > Self::STAGE {
            self.make_room(octets)
        } else {
            self.staged.extend_from_slice(octets);
            Ok(())
        }
    }

    /// Takes text and escapes it.
    pub(super) fn put_escaped(&mut self, text: &str, place: Place) -> Result<(), C14nError> {
        place.escape(text.as_bytes(), |run| self.put(run))
    }

    /// Hands over the staged octets, and then takes octets for which the stage had no room.
    #[cold]
    fn make_room(&mut self, octets: &[u8]) -> Result<(), C14nError> {
        self.flush()?;
        if octets.len() < Self::STAGE {
            self.staged.extend_from_slice(octets);
            return Ok(());
        }
        self.hand_over(octets)
    }

    #[inline]
    fn hand_over(&mut self, octets: &[u8]) -> Result<(), C14nError> {
        self.flushed = self.within_limit(octets.len())?;
        self.sink.write(octets);
        Ok(())
    }

    /// Hands over the staged octets.
    pub(super) fn flush(&mut self) -> Result<(), C14nError> {
        if self.staged.is_empty() {
            return Ok(());
        }
        self.flushed = self.within_limit(self.staged.len())?;
        self.sink.write(&self.staged);
        self.staged.clear();
        Ok(())
    }

    /// The octets that the sink will have received after `more`.
    fn within_limit(&self, more: usize) -> Result<usize, C14nError> {
        let total = self.flushed.saturating_add(more);
        if total > self.limit {
            return Err(C14nError::TooLarge { limit: self.limit });
        }
        take_steps(more);
        Ok(total)
    }

    /// Octets that the sink has received.
    pub(super) const fn flushed(&self) -> usize {
        self.flushed
    }

    /// The receiver. Staged octets have not reached it yet.
    pub(super) const fn sink(&mut self) -> &mut S {
        &mut self.sink
    }

    /// The receiver, for good.
    pub(super) fn into_sink(self) -> S {
        self.sink
    }
}
