mod certificates;
mod ciphers;
mod der;
mod digests;
mod fixtures;
mod forgeries;
mod key_transports;
mod key_wraps;
pub(crate) mod keys;
mod policy;
mod private_keys;
mod public_keys;
mod shared_keys;
mod signatures;

use crate::base::{RandomUnavailable, SecureRandom};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap())
        .collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// Yields the given octets, then fails.
struct Scripted(Vec<u8>);

impl SecureRandom for Scripted {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        if self.0.len() < octets.len() {
            return Err(RandomUnavailable);
        }
        let rest = self.0.split_off(octets.len());
        octets.copy_from_slice(&std::mem::replace(&mut self.0, rest));
        Ok(())
    }
}

fn openssl_errors_left() -> usize {
    openssl::error::ErrorStack::get().errors().len()
}
