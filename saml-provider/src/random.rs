//! The randomness of the operating system.

use saml_core::base::{RandomUnavailable, SecureRandom};

/// Draws from OpenSSL's generator, which the operating system seeds.
#[derive(Debug, Default)]
pub struct SystemRandom;

impl SecureRandom for SystemRandom {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        openssl::rand::rand_bytes(octets).map_err(|_error| RandomUnavailable)
    }
}
