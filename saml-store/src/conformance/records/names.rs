//! Names of all kinds, which are told apart.

use super::{OTHER, PLACE, Violation, list, require, sorted};
use crate::{Insertion, Namespace, RecordName, Records};

/// Owners and names of which some would be one if they were joined, folded, cut or read as a pattern.
const NAMES: [(&str, &str); 22] = [
    ("a", "bc"),
    ("ab", "c"),
    ("a", "b"),
    ("A", "b"),
    ("a", "B"),
    ("a ", "b"),
    ("a", " b"),
    ("a\0", "b"),
    ("a", "\0b"),
    ("a", "b\0"),
    ("a\n", "b"),
    ("a:b", "c"),
    ("a", "b:c"),
    ("a*", "b"),
    ("*", "*"),
    ("%", "_"),
    ("a{b}", "}{"),
    ("'; DROP TABLE record; --", "\" OR 1=1"),
    ("é", "é"),
    ("e\u{301}", "e\u{301}"),
    ("\u{10ffff}", "\u{10ffff}"),
    ("../../etc", "passwd"),
];

fn value(namespace: Namespace, owner: &str, name: &str) -> Vec<u8> {
    format!("{namespace} {} {} {owner}{name}", owner.len(), name.len()).into_bytes()
}

pub(super) async fn run(records: &dyn Records) -> Result<(), Violation> {
    let places = [PLACE, OTHER];
    let all = || places.into_iter().flat_map(|place| NAMES.map(|(owner, name)| (place, owner, name)));
    let rule = "different namespaces, owners and names name different records";
    for (namespace, owner, name) in all() {
        let at = RecordName { namespace, owner, name };
        let inserted = records.insert_record(at, value(namespace, owner, name)).await;
        require(rule, inserted, Ok(Insertion::Inserted))?;
    }
    for (namespace, owner, name) in all() {
        let at = RecordName { namespace, owner, name };
        require(rule, records.record(at).await, Ok(Some(value(namespace, owner, name))))?;
    }
    let rule = "a list has the records of its owner and namespace, and no other";
    for (namespace, owner, _) in all() {
        let own = NAMES.iter().filter(|(of, _)| *of == owner);
        let mut expected: Vec<_> =
            own.map(|(_, name)| ((*name).to_owned(), value(namespace, owner, name))).collect();
        expected.sort();
        require(rule, sorted(list(records, namespace, owner).await), Ok(expected))?;
    }
    let rule = "removing all of an owner removes nothing of others";
    let mut left: Vec<(Namespace, &str, &str)> = all().collect();
    while let Some((namespace, owner, _)) = left.first().copied() {
        let before = left.len();
        left.retain(|(place, of, _)| (*place, *of) != (namespace, owner));
        let removed = records.remove_records_of(namespace, owner).await;
        require(rule, removed, Ok(before - left.len()))?;
        for (namespace, owner, name) in &left {
            let at = RecordName { namespace: *namespace, owner, name };
            require(rule, records.record(at).await, Ok(Some(value(*namespace, owner, name))))?;
        }
    }
    let rule = "an owner without records has none to remove";
    require(rule, records.remove_records_of(PLACE, "a").await, Ok(0))
}
