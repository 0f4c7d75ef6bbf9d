//! Floor 5: what both sides of single sign-on share. May import `base`, `xml` and `assertion`.

use super::empty_part::any_number;
use super::endpoint::Endpoint;
use super::indexed_endpoint::IndexedEndpoint;
use super::role_descriptor::RoleDescriptor;
use crate::assertion::NameIdFormat;
use crate::xml::names::md;
use crate::xml::schema::{text_of_type, word, write_texts};
use crate::xml::{ElementReader, SchemaError, Writer};

/// What identity and service providers both have, the schema's `SSODescriptorType` [Metadata §2.4.2].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SsoDescriptor {
    /// What all roles have.
    pub role: RoleDescriptor,
    /// Where artifacts are resolved, by the index that they carry.
    pub artifact_resolution_services: Vec<IndexedEndpoint>,
    /// Where logout messages go.
    pub single_logout_services: Vec<Endpoint>,
    /// Where messages about changed name identifiers go.
    pub manage_name_id_services: Vec<Endpoint>,
    /// The supported kinds of name identifiers. An empty list says nothing. An empty element is neither read nor
    /// written (ADFS-06).
    pub name_id_formats: Vec<NameIdFormat>,
}

impl SsoDescriptor {
    /// Reads the shared attributes and the first children. The parts of a derived type stay in the reader.
    pub(super) fn read(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        Ok(Self {
            role: RoleDescriptor::read(reader)?,
            artifact_resolution_services: any_number(
                reader,
                md::ARTIFACT_RESOLUTION_SERVICE,
                IndexedEndpoint::read,
            )?,
            single_logout_services: any_number(reader, md::SINGLE_LOGOUT_SERVICE, Endpoint::read)?,
            manage_name_id_services: any_number(reader, md::MANAGE_NAME_ID_SERVICE, Endpoint::read)?,
            name_id_formats: any_number(reader, md::NAME_ID_FORMAT, |element| {
                text_of_type(element, word(NameIdFormat::from_uri))
            })?,
        })
    }

    pub(super) fn write_children(&self, writer: &mut Writer) {
        self.role.write_children(writer);
        for service in &self.artifact_resolution_services {
            service.write_as(md::ARTIFACT_RESOLUTION_SERVICE, writer);
        }
        for service in &self.single_logout_services {
            service.write_as(md::SINGLE_LOGOUT_SERVICE, writer);
        }
        for service in &self.manage_name_id_services {
            service.write_as(md::MANAGE_NAME_ID_SERVICE, writer);
        }
        write_texts(writer, md::NAME_ID_FORMAT, self.name_id_formats.iter().map(NameIdFormat::uri));
    }
}
