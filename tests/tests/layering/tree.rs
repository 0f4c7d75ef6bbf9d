//! Files: where they are, which module they hold, which of them are tests.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Breach;
use crate::paths::{self, Facts, Tests};

/// The most lines that a file may have.
const LONGEST: usize = 500;

/// One source file, read.
pub struct Source {
    /// Its path from the top of the repository.
    pub file: String,
    /// Its module path inside its crate; empty for the crate root.
    pub module: Vec<String>,
    /// The names in it, without its unit tests.
    pub facts: Facts,
    text: String,
}

impl Source {
    /// Reads `text` as the file at `file`, which holds `module`.
    pub fn read(file: &str, module: Vec<String>, text: &str) -> Self {
        let mut source =
            Self { file: file.to_owned(), module, facts: Facts::default(), text: text.to_owned() };
        source.facts = source.collect(Tests::LeftOut);
        source
    }

    /// The names in it, with its unit tests.
    pub fn with_tests(&self) -> Facts {
        self.collect(Tests::Included)
    }

    fn collect(&self, tests: Tests) -> Facts {
        paths::collect(&self.text, &self.module, tests)
            .unwrap_or_else(|error| panic!("{}: not Rust: {error}", self.file))
    }

    /// Whether the examples of the package's README are documentation tests of this file.
    pub fn includes_readme(&self) -> bool {
        self.text.contains("#[cfg(doctest)]\n#[doc = include_str!(\"../README.md\")]\n")
    }

    /// A breach of `rule` on `line` of this file.
    pub fn breach(&self, line: usize, rule: String) -> Breach {
        Breach { file: self.file.clone(), line, rule }
    }
}

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the repository").to_owned()
}

/// All sources under `folder`. Modules that are compiled for tests only, wherever their file is, are left out.
///
/// An empty answer is a broken checker, and fails.
pub fn sources(folder: &str) -> Vec<Source> {
    let root = root();
    let top = root.join(folder);
    let mut read = Vec::new();
    for file in rust_files(&top) {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let inside = file.strip_prefix(&top).expect("listed under top");
        read.push(Source::read(&shown(&root, &file), module_of(inside), &text));
    }
    assert!(!read.is_empty(), "no sources under {folder}");
    without_test_modules(read)
}

/// What all sources under `folder` name, unit tests included.
pub fn all_facts(folder: &str) -> Vec<Facts> {
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        paths::collect(&text, &[], Tests::Included)
            .unwrap_or_else(|error| panic!("{}: not Rust: {error}", file.display()))
    };
    files(&root().join(folder), &["rs"]).into_iter().map(read).collect()
}

/// Every file whose name ends in one of `extensions`, with its contents.
pub fn texts(extensions: &[&str]) -> Vec<(String, String)> {
    let root = root();
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (shown(&root, &file), text)
    };
    files(&root, extensions).into_iter().map(read).collect()
}

/// All sources of the library in `folder`, or of its program where it has no library. Programs beside a library see it
/// from outside, and are a crate each.
pub fn library_sources(folder: &str) -> Vec<Source> {
    let all = sources(&format!("{folder}/src"));
    let has_library = all.iter().any(|source| source.file.ends_with("/src/lib.rs"));
    let is_program =
        |source: &Source| source.file.ends_with("/src/main.rs") || source.file.contains("/src/bin/");
    all.into_iter().filter(|source| !has_library || !is_program(source)).collect()
}

/// Drops the files of modules that only a test build compiles, and what lies under them.
pub fn without_test_modules(mut sources: Vec<Source>) -> Vec<Source> {
    let tests: BTreeSet<Vec<String>> =
        sources.iter().flat_map(|source| source.facts.test_modules.iter().cloned()).collect();
    sources.retain(|source| !tests.iter().any(|test| source.module.starts_with(test)));
    sources
}

/// `xml/parser/mod.rs` holds `xml::parser`, `xml/span.rs` holds `xml::span`, `lib.rs` the crate root.
pub fn module_of(inside: &Path) -> Vec<String> {
    let mut module: Vec<String> = inside
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if module.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        module.pop();
    }
    module
}

/// A package of this repository.
pub struct Member {
    /// Its folder.
    pub folder: String,
    /// Its manifest, as text.
    pub manifest: String,
    /// Its crate roots.
    pub roots: Vec<Source>,
}

/// Every package, whether or not it is a member of the workspace.
pub fn members() -> Vec<Member> {
    let root = root();
    let mut members = Vec::new();
    for folder in folders(&root) {
        let Ok(manifest) = fs::read_to_string(folder.join("Cargo.toml")) else { continue };
        let mut roots = Vec::new();
        for file in crate_roots(&folder) {
            let text =
                fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            roots.push(Source::read(&shown(&root, &file), Vec::new(), &text));
        }
        members.push(Member { folder: shown(&root, &folder), manifest, roots });
    }
    assert!(members.len() > 5, "found only {} packages", members.len());
    members
}

/// The library, the program and the further programs of a package.
fn crate_roots(folder: &Path) -> Vec<PathBuf> {
    let mut roots = vec![folder.join("src/lib.rs"), folder.join("src/main.rs")];
    roots.retain(|file| file.exists());
    if folder.join("src/bin").exists() {
        roots.extend(rust_files(&folder.join("src/bin")));
    }
    roots
}

/// Files of more than [`LONGEST`] lines.
pub fn long_files() -> Vec<Breach> {
    let root = root();
    let mut long = Vec::new();
    for file in rust_files(&root) {
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        long.extend(too_long(&shown(&root, &file), &text));
    }
    long
}

/// A breach if `text` has more than [`LONGEST`] lines.
pub fn too_long(file: &str, text: &str) -> Option<Breach> {
    let lines = text.lines().count();
    (lines > LONGEST).then(|| Breach {
        file: file.to_owned(),
        line: lines,
        rule: format!("{lines} lines: split it by noun, {LONGEST} is the limit"),
    })
}

/// Every `.rs` file under `folder`, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    files(folder, &["rs"])
}

/// Every file under `folder` whose name ends in one of `extensions`, in order. Hidden folders and build output are passed
/// over.
fn files(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        open.extend(folders(&next));
        let entries = fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display()));
        files.extend(entries.map(|entry| entry.expect("listable").path()).filter(|path| {
            path.is_file()
                && path.extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension))
        }));
    }
    files.sort();
    files
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("listable").path())
        .filter(|path| path.is_dir() && !path.is_symlink())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            !name.starts_with('.') && !["target", "artefacts", "node_modules"].contains(&name.as_str())
        })
        .collect();
    folders.sort();
    folders
}

fn shown(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}
