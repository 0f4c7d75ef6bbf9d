//! Citations have an entry in a catalogue, and the tests that a catalogue names exist.

use std::collections::BTreeSet;

use saml_tests::catalogue::{self, Citation, Entry};

use crate::Breach;
use crate::tree;

const ATTACKS: &str = "docs/attacks.md";
const QUIRKS: &str = "docs/quirks.md";

/// What these cite is made up, to test the reading of citations.
const ABOUT_CITATIONS: [&str; 2] = ["tests/src/catalogue.rs", "tests/tests/layering/snippets.rs"];

/// Both catalogues, and every text that may cite them.
pub struct Catalogues {
    attacks: Vec<Entry>,
    quirks: Vec<Entry>,
    /// Files with their contents.
    texts: Vec<(String, String)>,
}

impl Catalogues {
    /// As they are in the repository.
    pub fn read() -> Self {
        let mut texts = tree::texts(&["rs", "md", "toml"]);
        texts.retain(|(file, _)| {
            file != ATTACKS && file != QUIRKS && !ABOUT_CITATIONS.contains(&file.as_str())
        });
        Self { attacks: catalogue::attacks(), quirks: catalogue::quirks(), texts }
    }

    /// As they would be.
    pub fn of(attacks: &str, quirks: &str, texts: &[(&str, &str)]) -> Self {
        let texts = texts.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        Self {
            attacks: catalogue::attacks_of(attacks),
            quirks: catalogue::quirks_of(quirks),
            texts: texts.collect(),
        }
    }

    /// The prefixes of the names of quirks.
    fn kinds(&self) -> Vec<&str> {
        let kinds: BTreeSet<&str> =
            self.quirks.iter().filter_map(|entry| Some(entry.name.rsplit_once('-')?.0)).collect();
        kinds.into_iter().collect()
    }

    /// Each entry with its page.
    fn entries(&self) -> impl Iterator<Item = (&'static str, &Entry)> {
        let attacks = self.attacks.iter().map(|entry| (ATTACKS, entry));
        attacks.chain(self.quirks.iter().map(|entry| (QUIRKS, entry)))
    }

    /// Each citation with its file.
    pub fn citations(&self) -> Vec<(&str, Citation)> {
        let kinds = self.kinds();
        let of_file = |(file, text): &'_ (String, String)| (file.clone(), catalogue::citations(text, &kinds));
        let cited: Vec<_> = self.texts.iter().map(of_file).collect();
        let names = self.texts.iter().zip(cited);
        names
            .flat_map(|((file, _), (_, found))| found.into_iter().map(move |one| (file.as_str(), one)))
            .collect()
    }

    /// Citations of what no catalogue has, and names that a catalogue has twice.
    pub fn unknown(&self) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut known = BTreeSet::new();
        for (page, entry) in self.entries() {
            if !known.insert(entry.name.as_str()) {
                breaches.push(breach(page, entry.line, format!("{} stands here twice", entry.name)));
            }
        }
        for (file, Citation { name, line }) in self.citations() {
            if !known.contains(name.as_str()) {
                breaches.push(breach(file, line, format!("{name} stands in neither {ATTACKS} nor {QUIRKS}")));
            }
        }
        breaches
    }

    /// Quirks that nothing cites, that name no test, and that don't say why; and those that say two of these.
    pub fn idle(&self) -> Vec<Breach> {
        let citations = self.citations();
        let cited: BTreeSet<&str> = citations.iter().map(|(_, citation)| citation.name.as_str()).collect();
        let mut breaches = Vec::new();
        for entry in &self.quirks {
            let (name, held) = (&entry.name, cited.contains(entry.name.as_str()) || !entry.tests.is_empty());
            if held == entry.not_here {
                let rule =
                    if held { "is cited or tested, and said to be not here" } else { "is held by nothing" };
                breaches.push(breach(QUIRKS, entry.line, format!("{name} {rule}")));
            }
        }
        breaches
    }

    /// Tests that don't exist, or whose comment doesn't name the entry that names them.
    pub fn broken(&self) -> Vec<Breach> {
        let kinds = self.kinds();
        let mut breaches = Vec::new();
        for (page, entry) in self.entries() {
            for test in &entry.tests {
                let source = self.texts.iter().find(|(file, _)| *file == test.file);
                let named =
                    source.and_then(|(_, text)| catalogue::names_back(text, &test.name, &entry.name, &kinds));
                let rule = match named {
                    Some(true) => continue,
                    Some(false) => "is not named in the comment before",
                    None => "names a test that is not there:",
                };
                let rule = format!("{} {rule} {}::{}", entry.name, test.file, test.name);
                breaches.push(breach(page, entry.line, rule));
            }
        }
        breaches
    }
}

fn breach(file: &str, line: usize, rule: String) -> Breach {
    Breach { file: file.to_owned(), line, rule }
}
