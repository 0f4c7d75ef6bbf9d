//! What people paste: a message with something of a browser, a shell or a log around it.

use saml_core::bindings::MessageParameter;

use super::json::{self, Place};
use super::{Wrapping, page};

/// A layer, and the text inside it.
pub(super) struct Unwrapped {
    pub(super) wrapping: Vec<Wrapping>,
    pub(super) text: String,
    pub(super) relay_state: Option<String>,
}

/// Places that are looked into of one kind: a text may name the parameter a thousand times.
const MOST: usize = 16;

/// The answer comes first: it is what people ask about where a log holds a whole login.
const PARAMETERS: [MessageParameter; 2] = [MessageParameter::SamlResponse, MessageParameter::SamlRequest];

/// Removes one layer, in every way in which the text can be read, the likeliest first.
pub(super) fn unwrap(text: &str) -> impl Iterator<Item = Unwrapped> {
    let json = text.starts_with(['{', '[']).then(|| in_json(text)).into_iter().flatten();
    let page = text.starts_with('<').then(|| in_page(text)).into_iter().flatten();
    json.chain(page).chain(quoted(text)).chain(escaped(text)).chain(named(text))
}

/// Whether a text that begins like XML is a page, or a piece of one, with a form that carries a message.
pub(super) fn is_page(text: &str) -> bool {
    let name = root_name(text).unwrap_or_default().to_ascii_lowercase();
    matches!(name.as_str(), "!doctype" | "html" | "head" | "body" | "form" | "input" | "div")
        && in_page(text).next().is_some()
}

/// The name in the first tag that is no comment and no declaration of XML.
fn root_name(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start_matches('\u{feff}').trim_start();
        let end = match text {
            comment if comment.starts_with("<!--") => "-->",
            instruction if instruction.starts_with("<?") => "?>",
            tag => {
                return tag
                    .strip_prefix('<')?
                    .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
                    .next();
            }
        };
        text = text.split_once(end)?.1;
    }
}

fn in_page(text: &str) -> impl Iterator<Item = Unwrapped> {
    PARAMETERS.into_iter().filter_map(|parameter| {
        Some(Unwrapped {
            text: page::input(text, parameter.name())?,
            wrapping: vec![Wrapping::Page, Wrapping::Parameter(parameter)],
            relay_state: page::input(text, "RelayState"),
        })
    })
}

fn in_json(text: &str) -> impl Iterator<Item = Unwrapped> {
    PARAMETERS.into_iter().flat_map(|parameter| {
        json::places_of(text, parameter.name(), MOST).into_iter().map(move |place| match place {
            Place::Value(text) => Unwrapped {
                wrapping: vec![Wrapping::Json, Wrapping::Parameter(parameter)],
                text,
                relay_state: None,
            },
            Place::Text(text) => Unwrapped { wrapping: vec![Wrapping::Json], text, relay_state: None },
        })
    })
}

/// A text in quotation marks, with a comma or semicolon behind it or not.
fn quoted(text: &str) -> Option<Unwrapped> {
    let text = text.trim_end_matches([',', ';']);
    let inside =
        ['"', '\'', '`'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
    let unescaped = serde_json::from_str::<String>(&format!("\"{inside}\"")).ok();
    let text = unescaped.unwrap_or_else(|| inside.to_owned());
    Some(Unwrapped { wrapping: vec![Wrapping::Quotes], text, relay_state: None })
}

/// Markup that was escaped to be shown on a page or to stand in a text of a program.
fn escaped(text: &str) -> Option<Unwrapped> {
    let text = if text.starts_with("&lt;") || text.starts_with("&#") {
        page::unescape(text)
    } else if text.starts_with("\\u003c")
        || text.starts_with("\\u003C")
        || text.starts_with('<') && text.contains("=\\\"")
    {
        serde_json::from_str(&format!("\"{text}\"")).ok()?
    } else {
        return None;
    };
    Some(Unwrapped { wrapping: vec![Wrapping::Escapes], text, relay_state: None })
}

/// The text behind the name of a parameter: in a command line, a line of a log, the output of a browser's tools.
fn named(text: &str) -> impl Iterator<Item = Unwrapped> {
    PARAMETERS.into_iter().flat_map(move |parameter| {
        text.match_indices(parameter.name()).take(MOST).filter_map(move |(at, name)| {
            let (before, from) = text.split_at_checked(at)?;
            let after = from.strip_prefix(name)?;
            if after.starts_with('=') { assignment(before, from) } else { labelled(parameter, after) }
        })
    })
}

/// Whether the character may stand around a query or form in a longer text.
fn is_around(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\')
}

/// The whole query or form that the parameter stands in.
fn assignment(before: &str, from: &str) -> Option<Unwrapped> {
    let is_start = |c: char| is_around(c) || matches!(c, '?' | '{' | '(' | ',' | ';' | '$');
    let start = before.rsplit(is_start).next()?;
    let in_url = before.strip_suffix(start).is_some_and(|rest| rest.ends_with('?'));
    let end = from.split(|c: char| is_around(c) || c == '#').next()?;
    let mut wrapping = vec![Wrapping::Text];
    if in_url {
        wrapping.push(Wrapping::Url);
    }
    // Anything shorter than what surrounds it has had a layer taken off.
    (!before.is_empty() || end.len() < from.len()).then(|| Unwrapped {
        wrapping,
        text: format!("{start}{end}"),
        relay_state: None,
    })
}

/// `SAMLResponse: value`, in quotation marks or not, on the same line or the next.
fn labelled(parameter: MessageParameter, after: &str) -> Option<Unwrapped> {
    let value = after
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\'' | '`' | '=' | '>'));
    let text = value.split(['"', '\'', '`', '<', '&']).next()?.trim();
    // Behind the value a line may follow that begins with another label or with a boundary.
    let text = text.split("\n--").next()?.split("\nRelayState").next()?.trim();
    (value.len() < after.len() && !text.is_empty()).then(|| Unwrapped {
        wrapping: vec![Wrapping::Text, Wrapping::Parameter(parameter)],
        text: text.to_owned(),
        relay_state: None,
    })
}
