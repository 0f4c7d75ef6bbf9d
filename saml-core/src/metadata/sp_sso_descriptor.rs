//! Floor 5: service providers. May import `base`, `xml` and `assertion`.

use super::attribute_consuming_service::AttributeConsumingService;
use super::empty_part::any_number;
use super::indexed_endpoint::IndexedEndpoint;
use super::sso_descriptor::SsoDescriptor;
use crate::base::NonEmpty;
use crate::xml::names::md;
use crate::xml::schema::{boolean, one_or_more, write_flag};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// An entity as a service provider of single sign-on [Metadata §2.4.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpSsoDescriptor {
    /// What both sides of single sign-on have.
    pub sso: SsoDescriptor,
    /// Whether it signs its requests for authentication; absent means not.
    pub authn_requests_signed: bool,
    /// Whether it wants assertions themselves signed; absent means not.
    pub want_assertions_signed: bool,
    /// Where assertions go.
    pub assertion_consumer_services: NonEmpty<IndexedEndpoint>,
    /// The sets of attributes that it wants.
    pub attribute_consuming_services: Vec<AttributeConsumingService>,
}

impl SpSsoDescriptor {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let authn_requests_signed = reader.parse_attribute("AuthnRequestsSigned", boolean)?.unwrap_or(false);
        let want_assertions_signed =
            reader.parse_attribute("WantAssertionsSigned", boolean)?.unwrap_or(false);
        let descriptor = Self {
            sso: SsoDescriptor::read(&mut reader)?,
            authn_requests_signed,
            want_assertions_signed,
            assertion_consumer_services: one_or_more(
                &mut reader,
                md::ASSERTION_CONSUMER_SERVICE,
                IndexedEndpoint::read,
            )?,
            attribute_consuming_services: any_number(
                &mut reader,
                md::ATTRIBUTE_CONSUMING_SERVICE,
                AttributeConsumingService::read,
            )?,
        };
        reader.finish_open_attributes()?;
        Ok(descriptor)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::SP_SSO_DESCRIPTOR);
        self.sso.role.write_attributes(writer);
        write_flag(writer, "AuthnRequestsSigned", self.authn_requests_signed);
        write_flag(writer, "WantAssertionsSigned", self.want_assertions_signed);
        self.sso.write_children(writer);
        for service in &self.assertion_consumer_services {
            service.write_as(md::ASSERTION_CONSUMER_SERVICE, writer);
        }
        for service in &self.attribute_consuming_services {
            service.write(writer);
        }
        writer.end();
    }
}
