//! Which addresses a page may lead to: no script address, no open redirect.

/// The path if it stays on this origin, else `/`.
///
/// A browser reads `//host`, `/\host` and, after it has dropped tabs and line ends, `/<TAB>/host` as other origins.
#[must_use]
pub fn local_path(path: &str) -> &str {
    let stays = path.strip_prefix('/').is_some_and(|rest| !rest.starts_with('/'))
        && !path.chars().any(|c| c == '\\' || c.is_control());
    if stays { path } else { "/" }
}

/// The address if it is a [`local_path`] or an absolute one of the web, else `/`.
#[must_use]
pub fn web_address(address: &str) -> &str {
    let absolute = (address.starts_with("https://") || address.starts_with("http://"))
        && !address.chars().any(|c| c == '\\' || c.is_control());
    if absolute { address } else { local_path(address) }
}
