//! Where a login may lead that the identity provider started.

use saml_provider::Site;

use crate::ReturnTo;
use crate::config::ConfigError;

/// A place of the application that the `RelayState` of an unsolicited Response may name [Profiles §4.1.5].
///
/// The author of the link writes such a `RelayState`, so that it leads only to listed places, and never off this
/// origin. It may be a path (`/reports/7`) or the same path behind our origin; if it is anything else, or not
/// listed, the login ends where it would end without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeepLink(Place);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Exactly(String),
    Below(String),
}

impl DeepLink {
    /// Admits this path, with its query if it has one, and no other.
    ///
    /// # Errors
    /// [`ConfigError::DeepLink`]: not a local path, or one with dot segments.
    pub fn exactly(path: &str) -> Result<Self, ConfigError> {
        let target = local(path).ok_or(ConfigError::DeepLink)?;
        Ok(Self(Place::Exactly(target.as_str().to_owned())))
    }

    /// Admits this path and every path below it, with any query: `/reports` admits `/reports/7?page=2`, and not
    /// `/reports-of-others`. `/` admits the whole application.
    ///
    /// # Errors
    /// [`ConfigError::DeepLink`]: not a local path, one with dot segments, or one with a query or a fragment.
    pub fn below(path: &str) -> Result<Self, ConfigError> {
        let target = local(path).filter(|target| path_of(target.as_str()) == target.as_str());
        let target = target.ok_or(ConfigError::DeepLink)?;
        Ok(Self(Place::Below(target.as_str().trim_end_matches('/').to_owned())))
    }

    fn admits(&self, target: &str) -> bool {
        match &self.0 {
            Place::Exactly(path) => target == path,
            Place::Below(folder) => path_of(target)
                .strip_prefix(folder.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        }
    }
}

/// Where this `RelayState` leads, if one of `links` admits it.
pub(crate) fn target(links: &[DeepLink], site: &Site, relay_state: &str) -> Option<ReturnTo> {
    let path = relay_state.strip_prefix(site.public_url.origin()).unwrap_or(relay_state);
    let target = local(path).filter(|target| site.is_ours(target.as_str()))?;
    links.iter().any(|link| link.admits(target.as_str())).then_some(target)
}

/// A local path that a browser and an application read as it is written: none that leads elsewhere once dot segments,
/// escaped slashes or empty segments were resolved.
fn local(text: &str) -> Option<ReturnTo> {
    let target = ReturnTo::local(text)?;
    let path = path_of(text).to_ascii_lowercase().replace("%2e", ".");
    let moves = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    let folds = ["%2f", "%5c", "%00", "//"].into_iter().any(|escape| path.contains(escape));
    (!folds && !path.split('/').any(moves)).then_some(target)
}

fn path_of(target: &str) -> &str {
    target.split(['?', '#']).next().unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(links: &[DeepLink], relay_state: &str) -> Option<String> {
        let config = crate::ServiceProviderConfig::new("https://app.example.com").unwrap();
        target(links, &config.site, relay_state).map(|target| target.as_str().to_owned())
    }

    fn links() -> [DeepLink; 2] {
        [DeepLink::exactly("/today?view=all").unwrap(), DeepLink::below("/reports/").unwrap()]
    }

    #[test]
    fn a_listed_place_of_ours_is_led_to() {
        for (relay_state, path) in [
            ("/today?view=all", "/today?view=all"),
            ("/reports", "/reports"),
            ("/reports/", "/reports/"),
            ("/reports/7?page=2#end", "/reports/7?page=2#end"),
            ("/reports/7?next=https://evil.example/../", "/reports/7?next=https://evil.example/../"),
            ("https://app.example.com/reports/7", "/reports/7"),
            ("/reports/..7/.hidden/a.b", "/reports/..7/.hidden/a.b"),
        ] {
            assert_eq!(leads(&links(), relay_state).as_deref(), Some(path), "{relay_state}");
        }
        assert_eq!(leads(&[DeepLink::below("/").unwrap()], "/private").as_deref(), Some("/private"));
    }

    #[test]
    fn nothing_else_is() {
        for relay_state in [
            "",
            "/",
            "/today",
            "/today?view=all&x=y",
            "/today?view=all#x",
            "/reports-of-others",
            "/Reports/7",
            "/%72eports/7",
            "/reports/../admin",
            "/reports/%2e%2E/admin",
            "/reports/..;x/admin",
            "/reports/.%2e/admin",
            "/reports/./7",
            "/reports/..%2fadmin",
            "/reports/..%5Cadmin",
            "/reports/7%00",
            "/reports//evil.example",
            "//app.example.com/reports/7",
            "/\\evil.example/reports",
            "https://evil.example/reports/7",
            "https://app.example.com.evil.example/reports/7",
            "https://app.example.com@evil.example/reports/7",
            "https://app.example.com:443/reports/7",
            "HTTPS://app.example.com/reports/7",
            "http://app.example.com/reports/7",
            "https://app.example.com",
            "https://app.example.comhttps://app.example.com/reports/7",
            "javascript:alert(1)",
            "reports/7",
            " /reports/7",
            "/reports/7\u{2028}",
        ] {
            assert_eq!(leads(&links(), relay_state), None, "{relay_state}");
        }
        assert_eq!(leads(&[], "/"), None, "without a list it leads nowhere");
    }

    #[test]
    fn a_list_holds_plain_local_paths() {
        for path in
            ["", "reports", "//evil.example", "/a/../b", "/a//b", "/a%2fb", "https://app.example.com/a"]
        {
            assert_eq!(DeepLink::exactly(path), Err(ConfigError::DeepLink), "{path}");
            assert_eq!(DeepLink::below(path), Err(ConfigError::DeepLink), "{path}");
        }
        assert_eq!(DeepLink::below("/a?b"), Err(ConfigError::DeepLink));
        assert_eq!(DeepLink::below("/a#b"), Err(ConfigError::DeepLink));
    }
}
