//! Cookies are read in one place, octet by octet.

use crate::Breach;
use crate::tree::{Member, Source};

/// Sources that answer requests, or could.
pub const SERVING: [&str; 5] =
    ["saml-provider/src", "saml-sp/src", "saml-idp/src", "saml-cli/src", "examples/examples"];
/// Sources that only ask.
pub const ASKING: [&str; 4] = ["tests/src", "tests/tests", "tests/interop", "saml-cli/tests"];

/// The framework's methods for cookies. They decode and trim names before they compare them, take the first of two, and
/// read none at all if one line is not UTF-8.
const METHODS: [&str; 5] = ["cookie", "cookies", "cookies_raw", "add_cookie", "del_cookie"];

/// Calls of the framework's readers.
pub fn calls(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        for (method, line) in source.with_tests().methods {
            if METHODS.contains(&method.as_str()) {
                breaches.push(source.breach(line, format!("`.{method}(…)`: use `OwnCookie`")));
            }
        }
    }
    breaches
}

/// The framework's cookies by name.
pub fn paths(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        for path in source.with_tests().paths {
            let framework = path.segments.first().is_some_and(|first| first.starts_with("actix"));
            if framework && path.segments.iter().any(|segment| segment == "cookie" || segment == "Cookie") {
                breaches
                    .push(source.breach(path.line, "cookies of the framework: use `OwnCookie`".to_owned()));
            }
        }
    }
    breaches
}

/// The framework's feature for cookies, which must stay off.
pub fn features(members: &[Member]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for member in members {
        for (number, line) in member.manifest.lines().enumerate() {
            let defaults = line.contains("actix-web =") && !line.contains("default-features = false");
            let inherited = line.contains("workspace = true");
            if line.contains("actix-web") && (line.contains("\"cookies\"") || (defaults && !inherited)) {
                let file = format!("{}/Cargo.toml", member.folder);
                let rule = "the feature `cookies` of actix-web".to_owned();
                breaches.push(Breach { file, line: number + 1, rule });
            }
        }
    }
    breaches
}
