//! Messages that were made or met elsewhere: our own attacks, those of real products, seeds of the fuzzer.

use std::path::{Path, PathBuf};

use saml_core::base::Limits;
use saml_core::trust::{MetadataSource, read_entity_descriptor};
use saml_testkit::wire::recognise;

use crate::scene::Scene;
use crate::{Ledger, MEBIBYTE, peak};

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path())
            } else {
                files.push(entry.path())
            }
        }
    }
    files.sort();
    files
}

/// Every file is read as whatever it may be.
#[test]
fn every_file_of_the_corpora_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let scene = Scene::new();
    let folders = [
        "fixtures",
        "fuzz/documents",
        "fuzz/seeds",
        "../shared/fixtures",
        "../shared/reference/wellformedness",
    ];
    for path in folders.iter().flat_map(|folder| files(&root.join(folder))) {
        let octets = std::fs::read(&path).unwrap();
        if octets.len() > 4 * MEBIBYTE {
            continue;
        }
        let name = path.display().to_string();
        let recognised = recognise(octets.clone()).map(|received| received.xml);
        // An inflated text that is no message is not measured here: it has up to 1032 times the octets of the input.
        let inflated = if name.ends_with(".query") {
            octets.len().saturating_mul(1032).min(Limits::METADATA.octets)
        } else {
            octets.len()
        };
        let decoded = recognised.as_ref().map_or(0, Vec::len).max(inflated);
        let xml = recognised.unwrap_or_else(|| octets.clone());
        let (taken, _) = peak(|| recognise(octets.clone()).is_some());
        ledger.require(&format!("{name}, recognised"), taken, crate::bound(0, decoded));
        let (taken, _) = peak(|| scene.receive(xml.clone()).is_some());
        ledger.add(&format!("{name}, as a Response"), &xml, &Limits::MESSAGE, taken);
        if xml.len() <= 20_000 {
            ledger.require(&format!("{name}, as a Response of real size"), taken, MEBIBYTE);
        }
        let (taken, _) = peak(|| {
            read_entity_descriptor(xml.clone(), None, MetadataSource::LocalFile, &Limits::METADATA).is_ok()
        });
        ledger.add(&format!("{name}, as metadata"), &xml, &Limits::METADATA, taken);
    }
    ledger.close(500);
}
