//! Floor 7: writing a message into a URL. Imports `crypto`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::bindings::deflate::deflate;
use crate::bindings::parameters::Parameters;
use crate::bindings::web_url::WebUrl;
use crate::bindings::{BindingError, DestinationFault, OutgoingMessage, Parameter, percent};
use crate::crypto::Signer;

/// The URL that carries `message` to its destination, with a detached signature if there is a signer.
///
/// The parameters are appended to the query that the destination has, with `&` (ADFS-12, GOOG-04), in the order in
/// which they are signed [Bindings §3.4.4.1]: `SAMLRequest` or `SAMLResponse`, `RelayState`, `SigAlg`, `Signature`.
/// Escapes are upper case and a space is `%20`, so that every encoder would write the same. Equal input gives an
/// equal URL, unless the signer draws random octets (ECDSA).
///
/// Does **not** bound the length of the URL: some servers refuse more than 8 KiB, and a message that grows beyond
/// that belongs into a form.
///
/// # Errors
/// [`BindingError::Destination`]: not an absolute `http:` or `https:` URL; or one with a fragment; or one whose query
/// already has a parameter of the binding. [`BindingError::Signing`]: the signer failed.
pub fn encode(message: &OutgoingMessage<'_>, signer: Option<&dyn Signer>) -> Result<String, BindingError> {
    let mut url = base(message.destination)?;
    let query = url.len();
    append(&mut url, message.parameter.name(), &STANDARD.encode(deflate(message.xml)));
    if let Some(relay_state) = message.relay_state {
        url.push('&');
        append(&mut url, Parameter::RelayState.name(), relay_state.as_str());
    }
    if let Some(signer) = signer {
        url.push('&');
        append(&mut url, Parameter::SigAlg.name(), signer.algorithm().uri());
        let signed = url.as_bytes().get(query..).unwrap_or_default();
        let signature = signer.sign(signed).map_err(BindingError::Signing)?;
        url.push('&');
        append(&mut url, Parameter::Signature.name(), &STANDARD.encode(signature));
    }
    Ok(url)
}

/// Whether a message may be appended to this URL. [`encode`] makes the same check.
///
/// # Errors
/// [`BindingError::Destination`].
pub fn check_destination(destination: &str) -> Result<(), BindingError> {
    base(destination).map(|_url| ())
}

/// The destination, ready to have a parameter appended.
fn base(destination: &str) -> Result<String, BindingError> {
    let refused = |fault| BindingError::Destination { fault, found: destination.to_owned() };
    let url = WebUrl::parse(destination).map_err(refused)?;
    if url.has_fragment {
        return Err(refused(DestinationFault::Fragment));
    }
    let mut base = destination.to_owned();
    match url.query {
        None => base.push('?'),
        Some(query) => {
            if !Parameters::split(query.as_bytes()).is_ok_and(|mut parameters| parameters.first().is_none()) {
                return Err(refused(DestinationFault::SamlParameter));
            }
            if !query.is_empty() && !query.ends_with('&') {
                base.push('&');
            }
        }
    }
    Ok(base)
}

fn append(url: &mut String, name: &str, value: &str) {
    url.push_str(name);
    url.push('=');
    percent::encode_into(url, value);
}

#[cfg(test)]
mod tests;
