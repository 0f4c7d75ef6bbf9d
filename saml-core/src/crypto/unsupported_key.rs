//! Floor 2: the kinds of keys that take no part here, by name.

use std::fmt;

use super::KeyKind;
use super::der::{self, DerReader};

/// A kind of key that is lawful, or at least known, and not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsupportedKey {
    /// An RSA key that may be used with RSA-PSS and nothing else [RFC 4055 §1.2].
    RsaPssOnly,
    /// A key of another algorithm, whose name is known.
    Algorithm {
        /// What it is called.
        name: &'static str,
    },
    /// A point on another curve, whose name is known.
    Curve {
        /// What it is called.
        name: &'static str,
    },
    /// A curve that is spelt out by its parameters, and could pose as a named one with another generator
    /// (CVE-2020-0601).
    ExplicitCurve,
    /// An algorithm or a curve that has no name here.
    Unknown {
        /// Its object identifier, in dots.
        oid: String,
    },
    /// A key that nothing can be encrypted to, and nothing be decrypted with.
    NotRsa {
        /// What it is.
        kind: KeyKind,
    },
    /// A private key whose public half can't be written.
    Unwritable,
}

/// Algorithms of keys, by the content of their object identifiers.
const ALGORITHMS: [(&str, &str); 13] = [
    ("1.2.840.113549.1.1.7", "RSA for RSAES-OAEP alone"),
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10046.2.1", "Diffie-Hellman"),
    ("1.2.840.113549.1.3.1", "Diffie-Hellman"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.111", "X448"),
    ("1.3.101.113", "Ed448"),
    ("1.3.132.1.12", "EC for ECDH alone"),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012"),
    ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
];

/// Curves, likewise.
const CURVES: [(&str, &str); 14] = [
    ("1.3.132.0.10", "secp256k1"),
    ("1.3.132.0.31", "secp192k1"),
    ("1.3.132.0.32", "secp224k1"),
    ("1.3.132.0.33", "secp224r1 (P-224)"),
    ("1.2.840.10045.3.1.1", "secp192r1 (P-192)"),
    ("1.3.132.0.26", "sect233k1 (K-233)"),
    ("1.3.132.0.16", "sect283k1 (K-283)"),
    ("1.3.132.0.17", "sect283r1 (B-283)"),
    ("1.3.132.0.36", "sect409k1 (K-409)"),
    ("1.3.132.0.38", "sect571k1 (K-571)"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.2.156.10197.1.301", "SM2"),
];

const RSA_SSA_PSS: &str = "1.2.840.113549.1.1.10";

impl UnsupportedKey {
    /// The kind that an `AlgorithmIdentifier` names; `oid` is the content of its object identifier.
    pub(super) fn of_algorithm(oid: &[u8]) -> Self {
        let oid = dotted(oid);
        if oid == RSA_SSA_PSS {
            return Self::RsaPssOnly;
        }
        match named(&ALGORITHMS, &oid) {
            Some(name) => Self::Algorithm { name },
            None => Self::Unknown { oid },
        }
    }

    /// The kind that the parameters of an EC key name, in DER [RFC 5480 §2.1.1].
    #[must_use]
    pub fn of_curve(parameters: &[u8]) -> Self {
        let Some(oid) = DerReader::new(parameters).content(der::OBJECT_IDENTIFIER) else {
            return Self::ExplicitCurve;
        };
        let oid = dotted(oid);
        match named(&CURVES, &oid) {
            Some(name) => Self::Curve { name },
            None => Self::Unknown { oid },
        }
    }

    /// The curve of an EC key, by its object identifier in dots. A malformed identifier is shown as far as it can be
    /// read.
    pub(super) fn of_curve_named(oid: &str) -> Self {
        /// More occurs in no identifier of a kind of key.
        const MAX_CHARACTERS: usize = 64;
        match named(&CURVES, oid) {
            Some(name) => Self::Curve { name },
            None => Self::Unknown { oid: oid.chars().take(MAX_CHARACTERS).collect() },
        }
    }

    /// What to use in its place.
    #[must_use]
    pub const fn instead(&self) -> &'static str {
        match self {
            Self::RsaPssOnly => {
                "choose a certificate of a plain RSA key (rsaEncryption), which may sign with RSA-PSS, too"
            }
            Self::Curve { .. } | Self::ExplicitCurve => "choose P-256, P-384 or P-521, as a named curve",
            Self::NotRsa { .. } => "choose RSA with 2048 bits or more",
            Self::Algorithm { .. } | Self::Unknown { .. } | Self::Unwritable => {
                "choose RSA with 2048 bits or more, P-256, P-384, P-521 or Ed25519"
            }
        }
    }
}

impl fmt::Display for UnsupportedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaPssOnly => f.write_str("an RSA key for RSA-PSS alone (id-RSASSA-PSS)"),
            Self::Algorithm { name } => f.write_str(name),
            Self::Curve { name } => write!(f, "an EC key on {name}"),
            Self::ExplicitCurve => f.write_str("an EC key on a curve that is spelt out by its parameters"),
            Self::Unknown { oid } => write!(f, "a kind without a name here ({oid})"),
            Self::NotRsa { kind } => write!(f, "{kind}, where encryption needs RSA"),
            Self::Unwritable => f.write_str("a key whose public half can't be written"),
        }
    }
}

fn named(names: &[(&'static str, &'static str)], oid: &str) -> Option<&'static str> {
    names.iter().find_map(|(known, name)| (*known == oid).then_some(*name))
}

/// An object identifier in dots [X.690 §8.19]. A malformed one is written as far as it can be read.
fn dotted(content: &[u8]) -> String {
    /// More occurs in no identifier of a kind of key.
    const MAX_OCTETS: usize = 32;
    let mut text = String::new();
    let mut arc: u64 = 0;
    for octet in content.iter().take(MAX_OCTETS) {
        arc = arc.wrapping_shl(7) | u64::from(octet & 0x7f);
        if octet & 0x80 != 0 {
            continue;
        }
        if text.is_empty() {
            let root = (arc / 40).min(2);
            text = format!("{root}.{}", arc.saturating_sub(root * 40));
        } else {
            text.push_str(&format!(".{arc}"));
        }
        arc = 0;
    }
    text
}
