//! Documents and verdicts of other projects, if they are installed.

use std::fs;
use std::path::{Path, PathBuf};

use super::parse;
use crate::left_out::left_out;

/// The folder beside the repository that holds data of other projects.
fn folder(part: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(part);
    if folder.exists() {
        return Some(folder);
    }
    left_out("documents of others", &format!("there is no {}", folder.display()));
    None
}

/// Parses every case of a manifest, and compares the verdict.
fn hold_against(manifest: &Path, at_least: usize) {
    let text = fs::read_to_string(manifest).unwrap();
    let manifest_data: serde_json::Value = serde_json::from_str(&text).unwrap();
    let cases = manifest_data["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let file = case["file"].as_str().unwrap();
        let expected = match case["expect"].as_str().unwrap() {
            "accept" => true,
            "reject" => false,
            other => panic!("{file}: unknown verdict {other}"),
        };
        let result = parse(fs::read(manifest.with_file_name(file)).unwrap());
        if result.is_ok() != expected {
            wrong.push(format!("{file} {}: {result:?}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases.len() >= at_least, "only {} cases", cases.len());
}

#[test]
fn well_formedness() {
    if let Some(folder) = folder("reference/wellformedness") {
        hold_against(&folder.join("cases.json"), 102);
    }
}

#[test]
fn attacks_on_parsers() {
    if let Some(folder) = folder("fixtures") {
        hold_against(&folder.join("xml-attacks.json"), 9);
    }
}

#[test]
fn messages_of_the_benchmark() {
    let Some(folder) = folder("bench/corpus") else { return };
    let mut read = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            let document =
                parse(fs::read(&path).unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            document.require_message_profile().unwrap_or_else(|error| panic!("{path:?}: {error}"));
            read += 1;
        }
    }
    assert!(read >= 10, "only {read} documents");
}
