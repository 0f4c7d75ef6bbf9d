//! Floor 2: references. May import `base`.

use crate::base::is_nc_name;
use crate::xml::error::{WellFormedness, XmlError, excerpt};
use crate::xml::markup::is_char;

/// The character that a reference stands for; `body` is the text between `&` and `;`.
///
/// [XML §4.1]: a character reference must be to a `Char`; of entities there are the five of [XML §4.6] only, because
/// there is no DOCTYPE that could declare another.
pub(super) fn resolve(body: &str, offset: usize) -> Result<char, XmlError> {
    if let Some(number) = body.strip_prefix('#') {
        return character(number).ok_or(XmlError::NotWellFormed { rule: WellFormedness::Reference, offset });
    }
    match body {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ if is_nc_name(body) => Err(XmlError::Entity { found: excerpt(body), offset }),
        _ => Err(XmlError::NotWellFormed { rule: WellFormedness::Reference, offset }),
    }
}

/// The character of a character reference; `number` is the text after `#`.
fn character(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    // The standard parser would let a plus sign pass.
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    char::from_u32(code).filter(|c| is_char(*c))
}
