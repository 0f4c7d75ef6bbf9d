//! Floor 3: where canonical octets go. Imports nothing of this crate.

/// A receiver of canonical octets: a buffer, a digest, both.
///
/// Its octets are valid only when the call that fed it has returned without an error. Until then it may hold the
/// beginning of a form that is never completed.
pub trait OctetSink {
    /// Whether a few octets at a time cost more than many at once: a digest has its price for each call, a buffer has
    /// not.
    const STAGED: bool = true;

    /// Takes the next octets.
    fn write(&mut self, octets: &[u8]);
}

impl OctetSink for Vec<u8> {
    const STAGED: bool = false;

    #[inline]
    fn write(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }
}

/// Octets that nobody needs.
impl OctetSink for () {
    const STAGED: bool = false;

    #[inline]
    fn write(&mut self, _octets: &[u8]) {}
}

/// A buffer that grows while it is small. Beyond that it only counts what finds no room, so that it can be made again
/// as large as it must be: text that grows fourfold would have three times its canonical form in memory while the
/// buffer doubles.
#[derive(Debug)]
pub(super) struct MeasuredBuffer {
    octets: Vec<u8>,
    /// All that came, once something found no room.
    needed: Option<usize>,
}

impl MeasuredBuffer {
    /// Up to so many octets it grows.
    const GROWS: usize = 64 * 1024;

    /// A buffer with room for so many octets.
    pub(super) fn with_capacity(octets: usize) -> Self {
        Self { octets: Vec::with_capacity(octets), needed: None }
    }

    /// The octets, or the room that they need if there was too little.
    pub(super) fn complete(self) -> Result<Vec<u8>, usize> {
        match self.needed {
            None => Ok(self.octets),
            Some(needed) => Err(needed),
        }
    }

    #[cold]
    fn write_beyond(&mut self, octets: &[u8]) {
        let needed = self.needed.unwrap_or(self.octets.len()).saturating_add(octets.len());
        if self.needed.is_none() && needed <= Self::GROWS {
            self.octets.extend_from_slice(octets);
        } else {
            // The incomplete form is dropped.
            self.octets = Vec::new();
            self.needed = Some(needed);
        }
    }
}

impl OctetSink for MeasuredBuffer {
    const STAGED: bool = false;

    #[inline]
    fn write(&mut self, octets: &[u8]) {
        if self.needed.is_none() && octets.len() <= self.octets.capacity() - self.octets.len() {
            self.octets.extend_from_slice(octets);
        } else {
            self.write_beyond(octets);
        }
    }
}

impl<S: OctetSink> OctetSink for &mut S {
    const STAGED: bool = S::STAGED;

    #[inline]
    fn write(&mut self, octets: &[u8]) {
        (**self).write(octets);
    }
}
