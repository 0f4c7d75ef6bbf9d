//! Where octets come from that should be random.

use saml_core::base::{RandomUnavailable, SecureRandom};

/// Octets that nobody has seen before.
pub struct Randomness;

impl SecureRandom for Randomness {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        openssl::rand::rand_bytes(octets).map_err(|_error| RandomUnavailable)
    }
}

/// Octets that count on, the same in every run.
pub struct Counter(pub u8);

impl SecureRandom for Counter {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for octet in octets {
            self.0 = self.0.wrapping_add(1);
            *octet = self.0;
        }
        Ok(())
    }
}
