//! Floor 2: one look at every octet before anything else. May import `base`.

use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::markup::is_char;

/// What need not be looked for again, because the whole document has none of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survey {
    /// There are carriage returns: line endings must be normalised.
    pub(super) carriage_return: bool,
    /// There are right brackets: `]]>` may occur in character data.
    pub(super) bracket: bool,
}

/// Refuses what is not a `Char` [XML §2.2]: no production of XML allows one anywhere, so one pass is enough.
///
/// The loop has no exit, so that the compiler makes vector code of it; the rare document with a suspicious octet is
/// looked at again by character.
pub(super) fn survey(input: &str) -> Result<Survey, XmlError> {
    let (mut control, mut carriage_return, mut bracket, mut noncharacter) = (0_u8, 0_u8, 0_u8, 0_u8);
    for &octet in input.as_bytes() {
        control |= u8::from(octet < 0x20) & u8::from(octet != b'\t') & u8::from(octet != b'\n');
        carriage_return |= u8::from(octet == b'\r');
        bracket |= u8::from(octet == b']');
        // U+FFFE and U+FFFF begin with this octet in UTF-8; so do other, harmless characters.
        noncharacter |= u8::from(octet == 0xEF);
    }
    if control | noncharacter != 0
        && let Some((offset, _)) = input.char_indices().find(|(_, c)| !is_char(*c))
    {
        return Err(XmlError::NotWellFormed { rule: WellFormedness::Char, offset });
    }
    Ok(Survey { carriage_return: carriage_return != 0, bracket: bracket != 0 })
}
