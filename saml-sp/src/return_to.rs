//! Where a person goes after signing in.

use saml_provider::Site;

/// A path of ours, as browsers see it: on this very host, and below the path of our public URL.
///
/// Anything that a browser could read as another host is refused (attack 244): `//host`, `/\host`, schemes, control
/// characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// The longest path that is kept.
    pub const MAX_OCTETS: usize = 2048;

    /// Takes a path from a request, if it is one of this site.
    #[must_use]
    pub fn received(text: &str, site: &Site) -> Option<Self> {
        Self::local(text).filter(|path| site.is_ours(path.as_str()))
    }

    /// Takes a path, if it is one of this host.
    pub(crate) fn local(text: &str) -> Option<Self> {
        let local = text.starts_with('/')
            && text.len() <= Self::MAX_OCTETS
            && !text.starts_with("//")
            && text.bytes().all(|o| (0x21..0x7f).contains(&o) && o != b'\\');
        local.then(|| Self(text.to_owned()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admits_local_paths_only() {
        for text in ["/", "/a/b?c=d#e", "/?next=//evil.example"] {
            assert!(ReturnTo::local(text).is_some(), "{text}");
        }
        for text in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a b",
            "/\t/evil",
            "/é",
            "javascript:1",
        ] {
            assert_eq!(ReturnTo::local(text), None, "{text}");
        }
        assert_eq!(ReturnTo::local(&format!("/{}", "a".repeat(2048))), None);
    }

    #[test]
    fn below_a_path_it_stays_there() {
        let config = crate::ServiceProviderConfig::new("https://example.com/app").unwrap();
        for (path, ours) in
            [("/app", true), ("/app/a?b", true), ("/", false), ("/app/../b", false), ("//a/app", false)]
        {
            assert_eq!(ReturnTo::received(path, &config.site).is_some(), ours, "{path}");
        }
    }
}
