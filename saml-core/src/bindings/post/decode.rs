//! Floor 7: reading a message from a form. Imports `base`.

use crate::base::{Limits, RelayState};
use crate::bindings::base64_text::{self, LiteralPlus};
use crate::bindings::deflate::looks_like_deflated_xml;
use crate::bindings::error::excerpt;
use crate::bindings::parameters::Parameters;
use crate::bindings::{BindingError, Measured, MessageParameter, Parameter, percent};

/// A message that came in a form. Nothing of it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostMessage {
    /// Request or response.
    pub parameter: MessageParameter,
    /// The message: octets that should be XML.
    pub xml: Vec<u8>,
    /// The value that the peer expects back, or that it got from us and returns.
    pub relay_state: Option<RelayState>,
}

/// How many times longer than its message a form may be. Base64, escapes and line breaks make it about one and a half
/// times as long.
const FORM_OCTETS_PER_OCTET: usize = 2;

/// Reads the message of the form `body`.
///
/// Guarantees: each parameter of the bindings occurs at most once and under its literal name; the message has at most
/// `limits.octets`; the value is decoded in one pass, with one allocation. White space in Base64 is tolerated as [RFC
/// 2045 §6.8] says; a `+` that isn't escaped is a space here, because a form submission writes it so. The message is
/// never inflated [Bindings §3.5.4].
///
/// Does **not** look for a signature or into the XML, and takes parameters from the body only, never from the URL's
/// query.
///
/// # Errors
/// [`BindingError`]. [`BindingError::DeflatedPost`] is a message that the sender compressed by mistake, as some
/// products do. `SigAlg`, `Signature` and `SAMLEncoding` belong to other bindings; they are refused and not ignored,
/// because they mean something to the sender.
pub fn decode(content_type: Option<&str>, body: &[u8], limits: &Limits) -> Result<PostMessage, BindingError> {
    require_form(content_type)?;
    let limit = limits.octets.saturating_mul(FORM_OCTETS_PER_OCTET);
    if body.len() > limit {
        return Err(BindingError::TooLarge { measured: Measured::Form, limit, octets: Some(body.len()) });
    }
    if !body.is_ascii() && std::str::from_utf8(body).is_err() {
        return Err(BindingError::CharacterEncoding);
    }
    let parameters = Parameters::split(body)?;
    let (parameter, message) = parameters.message()?;
    for (foreign, raw) in [
        (Parameter::SamlEncoding, parameters.saml_encoding),
        (Parameter::SigAlg, parameters.sig_alg),
        (Parameter::Signature, parameters.signature),
    ] {
        if raw.is_some() {
            return Err(BindingError::ParameterUnexpected { parameter: foreign });
        }
    }
    let relay_state = match parameters.relay_state {
        Some(raw) => relay_state(raw.value)?,
        None => None,
    };
    let xml = base64_text::decode(message.value, LiteralPlus::Space)
        .map_err(|fault| BindingError::Base64 { parameter: parameter.into(), fault })?;
    require_message(&xml, limits)?;
    Ok(PostMessage { parameter, xml, relay_state })
}

/// Whether a body is a form as browsers send it. The media type decides. Its parameters, such as `charset`, are
/// ignored, because the body is ASCII.
///
/// # Errors
/// [`BindingError::ContentType`].
pub fn require_form(content_type: Option<&str>) -> Result<(), BindingError> {
    let media_type = content_type.and_then(|value| value.split(';').next()).map(str::trim);
    if media_type.is_some_and(|name| name.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return Ok(());
    }
    Err(BindingError::ContentType { found: content_type.map(excerpt) })
}

fn relay_state(raw: &[u8]) -> Result<Option<RelayState>, BindingError> {
    let parameter = Parameter::RelayState;
    let octets = percent::decode(raw).map_err(|_| BindingError::PercentEncoding { parameter })?;
    let text = String::from_utf8(octets).map_err(|_| BindingError::CharacterEncoding)?;
    Ok(RelayState::received(&text)?)
}

fn require_message(xml: &[u8], limits: &Limits) -> Result<(), BindingError> {
    if xml.len() > limits.octets {
        return Err(BindingError::TooLarge {
            measured: Measured::Message,
            limit: limits.octets,
            octets: Some(xml.len()),
        });
    }
    // White space alone decodes to nothing.
    if xml.is_empty() {
        return Err(BindingError::ParameterMissing);
    }
    // The parser refuses what is no XML. Here only one known mistake gets its own error.
    if xml.trim_ascii_start().first() != Some(&b'<') && looks_like_deflated_xml(xml) {
        return Err(BindingError::DeflatedPost);
    }
    Ok(())
}
