//! Files with secrets.

use std::path::Path;

use super::finding::Finding;
use crate::input;

/// A finding if others than the owner can read a file that only the owner should.
#[cfg(unix)]
pub(super) fn readable_by_others(path: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o077;
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    if mode & OTHERS == 0 {
        return None;
    }
    let name = input::name_of(path);
    let mode = mode & 0o777;
    Some(Finding::warning(format!(
        "{name} holds a secret, and others can read or change it: its mode is {mode:03o}, not 600"
    )))
}

/// This system doesn't tell who can read a file.
#[cfg(not(unix))]
pub(super) fn readable_by_others(_path: &Path) -> Option<Finding> {
    None
}
