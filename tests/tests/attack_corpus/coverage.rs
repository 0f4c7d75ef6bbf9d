//! No attack of the catalogue goes missing: `docs/attacks.md` is compared with the corpus.

use std::collections::{BTreeMap, BTreeSet};

use saml_tests::catalogue::{self, Entry};

use super::CORPORA;

/// The attacks of the catalogue by number, without its rules.
fn numbered() -> BTreeMap<u16, Entry> {
    let entries = catalogue::attacks();
    let attacks: Vec<Entry> = entries.into_iter().filter(|entry| !entry.name.starts_with("MR-")).collect();
    let count = attacks.len();
    let numbered: BTreeMap<u16, Entry> =
        attacks.into_iter().map(|entry| (entry.name.parse().expect("a number"), entry)).collect();
    assert_eq!(numbered.len(), count, "a number stands twice in the catalogue");
    assert!(numbered.keys().copied().eq(1..=256), "the numbers of the catalogue have a gap");
    numbered
}

#[test]
fn every_attack_of_the_catalogue_is_a_message_or_says_why_not() {
    let found: BTreeSet<u16> = CORPORA.iter().map(|message| message.attack).collect();
    let catalogue = numbered();
    let unknown: Vec<&u16> = found.iter().filter(|number| !catalogue.contains_key(number)).collect();
    assert!(unknown.is_empty(), "messages of attacks that the catalogue lacks: {unknown:?}");
    let mut faults = Vec::new();
    for (number, entry) in &catalogue {
        let (message, test) = (found.contains(number), !entry.tests.is_empty());
        if [message, test, entry.not_here].into_iter().filter(|told| *told).count() != 1 {
            faults.push(format!(
                "docs/attacks.md:{}: attack {number}: a message: {message}, a test: {test}, a reason: {}",
                entry.line, entry.not_here
            ));
        }
    }
    assert!(faults.is_empty(), "each needs exactly one:\n{}", faults.join("\n"));
}
