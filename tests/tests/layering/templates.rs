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

/// The lines of a template that hold words of their own: between the tags, or in what is read of their attributes, besides
/// expressions and comments.
pub fn breaches(file: &str, text: &str) -> Vec<Breach> {
    let plain = without(&without(&without(text, "{{", "}}"), "{%", "%}"), "{#", "#}");
    let mut found: Vec<(usize, String)> = Vec::new();
    for opened in READ.map(|name| format!(" {name}=\"")) {
        for (start, _) in plain.match_indices(&opened) {
            let value = plain[start + opened.len()..].split('"').next().unwrap_or_default();
            found.push((plain[..start].matches('\n').count() + 1, value.to_owned()));
        }
    }
    found.extend(
        (1..).zip(without(&plain, "<", ">").lines()).map(|(line, words)| (line, words.trim().to_owned())),
    );
    found.retain(|(_, words)| words.chars().any(char::is_alphabetic));
    let breach = |(line, words): (usize, String)| Breach {
        file: file.to_owned(),
        line,
        rule: format!("{words:?} is not in the catalogue of texts"),
    };
    found.into_iter().map(breach).collect()
}

/// How many texts of the catalogue a template names.
pub fn texts_named(text: &str) -> usize {
    text.matches(".text(").count()
}

/// The text without everything from each `open` to the next `close`, on the lines where it was.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (gone, following) = after.split_once(close).unwrap_or((after, ""));
        left.push_str(before);
        left.extend(gone.matches('\n'));
        rest = following;
    }
    left + rest
}

#[test]
fn words_in_a_template_are_seen() {
    let found = |line| breaches("a.html", line).len();
    for line in [
        "<p>Sign in</p>",
        "Sign in",
        "<p>{{ frame.text(Text::More) }}: more</p>",
        "{% if a %}yes{% endif %}",
        "<img alt=\"A logo\" src=\"/\">",
        "<input title=\"{{ a }} name\">",
    ] {
        assert_eq!(found(line), 1, "{line}");
    }
    assert_eq!(breaches("a.html", "<p\n\nid=\"a\">\nSign in")[0].line, 4);
    for line in [
        "<p class=\"lead\">{{ frame.text(Text::More) }}</p>",
        "{%- if let Some(more) = more %}",
        "{#- A comment. #}",
        "<title>{{ title }} – {{ frame.name }}</title>",
        "<img src=\"/logo\" alt=\"\">",
        "<input\n{%- if a %} aria-invalid=\"true\"{% endif %}\nautofocus>",
        "<button data-hide=\"{{ frame.text(Text::More) }}\" hidden>",
    ] {
        assert_eq!(found(line), 0, "{line}");
    }
}
