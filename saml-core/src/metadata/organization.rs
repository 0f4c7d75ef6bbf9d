//! Floor 5: who is behind an entity. May import `base`, `xml` and `assertion`.

use super::empty_part::optional;
use super::extensions::Extensions;
use super::localized::Localized;
use crate::base::NonEmpty;
use crate::xml::names::md;
use crate::xml::schema::one_or_more;
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// The organization that runs an entity [Metadata §2.3.2.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Optional content.
    pub extensions: Option<Extensions>,
    /// Its names.
    pub names: NonEmpty<Localized>,
    /// Its names for people.
    pub display_names: NonEmpty<Localized>,
    /// Its web pages.
    pub urls: NonEmpty<Localized>,
}

impl Organization {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let extensions = optional(&mut reader, md::EXTENSIONS, Extensions::read)?;
        let names = one_or_more(&mut reader, md::ORGANIZATION_NAME, Localized::read)?;
        let display_names = one_or_more(&mut reader, md::ORGANIZATION_DISPLAY_NAME, Localized::read)?;
        let urls = one_or_more(&mut reader, md::ORGANIZATION_URL, Localized::read_uri)?;
        reader.finish_open_attributes()?;
        Ok(Self { extensions, names, display_names, urls })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::ORGANIZATION);
        if let Some(extensions) = &self.extensions {
            extensions.write(writer);
        }
        for (name, values) in [
            (md::ORGANIZATION_NAME, &self.names),
            (md::ORGANIZATION_DISPLAY_NAME, &self.display_names),
            (md::ORGANIZATION_URL, &self.urls),
        ] {
            for value in values {
                value.write_as(name, writer);
            }
        }
        writer.end();
    }
}
