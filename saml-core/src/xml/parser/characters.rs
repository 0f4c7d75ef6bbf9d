//! Floor 2: octets looked at in bulk. May import `base`.

use memchr::{memchr, memchr2};

use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::markup::is_char;

/// Characters that the whole document lacks, so that nobody needs to search for them again.
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
    let octets = input.as_bytes();
    let mut control = 0_u8;
    for &octet in octets {
        control |= u8::from(octet < 0x20) & u8::from(octet != b'\t') & u8::from(octet != b'\n');
    }
    // U+FFFE and U+FFFF begin with 0xEF in UTF-8; so do other, harmless characters.
    let rare = memchr2(b']', 0xEF, octets);
    if (control != 0 || rare.is_some())
        && let Some((offset, _)) = input.char_indices().find(|(_, c)| !is_char(*c))
    {
        return Err(XmlError::NotWellFormed { rule: WellFormedness::Char, offset });
    }
    Ok(Survey {
        carriage_return: control != 0 && memchr(b'\r', octets).is_some(),
        bracket: rare.is_some() && memchr(b']', octets).is_some(),
    })
}
