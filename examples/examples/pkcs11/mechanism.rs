//! Our algorithms as PKCS#11 names them.

use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::types::Ulong;
use saml_core::crypto::{CryptoError, DigestAlgorithm, KeyTransport, SignatureAlgorithm, UnsupportedKey};

/// The operation of the token, and its input.
pub enum Signing {
    /// It digests the octets by itself.
    Octets(Mechanism<'static>),
    /// It is given a digest: not every token has the other kind for ECDSA.
    Digest(Mechanism<'static>, DigestAlgorithm),
}

/// The mechanism of a signature algorithm.
pub fn of_signature(algorithm: SignatureAlgorithm) -> Result<Signing, CryptoError> {
    let pss = |hash_alg, mgf, salt: usize| {
        let s_len = Ulong::try_from(salt).map_err(|_too_long| CryptoError::LengthMismatch)?;
        Ok::<_, CryptoError>(PkcsPssParams { hash_alg, mgf, s_len })
    };
    Ok(match algorithm {
        SignatureAlgorithm::RsaSha256 => Signing::Octets(Mechanism::Sha256RsaPkcs),
        SignatureAlgorithm::RsaSha384 => Signing::Octets(Mechanism::Sha384RsaPkcs),
        SignatureAlgorithm::RsaSha512 => Signing::Octets(Mechanism::Sha512RsaPkcs),
        SignatureAlgorithm::RsaPssSha256 => Signing::Octets(Mechanism::Sha256RsaPkcsPss(pss(
            MechanismType::SHA256,
            PkcsMgfType::MGF1_SHA256,
            32,
        )?)),
        SignatureAlgorithm::RsaPssSha384 => Signing::Octets(Mechanism::Sha384RsaPkcsPss(pss(
            MechanismType::SHA384,
            PkcsMgfType::MGF1_SHA384,
            48,
        )?)),
        SignatureAlgorithm::RsaPssSha512 => Signing::Octets(Mechanism::Sha512RsaPkcsPss(pss(
            MechanismType::SHA512,
            PkcsMgfType::MGF1_SHA512,
            64,
        )?)),
        SignatureAlgorithm::EcdsaSha256 => Signing::Digest(Mechanism::Ecdsa, DigestAlgorithm::Sha256),
        SignatureAlgorithm::EcdsaSha384 => Signing::Digest(Mechanism::Ecdsa, DigestAlgorithm::Sha384),
        SignatureAlgorithm::EcdsaSha512 => Signing::Digest(Mechanism::Ecdsa, DigestAlgorithm::Sha512),
        SignatureAlgorithm::RsaSha1 => return Err(CryptoError::ReadOnlyAlgorithm),
        // Tokens differ in how they name it.
        SignatureAlgorithm::Ed25519 => {
            return Err(CryptoError::KeyUnsupported { found: UnsupportedKey::Algorithm { name: "Ed25519" } });
        }
    })
}

/// The mechanism of a key transport; `None` for RSA-1.5.
///
/// A token that takes its padding off says whether it was right, and that is an oracle. The trait asks for implicit
/// rejection, which tokens don't have: so it is not offered.
pub fn of_key_transport(transport: &KeyTransport) -> Option<Mechanism<'_>> {
    let (digest, mask, label) = match transport {
        KeyTransport::RsaOaepMgf1p { digest, label } => (*digest, DigestAlgorithm::Sha1, label),
        KeyTransport::RsaOaep { digest, mask, label } => (*digest, *mask, label),
        KeyTransport::Rsa15 => return None,
    };
    let (digest, _) = of_digest(digest);
    let (_, mask) = of_digest(mask);
    let source =
        if label.is_empty() { PkcsOaepSource::empty() } else { PkcsOaepSource::data_specified(label) };
    Some(Mechanism::RsaPkcsOaep(PkcsOaepParams::new(digest, mask, source)))
}

const fn of_digest(digest: DigestAlgorithm) -> (MechanismType, PkcsMgfType) {
    match digest {
        DigestAlgorithm::Sha1 => (MechanismType::SHA1, PkcsMgfType::MGF1_SHA1),
        DigestAlgorithm::Sha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
        DigestAlgorithm::Sha384 => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384),
        DigestAlgorithm::Sha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512),
    }
}
