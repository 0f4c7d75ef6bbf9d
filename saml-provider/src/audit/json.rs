//! JSON that does nothing to a terminal.

/// The same JSON with escapes for every character that would control a terminal, disguise a text or not show, because
/// quoted text may come from an attacker.
///
/// JSON is ASCII outside its strings, and its strings hold no control character of ASCII but U+007F as it is.
#[must_use]
pub fn inert_json(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        if (c == '\u{7f}' || !c.is_ascii()) && hides(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                inert.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            inert.push(c);
        }
    }
    inert
}

/// Whether a terminal would obey the character, or by it show a text as another one \[UAX #9\].
#[must_use]
pub fn steers(c: char) -> bool {
    c.is_control() || turns_direction(c)
}

const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a reader can't see the character, or not which one it is: control characters, white space but the space,
/// and what Unicode calls `Default_Ignorable_Code_Point`.
#[must_use]
pub fn hides(c: char) -> bool {
    steers(c)
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
