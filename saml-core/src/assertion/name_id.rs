//! Floor 5: name identifiers. May import `base` and `xml`.

use crate::base::{EntityId, uri_vocabulary};
use crate::xml::names::saml;
use crate::xml::schema::optional_word;
use crate::xml::{Element, ElementReader, KeptElement, QName, SchemaError, Writer, is_blank};

uri_vocabulary! {
    /// The kind of a name identifier [Core §8.3].
    NameIdFormat {
        /// Left to the parties' own agreement [Core §8.3.1]. What an absent `Format` means.
        Unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
        /// An address as `addr-spec` of RFC 2822 [Core §8.3.2]. Not a promise that the address works.
        EmailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        /// An X.509 subject name as XML-DSig writes it [Core §8.3.3].
        X509SubjectName = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName",
        /// `DOMAIN\user` [Core §8.3.4].
        WindowsDomainQualifiedName = "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName",
        /// A Kerberos principal [Core §8.3.5].
        Kerberos = "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos",
        /// The identifier of a SAML entity [Core §8.3.6]. What an absent `Format` of an `Issuer` means.
        Entity = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
        /// Opaque, lasting, for one pair of identity and service provider [Core §8.3.7].
        Persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        /// Opaque, random, for a short time [Core §8.3.8].
        Transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        /// In a `NameIDPolicy`: the identifier is to be encrypted [Core §3.4.1.1].
        Encrypted = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted",
    }
}

/// A name of a subject or an entity, the schema's `NameIDType` [Core §2.2.2].
///
/// Text and qualifiers are strings: kept octet by octet, never trimmed or folded. The subject of an assertion may
/// have an empty one; validation refuses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameId {
    /// The name itself.
    pub value: String,
    /// The domain in which the name is unique, usually the identity provider.
    pub name_qualifier: Option<String>,
    /// The service provider, or affiliation, for which the name was made.
    pub sp_name_qualifier: Option<String>,
    /// The kind of the name; absent means [`NameIdFormat::Unspecified`], in an `Issuer` [`NameIdFormat::Entity`].
    pub format: Option<NameIdFormat>,
    /// The service provider's own alias for the name.
    pub sp_provided_id: Option<String>,
}

impl NameId {
    /// A name without format and qualifiers.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            name_qualifier: None,
            sp_name_qualifier: None,
            format: None,
            sp_provided_id: None,
        }
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let name_qualifier = reader.attribute("NameQualifier").map(str::to_owned);
        let sp_name_qualifier = reader.attribute("SPNameQualifier").map(str::to_owned);
        let format = reader.attribute("Format").map(optional_word(NameIdFormat::from_uri));
        let sp_provided_id = reader.attribute("SPProvidedID").map(str::to_owned);
        let value = reader.finish_text()?.into_owned();
        Ok(Self { value, name_qualifier, sp_name_qualifier, format, sp_provided_id })
    }

    /// As [`NameId::read`], and refuses a name without text [Core §1.3.1].
    pub(crate) fn read_named(element: Element<'_>) -> Result<Self, SchemaError> {
        let name = Self::read(element)?;
        if is_blank(&name.value) { Err(SchemaError::text(element, &name.value)) } else { Ok(name) }
    }

    /// Writes the value as the element `name`: `NameID`, `Issuer` and their like share this type.
    pub(crate) fn write_as(&self, name: QName<'static>, writer: &mut Writer) {
        writer.start(name);
        writer.attribute_opt("NameQualifier", self.name_qualifier.as_deref());
        writer.attribute_opt("SPNameQualifier", self.sp_name_qualifier.as_deref());
        writer.attribute_opt("Format", self.format.as_ref().map(NameIdFormat::uri));
        writer.attribute_opt("SPProvidedID", self.sp_provided_id.as_deref());
        writer.text(&self.value);
        writer.end();
    }
}

/// Who made an assertion or a message [Core §2.2.5].
///
/// Claims, until a signature says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(pub NameId);

impl Issuer {
    /// An issuer known by its entity identifier alone, as Web SSO wants it [Profiles §4.1.4].
    #[must_use]
    pub fn entity(id: &EntityId) -> Self {
        Self(NameId::new(id.as_str()))
    }

    /// The name, whatever its format.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.value
    }

    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        NameId::read_named(element).map(Self)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write_as(saml::ISSUER, writer);
    }
}

/// A name of a type that an extension defines [Core §2.2.1]; kept, not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseId(pub KeptElement);

impl BaseId {
    pub(crate) fn read(element: Element<'_>) -> Self {
        Self(KeptElement::read(element))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        self.0.write(writer);
    }
}
