//! Everything that we issue, held against what is expected of it: each element and attribute, in order, with its value.
//!
//! What is new, gone or changed in a document is a line that differs from the outline beside this file. Nobody has to think
//! of a field for that.

#![forbid(unsafe_code)]

mod documents;
mod outline;

use std::path::Path;

use crate::outline::Outlines;

/// Holds documents against the outlines in a file; `ISSUED=write` writes that anew, to be looked at.
pub fn hold_against(name: &str, outlines: &Outlines) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/issued").join(format!("{name}.outline"));
    let found = outlines.text();
    if std::env::var("ISSUED").as_deref() == Ok("write") {
        std::fs::write(&path, &found).unwrap();
    }
    let expected =
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let differs = expected.lines().zip(found.lines()).position(|(expected, found)| expected != found);
    let line = differs.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
    let at = |text: &str| text.lines().nth(line).unwrap_or("the end").to_owned();
    assert!(
        expected == found,
        "{name}.outline, line {}:\nexpected {}\nfound    {}\nin\n{found}",
        line + 1,
        at(&expected),
        at(&found)
    );
}
