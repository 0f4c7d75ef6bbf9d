//! Floor 3: what `xml:base` becomes when ancestors that have one are left out. Imports nothing of this crate.

/// Joins two values of `xml:base`, as "join-URI-References" of [C14N11 §2.4].
///
/// That is the resolution of RFC 3986 §5.2, so changed that two relative values join into a relative one: the base
/// needs no scheme, leading `..` segments stay, and a trailing one counts as `../`. The fragment of the reference is
/// dropped. Nothing is checked, decoded or fetched: it is arithmetic on text.
pub(super) fn join_uri_references(base: &str, reference: &str) -> String {
    let base = UriReference::split(base);
    let reference = UriReference::split(reference);
    if reference.scheme.is_some() {
        return reference.with_path(&remove_dot_segments(reference.path)).to_text();
    }
    if reference.authority.is_some() {
        let path = remove_dot_segments(reference.path);
        return UriReference { scheme: base.scheme, ..reference.with_path(&path) }.to_text();
    }
    if reference.path.is_empty() {
        let query = reference.query.or(base.query);
        let path = complete_parent_segment(base.path);
        return UriReference { query, ..base.with_path(&path) }.to_text();
    }
    let path = if reference.path.starts_with('/') {
        remove_dot_segments(reference.path)
    } else {
        remove_dot_segments(&merge(&base, reference.path))
    };
    UriReference { query: reference.query, ..base.with_path(&path) }.to_text()
}

/// The parts of a URI reference that matter here [RFC 3986 §3].
#[derive(Clone, Copy)]
struct UriReference<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
}

impl<'a> UriReference<'a> {
    /// Takes a reference apart as [RFC 3986 appendix B] does; every text has such parts.
    fn split(text: &'a str) -> Self {
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let (text, query) = split_off(text, '?');
        let (scheme, text) = match text.split_once(':') {
            Some((scheme, rest)) if !scheme.is_empty() && !scheme.contains('/') => (Some(scheme), rest),
            Some(_) | None => (None, text),
        };
        let Some(hierarchy) = text.strip_prefix("//") else {
            return Self { scheme, authority: None, path: text, query };
        };
        let (authority, path) = hierarchy.split_at(hierarchy.find('/').unwrap_or(hierarchy.len()));
        Self { scheme, authority: Some(authority), path, query }
    }

    /// The same reference with another path.
    const fn with_path<'b>(self, path: &'b str) -> UriReference<'b>
    where
        'a: 'b,
    {
        UriReference { scheme: self.scheme, authority: self.authority, path, query: self.query }
    }

    /// Puts the parts together again [RFC 3986 §5.3].
    fn to_text(self) -> String {
        let mut text = String::new();
        if let Some(scheme) = self.scheme {
            text.push_str(scheme);
            text.push(':');
        }
        if let Some(authority) = self.authority {
            text.push_str("//");
            text.push_str(authority);
        }
        text.push_str(self.path);
        if let Some(query) = self.query {
            text.push('?');
            text.push_str(query);
        }
        text
    }
}

/// The text before the first `separator`, and the text after it.
fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A trailing `..` of a base names a directory [C14N11 §2.4].
fn complete_parent_segment(path: &str) -> String {
    let mut path = path.to_owned();
    if path == ".." || path.ends_with("/..") {
        path.push('/');
    }
    path
}

/// Puts a relative path in the place of the last segment of the base [RFC 3986 §5.2.3].
fn merge(base: &UriReference<'_>, path: &str) -> String {
    if base.authority.is_some() && base.path.is_empty() {
        return format!("/{path}");
    }
    let mut merged = complete_parent_segment(base.path);
    merged.truncate(merged.rfind('/').map_or(0, |slash| slash.saturating_add(1)));
    merged.push_str(path);
    merged
}

/// Resolves `.` and `..` within a path [RFC 3986 §5.2.4], with the changes of [C14N11 §2.4]: leading `..` segments of a
/// relative path stay, repeated slashes become one, and a trailing `..` gets a slash.
fn remove_dot_segments(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut directory = false;
    for segment in path.split('/') {
        directory = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => match kept.last() {
                Some(&"..") | None if absolute => {}
                Some(&"..") | None => kept.push(segment),
                Some(_) => {
                    kept.pop();
                }
            },
            name => kept.push(name),
        }
    }
    let mut resolved = String::with_capacity(path.len().saturating_add(1));
    if absolute {
        resolved.push('/');
    }
    resolved.push_str(&kept.join("/"));
    if directory && !kept.is_empty() {
        resolved.push('/');
    }
    resolved
}
