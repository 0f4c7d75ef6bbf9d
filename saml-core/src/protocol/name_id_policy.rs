//! Floor 5: which name identifier is wanted. May import `base`, `xml` and `assertion`.

use crate::assertion::NameIdFormat;
use crate::xml::names::samlp;
use crate::xml::schema::{boolean, optional_word, write_flag};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// Which name identifier a requester wants for the subject [Core §3.4.1.1].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameIdPolicy {
    /// Of what kind; absent leaves it to the identity provider.
    pub format: Option<NameIdFormat>,
    /// For which service provider or affiliation, if it isn't the requester.
    pub sp_name_qualifier: Option<String>,
    /// Whether a new identifier may be made; absent means not.
    pub allow_create: bool,
}

impl NameIdPolicy {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let format = reader.attribute("Format").map(optional_word(NameIdFormat::from_uri));
        let sp_name_qualifier = reader.attribute("SPNameQualifier").map(str::to_owned);
        let allow_create = reader.parse_attribute("AllowCreate", boolean)?.unwrap_or(false);
        reader.finish()?;
        Ok(Self { format, sp_name_qualifier, allow_create })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::NAME_ID_POLICY);
        writer.attribute_opt("Format", self.format.as_ref().map(NameIdFormat::uri));
        writer.attribute_opt("SPNameQualifier", self.sp_name_qualifier.as_deref());
        write_flag(writer, "AllowCreate", self.allow_create);
        writer.end();
    }
}
