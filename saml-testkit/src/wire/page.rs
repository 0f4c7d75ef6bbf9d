//! The inputs of an HTML page, read as loosely as people's pages are written.

/// The value of the input of this name, somewhere on a page.
pub(crate) fn input(html: &str, name: &str) -> Option<String> {
    tags(html, "<input").find_map(|rest| {
        let (tag, _) = rest.split_once('>')?;
        (attribute(tag, "name")? == name).then(|| attribute(tag, "value")).flatten()
    })
}

/// What follows each beginning of a tag, in any case of letters.
fn tags<'h>(html: &'h str, tag: &'h str) -> impl Iterator<Item = &'h str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let at = rest
            .match_indices('<')
            .map(|(at, _)| at)
            .find(|at| rest.get(*at..at + tag.len()).is_some_and(|text| text.eq_ignore_ascii_case(tag)))?;
        rest = rest.get(at + tag.len()..)?;
        Some(rest)
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest.strip_prefix(quote)?.split_once(quote)?;
    Some(unescape(value))
}

/// Resolves the references that pages are escaped with.
pub(crate) fn unescape(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest))) {
            Some((character, rest)) => {
                plain.push(character);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(piece);
            }
        }
    }
    plain
}

fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        numeric => {
            let digits = numeric.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
