//! The entries of docs/verdicts.md, read from the text itself: the page and the terminal can't tell different things.

use std::sync::LazyLock;

/// The page.
const PAGE: &str = include_str!("../../verdicts.md");

/// The entries of the page, in its order.
#[must_use]
pub fn catalogue() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| read(PAGE));
    &ENTRIES
}

/// The entry of one code.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Entry {
    /// The part of the page that it stands in.
    pub group: &'static str,
    /// The code: `audience.mismatch`.
    pub code: &'static str,
    /// What it means.
    pub meaning: String,
    /// The text of the page under each label, in order: `Rule`, `Fault`, `Look at`, `Change`, then products.
    pub facts: Vec<(&'static str, String)>,
}

impl Entry {
    /// The text under a label.
    #[must_use]
    pub fn fact(&self, label: &str) -> Option<&str> {
        self.facts.iter().find(|(own, _)| *own == label).map(|(_, text)| text.as_str())
    }

    /// The labels that each entry has, in their order.
    pub const LABELS: [&'static str; 4] = ["Rule", "Fault", "Look at", "Change"];

    /// The recipes for products whose behaviour is known: the name of each, and the recipe.
    pub fn recipes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let products = self.facts.iter().filter(|(label, _)| !Self::LABELS.contains(label));
        products.map(|(label, text)| (*label, text.as_str()))
    }

    /// The meaning's first sentence.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.meaning.split_inclusive(". ").next().unwrap_or_default().trim_end()
    }
}

/// A heading of the third level begins an entry, `- **Label:**` a fact of it; other lines go on with what is open.
fn read(page: &'static str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut group = "";
    let mut open = false;
    for line in page.lines() {
        if let Some(code) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            entries.push(Entry { group, code, ..Entry::default() });
            open = true;
        } else if let Some(title) = line.strip_prefix("## ") {
            group = title;
            open = false;
        } else if let Some(entry) = entries.last_mut().filter(|_| open) {
            entry.extend(line);
        }
    }
    entries
}

impl Entry {
    fn extend(&mut self, line: &'static str) {
        let labelled = line.strip_prefix("- **").and_then(|rest| rest.split_once(":** "));
        let (text, more) = match labelled {
            Some((label, text)) => {
                self.facts.push((label, String::new()));
                (self.facts.last_mut().map(|(_, open)| open), text)
            }
            None => (Some(self.facts.last_mut().map_or(&mut self.meaning, |(_, open)| open)), line.trim()),
        };
        let Some(text) = text.filter(|_| !more.is_empty()) else { return };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&unlinked(more));
    }
}

/// The text without the targets of its links: in a terminal there is nothing to click on.
fn unlinked(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("](#") {
        plain.push_str(before);
        plain.push(']');
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.replace("[`", "`").replace("`]", "`")
}
