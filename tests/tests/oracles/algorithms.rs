//! What both sides sign with, and keys for it.

use std::sync::LazyLock;

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use saml_core::crypto::{DigestAlgorithm, LocalSigner, PrivateKey, SignatureAlgorithm};

use SignatureAlgorithm as A;

/// Every algorithm that we sign with.
pub(crate) const SIGNATURES: [SignatureAlgorithm; 10] = [
    A::RsaSha256,
    A::RsaSha384,
    A::RsaSha512,
    A::RsaPssSha256,
    A::RsaPssSha384,
    A::RsaPssSha512,
    A::EcdsaSha256,
    A::EcdsaSha384,
    A::EcdsaSha512,
    A::Ed25519,
];

/// Every digest that we make.
pub(crate) const DIGESTS: [DigestAlgorithm; 3] =
    [DigestAlgorithm::Sha256, DigestAlgorithm::Sha384, DigestAlgorithm::Sha512];

/// The canonicalisation methods that a message may name, and whether a list of prefixes goes with them.
pub(crate) const METHODS: [(&str, bool); 6] = [
    ("http://www.w3.org/2001/10/xml-exc-c14n#", true),
    ("http://www.w3.org/2001/10/xml-exc-c14n#WithComments", true),
    ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315", false),
    ("http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments", false),
    ("http://www.w3.org/2006/12/xml-c14n11", false),
    ("http://www.w3.org/2006/12/xml-c14n11#WithComments", false),
];

static RSA: LazyLock<PKey<Private>> = LazyLock::new(|| PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap());
static P256: LazyLock<PKey<Private>> = LazyLock::new(|| on_curve(Nid::X9_62_PRIME256V1));
static P384: LazyLock<PKey<Private>> = LazyLock::new(|| on_curve(Nid::SECP384R1));
static P521: LazyLock<PKey<Private>> = LazyLock::new(|| on_curve(Nid::SECP521R1));
static ED25519: LazyLock<PKey<Private>> = LazyLock::new(|| PKey::generate_ed25519().unwrap());

fn on_curve(nid: Nid) -> PKey<Private> {
    PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(nid).unwrap()).unwrap()).unwrap()
}

/// A key for an algorithm, the same each time.
pub(crate) fn key(algorithm: SignatureAlgorithm) -> &'static PKey<Private> {
    match algorithm {
        A::EcdsaSha256 => &P256,
        A::EcdsaSha384 => &P384,
        A::EcdsaSha512 => &P521,
        A::Ed25519 => &ED25519,
        A::RsaSha1
        | A::RsaSha256
        | A::RsaSha384
        | A::RsaSha512
        | A::RsaPssSha256
        | A::RsaPssSha384
        | A::RsaPssSha512 => &RSA,
    }
}

pub(crate) fn private_key(algorithm: SignatureAlgorithm) -> PrivateKey {
    PrivateKey::from_pkcs8_der(&key(algorithm).private_key_to_pkcs8().unwrap()).unwrap()
}

pub(crate) fn signer(algorithm: SignatureAlgorithm) -> LocalSigner {
    LocalSigner::new(private_key(algorithm), algorithm).unwrap()
}
