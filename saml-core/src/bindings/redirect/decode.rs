//! Floor 7: reading a message from a query. Imports `base` and `dsig`.

use crate::base::{Limits, RelayState};
use crate::bindings::base64_text::{self, LiteralPlus};
use crate::bindings::deflate::{InflateError, inflate};
use crate::bindings::error::excerpt;
use crate::bindings::parameter::DEFLATE_ENCODING;
use crate::bindings::parameters::{Parameters, RawParameter};
use crate::bindings::{BindingError, Measured, MessageParameter, Parameter, percent};
use crate::dsig::DetachedSignature;

/// A message that came in a query. Nothing of it is verified.
///
/// The message and the signed octets stay together, so that what is verified is what the signed octets held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectMessage {
    /// Request or response.
    pub(super) parameter: MessageParameter,
    /// The message: octets that should be XML.
    pub(super) xml: Vec<u8>,
    /// The value that the peer expects back, or that it got from us and returns.
    pub(super) relay_state: Option<RelayState>,
    /// The signature over the query, if there is one. `None` is an unsigned message.
    pub(super) signature: Option<DetachedSignature>,
}

/// Reads the message of `raw_query`: the octets after `?` as they came, nothing decoded.
///
/// Guarantees: each parameter of the binding occurs at most once and under its literal name, so that no reader of the
/// same query finds another message; the message inflates to at most `limits.inflated_octets`, which bounds time and
/// memory; a signature is either complete or an error; the octets that it covers are those received, in the order
/// `SAMLRequest` or `SAMLResponse`, `RelayState`, `SigAlg` [Bindings §3.4.4.1], whatever order they came in. An empty
/// `RelayState` counts as none, and still as signed (AUTH0-02).
///
/// In Base64, a space is never taken for a `+`: a `+` that the sender forgot to escape is refused, because different
/// readers would read different octets. Escaped line breaks are tolerated, because the encoders of several languages
/// write them. Elsewhere `+` is a space, since common encoders write it so.
///
/// Does **not** verify the signature, require one, or look into the XML.
///
/// # Errors
/// [`BindingError`]; nothing of the message is returned then.
pub fn decode(raw_query: &str, limits: &Limits) -> Result<RedirectMessage, BindingError> {
    // No honest message is longer, compressed and encoded, than the octets that it may inflate to.
    require_at_most(raw_query.len(), limits.inflated_octets, Measured::Query)?;
    let parameters = Parameters::split(raw_query.as_bytes())?;
    let (parameter, message) = parameters.message()?;
    require_deflate_encoding(parameters.saml_encoding)?;
    let signature = detached_signature(&parameters, message)?;
    let relay_state = relay_state(parameters.relay_state)?;
    let compressed = base64(parameter.into(), message)?;
    let xml = inflate(&compressed, limits.inflated_octets).map_err(|error| match error {
        InflateError::Fault(fault) => BindingError::Deflate { fault },
        InflateError::TooLarge => BindingError::TooLarge {
            measured: Measured::Message,
            limit: limits.inflated_octets,
            octets: None,
        },
    })?;
    Ok(RedirectMessage { parameter, xml, relay_state, signature })
}

/// [Bindings §3.4.4]: an unknown encoding is an error, whatever the message looks like.
fn require_deflate_encoding(encoding: Option<RawParameter<'_>>) -> Result<(), BindingError> {
    let Some(encoding) = encoding else { return Ok(()) };
    let found = text(Parameter::SamlEncoding, encoding)?;
    if found == DEFLATE_ENCODING { Ok(()) } else { Err(BindingError::Encoding { found: excerpt(&found) }) }
}

/// [Bindings §3.4.4.1]: the signature and the octets that it covers.
fn detached_signature(
    parameters: &Parameters<'_>,
    message: RawParameter<'_>,
) -> Result<Option<DetachedSignature>, BindingError> {
    let (algorithm, value) = match (parameters.sig_alg, parameters.signature) {
        (None, None) => return Ok(None),
        (Some(algorithm), Some(value)) => (algorithm, value),
        (None, Some(_)) => return Err(BindingError::SignatureIncomplete { missing: Parameter::SigAlg }),
        (Some(_), None) => return Err(BindingError::SignatureIncomplete { missing: Parameter::Signature }),
    };
    for (missing, raw) in [(Parameter::SigAlg, algorithm), (Parameter::Signature, value)] {
        if raw.value.is_empty() {
            return Err(BindingError::SignatureIncomplete { missing });
        }
    }
    let mut octets = Vec::with_capacity(message.piece.len() + algorithm.piece.len() + 128);
    octets.extend_from_slice(message.piece);
    if let Some(relay_state) = parameters.relay_state {
        octets.push(b'&');
        octets.extend_from_slice(relay_state.piece);
    }
    octets.push(b'&');
    octets.extend_from_slice(algorithm.piece);
    Ok(Some(DetachedSignature {
        algorithm: text(Parameter::SigAlg, algorithm)?,
        value: base64(Parameter::Signature, value)?,
        octets,
    }))
}

fn relay_state(raw: Option<RawParameter<'_>>) -> Result<Option<RelayState>, BindingError> {
    let Some(raw) = raw else { return Ok(None) };
    Ok(RelayState::received(&text(Parameter::RelayState, raw)?)?)
}

fn text(parameter: Parameter, raw: RawParameter<'_>) -> Result<String, BindingError> {
    let octets = percent::decode(raw.value).map_err(|_| BindingError::PercentEncoding { parameter })?;
    String::from_utf8(octets).map_err(|_| BindingError::CharacterEncoding)
}

fn base64(parameter: Parameter, raw: RawParameter<'_>) -> Result<Vec<u8>, BindingError> {
    base64_text::decode(raw.value, LiteralPlus::Refused)
        .map_err(|fault| BindingError::Base64 { parameter, fault })
}

fn require_at_most(octets: usize, limit: usize, measured: Measured) -> Result<(), BindingError> {
    if octets > limit {
        return Err(BindingError::TooLarge { measured, limit, octets: Some(octets) });
    }
    Ok(())
}
