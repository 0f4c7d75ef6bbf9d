//! Writes the fixtures into a folder, and removes what does not belong to them any more.
//!
//! `make fixtures` calls it. The octets are the same every time: `tests/tests/fixtures.rs` compares them.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

use saml_testkit::fixtures;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).ok_or("which folder?")?;
    let files = fixtures::all()?;
    let mut folders = BTreeSet::new();
    for (path, octets) in &files {
        let path = folder.join(path);
        let parent = path.parent().ok_or("a file has a folder")?.to_owned();
        std::fs::create_dir_all(&parent)?;
        std::fs::write(&path, octets)?;
        if parent != folder {
            folders.insert(parent);
        }
    }
    let known: BTreeSet<PathBuf> = files.iter().map(|(path, _)| folder.join(path)).collect();
    folders.iter().try_for_each(|folder| remove_strangers(folder, &known))?;
    Ok(())
}

/// Removes files that were made by an earlier edition.
fn remove_strangers(folder: &Path, known: &BTreeSet<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && !known.contains(&path) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
