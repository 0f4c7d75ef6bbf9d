//! Making one message of a section again without the price of all the others.
//!
//! A section makes its messages in a fixed order, and nearly all that they cost is signatures. So when a section is
//! planned, the calls of its signers are counted for each message; when one message is made for another login, only
//! those calls sign, and the others answer with octets of the right kind that mean nothing.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use saml_core::crypto::{Certificate, CryptoError, PublicKey, SignatureAlgorithm, Signer};

use super::Keys;

/// Counts the calls of signers, and says which of them sign.
#[derive(Debug)]
pub(super) struct Gate {
    calls: AtomicUsize,
    open: Range<usize>,
}

impl Gate {
    /// A gate that is open for these calls, counted from 0.
    pub(super) fn new(open: Range<usize>) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), open })
    }

    /// The calls so far.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn pass(&self) -> bool {
        self.open.contains(&self.calls.fetch_add(1, Ordering::Relaxed))
    }
}

/// The signers of a corpus behind one gate.
pub(super) struct GatedKeys<'a> {
    genuine: Gated<'a>,
    attacker: Gated<'a>,
    other_family: Gated<'a>,
    short_rsa: Gated<'a>,
}

impl<'a> GatedKeys<'a> {
    pub(super) fn new(keys: Keys<'a>, gate: &Arc<Gate>) -> Self {
        let gated = |signer| Gated { signer, gate: Arc::clone(gate) };
        Self {
            genuine: gated(keys.genuine),
            attacker: gated(keys.attacker),
            other_family: gated(keys.other_family),
            short_rsa: gated(keys.short_rsa),
        }
    }

    pub(super) fn keys(&self) -> Keys<'_> {
        Keys {
            genuine: &self.genuine,
            attacker: &self.attacker,
            other_family: &self.other_family,
            short_rsa: &self.short_rsa,
        }
    }
}

/// A signer behind a gate.
struct Gated<'a> {
    signer: &'a dyn Signer,
    gate: Arc<Gate>,
}

/// As long as any signature is.
const MEANINGLESS: [u8; 64] = [1; 64];

impl Signer for Gated<'_> {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.signer.algorithm()
    }

    fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if self.gate.pass() { self.signer.sign(octets) } else { Ok(MEANINGLESS.to_vec()) }
    }

    fn certificate(&self) -> Option<&Certificate> {
        self.signer.certificate()
    }
}
