//! A page as tags and text, read with a grammar far stricter than a browser's.

/// A part of a page.
pub(super) enum Piece<'h> {
    Opening(Tag<'h>),
    Closing(&'h str),
    Text(&'h str),
}

/// An opening tag.
pub(super) struct Tag<'h> {
    pub(super) name: &'h str,
    pub(super) attributes: Vec<(&'h str, &'h str)>,
}

impl<'h> Tag<'h> {
    /// The value of an attribute; empty for one without a value.
    pub(super) fn attribute(&self, name: &str) -> Option<&'h str> {
        self.attributes.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }
}

impl<'h> Piece<'h> {
    pub(super) fn opening(&self) -> Option<&Tag<'h>> {
        match self {
            Self::Opening(tag) => Some(tag),
            Self::Closing(_) | Self::Text(_) => None,
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        match self {
            Self::Closing(_) => true,
            Self::Opening(_) | Self::Text(_) => false,
        }
    }

    pub(super) fn text(&self) -> Option<&'h str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Opening(_) | Self::Closing(_) => None,
        }
    }

    /// The tag with the names of its attributes.
    pub(super) fn outline(&self) -> Option<String> {
        match self {
            Self::Opening(tag) => {
                let names = tag.attributes.iter().map(|(name, _)| format!(" {name}"));
                Some(format!("{}{}", tag.name, names.collect::<String>()))
            }
            Self::Closing(name) => Some(format!("/{name}")),
            Self::Text(_) => None,
        }
    }
}

/// The page in pieces, without empty texts; `None` if it doesn't fit the grammar.
pub(super) fn pieces(html: &str) -> Option<Vec<Piece<'_>>> {
    let mut rest = html.strip_prefix("<!doctype html>").unwrap_or(html);
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (text, after) = rest.split_once('<').unwrap_or((rest, ""));
        if text.contains('>') {
            return None;
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        if text.len() == rest.len() {
            break;
        }
        let (inside, after) = after.split_once('>')?;
        pieces.push(match inside.strip_prefix('/') {
            Some(closed) => Piece::Closing(name(closed)?),
            None => Piece::Opening(tag(inside)?),
        });
        rest = after;
    }
    Some(pieces)
}

/// The text if it is the name of an element or an attribute.
fn name(text: &str) -> Option<&str> {
    let fits =
        !text.is_empty() && text.bytes().all(|o| o.is_ascii_lowercase() || o.is_ascii_digit() || o == b'-');
    fits.then_some(text)
}

fn tag(inside: &str) -> Option<Tag<'_>> {
    let (element, mut rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (attribute, after) = rest.split_at_checked(end)?;
        let (value, after) = match after.strip_prefix('=') {
            Some(quoted) => quoted.strip_prefix('"')?.split_once('"')?,
            None => ("", after),
        };
        attributes.push((name(attribute)?, value));
        rest = if after.is_empty() { after } else { after.strip_prefix(' ')? };
    }
    Some(Tag { name: name(element)?, attributes })
}
