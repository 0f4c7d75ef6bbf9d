//! Floor 6: the keys that a role's metadata gives, in whichever form. [MetaIOP §2.5.1]

use std::collections::BTreeSet;

use crate::base::{Coded, VerdictCode, take_steps};
use crate::crypto::{Certificate, CryptoError, PublicKey, UnsupportedKey};
use crate::metadata::{KeyDescriptor, KeyValue};
use crate::xml::names::{ds, dsig11};

/// A key that metadata gives.
#[derive(Clone, Debug)]
pub enum PublishedKey {
    /// A key in a certificate, of which only the key counts.
    Certified(Certificate),
    /// By itself: `ds:KeyValue` or `dsig11:DEREncodedKeyValue`.
    Bare(PublicKey),
}

impl PublishedKey {
    /// The key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        match self {
            Self::Certified(certificate) => certificate.public_key(),
            Self::Bare(key) => key,
        }
    }

    /// The keys of one `KeyDescriptor`, certificates first, each in document order. An unusable key stands as an error
    /// in its place.
    ///
    /// A name of a key is no key, and says nothing here.
    pub fn all_of(descriptor: &KeyDescriptor) -> impl Iterator<Item = Result<Self, UnusableKey>> {
        let certificates = descriptor.certificates.iter().map(|text| {
            let certificate = Certificate::from_base64(text).map(Self::Certified);
            certificate.map_err(|error| UnusableKey { element: CERTIFICATE, error })
        });
        let values = descriptor.key_values.iter().map(|value| {
            let (element, key) = match value {
                KeyValue::Rsa { modulus, exponent } => {
                    ("ds:RSAKeyValue", PublicKey::from_rsa_key_value(modulus, exponent))
                }
                KeyValue::Ec { named_curve, public_key } => {
                    ("dsig11:ECKeyValue", PublicKey::from_ec_key_value(named_curve, public_key))
                }
                KeyValue::Der(text) => ("dsig11:DEREncodedKeyValue", PublicKey::from_der_key_value(text)),
            };
            key.map(Self::Bare).map_err(|error| UnusableKey { element, error })
        });
        let others = descriptor.other.iter().filter_map(|other| {
            let is = |name: crate::xml::QName<'_>| other.name() == name.name;
            let element = if is(ds::KEY_VALUE) {
                "ds:KeyValue"
            } else if is(dsig11::DER_ENCODED_KEY_VALUE) {
                "dsig11:DEREncodedKeyValue"
            } else {
                return None;
            };
            Some(Err(UnusableKey {
                element,
                error: CryptoError::KeyUnsupported {
                    found: UnsupportedKey::Algorithm { name: "a kind of value that is not read" },
                },
            }))
        });
        certificates.chain(values).chain(others)
    }

    /// The keys of [`PublishedKey::all_of`] that belong to the owner: without the authorities, if a `ds:KeyInfo` holds
    /// the chain of a certificate [XMLDSig §4.5.4].
    ///
    /// An authority's key signs certificates. A message that an authority signed is not from this peer, and this peer
    /// can't read content that is encrypted to an authority. Where certificates certify each other in a circle, no one
    /// is left.
    pub(super) fn owners_of(descriptor: &KeyDescriptor) -> Vec<Result<Self, UnusableKey>> {
        let mut published: Vec<_> = Self::all_of(descriptor).collect();
        let authorities: BTreeSet<Vec<u8>> =
            published.iter().flatten().filter_map(Self::certified_by).map(<[u8]>::to_vec).collect();
        take_steps(published.len());
        published.retain(|key| match key {
            Ok(Self::Certified(certificate)) => !authorities.contains(certificate.subject_name()),
            Ok(Self::Bare(_)) | Err(_) => true,
        });
        published
    }

    fn certified_by(&self) -> Option<&[u8]> {
        match self {
            Self::Certified(certificate) => certificate.certified_by(),
            Self::Bare(_) => None,
        }
    }
}

const CERTIFICATE: &str = "ds:X509Certificate";

/// Something in a `KeyDescriptor` that should be a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{element} holds no usable key: {error}")]
pub struct UnusableKey {
    /// The element that gives it.
    pub element: &'static str,
    /// Why it is none.
    pub error: CryptoError,
}

impl Coded for UnusableKey {
    fn code(&self) -> VerdictCode {
        self.error.code()
    }

    fn expected(&self) -> Option<String> {
        Some("a certificate, or an RSA, EC (P-256, P-384, P-521) or Ed25519 key".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(format!("{}: {}", self.element, self.error))
    }
}

/// An unusable key, and its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}")]
pub struct KeyFault {
    /// Which of the role's `KeyDescriptor` elements holds it, counted from 0.
    pub descriptor: usize,
    /// Its fault.
    pub key: UnusableKey,
}
