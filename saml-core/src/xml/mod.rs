//! Floor 2: strict XML in and out. May import `base`.
//!
//! A received message becomes a [`Document`]: an arena that owns its octets. [`ElementReader`] reads one of its
//! elements against a schema type, [`KeptElement`] keeps a part of it as it was, [`XmlElement`] is such a part as plain
//! data, and [`Writer`] makes new documents, escaping by construction.

mod advice;
mod document;
mod element;
mod error;
mod ids;
mod iterators;
mod kept;
mod markup;
mod misbound_prefix;
pub mod names;
mod parser;
mod place;
mod qualified_name;
mod reader;
mod same;
pub(crate) mod schema;
mod schema_error;
mod self_contained;
mod span;
mod tree;
mod white_space;
mod write_error;
mod writer;
mod written;

pub(crate) use advice::hides_content;
pub use document::{Document, Node, NodeId};
pub use element::{Attribute, Element};
pub use error::{NamespaceRule, WellFormedness, XmlError};
pub use iterators::{Attributes, ChildElements, NamespaceDeclarations, Nodes};
pub use kept::{KeptAttributes, KeptContent, KeptElement};
pub(crate) use markup::has_scheme;
pub use misbound_prefix::MisboundPrefix;
pub use parser::{DocumentEvents, DocumentStream, StartTag, StartTagAttribute};
pub use place::Place;
pub(crate) use place::root_start_tag;
pub use qualified_name::{ExpandedName, NamespaceBinding, NamespaceDeclaration, OwnedName, QName};
pub use reader::ElementReader;
pub(crate) use same::same;
pub use schema_error::SchemaError;
pub use tree::{XmlAttribute, XmlElement, XmlNode};
pub(crate) use white_space::{collapsed, is_blank, trimmed, words};
pub use write_error::WriteError;
pub use writer::Writer;
pub use written::{SignatureSlot, Written};

#[cfg(test)]
mod tests;
