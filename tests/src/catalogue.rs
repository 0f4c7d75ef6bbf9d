//! The catalogues of `docs/`: the attacks by number, the quirks of peers by name, and what cites them.

use std::fs;
use std::path::Path;

/// An entry of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is cited by: `58` for an attack, `MR-3` for a rule, `ENTRA-12` for a quirk.
    pub name: String,
    /// Where it begins.
    pub line: usize,
    /// The tests that it names.
    pub tests: Vec<NamedTest>,
    /// Whether it says why there is nothing to test.
    pub not_here: bool,
}

/// A test, as a catalogue names it: `path/of/file.rs::name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTest {
    /// The file, from the top of the repository.
    pub file: String,
    /// The function.
    pub name: String,
}

/// A citation of an entry, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The name of the entry.
    pub name: String,
    /// The line.
    pub line: usize,
}

/// The attacks and the rules of `docs/attacks.md`.
#[must_use]
pub fn attacks() -> Vec<Entry> {
    attacks_of(&read("docs/attacks.md"))
}

/// The quirks of `docs/quirks.md`.
#[must_use]
pub fn quirks() -> Vec<Entry> {
    quirks_of(&read("docs/quirks.md"))
}

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The entries of a page whose paragraphs begin with `**58. Title.**`, and whose rules begin with `- **MR-3 Title.**`.
#[must_use]
pub fn attacks_of(page: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut lines = (1..).zip(page.lines()).peekable();
    while let Some((line, text)) = lines.next() {
        let rule = text.strip_prefix("- **").and_then(|rule| rule.split_once(' ')).map(|(name, _)| name);
        let attack = text.strip_prefix("**").and_then(|title| title.split_once(". ")).map(|(name, _)| name);
        let Some(name) = rule.or(attack) else { continue };
        let mut whole = text.to_owned();
        while let Some((_, more)) = lines.next_if(|(_, more)| !more.is_empty() && !more.starts_with("- ")) {
            whole = format!("{whole} {more}");
        }
        entries.push(entry(name, line, &whole));
    }
    entries
}

/// The entries of a page whose tables have rows of three columns: a name, what is seen, what happens here.
#[must_use]
pub fn quirks_of(page: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (line, text) in (1..).zip(page.lines()) {
        let Some(row) = text.strip_prefix("| ").and_then(|row| row.strip_suffix(" |")) else { continue };
        let columns: Vec<&str> = row.split(" | ").collect();
        let [name, seen, here] = columns.as_slice() else {
            panic!("line {line}: not three columns: {text}");
        };
        if *name == "id" || name.starts_with("---") {
            continue;
        }
        assert!(!seen.trim().is_empty() && !here.trim().is_empty(), "line {line}: an empty column");
        entries.push(entry(name, line, here));
    }
    entries
}

fn entry(name: &str, line: usize, text: &str) -> Entry {
    let tests = text.split("Test: ").skip(1).map(|named| {
        let quoted = named.strip_prefix('`').and_then(|rest| rest.split_once('`'));
        let parts = quoted.and_then(|(test, _)| test.split_once("::"));
        let (file, name) = parts.unwrap_or_else(|| panic!("line {line}: no test after \"Test:\""));
        NamedTest { file: file.to_owned(), name: name.to_owned() }
    });
    let reason = text.split_once("Not here: ").map(|(_, reason)| reason.trim());
    assert!(reason != Some(""), "line {line}: no reason");
    let not_here = reason.is_some();
    Entry { name: name.to_owned(), line, tests: tests.collect(), not_here }
}

/// Every citation in `text`: of attacks ("attack 58", "attacks 180 to 183"), of rules (`MR-3`), and of quirks whose name
/// begins as one of `kinds` does (`NET` for `NET-04`).
///
/// A list may go on in the next line of a comment. Of a range the ends are cited.
#[must_use]
pub fn citations(text: &str, kinds: &[&str]) -> Vec<Citation> {
    let mut found = attacks_in(text);
    for (line, text) in (1..).zip(text.lines()) {
        found.extend(names_in(text, kinds).map(|name| Citation { name, line }));
    }
    found
}

fn attacks_in(text: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    let words: Vec<(usize, &str)> = (1..)
        .zip(text.lines())
        .flat_map(|(line, text)| text.split_whitespace().map(move |word| (line, word)))
        .filter(|(_, word)| !["//", "///", "//!", "#"].contains(word))
        .collect();
    for (at, (_, word)) in words.iter().enumerate() {
        let word = word.trim_start_matches(|sign: char| !sign.is_alphabetic()).to_lowercase();
        if word != "attack" && word != "attacks" {
            continue;
        }
        for (line, word) in words.iter().skip(at + 1) {
            let numbers =
                word.split(['–', ',']).map(|part| part.trim_end_matches(|c: char| !c.is_ascii_digit()));
            let numbers: Vec<&str> = numbers.filter(|number| !number.is_empty()).collect();
            let all = numbers.iter().all(|number| number.bytes().all(|octet| octet.is_ascii_digit()));
            if !all || (numbers.is_empty() && !["and", "to", "or"].contains(word)) {
                break;
            }
            found.extend(numbers.iter().map(|number| Citation { name: (*number).to_owned(), line: *line }));
            if !numbers.is_empty() && word.ends_with(['.', ')', ':', ';']) {
                break;
            }
        }
    }
    found
}

/// The names in a line that are made as `MR-3` or `ENTRA-12` are.
fn names_in<'t>(line: &'t str, kinds: &'t [&str]) -> impl Iterator<Item = String> + 't {
    let words = line.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-' && sign != '_');
    words.filter_map(move |word| {
        let (kind, number) = word.rsplit_once('-')?;
        let digits = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
        let known = kind == "MR" || (kinds.contains(&kind) && number.len() == 2);
        (digits && known).then(|| word.to_owned())
    })
}

/// Whether the comment right before the test `name` in `source` cites `entry`; `None` if there is no such test.
#[must_use]
pub fn names_back(source: &str, name: &str, entry: &str, kinds: &[&str]) -> Option<bool> {
    let lines: Vec<&str> = source.lines().collect();
    let heads = [format!("fn {name}("), format!("async fn {name}(")];
    let at = lines.iter().position(|line| heads.iter().any(|head| line.trim_start().starts_with(head)))?;
    let before = lines.iter().take(at).rev().map(|line| line.trim_start());
    let before: Vec<&str> =
        before.take_while(|line| line.starts_with("//") || line.starts_with("#[")).collect();
    let is_test = before.iter().any(|line| line.starts_with("#[") && line.contains("test"));
    let comment: Vec<&str> = before.into_iter().rev().filter(|line| line.starts_with("//")).collect();
    is_test.then(|| citations(&comment.join("\n"), kinds).iter().any(|citation| citation.name == entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(text: &str) -> Vec<(usize, String)> {
        citations(text, &["NET"]).into_iter().map(|citation| (citation.line, citation.name)).collect()
    }

    #[test]
    fn lists_ranges_and_line_breaks_are_citations() {
        for (text, expected) in [
            ("/// Depth (attack 147), and more (148).", vec![(1, "147")]),
            ("// Attacks 155 to 157, 159 and 160.", vec![(1, "155"), (1, "157"), (1, "159"), (1, "160")]),
            ("//! Attacks 180–183: one use.", vec![(1, "180"), (1, "183")]),
            ("/// hidden (attacks 37,\n/// 65). 7 more", vec![(1, "37"), (2, "65")]),
            ("attacks on 7 peers; an attack, 9 of them", vec![]),
            ("slashes (NET-04, MR-3); ASP.NET-04x, IIP-SP02, DUNET-04", vec![(1, "NET-04"), (1, "MR-3")]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(line, name)| (line, name.to_owned())).collect();
            assert_eq!(cited(text), expected, "{text}");
        }
    }

    #[test]
    fn entries_say_what_stands_in_place_of_a_message() {
        let page = "## 3. Title\n\n- **MR-1 One.** Rule\n  more.\n- **MR-2 Two.** Rule.\n\n**7. Name.** Text\nTest: \
            `a/b.rs::c`.\n\n**8. Other.** Not here: no use.\n";
        let entries = attacks_of(page);
        let seen: Vec<_> =
            entries.iter().map(|e| (e.name.as_str(), e.line, e.tests.len(), e.not_here)).collect();
        let expected = [("MR-1", 3, 0, false), ("MR-2", 5, 0, false), ("7", 7, 1, false), ("8", 10, 0, true)];
        assert_eq!(seen, expected);
        let rows = quirks_of("| id | a | b |\n| --- | --- | --- |\n| NET-01 | seen | Test: `a/b.rs::c`. |\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].tests, [NamedTest { file: "a/b.rs".to_owned(), name: "c".to_owned() }]);
    }

    #[test]
    fn a_test_names_its_entry_in_the_comment_before_it() {
        let source = "// Attack 7, and\n// NET-04.\n#[test]\nfn one() {}\n\n// Attack 9.\nfn none() {}\n";
        assert_eq!(names_back(source, "one", "7", &["NET"]), Some(true));
        assert_eq!(names_back(source, "one", "NET-04", &["NET"]), Some(true));
        assert_eq!(names_back(source, "one", "9", &["NET"]), Some(false));
        assert_eq!(names_back(source, "none", "9", &["NET"]), None, "not a test");
        assert_eq!(names_back(source, "absent", "9", &["NET"]), None);
    }
}
