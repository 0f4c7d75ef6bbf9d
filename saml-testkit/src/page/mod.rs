//! The rules that every page of the toolkit keeps, checked on the HTML itself; imports the standard library only.
//!
//! A page is read with a grammar far stricter than a browser's: the output of a template fits it, and a page that
//! hostile text has changed doesn't.

mod contrast;
mod markup;
mod specimen;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use markup::{Piece, Tag, pieces};

pub use contrast::unreadable;
pub use specimen::{Fill, Specimen, preview, specimen_faults};

/// A text that breaks out of every context that isn't escaped.
pub const HOSTILE: &str = "</title>\"'><script>alert(1)</script><img src=x onerror=alert(1)><!--&amp;\u{202e}{{ 7 }}\r\n\t`=javascript:";

/// A text without a letter, which is a path as well: each letter of a page that is filled with it is the page's own.
pub const WORDLESS: &str = "/–/";

/// A rule that a page breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageFault {
    /// Not the plain tags, double-quoted attributes and escaped text that our templates write.
    Malformed,
    /// Doesn't begin with `<!doctype html>`.
    DoctypeMissing,
    /// An element that isn't closed, or closed twice.
    Unbalanced {
        /// Its name.
        element: String,
    },
    /// An element that a page has exactly once.
    NotOnce {
        /// Its name.
        element: &'static str,
        /// How many there are.
        found: usize,
    },
    /// An attribute that an element of this kind must have, with a value.
    AttributeMissing {
        /// The element.
        element: &'static str,
        /// The attribute.
        attribute: &'static str,
    },
    /// A script or a style within the page.
    Inline {
        /// The element or the attribute.
        name: String,
    },
    /// A file of another origin.
    ForeignFile {
        /// Its address.
        address: String,
    },
    /// A link or a form that leads to something else than the web.
    Address {
        /// The address.
        address: String,
    },
    /// A form that doesn't post.
    FormMethod,
    /// A field without a label.
    LabelMissing {
        /// The field's id.
        id: String,
    },
    /// Two elements with one id.
    IdTwice {
        /// The id.
        id: String,
    },
    /// A reference to an id that no element has.
    IdMissing {
        /// The id.
        id: String,
    },
    /// Some text makes other tags of the page.
    StructureChanged,
    /// A policy that allows more than the page needs, or less.
    Policy {
        /// The policy.
        value: String,
    },
}

/// The rules that the page breaks, in no particular order.
#[must_use]
pub fn faults(html: &str) -> Vec<PageFault> {
    let Some(pieces) = pieces(html) else { return vec![PageFault::Malformed] };
    let opening: Vec<&Tag<'_>> = pieces.iter().filter_map(Piece::opening).collect();
    let mut faults = Vec::new();
    if !html.starts_with("<!doctype html>\n") {
        faults.push(PageFault::DoctypeMissing);
    }
    faults.extend(balance(&pieces));
    faults.extend(["html", "head", "title", "body", "main", "h1"].into_iter().filter_map(|element| {
        let found = opening.iter().filter(|tag| tag.name == element).count();
        (found != 1).then_some(PageFault::NotOnce { element, found })
    }));
    faults.extend(empty(&pieces));
    for tag in &opening {
        faults.extend(inline(tag));
        faults.extend(addresses(tag));
        faults.extend(required_attributes(tag));
    }
    faults.extend(scripts_with_text(&pieces));
    faults.extend(identifiers(&opening));
    faults
}

/// The tags of the page with the names of their attributes, in order: the same for whatever text a page is filled with.
///
/// # Errors
/// [`PageFault::Malformed`].
pub fn skeleton(html: &str) -> Result<Vec<String>, PageFault> {
    let pieces = pieces(html).ok_or(PageFault::Malformed)?;
    Ok(pieces.iter().filter_map(Piece::outline).collect())
}

/// The text of the page as it is written, without its tags.
///
/// # Errors
/// [`PageFault::Malformed`].
pub fn text(html: &str) -> Result<String, PageFault> {
    let pieces = pieces(html).ok_or(PageFault::Malformed)?;
    Ok(pieces.iter().filter_map(Piece::text).collect())
}

/// The text of the page, with the attributes that people read or hear.
///
/// # Errors
/// [`PageFault::Malformed`].
pub fn human_text(html: &str) -> Result<String, PageFault> {
    const READ: [&str; 6] = ["alt", "title", "placeholder", "aria-label", "data-hide", "label"];
    let pieces = pieces(html).ok_or(PageFault::Malformed)?;
    let attributes = pieces.iter().filter_map(Piece::opening).flat_map(|tag| &tag.attributes);
    let read = attributes.filter(|(name, _)| READ.contains(name)).map(|(_, value)| *value);
    Ok(pieces.iter().filter_map(Piece::text).chain(read).collect())
}

/// The first element that isn't closed in the reverse order of opening.
fn balance(pieces: &[Piece<'_>]) -> Option<PageFault> {
    const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "hr"];
    let unbalanced = |name: &str| PageFault::Unbalanced { element: name.to_owned() };
    let mut open: Vec<&str> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Opening(tag) if !VOID.contains(&tag.name) => open.push(tag.name),
            Piece::Closing(name) if open.pop() != Some(name) => return Some(unbalanced(name)),
            Piece::Opening(_) | Piece::Closing(_) | Piece::Text(_) => {}
        }
    }
    open.pop().map(unbalanced)
}

/// A title or a heading without text.
fn empty(pieces: &[Piece<'_>]) -> Vec<PageFault> {
    let follows = |element: &'static str| {
        let mut after = pieces.iter().skip_while(move |p| p.opening().is_none_or(|tag| tag.name != element));
        let text = after.nth(1).and_then(Piece::text).unwrap_or_default();
        text.trim().is_empty().then_some(PageFault::AttributeMissing { element, attribute: "text" })
    };
    ["title", "h1"].into_iter().filter_map(follows).collect()
}

/// Styles and event handlers in attributes, and style elements.
fn inline(tag: &Tag<'_>) -> Vec<PageFault> {
    let attributes = tag.attributes.iter().map(|(name, _)| *name);
    let handlers = attributes.filter(|name| *name == "style" || name.starts_with("on"));
    let element = (tag.name == "style").then_some(tag.name);
    handlers.chain(element).map(|name| PageFault::Inline { name: name.to_owned() }).collect()
}

/// Script elements that aren't empty.
fn scripts_with_text(pieces: &[Piece<'_>]) -> Vec<PageFault> {
    let script = |piece: &Piece<'_>| piece.opening().is_some_and(|tag| tag.name == "script");
    let inline = |pair: &&[Piece<'_>]| {
        pair.first().is_some_and(script) && pair.get(1).is_some_and(|p| !p.is_closing())
    };
    pieces.windows(2).filter(inline).map(|_| PageFault::Inline { name: "script".to_owned() }).collect()
}

/// Files of this origin only; links and forms to the web only.
fn addresses(tag: &Tag<'_>) -> Option<PageFault> {
    let address = match tag.name {
        "a" | "link" => tag.attribute("href"),
        "form" => tag.attribute("action"),
        "img" | "script" => tag.attribute("src"),
        _ => return None,
    };
    let address = address.unwrap_or_default();
    let local = address.starts_with('/') && !address.starts_with("//");
    let web = local || address.starts_with("https://") || address.starts_with("http://");
    match tag.name {
        "a" | "form" if !web => Some(PageFault::Address { address: address.to_owned() }),
        "link" | "img" | "script" if !local => Some(PageFault::ForeignFile { address: address.to_owned() }),
        _ => None,
    }
}

/// What an element can't do without.
fn required_attributes(tag: &Tag<'_>) -> Option<PageFault> {
    let missing = |element, attribute| {
        tag.attribute(attribute)
            .is_none_or(str::is_empty)
            .then_some(PageFault::AttributeMissing { element, attribute })
    };
    match tag.name {
        "html" => missing("html", "lang"),
        "button" => missing("button", "type"),
        "input" => missing("input", "name"),
        // An empty alternative is right for what only decorates.
        "img" if tag.attribute("alt").is_none() => {
            Some(PageFault::AttributeMissing { element: "img", attribute: "alt" })
        }
        "form" if tag.attribute("method") != Some("post") => Some(PageFault::FormMethod),
        _ => None,
    }
}

/// Ids that are unique, references that lead to one, and a label for each field.
fn identifiers(opening: &[&Tag<'_>]) -> Vec<PageFault> {
    const REFERENCES: [&str; 4] = ["for", "aria-describedby", "aria-labelledby", "aria-controls"];
    let mut ids = HashSet::new();
    let mut faults = Vec::new();
    for id in opening.iter().filter_map(|tag| tag.attribute("id")) {
        if !ids.insert(id) {
            faults.push(PageFault::IdTwice { id: id.to_owned() });
        }
    }
    let labels: HashSet<&str> =
        opening.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.attribute("for")).collect();
    for tag in opening {
        let references = REFERENCES.into_iter().filter_map(|name| tag.attribute(name));
        let missing = references.filter(|id| !ids.contains(id));
        faults.extend(missing.map(|id| PageFault::IdMissing { id: id.to_owned() }));
        let field = tag.name == "input" && tag.attribute("type") != Some("hidden");
        let id = tag.attribute("id").unwrap_or_default();
        if field && !labels.contains(id) {
            faults.push(PageFault::LabelMissing { id: id.to_owned() });
        }
    }
    faults
}
