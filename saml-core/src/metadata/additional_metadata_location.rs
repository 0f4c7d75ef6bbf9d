//! Floor 5: the place of further metadata. May import `base`, `xml` and `assertion`.

use crate::xml::names::md;
use crate::xml::schema::uri;
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// Where metadata of another kind about the same entity can be had [Metadata §2.3.2.3]. Never fetched here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdditionalMetadataLocation {
    /// The namespace of its root element.
    pub namespace: String,
    /// The URL.
    pub location: String,
}

impl AdditionalMetadataLocation {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let namespace = reader.parse_required_attribute("namespace", uri)?;
        let text = reader.finish_text()?;
        let location = uri(&text).ok_or_else(|| SchemaError::text(element, &text))?;
        Ok(Self { namespace, location })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::ADDITIONAL_METADATA_LOCATION);
        writer.attribute("namespace", &self.namespace);
        writer.text(&self.location);
        writer.end();
    }
}
