//! Floor 3: canonical XML. May import `base` and `xml`.
//!
//! One event-driven [`Canonicalizer`] implements Exclusive XML Canonicalization 1.0 and Canonical XML 1.0 and 1.1, each
//! with and without comments, and writes to any [`OctetSink`]. Two drivers tell it what to write:
//! [`canonicalize_element`] and [`canonicalize_document`] walk a parsed [`Document`](crate::xml::Document);
//! [`CanonicalStream`] passes on what a [`DocumentStream`](crate::xml::DocumentStream) reads, in memory that does not
//! grow with the document.
//!
//! Document subsets other than one element less one of its descendants have no place in the SAML profile of XML
//! Signature [Core §5.4], and no interface here.

mod apex;
mod attribute_axis;
mod canonicalizer;
mod error;
mod escape;
mod method;
mod namespace_axis;
mod output;
mod prefix_list;
mod sink;
mod stream;
mod walker;
mod xml_base;

pub use canonicalizer::Canonicalizer;
pub use error::C14nError;
pub use method::CanonicalizationMethod;
pub use prefix_list::PrefixList;
pub use sink::OctetSink;
pub use stream::{CanonicalStream, CanonicalStreamError};
pub(crate) use walker::begin_element;
pub use walker::{canonical_octets, canonicalize_document, canonicalize_element};

#[cfg(test)]
mod tests;
