//! Floor 3: where canonical octets go. Imports nothing of this crate.

/// A receiver of canonical octets: a buffer, a digest, both.
///
/// What it has received means something only when the call that fed it has returned without an error: until then it
/// may hold the beginning of a form that is never completed. Any `FnMut(&[u8])` is one.
pub trait OctetSink {
    /// Takes the next octets.
    fn write(&mut self, octets: &[u8]);
}

impl OctetSink for Vec<u8> {
    fn write(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }
}

impl<F: FnMut(&[u8])> OctetSink for F {
    fn write(&mut self, octets: &[u8]) {
        self(octets);
    }
}
