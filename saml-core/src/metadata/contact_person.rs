//! Floor 5: the contact persons of an entity. May import `base`, `xml` and `assertion`.

use super::empty_part::{any_number, optional};
use super::extensions::Extensions;
use crate::xml::names::md;
use crate::xml::schema::{text, uri_text, write_texts};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// Whom to ask about an entity or a role [Metadata §2.3.2.2].
///
/// Empty texts are neither read nor written (ADFS-06).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPerson {
    /// About what.
    pub contact_type: ContactType,
    /// Optional content.
    pub extensions: Option<Extensions>,
    /// The company.
    pub company: Option<String>,
    /// The given name.
    pub given_name: Option<String>,
    /// The surname.
    pub sur_name: Option<String>,
    /// Addresses, usually `mailto:` URIs.
    pub email_addresses: Vec<String>,
    /// Telephone numbers.
    pub telephone_numbers: Vec<String>,
}

/// The matters that a contact person answers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactType {
    /// Technical matters.
    Technical,
    /// Use of the service.
    Support,
    /// Administration.
    Administrative,
    /// Bills.
    Billing,
    /// Anything else.
    Other,
}

impl ContactType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Support => "support",
            Self::Administrative => "administrative",
            Self::Billing => "billing",
            Self::Other => "other",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Technical, Self::Support, Self::Administrative, Self::Billing, Self::Other]
            .into_iter()
            .find(|word| word.as_str() == text)
    }
}

impl ContactPerson {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let contact_type = reader.parse_required_attribute("contactType", ContactType::parse)?;
        let extensions = optional(&mut reader, md::EXTENSIONS, Extensions::read)?;
        let company = optional(&mut reader, md::COMPANY, text)?;
        let given_name = optional(&mut reader, md::GIVEN_NAME, text)?;
        let sur_name = optional(&mut reader, md::SUR_NAME, text)?;
        let email_addresses = any_number(&mut reader, md::EMAIL_ADDRESS, uri_text)?;
        let telephone_numbers = any_number(&mut reader, md::TELEPHONE_NUMBER, text)?;
        reader.finish_open_attributes()?;
        Ok(Self {
            contact_type,
            extensions,
            company,
            given_name,
            sur_name,
            email_addresses,
            telephone_numbers,
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(md::CONTACT_PERSON);
        writer.attribute("contactType", self.contact_type.as_str());
        if let Some(extensions) = &self.extensions {
            extensions.write(writer);
        }
        write_texts(writer, md::COMPANY, &self.company);
        write_texts(writer, md::GIVEN_NAME, &self.given_name);
        write_texts(writer, md::SUR_NAME, &self.sur_name);
        write_texts(writer, md::EMAIL_ADDRESS, &self.email_addresses);
        write_texts(writer, md::TELEPHONE_NUMBER, &self.telephone_numbers);
        writer.end();
    }
}
