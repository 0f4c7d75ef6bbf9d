//! JSON that does nothing to a terminal.

/// The same JSON with escapes for every character that would control a terminal or disguise a text, because quoted text
/// may come from an attacker.
///
/// JSON is ASCII outside its strings, and its strings hold no control character of ASCII but U+007F as it is.
#[must_use]
pub fn inert_json(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        if (c == '\u{7f}' || !c.is_ascii()) && steers(c) {
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
