//! Floor 7: the names of the parameters of a query or a form. Imports nothing.

use std::fmt;

use super::percent::escaped;

/// The only encoding that exists. A query without `SAMLEncoding` means this one [Bindings §3.4.4].
pub const DEFLATE_ENCODING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

/// The parameters of the Redirect and POST bindings [Bindings §3.4.3, §3.4.4, §3.5.4].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Parameter {
    /// `SAMLRequest`
    SamlRequest,
    /// `SAMLResponse`
    SamlResponse,
    /// `RelayState`
    RelayState,
    /// `SAMLEncoding`
    SamlEncoding,
    /// `SigAlg`
    SigAlg,
    /// `Signature`
    Signature,
}

impl Parameter {
    pub(super) const ALL: [Self; 6] = [
        Self::SamlRequest,
        Self::SamlResponse,
        Self::RelayState,
        Self::SamlEncoding,
        Self::SigAlg,
        Self::Signature,
    ];

    /// The name, which is case-sensitive.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SamlRequest => "SAMLRequest",
            Self::SamlResponse => "SAMLResponse",
            Self::RelayState => "RelayState",
            Self::SamlEncoding => "SAMLEncoding",
            Self::SigAlg => "SigAlg",
            Self::Signature => "Signature",
        }
    }

    pub(super) fn named(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|parameter| parameter.name().as_bytes() == name)
    }

    /// The parameter that a reader would see here if it decoded names. `None` if the name is written literally.
    pub(super) fn disguised(name: &[u8]) -> Option<Self> {
        if !has_escape(name) {
            return None;
        }
        Self::ALL.into_iter().find(|parameter| decodes_to(name, parameter.name().as_bytes()))
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which of the two parameters carries the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageParameter {
    /// `SAMLRequest`: the message is a request.
    SamlRequest,
    /// `SAMLResponse`: the message is a response.
    SamlResponse,
}

impl MessageParameter {
    /// The name of the parameter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        Parameter::name(match self {
            Self::SamlRequest => Parameter::SamlRequest,
            Self::SamlResponse => Parameter::SamlResponse,
        })
    }
}

impl From<MessageParameter> for Parameter {
    fn from(parameter: MessageParameter) -> Self {
        match parameter {
            MessageParameter::SamlRequest => Self::SamlRequest,
            MessageParameter::SamlResponse => Self::SamlResponse,
        }
    }
}

/// Whether a reader that decodes names would see `wanted` here, although it isn't written literally.
pub(super) fn is_disguised(name: &[u8], wanted: &str) -> bool {
    has_escape(name) && decodes_to(name, wanted.as_bytes())
}

fn has_escape(name: &[u8]) -> bool {
    name.iter().any(|octet| matches!(octet, b'%' | b'+'))
}

/// Whether `name` reads as `wanted` once decoded. A broken escape stands for itself, as lenient readers take it.
fn decodes_to(mut name: &[u8], wanted: &[u8]) -> bool {
    for octet in wanted {
        let (decoded, rest) = match name {
            [b'%', high, low, rest @ ..] => match escaped(*high, *low) {
                Some(decoded) => (decoded, rest),
                None => return false,
            },
            [first, rest @ ..] => (*first, rest),
            [] => return false,
        };
        if decoded != *octet {
            return false;
        }
        name = rest;
    }
    name.is_empty()
}
