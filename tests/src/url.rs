//! URLs as a browser takes them apart.

/// `scheme://authority` and the rest, which begins with a slash.
#[must_use]
pub(crate) fn split(url: &str) -> (&str, &str) {
    let start = url.find("://").unwrap() + 3;
    match url[start..].find('/') {
        Some(slash) => url.split_at(start + slash),
        None => (url, "/"),
    }
}

/// An absolute URL for a link on a page.
#[must_use]
pub(crate) fn resolve(base: &str, link: &str) -> String {
    if link.contains("://") { link.to_owned() } else { format!("{}{link}", split(base).0) }
}
