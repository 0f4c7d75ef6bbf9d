//! Floor 5: where an entity takes messages. May import `base`, `xml` and `assertion`.

use crate::base::Binding;
use crate::xml::schema::{uri, word};
use crate::xml::{Element, ElementReader, QName, SchemaError, Writer};

/// A place that takes messages by one binding [Metadata §2.2.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The binding.
    pub binding: Binding,
    /// The URL.
    pub location: String,
    /// The URL for responses, if it is a different one.
    pub response_location: Option<String>,
}

impl Endpoint {
    pub(super) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let endpoint = Self::read_with(&mut reader)?;
        reader.finish_open_attributes()?;
        Ok(endpoint)
    }

    /// Reads what endpoints share, and passes over their extensions; the caller finishes the reader.
    pub(super) fn read_with(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        let binding = reader.parse_required_attribute("Binding", word(Binding::from_uri))?;
        let location = reader.parse_required_attribute("Location", uri)?;
        let response_location = reader.attribute("ResponseLocation").and_then(uri);
        while reader.next_foreign()?.is_some() {}
        Ok(Self { binding, location, response_location })
    }

    pub(super) fn write_as(&self, name: QName<'static>, writer: &mut Writer) {
        writer.start(name);
        self.write_attributes(writer);
        writer.end();
    }

    pub(super) fn write_attributes(&self, writer: &mut Writer) {
        writer.attribute("Binding", self.binding.uri());
        writer.attribute("Location", &self.location);
        writer.attribute_opt("ResponseLocation", self.response_location.as_deref());
    }

    /// Where responses go [Metadata §2.2.2].
    #[must_use]
    pub fn response_location(&self) -> &str {
        self.response_location.as_deref().unwrap_or(&self.location)
    }
}
