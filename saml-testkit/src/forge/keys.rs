//! Who signs what.

use saml_core::base::Secret;
use saml_core::crypto::{PublicKey, SharedKey, Signer};

/// The signers of a corpus, all made or loaded once by the caller.
///
/// Signatures of RSA PKCS#1 v1.5 are the same octets each time; those of ECDSA are not, because the library draws a
/// fresh number for each.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The peer whose key is pinned. It should have a certificate, for the attacks that show one.
    pub genuine: &'a dyn Signer,
    /// The attacker. The key is of the same family, so that only the pin tells the two apart. It should have a
    /// certificate too.
    pub attacker: &'a dyn Signer,
    /// An attacker's key of the other family: ECDSA beside RSA, RSA beside ECDSA.
    pub other_family: &'a dyn Signer,
    /// An RSA key of 1024 bits.
    pub short_rsa: &'a dyn Signer,
}

impl std::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("genuine", self.genuine.public_key())
            .field("attacker", self.attacker.public_key())
            .finish_non_exhaustive()
    }
}

/// The recipients of encrypted content. The attacker has the public keys, too. A shared key is known to the peer only,
/// or to a former peer.
#[derive(Clone, Copy, Debug)]
pub struct Recipients<'a> {
    /// The receiver's key.
    pub receiver: &'a PublicKey,
    /// A key that the receiver still opens with, for those who don't know the other one yet.
    pub former: &'a PublicKey,
    /// The key of somebody else.
    pub stranger: &'a PublicKey,
    /// A key of 256 bits that the receiver shares with the peer.
    pub shared: &'a SharedKey,
    /// Another one, of 128 bits. AES-192 has no identifier here.
    pub short_shared: &'a SharedKey,
    /// The octets of the first.
    pub shared_octets: &'a Secret,
}
