//! The templates of the pages of both roles, and the words that they may not hold.

use crate::Breach;

/// The templates whose words all come from the catalogue. Those of the demonstration applications are not among them.
const ROLES: [&str; 3] = ["saml-provider/templates/", "saml-sp/templates/", "saml-idp/templates/"];

/// Attributes that people read or hear.
const READ: [&str; 5] = ["alt", "title", "placeholder", "aria-label", "data-hide"];

/// Whether a file is a template of a role.
pub fn is_of_role(file: &str) -> bool {
    ROLES.iter().any(|folder| file.starts_with(folder)) && file.ends_with(".html")
}

/// The lines of a template that hold words of their own.
pub fn breaches(file: &str, text: &str) -> Vec<Breach> {
    let lines = text.lines().zip(1..);
    let found =
        lines.flat_map(|(line, number)| own_words(line).into_iter().map(move |words| (number, words)));
    found
        .map(|(line, words)| Breach {
            file: file.to_owned(),
            line,
            rule: format!("{words:?} is not in the catalogue of texts"),
        })
        .collect()
}

/// How many texts of the catalogue a template names.
pub fn texts_named(text: &str) -> usize {
    text.matches(".text(").count()
}

/// The words between the tags of a line and in what is read of its attributes, besides expressions and comments.
fn own_words(line: &str) -> Vec<String> {
    let plain = without(without(without(line.to_owned(), "{{", "}}"), "{%", "%}"), "{#", "#}");
    let read = READ.iter().flat_map(|name| {
        let values = plain.split(&format!(" {name}=\"")).skip(1);
        values.filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect::<Vec<_>>()
    });
    let between = without(plain.clone(), "<", ">");
    let has_words = |text: &String| text.chars().any(char::is_alphabetic);
    read.chain([between.trim().to_owned()]).filter(has_words).collect()
}

/// The text without everything from `open` to the next `close`.
fn without(mut text: String, open: &str, close: &str) -> String {
    while let Some(start) = text.find(open) {
        let end = text[start..].find(close).map_or(text.len(), |end| start + end + close.len());
        text.replace_range(start..end, "");
    }
    text
}
