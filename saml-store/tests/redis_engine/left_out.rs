//! What a test says that can't be made here; for those above this crate it stands in the test kit.

use std::io::Write as _;

/// A tool that `.ci/setup test` installs is not there: the test can't be made. Where merging is decided, it must be.
///
/// # Panics
/// With `CI=true`.
pub fn without_tool(test: &str, tool: &str) {
    left_out(test, &format!("{tool} is not there; `.ci/setup test` installs it"));
    assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{tool} is missing");
}

/// The test can't be made: says so and why, past the harness, which hides what a test prints that passes. `make test`
/// gathers these lines at its end.
pub fn left_out(test: &str, why: &str) {
    // The line stands alone, whatever the harness is just writing.
    let line = format!("\nleft out: {test}: {why}\n");
    let _unheard = std::io::stderr().write_all(line.as_bytes());
}
