//! Floor 5: what parties agreed on outside the protocol schema. May import `base` and `xml`.

use crate::base::NonEmpty;
use crate::xml::names::samlp;
use crate::xml::schema::foreign_elements;
use crate::xml::{Element, KeptElement, SchemaError, Writer};

/// Optional content of messages, in other namespaces than the protocol's [Core §3.2.1].
///
/// Kept as it was and never descended into: a message or an assertion in here counts for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extensions(pub NonEmpty<KeptElement>);

impl Extensions {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        foreign_elements(element).map(Self)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::EXTENSIONS);
        for element in &self.0 {
            element.write(writer);
        }
        writer.end();
    }
}
