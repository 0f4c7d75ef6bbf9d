//! Values as they are: nothing in them is trimmed, and nothing that doesn't show goes by unseen.

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

/// Whether a reader can't see the character, or not which one it is: control characters, white space but the space,
/// and what Unicode calls `Default_Ignorable_Code_Point`.
fn hides(c: char) -> bool {
    super::steers(c)
        || c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
