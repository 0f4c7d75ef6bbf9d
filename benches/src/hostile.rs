//! Documents that are made to be expensive.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::documents::{replaced, shared_folder, with_other_signature_value};
use crate::{Failure, Identity, Sample, Samples, Signed, response};

/// The hostile documents of `gen_corpus.py`, made in `folder` unless they are there already; none without the script
/// or without what it needs.
///
/// # Errors
/// One can't be read.
pub fn shared_hostile(folder: &Path) -> Result<Option<Samples>, Failure> {
    let Some(shared) = shared_folder() else { return Ok(None) };
    let corpus = folder.join("corpus");
    if !corpus.join("h_text8M.xml").exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("gen_corpus.py"), std::fs::read(shared.join("gen_corpus.py"))?)?;
        let made = Command::new("python3")
            .args(["gen_corpus.py", "hostile"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !made.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
    }
    let mut files: Vec<_> = std::fs::read_dir(&corpus)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .collect();
    files.sort();
    let mut samples = Vec::new();
    for file in files {
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        samples.push(Sample::new(name, std::fs::read(&file)?, 1));
    }
    let identity = Identity::read(&folder.join("keys"), "idp_rsa")?;
    Ok(Some(Samples { recipient: identity.clone(), identity, good: Vec::new(), bad: samples }))
}

/// Hostile documents of our own: the signature value holds, the digest doesn't, unless the name says otherwise.
///
/// Each kind comes small and ten times as large. A document within the limits may cost ten times as much, not a hundred
/// times.
///
/// # Errors
/// Something could not be made.
pub fn generated_hostile() -> Result<Samples, Failure> {
    let identity = Identity::rsa()?;
    let good = response(&identity, Signed::Assertion, 20)?;
    let mut samples = Vec::new();
    for (name, make, small) in KINDS {
        for size in [small, small * 10] {
            let xml = replaced(&good, ">Jürgen<", &format!("><x>{}</x><", make(size)));
            samples.push(Sample::new(format!("{name} {size}, digest broken"), xml.clone(), 1));
            let xml = with_other_signature_value(&xml);
            samples.push(Sample::new(format!("{name} {size}, signature value broken"), xml, 1));
        }
    }
    // Canonicalised and hashed before anything is known to be good, as far as its bound.
    for size in [5000, 50_000, 500_000] {
        let filled = replaced(&good, "</ds:SignedInfo>", &format!("<x>{}</x></ds:SignedInfo>", text(size)));
        samples.push(Sample::new(format!("octets in SignedInfo {size}, signature value broken"), filled, 1));
    }
    Ok(Samples { recipient: identity.clone(), identity, good: Vec::new(), bad: samples })
}

type Kind = (&'static str, fn(usize) -> String, usize);

const KINDS: [Kind; 15] = [
    ("nested elements", nested, 1000),
    ("subtrees 60 deep", subtrees, 100),
    ("attributes on one element", attributes, 1000),
    ("elements with 100 attributes", elements_with_attributes, 50),
    ("declarations on one element", declarations, 1000),
    ("elements with 60 declarations", elements_with_declarations, 6),
    ("redeclared default namespaces", redeclared, 400),
    ("identifiers", identifiers, 4000),
    ("octets of references", references, 100_000),
    ("octets of text", text, 100_000),
    ("octets of >, escaped on their way out", escaped_text, 70_000),
    ("octets of quotes in one value", escaped_value, 60_000),
    ("quotes in values of 100", escaped_values, 50_000),
    ("prefixes that have ended", ended_prefixes, 400),
    ("attributes of their own", assertion_attributes, 300),
];

fn nested(count: usize) -> String {
    format!("{}{}", "<d>".repeat(count), "</d>".repeat(count))
}

fn subtrees(count: usize) -> String {
    nested(50).repeat(count)
}

fn attributes(count: usize) -> String {
    // In descending order, so that canonicalising has to sort.
    let mut element = String::from("<d");
    for index in (0..count).rev() {
        let _infallible = write!(element, r#" a{index:05}="v""#);
    }
    element + "/>"
}

fn elements_with_attributes(count: usize) -> String {
    attributes(100).repeat(count)
}

fn declarations(count: usize) -> String {
    let mut element = String::from("<d");
    for index in 0..count {
        let _infallible = write!(element, r#" xmlns:n{index}="urn:n:{index}" n{index}:a="v""#);
    }
    element + "/>"
}

fn elements_with_declarations(count: usize) -> String {
    declarations(60).repeat(count)
}

fn redeclared(count: usize) -> String {
    r#"<d xmlns="urn:a"><d xmlns="urn:b"/></d>"#.repeat(count)
}

fn identifiers(count: usize) -> String {
    let mut elements = String::new();
    for index in (0..count).rev() {
        let _infallible = write!(elements, r#"<d ID="i{index:06}"/>"#);
    }
    elements
}

fn ended_prefixes(count: usize) -> String {
    let mut elements = String::new();
    for index in 0..count {
        let _infallible = write!(elements, r#"<p{index}:d xmlns:p{index}="urn:p"/>"#);
    }
    elements
}

fn assertion_attributes(count: usize) -> String {
    let mut elements = String::new();
    for index in 0..count {
        let _infallible = write!(elements, r#"<d Name="a{index}" NameFormat="urn:f:{index}"><v>1</v></d>"#);
    }
    elements
}

fn references(octets: usize) -> String {
    "&#x41;&amp;".repeat(octets / 11)
}

fn escaped_text(octets: usize) -> String {
    ">".repeat(octets)
}

fn escaped_value(octets: usize) -> String {
    format!("<d a='{}'/>", "\"".repeat(octets))
}

fn escaped_values(octets: usize) -> String {
    escaped_value(100).repeat(octets / 100)
}

fn text(octets: usize) -> String {
    "x".repeat(octets)
}
