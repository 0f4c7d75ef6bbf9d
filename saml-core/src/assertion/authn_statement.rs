//! Floor 5: that a subject was authenticated. May import `base` and `xml`.

use super::authn_context::AuthnContext;
use crate::base::SamlInstant;
use crate::xml::names::saml;
use crate::xml::schema::{instant, optional, write_instant};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// The subject was authenticated by the issuer, at an instant, by some means [Core §2.7.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnStatement {
    /// When.
    pub authn_instant: SamlInstant,
    /// Which session of the subject at the issuer it belongs to; to be given back on logout octet by octet.
    pub session_index: Option<String>,
    /// When the issuer takes that session for ended.
    pub session_not_on_or_after: Option<SamlInstant>,
    /// Where the subject was.
    pub subject_locality: Option<SubjectLocality>,
    /// By what means.
    pub authn_context: AuthnContext,
}

impl AuthnStatement {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let authn_instant = reader.parse_required_attribute("AuthnInstant", instant)?;
        let session_index = reader.attribute("SessionIndex").map(str::to_owned);
        let session_not_on_or_after = reader.parse_attribute("SessionNotOnOrAfter", instant)?;
        let subject_locality = optional(&mut reader, saml::SUBJECT_LOCALITY, SubjectLocality::read)?;
        let authn_context = AuthnContext::read(reader.required(saml::AUTHN_CONTEXT)?)?;
        reader.finish()?;
        Ok(Self { authn_instant, session_index, session_not_on_or_after, subject_locality, authn_context })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::AUTHN_STATEMENT);
        writer.attribute("AuthnInstant", &self.authn_instant.to_string());
        writer.attribute_opt("SessionIndex", self.session_index.as_deref());
        write_instant(writer, "SessionNotOnOrAfter", self.session_not_on_or_after);
        if let Some(locality) = &self.subject_locality {
            locality.write(writer);
        }
        self.authn_context.write(writer);
        writer.end();
    }
}

/// Where the subject was when it was authenticated [Core §2.7.2.1]; a hint, easily forged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectLocality {
    /// A network address.
    pub address: Option<String>,
    /// A host name.
    pub dns_name: Option<String>,
}

impl SubjectLocality {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let address = reader.attribute("Address").map(str::to_owned);
        let dns_name = reader.attribute("DNSName").map(str::to_owned);
        reader.finish()?;
        Ok(Self { address, dns_name })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::SUBJECT_LOCALITY);
        writer.attribute_opt("Address", self.address.as_deref());
        writer.attribute_opt("DNSName", self.dns_name.as_deref());
        writer.end();
    }
}
