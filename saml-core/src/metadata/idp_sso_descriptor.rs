//! Floor 5: identity providers. May import `base`, `xml` and `assertion`.

use super::empty_part::any_number;
use super::endpoint::Endpoint;
use super::sso_descriptor::SsoDescriptor;
use crate::assertion::Attribute;
use crate::base::NonEmpty;
use crate::xml::names::{md, saml};
use crate::xml::schema::{boolean, one_or_more, uri_text, write_flag, write_texts};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// An entity as an identity provider of single sign-on [Metadata §2.4.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpSsoDescriptor {
    /// What both sides of single sign-on have.
    pub sso: SsoDescriptor,
    /// Whether it refuses unsigned requests for authentication; absent means not.
    pub want_authn_requests_signed: bool,
    /// Where requests for authentication go.
    pub single_sign_on_services: NonEmpty<Endpoint>,
    /// Where requests to map name identifiers go.
    pub name_id_mapping_services: Vec<Endpoint>,
    /// Where requests for assertions by their identifiers go.
    pub assertion_id_request_services: Vec<Endpoint>,
    /// The attribute profiles that are supported.
    pub attribute_profiles: Vec<String>,
    /// Attributes that are supported, and their values if they are few.
    pub attributes: Vec<Attribute>,
}

impl IdpSsoDescriptor {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let want_authn_requests_signed =
            reader.parse_attribute("WantAuthnRequestsSigned", boolean)?.unwrap_or(false);
        let descriptor = Self {
            sso: SsoDescriptor::read(&mut reader)?,
            want_authn_requests_signed,
            single_sign_on_services: one_or_more(&mut reader, md::SINGLE_SIGN_ON_SERVICE, Endpoint::read)?,
            name_id_mapping_services: any_number(&mut reader, md::NAME_ID_MAPPING_SERVICE, Endpoint::read)?,
            assertion_id_request_services: any_number(
                &mut reader,
                md::ASSERTION_ID_REQUEST_SERVICE,
                Endpoint::read,
            )?,
            attribute_profiles: any_number(&mut reader, md::ATTRIBUTE_PROFILE, uri_text)?,
            attributes: any_number(&mut reader, saml::ATTRIBUTE, Attribute::read)?,
        };
        reader.finish_open_attributes()?;
        Ok(descriptor)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::IDP_SSO_DESCRIPTOR);
        self.sso.role.write_attributes(writer);
        write_flag(writer, "WantAuthnRequestsSigned", self.want_authn_requests_signed);
        self.sso.write_children(writer);
        for service in &self.single_sign_on_services {
            service.write_as(md::SINGLE_SIGN_ON_SERVICE, writer);
        }
        for service in &self.name_id_mapping_services {
            service.write_as(md::NAME_ID_MAPPING_SERVICE, writer);
        }
        for service in &self.assertion_id_request_services {
            service.write_as(md::ASSERTION_ID_REQUEST_SERVICE, writer);
        }
        write_texts(writer, md::ATTRIBUTE_PROFILE, &self.attribute_profiles);
        for attribute in &self.attributes {
            attribute.write(writer);
        }
        writer.end();
    }
}
