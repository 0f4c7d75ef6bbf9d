//! Every path that a source names, in `use` trees, expressions, types, attributes and macro bodies; and its texts.

use std::collections::BTreeMap;
use std::str::FromStr;

use proc_macro2::{Delimiter, Group, LexError, TokenStream, TokenTree};

/// Whether unit tests are looked into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    /// Items that only a test build compiles are left out.
    LeftOut,
    /// Everything is looked into.
    Included,
}

/// How a path is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// In an expression, a type, an attribute.
    Mention,
    /// By a `use`.
    Import,
    /// By a `use` that others can go through: `pub use`, `pub(crate) use`.
    Reexport,
}

/// One path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its segments as written, aliases of the file resolved. A `use` tree gives one path for each leaf.
    pub segments: Vec<String>,
    /// The same from the crate root, where the path starts with `crate`, `self` or `super`.
    pub in_crate: Option<Vec<String>>,
    /// How.
    pub naming: Naming,
    /// What a `use` makes it known as in its file.
    pub known_as: Option<String>,
    /// Where.
    pub line: usize,
}

/// A text in a source, which is no attribute's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As written between its quotes.
    pub text: String,
    /// The last two segments of what it is an argument of: `Namespace::new`; `fail` alone for a method.
    pub argument_of: Option<String>,
    /// Where.
    pub line: usize,
}

/// The names in a source.
#[derive(Debug, Default)]
pub struct Facts {
    /// Its paths.
    pub paths: Vec<Named>,
    /// Each identifier, and its line.
    pub identifiers: Vec<(String, usize)>,
    /// Each method that is called, and its line.
    pub methods: Vec<(String, usize)>,
    /// Attributes of items and of the file, without spaces: `forbid(unsafe_code)`.
    pub attributes: Vec<(String, usize)>,
    /// Its texts.
    pub texts: Vec<Text>,
    /// Modules declared for tests only, whose files are elsewhere.
    pub test_modules: Vec<Vec<String>>,
}

/// Reads `text`, the contents of `module`.
///
/// # Errors
/// The text isn't made of Rust tokens.
pub fn collect(text: &str, module: &[String], tests: Tests) -> Result<Facts, LexError> {
    let stream = TokenStream::from_str(text)?;
    let mut reader = Reader {
        module: module.to_vec(),
        tests,
        facts: Facts::default(),
        aliases: BTreeMap::new(),
        callee: None,
        attributes: 0,
    };
    reader.walk(&trees(stream));
    Ok(reader.finish())
}

struct Reader {
    module: Vec<String>,
    tests: Tests,
    facts: Facts,
    aliases: BTreeMap<String, Vec<String>>,
    /// The function whose arguments are being read.
    callee: Option<String>,
    /// How many attributes are open.
    attributes: usize,
}

fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}

/// Whether `::` stands at `at`.
fn is_joint(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at + 1), ':')
}

impl Reader {
    fn walk(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        let mut public = false;
        while let Some(token) = tokens.get(at) {
            if let Some((length, attribute)) = attribute_at(tokens, at) {
                let text = attribute.stream().to_string().replace(char::is_whitespace, "");
                self.facts.attributes.push((text, line(token)));
                if self.tests == Tests::LeftOut && is_test_only(&trees(attribute.stream())) {
                    if length == 3 {
                        return; // `#![cfg(test)]`: all that follows here
                    }
                    at = self.skip_item(tokens, at + length);
                } else {
                    self.attributes += 1;
                    self.walk(&trees(attribute.stream()));
                    self.attributes -= 1;
                    at += length;
                }
                continue;
            }
            at = match ident(Some(token)).as_deref() {
                Some("use") if !is_punct(tokens.get(at + 1), '<') => {
                    let naming = if public { Naming::Reexport } else { Naming::Import };
                    self.import(tokens, at + 1, naming)
                }
                Some("mod") if group(tokens.get(at + 2), Delimiter::Brace).is_some() => {
                    self.inline_module(tokens, at)
                }
                Some(_) => self.mention(tokens, at),
                None => {
                    self.inside(tokens, at);
                    at + 1
                }
            };
            // `pub` and `pub(…)` make the `use` right after them a re-export.
            let visibility = ident(Some(token)).as_deref() == Some("pub");
            public = visibility || (public && group(Some(token), Delimiter::Parenthesis).is_some());
        }
    }

    /// A group, a literal or a sign.
    fn inside(&mut self, tokens: &[TokenTree], at: usize) {
        match tokens.get(at) {
            Some(TokenTree::Group(inner)) => {
                let arguments = inner.delimiter() == Delimiter::Parenthesis;
                let callee = if arguments { called(tokens, at) } else { None };
                let outer = std::mem::replace(&mut self.callee, callee);
                self.walk(&trees(inner.stream()));
                self.callee = outer;
            }
            Some(TokenTree::Literal(literal)) if self.attributes == 0 => {
                let written = literal.to_string();
                if let Some(text) = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                    let line = literal.span().start().line;
                    self.facts.texts.push(Text {
                        text: text.to_owned(),
                        argument_of: self.callee.clone(),
                        line,
                    });
                }
            }
            Some(TokenTree::Literal(_) | TokenTree::Punct(_) | TokenTree::Ident(_)) | None => {}
        }
    }

    fn inline_module(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        if let (Some(name), Some(body)) =
            (ident(tokens.get(at + 1)), group(tokens.get(at + 2), Delimiter::Brace))
        {
            self.module.push(name);
            self.walk(&trees(body.stream()));
            self.module.pop();
        }
        at + 3
    }

    /// A path outside a `use`, or a lone identifier.
    fn mention(&mut self, tokens: &[TokenTree], from: usize) -> usize {
        let mut at = from;
        let mut segments = Vec::new();
        while let Some(name) = ident(tokens.get(at)) {
            self.facts.identifiers.push((name.clone(), tokens.get(at).map_or(0, line)));
            segments.push(name);
            at += 1;
            if !is_joint(tokens, at) || ident(tokens.get(at + 2)).is_none() {
                break;
            }
            at += 2;
        }
        let is_called = group(tokens.get(at), Delimiter::Parenthesis).is_some();
        if let ([method], true, Some(before)) = (segments.as_slice(), is_called, from.checked_sub(1))
            && is_punct(tokens.get(before), '.')
        {
            self.facts.methods.push((method.clone(), tokens.get(from).map_or(0, line)));
        }
        // A single identifier matters only if it stands for a longer path.
        let in_crate = self.seen_from_crate_root(&segments, Naming::Mention);
        let line = tokens.get(from).map_or(0, line);
        self.facts.paths.push(Named { segments, in_crate, naming: Naming::Mention, known_as: None, line });
        at
    }

    /// A `use` tree up to its `;`.
    fn import(&mut self, tokens: &[TokenTree], from: usize, naming: Naming) -> usize {
        let end = tokens
            .iter()
            .skip(from)
            .position(|token| is_punct(Some(token), ';'))
            .map_or(tokens.len(), |n| from + n);
        let tree: Vec<TokenTree> = tokens.iter().take(end).skip(from).cloned().collect();
        self.use_tree(&tree, &[], naming);
        end + 1
    }

    fn use_tree(&mut self, tree: &[TokenTree], prefix: &[String], naming: Naming) {
        let Some(first) = tree.first() else { return };
        let mut segments = prefix.to_vec();
        let mut alias = None;
        let mut at = 0;
        while let Some(token) = tree.get(at) {
            match token {
                TokenTree::Ident(_) => {
                    let name = ident(Some(token)).unwrap_or_default();
                    if name == "as" {
                        alias = ident(tree.get(at + 1));
                        break;
                    }
                    self.facts.identifiers.push((name.clone(), line(token)));
                    if name != "self" || segments.is_empty() {
                        segments.push(name);
                    }
                }
                TokenTree::Group(branches) => {
                    for branch in trees(branches.stream()).split(|token| is_punct(Some(token), ',')) {
                        self.use_tree(branch, &segments, naming);
                    }
                    return;
                }
                TokenTree::Punct(punct) if punct.as_char() == '*' => segments.push("*".to_owned()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
        let known_as = alias.or_else(|| segments.last().cloned());
        if let Some(name) = known_as.clone() {
            self.aliases.insert(name, segments.clone());
        }
        let in_crate = self.seen_from_crate_root(&segments, naming);
        self.facts.paths.push(Named { segments, in_crate, naming, known_as, line: line(first) });
    }

    fn seen_from_crate_root(&self, segments: &[String], naming: Naming) -> Option<Vec<String>> {
        let mut rest = segments.iter();
        let mut absolute = match segments.first()?.as_str() {
            "crate" => {
                rest.next();
                Vec::new()
            }
            // Alone and outside a `use`, neither is a path: a receiver, a visibility.
            "self" | "super" if segments.len() > 1 || naming != Naming::Mention => self.module.clone(),
            _ => return None,
        };
        for segment in rest {
            match segment.as_str() {
                "self" => {}
                "super" => {
                    absolute.pop();
                }
                _ => absolute.push(segment.clone()),
            }
        }
        Some(absolute)
    }

    /// Passes over the item that a test-only attribute stands on. Anything but an item is looked into all the same.
    fn skip_item(&mut self, tokens: &[TokenTree], from: usize) -> usize {
        let mut at = from;
        while let Some((length, _)) = attribute_at(tokens, at) {
            at += length;
        }
        if ident(tokens.get(at)).as_deref() == Some("pub") {
            at += if group(tokens.get(at + 1), Delimiter::Parenthesis).is_some() { 2 } else { 1 };
        }
        let Some(keyword) = ident(tokens.get(at)) else { return from };
        let ends_in_semicolon = match keyword.as_str() {
            "const" => ident(tokens.get(at + 1))
                .is_none_or(|next| !["fn", "async", "unsafe"].contains(&next.as_str())),
            "use" | "static" | "type" | "let" => true,
            "mod" | "fn" | "async" | "impl" | "struct" | "enum" | "trait" | "macro_rules" | "extern"
            | "unsafe" => false,
            _ => return from,
        };
        if let (Some(name), true) =
            (ident(tokens.get(at + 1)), keyword == "mod" && is_punct(tokens.get(at + 2), ';'))
        {
            let mut module = self.module.clone();
            module.push(name);
            self.facts.test_modules.push(module);
        }
        while let Some(token) = tokens.get(at) {
            at += 1;
            let body = group(Some(token), Delimiter::Brace).is_some();
            if is_punct(Some(token), ';') || (body && !ends_in_semicolon) {
                break;
            }
        }
        at
    }

    /// Replaces aliases by the names that they stand for: `use std::time::SystemTime as T; T::now()`.
    fn finish(mut self) -> Facts {
        for named in &mut self.facts.paths {
            if named.naming != Naming::Mention || named.in_crate.is_some() {
                continue;
            }
            if let Some(full) = named.segments.first().and_then(|first| self.aliases.get(first)) {
                let tail = named.segments.iter().skip(1).cloned();
                named.segments = full.iter().cloned().chain(tail).collect();
            }
        }
        self.facts.paths.retain(|named| named.segments.len() > 1 || named.naming != Naming::Mention);
        self.facts
    }
}

/// The function that the parentheses at `at` call.
fn called(tokens: &[TokenTree], at: usize) -> Option<String> {
    let name = ident(tokens.get(at.checked_sub(1)?))?;
    let owner = at.checked_sub(4).filter(|owner| is_joint(tokens, owner + 1));
    Some(match owner.and_then(|owner| ident(tokens.get(owner))) {
        Some(owner) => format!("{owner}::{name}"),
        None => name,
    })
}

/// The attribute that starts at `at`: how many tokens it has, and its brackets.
fn attribute_at(tokens: &[TokenTree], at: usize) -> Option<(usize, &Group)> {
    if !is_punct(tokens.get(at), '#') {
        return None;
    }
    let inner = usize::from(is_punct(tokens.get(at + 1), '!'));
    group(tokens.get(at + 1 + inner), Delimiter::Bracket).map(|brackets| (2 + inner, brackets))
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`; not `#[cfg(any(test, …))]`, not `not(test)`.
fn is_test_only(attribute: &[TokenTree]) -> bool {
    let condition =
        match (ident(attribute.first()).as_deref(), group(attribute.get(1), Delimiter::Parenthesis)) {
            (Some("cfg"), Some(condition)) => trees(condition.stream()),
            _ => {
                let mut names =
                    attribute.iter().filter(|token| group(Some(token), Delimiter::Parenthesis).is_none());
                return ident(names.next_back()).as_deref() == Some("test");
            }
        };
    let parts = match (ident(condition.first()).as_deref(), group(condition.get(1), Delimiter::Parenthesis)) {
        (Some("all"), Some(all)) => trees(all.stream()),
        _ => condition,
    };
    parts
        .split(|token| is_punct(Some(token), ','))
        .any(|part| part.len() == 1 && ident(part.first()).as_deref() == Some("test"))
}
