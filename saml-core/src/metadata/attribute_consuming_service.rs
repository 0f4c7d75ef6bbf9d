//! Floor 5: which attributes a service wants. May import `base`, `xml` and `assertion`.

use super::empty_part::any_number;
use super::indexed_endpoint::default_of;
use super::localized::Localized;
use crate::assertion::Attribute;
use crate::base::NonEmpty;
use crate::xml::names::md;
use crate::xml::schema::{boolean, one_or_more, unsigned, write_bool, write_flag};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// A service of a provider, and the attributes that it wants [Metadata §2.4.4.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeConsumingService {
    /// The number by which requests name it.
    pub index: u16,
    /// Whether it is the default; see [`AttributeConsumingService::default_of`].
    pub is_default: Option<bool>,
    /// Its names.
    pub service_names: NonEmpty<Localized>,
    /// What it does.
    pub service_descriptions: Vec<Localized>,
    /// What it wants.
    pub requested_attributes: NonEmpty<RequestedAttribute>,
}

/// An attribute that a service wants [Metadata §2.4.4.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedAttribute {
    /// Its name, and the values that would do; none means any.
    pub attribute: Attribute,
    /// Whether the service is of no use without it; absent means not.
    pub is_required: bool,
}

impl AttributeConsumingService {
    /// The service that is meant where a request names none.
    #[must_use]
    pub fn default_of<'s>(services: impl IntoIterator<Item = &'s Self>) -> Option<&'s Self> {
        default_of(services, |service| service.is_default)
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let service = Self {
            index: reader.parse_required_attribute("index", unsigned)?,
            is_default: reader.parse_attribute("isDefault", boolean)?,
            service_names: one_or_more(&mut reader, md::SERVICE_NAME, Localized::read)?,
            service_descriptions: any_number(&mut reader, md::SERVICE_DESCRIPTION, Localized::read)?,
            requested_attributes: one_or_more(
                &mut reader,
                md::REQUESTED_ATTRIBUTE,
                RequestedAttribute::read,
            )?,
        };
        reader.finish_open_attributes()?;
        Ok(service)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::ATTRIBUTE_CONSUMING_SERVICE);
        writer.attribute("index", &self.index.to_string());
        write_bool(writer, "isDefault", self.is_default);
        for name in &self.service_names {
            name.write_as(md::SERVICE_NAME, writer);
        }
        for description in &self.service_descriptions {
            description.write_as(md::SERVICE_DESCRIPTION, writer);
        }
        for attribute in &self.requested_attributes {
            attribute.write(writer);
        }
        writer.end();
    }
}

impl RequestedAttribute {
    fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let is_required = reader.parse_attribute("isRequired", boolean)?.unwrap_or(false);
        let attribute = Attribute::read_with(&mut reader)?;
        reader.finish_open_attributes()?;
        Ok(Self { attribute, is_required })
    }

    fn write(&self, writer: &mut Writer) {
        writer.start(md::REQUESTED_ATTRIBUTE);
        write_flag(writer, "isRequired", self.is_required);
        self.attribute.write_content(writer);
        writer.end();
    }
}
