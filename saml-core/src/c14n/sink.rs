//! Floor 3: where canonical octets go. Imports nothing of this crate.

/// A receiver of canonical octets: a buffer, a digest, both.
///
/// What it has received means something only when the call that fed it has returned without an error: until then it
/// may hold the beginning of a form that is never completed.
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

impl<S: OctetSink> OctetSink for &mut S {
    const STAGED: bool = S::STAGED;

    #[inline]
    fn write(&mut self, octets: &[u8]) {
        (**self).write(octets);
    }
}
