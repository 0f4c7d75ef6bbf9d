//! With which algorithms something is signed for a peer. [AlgSupport §2.3, §2.4]

use saml_core::crypto::{DigestAlgorithm, PeerPolicy, SignatureAlgorithm, Signer, SignerWith};
use saml_core::dsig::SigningOptions;
use saml_core::metadata::{EntityDescriptor, RoleDescriptor};
use saml_core::trust::{SigningMethod, listed_digests, listed_signing_methods};

/// What our policy for a peer says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SigningPolicy {
    /// The digest over what is signed.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// The signature algorithm.
    pub signature_algorithm: Option<SignatureAlgorithm>,
}

/// With which algorithms something is signed for a peer: what our policy for it says; else the first that its metadata
/// lists and that is good enough here, by the default [`PeerPolicy`]: never SHA-1, whoever asks for it; else SHA-256 and
/// the signer's own.
///
/// A signature algorithm has to be one that the signer's key can do, and of a key as long as the peer takes.
#[derive(Clone, Debug)]
pub struct PeerSigning {
    digest: DigestAlgorithm,
    wanted: Option<SignatureAlgorithm>,
    listed: Vec<SigningMethod>,
}

impl PeerSigning {
    /// What holds for the peer with this description.
    #[must_use]
    pub fn of(descriptor: &EntityDescriptor, role: &RoleDescriptor, policy: SigningPolicy) -> Self {
        let ours = PeerPolicy::default();
        let listed = listed_digests(descriptor, role);
        let mut digests = policy.digest_algorithm.into_iter().chain(listed);
        Self {
            digest: digests
                .find(|digest| ours.check_digest(*digest).is_ok())
                .unwrap_or(DigestAlgorithm::Sha256),
            wanted: policy.signature_algorithm,
            listed: listed_signing_methods(descriptor, role),
        }
    }

    /// How XML is signed for the peer, beside the signer.
    #[must_use]
    pub fn options(&self) -> SigningOptions<'static> {
        SigningOptions { digest_algorithm: self.digest, ..SigningOptions::default() }
    }

    /// The signer, with the algorithm for the peer.
    #[must_use]
    pub fn signer<'a>(&self, signer: &'a dyn Signer) -> SignerWith<'a> {
        SignerWith::new(signer, self.signature_algorithm(signer))
    }

    fn signature_algorithm(&self, signer: &dyn Signer) -> SignatureAlgorithm {
        let (ours, known, key) = (PeerPolicy::default(), signer.algorithms(), signer.public_key());
        let listed = self.listed.iter().filter(|method| method.takes(key.kind()));
        let mut wanted = self.wanted.into_iter().chain(listed.map(|method| method.algorithm));
        let usable = |algorithm: &SignatureAlgorithm| {
            known.contains(algorithm) && ours.check_signature(*algorithm, key).is_ok()
        };
        wanted.find(usable).unwrap_or_else(|| signer.algorithm())
    }
}

#[cfg(test)]
mod tests;
