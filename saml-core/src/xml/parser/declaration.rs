//! Floor 2: the XML declaration. May import `base`.

use crate::xml::error::{WellFormedness, XmlError, excerpt};
use crate::xml::white_space::is_space;

/// Checks an XML declaration, from `<?xml` to `?>` [XML §2.8]: version 1.0, then perhaps an encoding, which must be
/// UTF-8, then perhaps `standalone`, which means nothing without a DOCTYPE.
pub(super) fn require_supported(declaration: &str) -> Result<(), XmlError> {
    let malformed = || XmlError::NotWellFormed { rule: WellFormedness::XmlDeclaration, offset: 0 };
    let mut rest =
        declaration.strip_prefix("<?xml").and_then(|rest| rest.strip_suffix("?>")).ok_or_else(malformed)?;
    let version = pseudo_attribute(&mut rest, "version").ok_or_else(malformed)?;
    if version != "1.0" {
        return Err(malformed());
    }
    if let Some(encoding) = pseudo_attribute(&mut rest, "encoding")
        && !encoding.eq_ignore_ascii_case("UTF-8")
    {
        return Err(XmlError::Encoding { found: excerpt(encoding) });
    }
    if let Some(standalone) = pseudo_attribute(&mut rest, "standalone")
        && !matches!(standalone, "yes" | "no")
    {
        return Err(malformed());
    }
    if rest.bytes().all(is_space) { Ok(()) } else { Err(malformed()) }
}

/// Takes `S name Eq quoted` off the front, if it stands there.
fn pseudo_attribute<'i>(rest: &mut &'i str, name: &str) -> Option<&'i str> {
    let after_space = skip_space(rest);
    if after_space.len() == rest.len() {
        return None;
    }
    let after_name = skip_space(after_space.strip_prefix(name)?);
    let after_sign = skip_space(after_name.strip_prefix('=')?);
    let quote = if after_sign.starts_with('"') { '"' } else { '\'' };
    let (value, after) = after_sign.strip_prefix(quote)?.split_once(quote)?;
    *rest = after;
    Some(value)
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}
