//! Floor 4: the outer shape of a `ds:Signature`, before anything of it is believed [XMLDSig §4.1].

use super::DsigError;
use crate::xml::{Element, ElementReader, hides_content, names};

/// Where a signature stands among the children of the element that it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignaturePosition {
    /// Directly after `saml:Issuer`: Assertion and every protocol message.
    AfterIssuer,
    /// The first child: metadata.
    First,
}

/// The `ds:Signature` that is a direct child of `parent`, and whether it stands where the schema wants it.
///
/// More than one is an error: "any of them verifies" is how forged ones slip in (attack 73).
pub(crate) fn own_signature(
    parent: Element<'_>,
    position: SignaturePosition,
) -> Result<Option<(Element<'_>, bool)>, DsigError> {
    let mut found = None;
    let mut previous = None;
    for child in parent.child_elements() {
        if child.is(names::ds::SIGNATURE) {
            if found.is_some() {
                return Err(DsigError::NotInProfile { part: "a second signature of the same element" });
            }
            found = Some((child, stands_right(previous, position)));
        }
        previous = Some(child);
    }
    Ok(found)
}

fn stands_right(previous: Option<Element<'_>>, position: SignaturePosition) -> bool {
    match position {
        SignaturePosition::AfterIssuer => previous.is_some_and(|p| p.is(names::saml::ISSUER)),
        SignaturePosition::First => previous.is_none(),
    }
}

/// How many `ds:Signature` elements stand anywhere below `element`, those inside `saml:Advice` left out.
///
/// `Advice` may quote other signed assertions [Core §2.6.1]; nothing is ever read from there.
pub(crate) fn signature_count(element: Element<'_>) -> usize {
    let mut count = 0;
    let mut descendants = element.descendants();
    while let Some(descendant) = descendants.next() {
        if descendant.is(names::saml::ADVICE) {
            descendants.leave_out(descendant);
        } else if descendant.is(names::ds::SIGNATURE) {
            count += 1;
        }
    }
    count
}

/// A `ds:Signature` whose grammar holds: one `SignedInfo`, one `SignatureValue`, at most one `KeyInfo`.
pub(super) struct SignatureElement<'d> {
    pub(super) signed_info: Element<'d>,
    pub(super) value: Vec<u8>,
}

impl<'d> SignatureElement<'d> {
    /// Reads the outer shape. `ds:Object` has no place: the enveloped transform would remove its content, which would
    /// then be unsigned (attacks 23, 30, 74).
    pub(super) fn read(signature: Element<'d>) -> Result<Self, DsigError> {
        let mut reader =
            ElementReader::expect(signature, names::ds::SIGNATURE).map_err(DsigError::Grammar)?;
        let _id = reader.attribute("Id");
        let signed_info = reader.required(names::ds::SIGNED_INFO).map_err(DsigError::Grammar)?;
        let value = reader.required(names::ds::SIGNATURE_VALUE).map_err(DsigError::Grammar)?;
        let key_info = reader.optional(names::ds::KEY_INFO).map_err(DsigError::Grammar)?;
        reader.finish().map_err(DsigError::Grammar)?;
        // `KeyInfo` may say which key was used, but never supplies one (MR-8). Its content is not read at all [Core
        // §5.4.5].
        if key_info.is_some_and(hides_content) {
            return Err(DsigError::NotInProfile {
                part: "an assertion, a signature or an object inside KeyInfo",
            });
        }
        Ok(Self { signed_info, value: base64_of(value, "SignatureValue")? })
    }
}

/// The octets of an element that holds Base64 and nothing else: no comment, no child (attacks 70, 71).
pub(super) fn base64_of(element: Element<'_>, part: &'static str) -> Result<Vec<u8>, DsigError> {
    let text = element.simple_text().map_err(DsigError::Grammar)?;
    decode_base64(&text).ok_or(DsigError::NotBase64 { part })
}

/// Base64 with the white space that XML Schema allows [XMLSchema-2 §3.2.16], canonical padding required.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let is_white = |o: u8| matches!(o, b' ' | b'\t' | b'\n' | b'\r');
    if text.bytes().any(is_white) {
        let dense: Vec<u8> = text.bytes().filter(|o| !is_white(*o)).collect();
        STANDARD.decode(dense).ok()
    } else {
        STANDARD.decode(text).ok()
    }
}
