//! Floor 5: what federations add to metadata. May import `base`, `xml` and `assertion`.

use crate::base::NonEmpty;
use crate::xml::names::md;
use crate::xml::schema::foreign_elements;
use crate::xml::{Element, KeptElement, SchemaError, Writer};

/// Optional content of metadata, in other namespaces than its own [Metadata §2.3]; kept as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extensions(pub NonEmpty<KeptElement>);

impl Extensions {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        foreign_elements(element).map(Self)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::EXTENSIONS);
        for element in &self.0 {
            element.write(writer);
        }
        writer.end();
    }
}
