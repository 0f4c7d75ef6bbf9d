//! Floor 5: the conditions of an assertion. May import `base` and `xml`.

use crate::base::{NonEmpty, SamlInstant};
use crate::xml::names::saml;
use crate::xml::schema::{any_number, instant, one_or_more, unsigned, uri_text, write_instant, write_number};
use crate::xml::{Element, ElementReader, ExpandedName, KeptElement, SchemaError, Writer};

/// The conditions under which an assertion is valid [Core §2.5.1].
///
/// All of them must hold. The schema gives their order no meaning: they are written in the order of the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Not valid before this instant.
    pub not_before: Option<SamlInstant>,
    /// Not valid at or after this instant.
    pub not_on_or_after: Option<SamlInstant>,
    /// The audiences; with several restrictions, each must be met.
    pub audience_restrictions: Vec<AudienceRestriction>,
    /// To be used at once and not kept [Core §2.5.1.5].
    pub one_time_use: bool,
    /// Limits on assertions that are issued on the strength of this one.
    pub proxy_restriction: Option<ProxyRestriction>,
    /// Conditions of a type that an extension defines. None is understood here: they are kept so that validation
    /// can refuse what it can't judge [Core §2.5.1.1].
    pub other: Vec<KeptElement>,
}

impl Conditions {
    /// Refuses a second `OneTimeUse` or `ProxyRestriction`, which the schema lets pass and [Core §2.5.1.5] and
    /// [Core §2.5.1.6] don't.
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let not_before = reader.parse_attribute("NotBefore", instant)?;
        let not_on_or_after = reader.parse_attribute("NotOnOrAfter", instant)?;
        let mut conditions = Self { not_before, not_on_or_after, ..Self::default() };
        while let Some(condition) = reader.optional_any_of(&CONDITION_CHOICE)? {
            if condition.is(saml::AUDIENCE_RESTRICTION) {
                conditions.audience_restrictions.push(AudienceRestriction::read(condition)?);
            } else if condition.is(saml::ONE_TIME_USE) {
                if conditions.one_time_use {
                    return Err(SchemaError::unexpected_element(element, condition));
                }
                ElementReader::new(condition).finish()?;
                conditions.one_time_use = true;
            } else if condition.is(saml::PROXY_RESTRICTION) {
                let restriction = ProxyRestriction::read(condition)?;
                if conditions.proxy_restriction.replace(restriction).is_some() {
                    return Err(SchemaError::unexpected_element(element, condition));
                }
            } else {
                conditions.other.push(KeptElement::read(condition));
            }
        }
        reader.finish()?;
        Ok(conditions)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::CONDITIONS);
        write_instant(writer, "NotBefore", self.not_before);
        write_instant(writer, "NotOnOrAfter", self.not_on_or_after);
        for restriction in &self.audience_restrictions {
            restriction.write(writer);
        }
        if self.one_time_use {
            writer.start(saml::ONE_TIME_USE);
            writer.end();
        }
        if let Some(restriction) = &self.proxy_restriction {
            restriction.write(writer);
        }
        for condition in &self.other {
            condition.write(writer);
        }
        writer.end();
    }
}

/// The elements that the schema allows in `Conditions`. Its substitution groups are blocked, so that `Condition` is the
/// only open element.
const CONDITION_CHOICE: [ExpandedName<'static>; 4] = [
    saml::AUDIENCE_RESTRICTION.name,
    saml::ONE_TIME_USE.name,
    saml::PROXY_RESTRICTION.name,
    saml::CONDITION.name,
];

/// The assertion is meant for these audiences only [Core §2.5.1.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceRestriction {
    /// The audiences. One that is ours suffices: URIs, whose white space has collapsed, and none of which is empty.
    pub audiences: NonEmpty<String>,
}

impl AudienceRestriction {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let audiences = one_or_more(&mut reader, saml::AUDIENCE, uri_text)?;
        reader.finish()?;
        Ok(Self { audiences })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::AUDIENCE_RESTRICTION);
        for audience in &self.audiences {
            writer.text_element(saml::AUDIENCE, audience);
        }
        writer.end();
    }
}

/// Limits on those who issue assertions on the strength of this one [Core §2.5.1.6].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProxyRestriction {
    /// How many further issuers there may be; 0 forbids any, absent sets no limit.
    pub count: Option<u32>,
    /// The audiences that their assertions may be meant for; none sets no limit.
    pub audiences: Vec<String>,
}

impl ProxyRestriction {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let count = reader.parse_attribute("Count", unsigned)?;
        let audiences = any_number(&mut reader, saml::AUDIENCE, uri_text)?;
        reader.finish()?;
        Ok(Self { count, audiences })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::PROXY_RESTRICTION);
        write_number(writer, "Count", self.count);
        for audience in &self.audiences {
            writer.text_element(saml::AUDIENCE, audience);
        }
        writer.end();
    }
}
