//! Floor 5: the subject of an assertion. May import `base` and `xml`.

use super::encrypted::EncryptedId;
use super::name_id::{BaseId, NameId};
use super::subject_confirmation::SubjectConfirmation;
use crate::xml::names::saml;
use crate::xml::schema::{any_number, one_or_more};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// The principal that the statements of an assertion are about [Core §2.4.1].
///
/// Read from a message it has an identifier, or at least one confirmation, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The name of the subject. If it is absent, the subject is the one who satisfies a confirmation (ADFS-07).
    pub identifier: Option<SubjectIdentifier>,
    /// The ways to show that the bearer is the subject, of which one suffices.
    pub confirmations: Vec<SubjectConfirmation>,
}

impl Subject {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let identifier = SubjectIdentifier::read_optional(&mut reader)?;
        let confirmations = if identifier.is_some() {
            any_number(&mut reader, saml::SUBJECT_CONFIRMATION, SubjectConfirmation::read)?
        } else {
            one_or_more(&mut reader, saml::SUBJECT_CONFIRMATION, SubjectConfirmation::read)?.into_vec()
        };
        reader.finish()?;
        Ok(Self { identifier, confirmations })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::SUBJECT);
        if let Some(identifier) = &self.identifier {
            identifier.write(writer);
        }
        for confirmation in &self.confirmations {
            confirmation.write(writer);
        }
        writer.end();
    }
}

/// The choice between the three ways to name a subject [Core §2.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectIdentifier {
    /// A name in clear.
    NameId(NameId),
    /// A name of a type that an extension defines.
    BaseId(BaseId),
    /// A name that only the holder of a key can read.
    EncryptedId(EncryptedId),
}

impl SubjectIdentifier {
    /// Of a subject: a name without text is left to validation, which has more to say of it.
    fn read_optional(reader: &mut ElementReader<'_>) -> Result<Option<Self>, SchemaError> {
        Self::read_with(reader, NameId::read)
    }

    /// Where a name without text is refused.
    pub(crate) fn read_named(reader: &mut ElementReader<'_>) -> Result<Option<Self>, SchemaError> {
        Self::read_with(reader, NameId::read_named)
    }

    fn read_with(
        reader: &mut ElementReader<'_>,
        read_name: fn(Element<'_>) -> Result<NameId, SchemaError>,
    ) -> Result<Option<Self>, SchemaError> {
        if let Some(element) = reader.optional(saml::NAME_ID)? {
            return read_name(element).map(Self::NameId).map(Some);
        }
        if let Some(element) = reader.optional(saml::ENCRYPTED_ID)? {
            return EncryptedId::read(element).map(Self::EncryptedId).map(Some);
        }
        Ok(reader.optional(saml::BASE_ID)?.map(BaseId::read).map(Self::BaseId))
    }

    pub(crate) fn read_required(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        match Self::read_named(reader)? {
            Some(identifier) => Ok(identifier),
            // None of the three is next. This call fails and names the missing element.
            None => reader.required(saml::NAME_ID).and_then(NameId::read_named).map(Self::NameId),
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::NameId(name_id) => name_id.write_as(saml::NAME_ID, writer),
            Self::BaseId(base_id) => base_id.write(writer),
            Self::EncryptedId(encrypted_id) => encrypted_id.write(writer),
        }
    }
}
