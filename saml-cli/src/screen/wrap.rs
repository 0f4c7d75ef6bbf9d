//! Text that fits, and that does nothing to a terminal but appear on it.

/// The text with everything replaced that a terminal would obey, or that would make it look like another text:
/// control characters, and those that turn the direction of writing \[UAX #9\]. What is shown may come from an attacker.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let shown = !c.is_control() && !turns_direction(c);
            let escaped: Vec<char> = if shown { vec![c] } else { c.escape_unicode().collect() };
            escaped
        })
        .collect()
}

const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Lines of at most `columns` characters, broken at spaces; a word that is longer is broken where it must be.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ') {
        let mut word = word;
        let mut length = word.chars().count();
        if used > 0 && used + 1 + length > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        while length > columns {
            let end = word.char_indices().nth(columns).map_or(word.len(), |(end, _)| end);
            let (head, tail) = word.split_at_checked(end).unwrap_or((word, ""));
            lines.push(head.to_owned());
            word = tail;
            length = word.chars().count();
        }
        line.push_str(word);
        used += length;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text, or its beginning and its end around `…`, in at most `columns` characters.
#[must_use]
pub fn clip(text: &str, columns: usize) -> String {
    let length = text.chars().count();
    if length <= columns {
        return text.to_owned();
    }
    let kept = columns.saturating_sub(1);
    let tail = kept / 3;
    let head = kept - tail;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}…{end}")
}
