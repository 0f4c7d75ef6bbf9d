//! Text that fits, and that does nothing to a terminal but appear on it.

use saml_provider::audit::hides;
pub use saml_provider::audit::steers;

/// The text with everything replaced that a terminal would obey, or that would make it look like another text: control
/// characters, those that turn the direction of writing \[UAX #9\], and those that don't show. The text may come from
/// an attacker.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped: Vec<char> = if hides(c) { c.escape_unicode().collect() } else { vec![c] };
            escaped
        })
        .collect()
}

/// Lines of at most `columns` characters, broken at spaces; a longer word is broken behind a separator of URLs, or into
/// equal pieces if it has none.
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
            let (head, tail) =
                word.split_at_checked(end_of_piece(word, length, columns)).unwrap_or((word, ""));
            lines.push(head.to_owned());
            word = tail;
            // Only the piece is counted. Counting the rest each time would cost the square of the word's length.
            length = length.saturating_sub(head.chars().count());
        }
        line.push_str(word);
        used += length;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// How many octets of a word that is too long stand on its first line.
fn end_of_piece(word: &str, length: usize, columns: usize) -> usize {
    const FEWEST: usize = 4;
    let parts = |c: char| "/?&=:;,|@".contains(c);
    let behind = word.char_indices().take(columns).skip(columns / FEWEST).filter(|(_, c)| parts(*c)).last();
    if let Some((at, sign)) = behind {
        return at + sign.len_utf8();
    }
    let piece = length.div_ceil(length.div_ceil(columns));
    word.char_indices().nth(piece).map_or(word.len(), |(end, _)| end)
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
