//! Floor 2: octets to arena. May import `base`.
//!
//! `quick-xml` finds the ends of tags, comments and processing instructions; every rule about what stands between them
//! is checked here. The first error is final.

mod attributes;
mod builder;
mod characters;
mod declaration;
mod lanes;
mod name;
mod namespaces;
mod references;
mod room;
mod stream;
mod text;
mod tokenizer;

pub use stream::{DocumentEvents, DocumentStream, StartTag, StartTagAttribute};

use std::sync::Arc;

use super::document::Document;
use super::error::{WellFormedness, XmlError};
use super::qualified_name::NamespaceBinding;
use super::span::MAX_OCTETS;
use crate::base::{Limits, take_steps};
use builder::Builder;
use tokenizer::Extent;

/// The octets of U+FEFF, allowed once at the very beginning.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Parses a document, or a decrypted element with the bindings around it.
pub(super) fn parse(
    octets: Vec<u8>,
    context: &[NamespaceBinding],
    limits: &Limits,
) -> Result<Arc<Document>, XmlError> {
    let limit = limits.octets.min(MAX_OCTETS);
    if octets.len() > limit {
        return Err(XmlError::TooManyOctets { limit, found: octets.len() });
    }
    take_steps(octets.len());
    let input = decode(octets)?;
    let mut builder = Builder::new(&input, context, limits)?;
    tokenizer::tokenize(&input, Extent::ToTheEnd, &mut builder)?;
    let join = builder.finish()?;
    Ok(join(input))
}

/// UTF-8 without a byte order mark; a second mark would be content before the root.
fn decode(mut octets: Vec<u8>) -> Result<String, XmlError> {
    if octets.starts_with(BYTE_ORDER_MARK) {
        octets.drain(..BYTE_ORDER_MARK.len());
        if octets.starts_with(BYTE_ORDER_MARK) {
            return Err(XmlError::NotWellFormed { rule: WellFormedness::OutsideRoot, offset: 0 });
        }
    }
    String::from_utf8(octets).map_err(|error| XmlError::NotUtf8 { offset: error.utf8_error().valid_up_to() })
}
