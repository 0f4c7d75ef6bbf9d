//! Floor 2: why an element is not what its schema type says. May import `base`.

use super::element::Element;
use super::error::excerpt;
use super::names;
use super::qualified_name::{ExpandedName, OwnedName};
use super::white_space::is_blank;
use crate::base::{Coded, VerdictCode};

/// An element that does not have the content or the attributes that its schema type asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// Another element was asked for.
    #[error("an element has another name than was asked for")]
    WrongElement {
        /// The names that would do.
        expected: Vec<OwnedName>,
        /// The element that stands there.
        found: OwnedName,
    },
    /// A child element has no place there: unknown, in the wrong order, or once too often.
    #[error("an element has a child that its schema does not allow there")]
    UnexpectedElement {
        /// The parent.
        element: OwnedName,
        /// The child.
        found: OwnedName,
    },
    /// An element of SAML in the extensions of a message, where only those of others may be.
    #[error("the extensions of a message have an element of SAML in them")]
    SamlInExtensions {
        /// The extensions.
        element: OwnedName,
        /// What stands in them, at any depth.
        found: OwnedName,
    },
    /// A child element that the schema requires is not next.
    #[error("an element lacks a required child")]
    MissingElement {
        /// The parent.
        element: OwnedName,
        /// The names that would do.
        expected: Vec<OwnedName>,
        /// The child that stands in its place, if any does.
        found: Option<OwnedName>,
    },
    /// An attribute that the schema requires is absent.
    #[error("an element lacks the required attribute {attribute}")]
    MissingAttribute {
        /// The element.
        element: OwnedName,
        /// The attribute.
        attribute: &'static str,
    },
    /// An attribute has a value outside its type.
    #[error("the attribute {attribute} has a value outside its type")]
    AttributeValue {
        /// The element.
        element: OwnedName,
        /// The attribute.
        attribute: &'static str,
        /// The value.
        found: String,
    },
    /// An attribute that the schema does not know, or a second identifier.
    #[error("an element has an attribute that its schema does not allow")]
    UnexpectedAttribute {
        /// The element.
        element: OwnedName,
        /// The attribute.
        found: OwnedName,
    },
    /// Text between child elements.
    #[error("an element has text between its children")]
    UnexpectedText {
        /// The element.
        element: OwnedName,
        /// The text.
        found: String,
    },
    /// A child element, comment or processing instruction where only text may be.
    #[error("an element of simple type has more than text in it")]
    NotSimpleText {
        /// The element.
        element: OwnedName,
    },
    /// The text of an element is outside its type.
    #[error("an element has text outside its type")]
    Text {
        /// The element.
        element: OwnedName,
        /// The text.
        found: String,
    },
    /// One of the others, in a metadata document: those are files that people look into.
    #[error("{error}")]
    InMetadata {
        /// What is wrong.
        error: Box<Self>,
        /// The line of the element that is wrong, or that has something wrong in it, from 1.
        line: usize,
    },
}

impl SchemaError {
    /// Another element, an unknown child, or a child out of order.
    pub const UNEXPECTED_ELEMENT: VerdictCode = VerdictCode::new("schema.unexpected_element");
    /// An element of SAML in the extensions of a message.
    pub const SAML_IN_EXTENSIONS: VerdictCode = VerdictCode::new("schema.saml_in_extensions");
    /// A required child is absent.
    pub const MISSING_ELEMENT: VerdictCode = VerdictCode::new("schema.missing_element");
    /// A required attribute is absent.
    pub const MISSING_ATTRIBUTE: VerdictCode = VerdictCode::new("schema.missing_attribute");
    /// An attribute value outside its type.
    pub const ATTRIBUTE_VALUE: VerdictCode = VerdictCode::new("schema.attribute_value");
    /// An unknown attribute.
    pub const UNEXPECTED_ATTRIBUTE: VerdictCode = VerdictCode::new("schema.unexpected_attribute");
    /// Text between children.
    pub const UNEXPECTED_TEXT: VerdictCode = VerdictCode::new("schema.unexpected_text");
    /// Text outside its type, or more than text.
    pub const TEXT: VerdictCode = VerdictCode::new("schema.text");

    /// `element` has something else than text in it.
    #[must_use]
    #[cold]
    pub fn not_simple_text(element: Element<'_>) -> Self {
        Self::NotSimpleText { element: owned(element) }.at(element)
    }

    /// The text of `element` is outside its type.
    #[must_use]
    #[cold]
    pub fn text(element: Element<'_>, found: &str) -> Self {
        Self::Text { element: owned(element), found: excerpt(found) }.at(element)
    }

    /// The value of an attribute of `element` is outside its type.
    #[must_use]
    #[cold]
    pub fn attribute_value(element: Element<'_>, attribute: &'static str, found: &str) -> Self {
        Self::AttributeValue { element: owned(element), attribute, found: excerpt(found) }.at(element)
    }

    /// `element` lacks a required attribute.
    #[must_use]
    #[cold]
    pub fn missing_attribute(element: Element<'_>, attribute: &'static str) -> Self {
        Self::MissingAttribute { element: owned(element), attribute }.at(element)
    }

    /// `element` has an attribute that its type does not allow.
    #[must_use]
    #[cold]
    pub fn unexpected_attribute(element: Element<'_>, found: ExpandedName<'_>) -> Self {
        Self::UnexpectedAttribute { element: owned(element), found: short(found) }.at(element)
    }

    /// `element` has text between its children.
    #[must_use]
    #[cold]
    pub fn unexpected_text(element: Element<'_>, found: &str) -> Self {
        Self::UnexpectedText { element: owned(element), found: excerpt(found) }.at(element)
    }

    /// `child` has no place in `element`.
    #[must_use]
    #[cold]
    pub fn unexpected_element(element: Element<'_>, child: Element<'_>) -> Self {
        Self::UnexpectedElement { element: owned(element), found: owned(child) }.at(child)
    }

    /// `found`, an element of SAML, has no place in these extensions.
    #[must_use]
    #[cold]
    pub fn saml_in_extensions(element: Element<'_>, found: Element<'_>) -> Self {
        Self::SamlInExtensions { element: owned(element), found: owned(found) }.at(found)
    }

    /// `element` lacks a child of one of these names; `found` stands in its place.
    #[must_use]
    #[cold]
    pub fn missing_element(
        element: Element<'_>,
        expected: &[ExpandedName<'_>],
        found: Option<Element<'_>>,
    ) -> Self {
        Self::MissingElement {
            element: owned(element),
            expected: owned_names(expected),
            found: found.map(owned),
        }
        .at(found.unwrap_or(element))
    }

    /// `element` has none of these names.
    #[must_use]
    #[cold]
    pub fn wrong_element(element: Element<'_>, expected: &[ExpandedName<'_>]) -> Self {
        Self::WrongElement { expected: owned_names(expected), found: owned(element) }.at(element)
    }

    /// The same with its line, if it is in metadata. A signature in it is read as in any other document.
    #[cold]
    fn at(self, element: Element<'_>) -> Self {
        let document = element.document();
        let is_signature = |element: &Element<'_>| element.is(names::ds::SIGNATURE);
        if document.root().name().namespace != names::MD
            || std::iter::successors(Some(element), |element| element.parent()).any(|e| is_signature(&e))
        {
            return self;
        }
        let before = element.place().and_then(|place| document.octets().get(..place.start));
        match before {
            Some(before) => {
                let line = before.iter().filter(|octet| **octet == b'\n').count().saturating_add(1);
                Self::InMetadata { error: Box::new(self), line }
            }
            None => self,
        }
    }

    /// The line in a metadata document, from 1.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        if let Self::InMetadata { line, .. } = self { Some(*line) } else { None }
    }

    /// The error without its line.
    #[must_use]
    pub fn without_line(self) -> Self {
        if let Self::InMetadata { error, .. } = self { *error } else { self }
    }

    /// The element that broke its type.
    #[must_use]
    pub fn element(&self) -> &OwnedName {
        match self {
            Self::InMetadata { error, .. } => error.element(),
            Self::WrongElement { found, .. } => found,
            Self::UnexpectedElement { element, .. }
            | Self::SamlInExtensions { element, .. }
            | Self::MissingElement { element, .. }
            | Self::MissingAttribute { element, .. }
            | Self::AttributeValue { element, .. }
            | Self::UnexpectedAttribute { element, .. }
            | Self::UnexpectedText { element, .. }
            | Self::NotSimpleText { element }
            | Self::Text { element, .. } => element,
        }
    }
}

impl Coded for SchemaError {
    fn code(&self) -> VerdictCode {
        match self {
            Self::InMetadata { error, .. } => error.code(),
            Self::WrongElement { .. } | Self::UnexpectedElement { .. } => Self::UNEXPECTED_ELEMENT,
            Self::SamlInExtensions { .. } => Self::SAML_IN_EXTENSIONS,
            Self::MissingElement { .. } => Self::MISSING_ELEMENT,
            Self::MissingAttribute { .. } => Self::MISSING_ATTRIBUTE,
            Self::AttributeValue { .. } => Self::ATTRIBUTE_VALUE,
            Self::UnexpectedAttribute { .. } => Self::UNEXPECTED_ATTRIBUTE,
            Self::UnexpectedText { .. } => Self::UNEXPECTED_TEXT,
            Self::NotSimpleText { .. } | Self::Text { .. } => Self::TEXT,
        }
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::InMetadata { error, .. } => error.expected(),
            Self::WrongElement { expected, .. } | Self::MissingElement { expected, .. } => {
                let names = expected.iter().map(OwnedName::to_string).collect::<Vec<_>>().join(" or ");
                Some(if names.is_empty() { "an element".to_owned() } else { names })
            }
            Self::MissingAttribute { attribute, .. } => Some(format!("the attribute {attribute}")),
            Self::NotSimpleText { .. } => Some("text only".to_owned()),
            Self::UnexpectedElement { element, .. } => Some(format!("what the type of {element} has there")),
            Self::SamlInExtensions { .. } => Some("elements of others than SAML".to_owned()),
            Self::AttributeValue { attribute, .. } => Some(form_of(attribute).to_owned()),
            Self::UnexpectedAttribute { element, .. } => Some(format!("the attributes of {element}")),
            Self::UnexpectedText { .. } => Some("elements only".to_owned()),
            Self::Text { found, .. } if is_blank(found) => Some("text, not white space alone".to_owned()),
            Self::Text { .. } => Some("text of the element's type".to_owned()),
        }
    }

    fn found(&self) -> Option<String> {
        let element = self.element();
        match self {
            Self::InMetadata { error, .. } => error.found(),
            Self::WrongElement { found, .. } => Some(found.to_string()),
            Self::UnexpectedElement { found, .. } | Self::SamlInExtensions { found, .. } => {
                Some(format!("{found} in {element}"))
            }
            Self::MissingElement { found: Some(found), .. } => Some(format!("{found} in {element}")),
            Self::MissingElement { found: None, .. } => Some(format!("none in {element}")),
            Self::MissingAttribute { .. } => Some(format!("none in {element}")),
            Self::NotSimpleText { .. } => Some(format!("an element or a comment in {element}")),
            Self::AttributeValue { attribute, found, .. } => {
                Some(format!("{attribute}=\"{found}\" in {element}"))
            }
            Self::UnexpectedAttribute { found, .. } => Some(format!("{found} in {element}")),
            Self::UnexpectedText { found, .. } | Self::Text { found, .. } => {
                Some(format!("\"{found}\" in {element}"))
            }
        }
    }
}

/// The form that the type of an attribute asks for, in words.
fn form_of(attribute: &str) -> &'static str {
    match attribute {
        "ID" | "InResponseTo" => {
            "a letter or _, then letters, digits and . - _ without white space, at most 256 characters"
        }
        "IssueInstant"
        | "AuthnInstant"
        | "NotBefore"
        | "NotOnOrAfter"
        | "SessionNotOnOrAfter"
        | "validUntil" => "an instant with its time zone, such as 2026-11-20T12:00:00Z",
        "cacheDuration" => "a duration, such as PT6H",
        "ForceAuthn"
        | "IsPassive"
        | "AllowCreate"
        | "isDefault"
        | "isRequired"
        | "nil"
        | "AuthnRequestsSigned"
        | "WantAuthnRequestsSigned"
        | "WantAssertionsSigned" => "true, false, 1 or 0",
        "Count"
        | "ProxyCount"
        | "index"
        | "AssertionConsumerServiceIndex"
        | "AttributeConsumingServiceIndex" => "a number in digits",
        "Version" => "2.0",
        "Comparison" => "exact, minimum, maximum or better",
        "use" => "signing or encryption",
        "contactType" => "technical, support, administrative, billing or other",
        "entityID" | "ProviderID" => "a URI of 1 to 1024 characters without white space",
        _ => "text, not white space alone",
    }
}

fn owned(element: Element<'_>) -> OwnedName {
    short(element.name())
}

/// A name for an error: names are bounded by the limits, namespace URIs only by the document.
fn short(name: ExpandedName<'_>) -> OwnedName {
    OwnedName { namespace: excerpt(name.namespace).into(), local: excerpt(name.local) }
}

fn owned_names(wanted: &[ExpandedName<'_>]) -> Vec<OwnedName> {
    wanted.iter().map(|name| name.to_owned_name()).collect()
}
