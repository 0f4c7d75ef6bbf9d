//! Floor 7: the named parameters of a query or a form, each at most once. Imports nothing.

use memchr::memchr;

use super::{BindingError, MessageParameter, Parameter};

/// A parameter as it was received, nothing decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawParameter<'a> {
    /// Name, `=` and value together: what a detached signature covers.
    pub(super) piece: &'a [u8],
    pub(super) value: &'a [u8],
}

/// The parameters of one query or form.
///
/// Two readers of one string must not see two messages. So a name counts only if it is written literally; a name that
/// would match only after decoding is refused, and so is a name of ours that occurs twice. Other parameters are
/// ignored, since an endpoint's URL may have its own.
#[derive(Debug, Default)]
pub(super) struct Parameters<'a> {
    saml_request: Option<RawParameter<'a>>,
    saml_response: Option<RawParameter<'a>>,
    pub(super) relay_state: Option<RawParameter<'a>>,
    pub(super) saml_encoding: Option<RawParameter<'a>>,
    pub(super) sig_alg: Option<RawParameter<'a>>,
    pub(super) signature: Option<RawParameter<'a>>,
}

impl<'a> Parameters<'a> {
    /// Splits the part of a URL after `?`, or a form-encoded body.
    pub(super) fn split(octets: &'a [u8]) -> Result<Self, BindingError> {
        let mut parameters = Self::default();
        for Piece { piece, name, value } in pieces(octets) {
            if let Some(parameter) = Parameter::named(name) {
                if parameters.slot(parameter).replace(RawParameter { piece, value }).is_some() {
                    return Err(BindingError::ParameterDuplicated { parameter });
                }
            } else if let Some(parameter) = Parameter::disguised(name) {
                let found = String::from_utf8_lossy(name).into_owned();
                return Err(BindingError::ParameterEncodedName { parameter, found });
            }
        }
        Ok(parameters)
    }

    /// The one message there is, with a value that is not empty.
    pub(super) fn message(&self) -> Result<(MessageParameter, RawParameter<'a>), BindingError> {
        let (parameter, raw) = match (self.saml_request, self.saml_response) {
            (Some(raw), None) => (MessageParameter::SamlRequest, raw),
            (None, Some(raw)) => (MessageParameter::SamlResponse, raw),
            (Some(_), Some(_)) => return Err(BindingError::TwoMessages),
            (None, None) => return Err(BindingError::ParameterMissing),
        };
        if raw.value.is_empty() {
            return Err(BindingError::ParameterMissing);
        }
        Ok((parameter, raw))
    }

    /// The first of our parameters that is there, if any.
    pub(super) fn first(&mut self) -> Option<Parameter> {
        Parameter::ALL.into_iter().find(|parameter| self.slot(*parameter).is_some())
    }

    fn slot(&mut self, parameter: Parameter) -> &mut Option<RawParameter<'a>> {
        match parameter {
            Parameter::SamlRequest => &mut self.saml_request,
            Parameter::SamlResponse => &mut self.saml_response,
            Parameter::RelayState => &mut self.relay_state,
            Parameter::SamlEncoding => &mut self.saml_encoding,
            Parameter::SigAlg => &mut self.sig_alg,
            Parameter::Signature => &mut self.signature,
        }
    }
}

/// One `name=value` of a query or a form, nothing decoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    piece: &'a [u8],
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
}

/// The parameters of a query or a form, which `&` separates.
pub(super) fn pieces(octets: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = Some(octets);
    std::iter::from_fn(move || {
        let pieces = rest.take()?;
        let (piece, after) =
            split_once(pieces, b'&').map_or((pieces, None), |(piece, after)| (piece, Some(after)));
        rest = after;
        let (name, value) = split_once(piece, b'=').unwrap_or((piece, &[]));
        Some(Piece { piece, name, value })
    })
}

/// The octets before and after the first such octet. Vector instructions find it, because a message is ten thousand
/// octets long.
fn split_once(octets: &[u8], octet: u8) -> Option<(&[u8], &[u8])> {
    let (before, rest) = octets.split_at_checked(memchr(octet, octets)?)?;
    Some((before, rest.get(1..)?))
}
