//! Values as they are: nothing in them is trimmed, and nothing that doesn't show goes by unseen.

use saml_provider::audit::hides;

/// How an empty value is shown, here and in verdicts.
const NOTHING: &str = "\"\"";

/// A value as it is, if all of it is visible. Otherwise it stands in quotation marks, with escapes such as `\u{20}` for
/// white space at its ends or in runs, other kinds of white space, characters without a width, and control characters.
#[must_use]
pub fn visible(text: &str) -> String {
    let looks_quoted = text.starts_with('"') && text.ends_with('"') && text != NOTHING;
    let shows = !text.is_empty() && !looks_quoted && marked(text).all(|(_, is_hidden)| !is_hidden);
    if shows {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for (c, is_hidden) in marked(text) {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if is_hidden => quoted.extend(c.escape_unicode()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The characters of a value, and whether each would be invisible in its place.
pub fn marked(text: &str) -> impl Iterator<Item = (char, bool)> {
    let mut before = None;
    let mut rest = text.chars().peekable();
    std::iter::from_fn(move || {
        let c = rest.next()?;
        let is_beside = |other: Option<char>| other.is_none_or(char::is_whitespace);
        let is_hidden =
            if c == ' ' { is_beside(before) || is_beside(rest.peek().copied()) } else { hides(c) };
        before = Some(c);
        Some((c, is_hidden))
    })
}
