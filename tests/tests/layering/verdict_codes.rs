//! The codes of the sources and the entries of docs/verdicts.md are the same.
//!
//! A code is a dotted text of the product: `VerdictCode` holds nothing but a text of the program, so that none can come
//! from elsewhere. Every text that looks like a code counts as one, except names of files and of namespaces in the
//! store.

use std::collections::BTreeMap;
use std::fs;

use crate::Breach;
use crate::tree::{self, Source};

/// Where the product's codes are.
const FOLDERS: [&str; 5] =
    ["saml-core/src", "saml-sp/src", "saml-idp/src", "saml-store/src", "saml-provider/src"];
/// The documentation.
const FILE: &str = "docs/verdicts.md";
/// What names of files end in.
const FILES: [&str; 8] = [".html", ".js", ".css", ".svg", ".txt", ".toml", ".xml", ".json"];
/// The functions that take a code.
const CALLED_WITH_A_CODE: [&str; 3] = ["VerdictCode::new", "fail", "warn"];

/// Which rule each code is about; it yields no code, so that it doesn't count as one that does.
const RULES: &str = "saml-core/src/base/code/rules.rs";

/// The sources of the product.
pub fn product_sources() -> Vec<Source> {
    let sources = FOLDERS.iter().flat_map(|folder| tree::sources(folder));
    sources.filter(|source| source.file != RULES).collect()
}

/// The documentation.
pub struct Page {
    text: String,
}

impl Page {
    /// As it is in the repository.
    pub fn read() -> Self {
        let path = tree::root().join(FILE);
        Self::of(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// As it would be with this text.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    /// The code of each entry, with its line.
    fn entries(&self) -> impl Iterator<Item = (usize, &str)> {
        self.headings()
            .filter_map(|(line, heading)| Some((line, heading.strip_prefix("### `")?.strip_suffix('`')?)))
    }

    /// Each entry has one rule, and the program cites the same: no code has one that isn't on the page.
    pub fn rules_that_differ(&self, cited: impl Fn(&'static str) -> Option<&'static str>) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut lines = self.text.lines().enumerate().map(|(line, text)| (line + 1, text)).peekable();
        for (line, code) in self.entries() {
            while lines.next_if(|(own, _)| *own <= line).is_some() {}
            let mut rule = None;
            while let Some((_, text)) = lines.next_if(|(_, text)| !text.starts_with('#')) {
                rule = rule.or(text.strip_prefix("- **Rule:** "));
            }
            let code: &'static str = code.to_owned().leak();
            if rule.is_none() || cited(code) != rule {
                breaches.push(breach(line, format!("`{code}`: {rule:?} here, {:?} in {RULES}", cited(code))));
            }
        }
        breaches
    }

    fn headings(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .filter(|(_, text)| text.starts_with('#'))
            .map(|(line, text)| (line + 1, text))
    }

    /// Entries that stand twice, and links to headings that don't stand there.
    pub fn breaches(&self) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut anchors = BTreeMap::new();
        for (line, heading) in self.headings() {
            let anchor = anchor(heading);
            if let Some(first) = anchors.insert(anchor.clone(), line) {
                breaches.push(breach(line, format!("`#{anchor}` leads to line {first} too")));
            }
        }
        for (line, text) in self.text.lines().enumerate() {
            for link in text.split("](#").skip(1) {
                let link = link.split(')').next().unwrap_or_default();
                if !anchors.contains_key(link) {
                    breaches.push(breach(line + 1, format!("`#{link}` leads nowhere")));
                }
            }
        }
        breaches
    }
}

/// How a heading is linked to: letters, digits, `_` and `-`, blanks as `-`.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    text.chars().filter(|c| c.is_alphanumeric() || ['_', '-'].contains(c)).collect()
}

fn breach(line: usize, rule: String) -> Breach {
    Breach { file: FILE.to_owned(), line, rule }
}

/// Codes without an entry, entries without a code, and codes that are not written like one.
pub fn breaches(page: &Page, sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut entries: BTreeMap<&str, (usize, bool)> =
        page.entries().map(|(line, code)| (code, (line, false))).collect();
    for source in sources {
        for text in &source.facts.texts {
            let called = text.argument_of.as_deref().unwrap_or_default();
            if !is_dotted(&text.text) {
                if CALLED_WITH_A_CODE.contains(&called) {
                    breaches.push(source.breach(text.line, format!("`{}` is no dotted code", text.text)));
                }
                continue;
            }
            if called == "Namespace::new" || FILES.iter().any(|end| text.text.ends_with(end)) {
                continue;
            }
            match entries.get_mut(text.text.as_str()) {
                Some((_, is_used)) => *is_used = true,
                None => {
                    breaches
                        .push(source.breach(text.line, format!("`{}` has no entry in {FILE}", text.text)));
                }
            }
        }
    }
    let unused = entries.into_iter().filter(|(_, (_, is_used))| !is_used);
    breaches
        .extend(unused.map(|(code, (line, _))| breach(line, format!("`{code}` is no code of the product"))));
    breaches
}

/// Lower-case words joined by `_`, parts joined by `.`.
fn is_dotted(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    text.contains('.') && text.split('.').all(is_word)
}
