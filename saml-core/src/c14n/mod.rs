//! Floor 3: canonical XML. May import `base` and `xml`.
//!
//! One event-driven [`Canonicalizer`] implements Exclusive XML Canonicalization 1.0 and Canonical XML 1.0 and 1.1, each
//! with and without comments, and writes to any [`OctetSink`]. [`canonicalize_element`] and [`canonicalize_document`]
//! drive it over a parsed [`Document`](crate::xml::Document); a token stream can drive it directly, in memory that does
//! not grow with the document.
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
mod walker;
mod xml_base;

pub use canonicalizer::Canonicalizer;
pub use error::C14nError;
pub use method::CanonicalizationMethod;
pub use prefix_list::PrefixList;
pub use sink::OctetSink;
pub use walker::{canonical_octets, canonicalize_document, canonicalize_element};

#[cfg(test)]
mod tests;
