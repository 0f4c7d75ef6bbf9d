//! Floor 5: keys that stand in metadata by themselves. May import `base` and `xml`.

use crate::xml::names::{ds, dsig11};
use crate::xml::{Element, Writer};

/// A key without a certificate [XMLDSig §4.5.2], [XMLDSig 1.1 §4.5.10], which metadata may give as well
/// [MetaIOP §2.5.1].
///
/// The texts are kept as they were, white space included. A malformed one is found when a key is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyValue {
    /// `ds:RSAKeyValue`: Base64 of two numbers in big-endian.
    Rsa {
        /// The modulus.
        modulus: String,
        /// The public exponent.
        exponent: String,
    },
    /// `dsig11:ECKeyValue`.
    Ec {
        /// The URI of the curve, `urn:oid:…`.
        named_curve: String,
        /// Base64 of the point.
        public_key: String,
    },
    /// `dsig11:DEREncodedKeyValue`: Base64 of a `SubjectPublicKeyInfo`.
    Der(String),
}

impl KeyValue {
    /// `None` for another element and for one of another shape. No key can be made of such an element, and it is no
    /// reason to refuse the metadata around it. A curve that is given by its parameters is not read, because it can
    /// pose as a named one.
    pub(super) fn read(element: Element<'_>) -> Option<Self> {
        if element.is(dsig11::DER_ENCODED_KEY_VALUE) {
            return element.text_alone().map(|text| Self::Der(text.to_owned()));
        }
        let value = only_child(element).filter(|_| element.is(ds::KEY_VALUE))?;
        let mut parts = value.child_elements();
        let (first, second) = (parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let text = |part: Element<'_>| part.text_alone().map(str::to_owned);
        if value.is(ds::RSA_KEY_VALUE) && first.is(ds::MODULUS) && second.is(ds::EXPONENT) {
            Some(Self::Rsa { modulus: text(first)?, exponent: text(second)? })
        } else if value.is(dsig11::EC_KEY_VALUE)
            && first.is(dsig11::NAMED_CURVE)
            && second.is(dsig11::PUBLIC_KEY)
        {
            Some(Self::Ec { named_curve: first.attribute("URI")?.to_owned(), public_key: text(second)? })
        } else {
            None
        }
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Rsa { modulus, exponent } => {
                writer.start(ds::KEY_VALUE);
                writer.start(ds::RSA_KEY_VALUE);
                writer.text_element(ds::MODULUS, modulus);
                writer.text_element(ds::EXPONENT, exponent);
                writer.end();
                writer.end();
            }
            Self::Ec { named_curve, public_key } => {
                writer.start(ds::KEY_VALUE);
                writer.start(dsig11::EC_KEY_VALUE);
                writer.start(dsig11::NAMED_CURVE);
                writer.attribute("URI", named_curve);
                writer.end();
                writer.text_element(dsig11::PUBLIC_KEY, public_key);
                writer.end();
                writer.end();
            }
            Self::Der(text) => writer.text_element(dsig11::DER_ENCODED_KEY_VALUE, text),
        }
    }
}

fn only_child(element: Element<'_>) -> Option<Element<'_>> {
    let mut children = element.child_elements();
    let only = children.next()?;
    children.next().is_none().then_some(only)
}
