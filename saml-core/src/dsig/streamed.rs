//! Floor 4: an enveloped signature over a root whose content is still to come.

use super::DsigError;
use super::cross_check::CrossCheck;
use super::signature::{SignaturePosition, own_signature};
use super::verify::{SignatureFacts, Verifier};
use crate::base::Limits;
use crate::c14n::{Canonicalizer, OctetSink, begin_element};
use crate::crypto::{CryptoError, Digest, DigestAlgorithm, DigestValue};
use crate::xml::Document;

/// A root element on its way through canonicalisation and digest: `SignatureValue` has been verified, the digest not.
///
/// What `K` is given is believed by nobody before [`finish`](Self::finish) has returned it.
pub(crate) struct StreamedElement<K: OctetSink> {
    canonicalizer: Canonicalizer<Digested<K>>,
    digest: Vec<u8>,
    facts: SignatureFacts,
}

/// A sink that digests the octets that it hands on.
#[derive(Debug)]
pub(crate) struct Digested<K> {
    digest: Digest,
    pub(crate) keeper: K,
}

impl Digested<()> {
    /// A sink that digests and hands on to nobody.
    pub(super) fn new(algorithm: DigestAlgorithm) -> Self {
        Self { digest: Digest::new(algorithm), keeper: () }
    }

    pub(super) fn into_digest(self) -> Result<DigestValue, CryptoError> {
        self.digest.finish()
    }
}

impl<K: OctetSink> OctetSink for Digested<K> {
    #[inline]
    fn write(&mut self, octets: &[u8]) {
        self.digest.update(octets);
        self.keeper.write(octets);
    }
}

impl Verifier<'_> {
    /// Verifies the `SignedInfo` of a root of which only the beginning is known: `head` is the document up to the end
    /// of the signature, which must be the first child, with the root closed after it.
    ///
    /// `None` if the first child is no signature. Otherwise the start tag and everything before the signature have been
    /// canonicalised, and the caller reports what follows the signature. `limits` are those of the whole root, the
    /// verifier's own those of its signature.
    pub(crate) fn begin_stream<K: OctetSink>(
        &mut self,
        head: &Document,
        limits: &Limits,
        keeper: K,
    ) -> Result<Option<StreamedElement<K>>, DsigError> {
        let root = head.root();
        let Some((signature, true)) = own_signature(root, SignaturePosition::First)? else {
            return Ok(None);
        };
        let cross_check = CrossCheck::of_stream(self.policy)?;
        let signed = self.verify_signed_info(root, signature)?;
        let facts = signed.facts(cross_check);
        let sink = Digested { digest: Digest::new(signed.digest_algorithm), keeper };
        let canonicalizer = begin_element(
            root,
            Some(signature.id()),
            signed.canonicalization.method,
            &signed.canonicalization.prefix_list,
            limits,
            sink,
        )
        .map_err(DsigError::Canonicalization)?;
        Ok(Some(StreamedElement { canonicalizer, digest: signed.digest, facts }))
    }
}

impl<K: OctetSink> StreamedElement<K> {
    /// The canonicaliser, which must receive the content of the root.
    pub(crate) const fn canonicalizer(&mut self) -> &mut Canonicalizer<Digested<K>> {
        &mut self.canonicalizer
    }

    /// Who was given the octets so far; after a flush, all of them.
    pub(crate) const fn keeper(&mut self) -> &mut K {
        &mut self.canonicalizer.sink().keeper
    }

    /// Compares the digest, in constant time, once the root has ended.
    pub(crate) fn finish(self) -> Result<(K, SignatureFacts), DsigError> {
        let Self { canonicalizer, digest, facts } = self;
        let Digested { digest: found, keeper } =
            canonicalizer.finish().map_err(DsigError::Canonicalization)?;
        let found = found.finish().map_err(DsigError::Crypto)?;
        found.verify(&digest).map_err(|_mismatch| DsigError::DigestMismatch)?;
        Ok((keeper, facts))
    }
}
