//! Floor 5: how the subject is to be authenticated. May import `base`, `xml` and `assertion`.

use crate::assertion::AuthnContextClassRef;
use crate::base::NonEmpty;
use crate::xml::names::{saml, samlp};
use crate::xml::schema::{any_number, one_or_more, uri_text};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// Which authentication contexts would do [Core §3.3.2.2.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedAuthnContext {
    /// How the resulting context is to be compared with the references; absent means [`AuthnContextComparison::Exact`].
    pub comparison: AuthnContextComparison,
    /// The references, the preferred first.
    pub references: RequestedAuthnContextReferences,
}

/// How the resulting context is to be compared with the requested ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuthnContextComparison {
    /// It is one of them.
    #[default]
    Exact,
    /// It is at least as strong as one of them.
    Minimum,
    /// It is as strong as can be without being stronger than one of them.
    Maximum,
    /// It is stronger than any of them.
    Better,
}

/// Classes or declarations, never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedAuthnContextReferences {
    /// Classes of methods.
    Classes(NonEmpty<AuthnContextClassRef>),
    /// URIs of descriptions of methods.
    Declarations(NonEmpty<String>),
}

impl AuthnContextComparison {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Better => "better",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Exact, Self::Minimum, Self::Maximum, Self::Better]
            .into_iter()
            .find(|word| word.as_str() == text)
    }
}

impl RequestedAuthnContext {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let comparison =
            reader.parse_attribute("Comparison", AuthnContextComparison::parse)?.unwrap_or_default();
        let declarations = any_number(&mut reader, saml::AUTHN_CONTEXT_DECL_REF, uri_text)?;
        let references = match NonEmpty::from_vec(declarations) {
            Some(declarations) => RequestedAuthnContextReferences::Declarations(declarations),
            None => RequestedAuthnContextReferences::Classes(one_or_more(
                &mut reader,
                saml::AUTHN_CONTEXT_CLASS_REF,
                AuthnContextClassRef::read,
            )?),
        };
        reader.finish()?;
        Ok(Self { comparison, references })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::REQUESTED_AUTHN_CONTEXT);
        writer.attribute("Comparison", self.comparison.as_str());
        match &self.references {
            RequestedAuthnContextReferences::Classes(classes) => {
                for class in classes {
                    writer.text_element(saml::AUTHN_CONTEXT_CLASS_REF, class.uri());
                }
            }
            RequestedAuthnContextReferences::Declarations(declarations) => {
                for declaration in declarations {
                    writer.text_element(saml::AUTHN_CONTEXT_DECL_REF, declaration);
                }
            }
        }
        writer.end();
    }
}
