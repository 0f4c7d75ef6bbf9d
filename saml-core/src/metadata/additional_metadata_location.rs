//! Floor 5: where there is more metadata. May import `base`, `xml` and `assertion`.

use crate::xml::names::md;
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// Where metadata of another kind about the same entity can be had [Metadata §2.3.2.3]. Never fetched here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdditionalMetadataLocation {
    /// The namespace of its root element.
    pub namespace: String,
    /// The URL, as it was.
    pub location: String,
}

impl AdditionalMetadataLocation {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let namespace = reader.required_attribute("namespace")?.to_owned();
        let location = reader.finish_text()?.into_owned();
        Ok(Self { namespace, location })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::ADDITIONAL_METADATA_LOCATION);
        writer.attribute("namespace", &self.namespace);
        writer.text(&self.location);
        writer.end();
    }
}
