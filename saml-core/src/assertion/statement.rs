//! Floor 5: what an assertion can say. May import `base` and `xml`.

use super::attribute_statement::AttributeStatement;
use super::authn_statement::AuthnStatement;
use crate::xml::names::saml;
use crate::xml::{Element, ExpandedName, KeptElement, SchemaError, Writer};

/// One statement of an assertion [Core §2.7].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// The subject was authenticated.
    Authn(AuthnStatement),
    /// The subject has attributes.
    Attribute(AttributeStatement),
    /// A request to use a resource was decided.
    AuthzDecision(AuthzDecisionStatement),
    /// A statement of a type that an extension defines; kept, not understood.
    Other(KeptElement),
}

impl Statement {
    pub(crate) const CHOICE: [ExpandedName<'static>; 4] = [
        saml::STATEMENT.name,
        saml::AUTHN_STATEMENT.name,
        saml::AUTHZ_DECISION_STATEMENT.name,
        saml::ATTRIBUTE_STATEMENT.name,
    ];

    /// `element` is one of [`Self::CHOICE`].
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        if element.is(saml::AUTHN_STATEMENT) {
            AuthnStatement::read(element).map(Self::Authn)
        } else if element.is(saml::ATTRIBUTE_STATEMENT) {
            AttributeStatement::read(element).map(Self::Attribute)
        } else if element.is(saml::AUTHZ_DECISION_STATEMENT) {
            Ok(Self::AuthzDecision(AuthzDecisionStatement(KeptElement::read(element))))
        } else {
            Ok(Self::Other(KeptElement::read(element)))
        }
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        match self {
            Self::Authn(statement) => statement.write(writer),
            Self::Attribute(statement) => statement.write(writer),
            Self::AuthzDecision(AuthzDecisionStatement(element)) | Self::Other(element) => {
                element.write(writer)
            }
        }
    }
}

/// A decision on a request to use a resource [Core §2.7.4]; frozen by the specification, kept as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthzDecisionStatement(pub KeptElement);
