//! SAML messages as they travel.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::{MessageId, SamlInstant};

use crate::randomness::Randomness;

/// The XML of a message in a form.
///
/// # Panics
/// It is none.
#[must_use]
pub fn decode(value: &str) -> String {
    String::from_utf8(STANDARD.decode(value).unwrap()).unwrap()
}

/// A message as a form carries it.
#[must_use]
pub fn encode(xml: impl AsRef<[u8]>) -> String {
    STANDARD.encode(xml)
}

/// A message with one text replaced, which must be there.
///
/// # Panics
/// It is not.
#[must_use]
pub fn altered(value: &str, from: &str, to: &str) -> String {
    let xml = decode(value);
    assert!(xml.contains(from), "{from} is not in {xml}");
    encode(xml.replace(from, to))
}

/// The machine's clock.
#[must_use]
pub fn now() -> SamlInstant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    SamlInstant::from_unix_millis(i64::try_from(since.as_millis()).unwrap()).unwrap()
}

/// A message identifier that was never used.
#[must_use]
pub fn fresh_id() -> MessageId {
    MessageId::generate(&mut Randomness).unwrap()
}
