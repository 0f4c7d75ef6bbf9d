//! The same-origin files that the pages load.

use saml_core::bindings::post::AUTO_SUBMIT_SCRIPT;

/// A file that is served under [`Frame::assets`](super::Frame::assets).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The last segment of its path.
    pub file_name: &'static str,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub body: &'static str,
}

impl Asset {
    /// A stylesheet.
    #[must_use]
    pub const fn stylesheet(file_name: &'static str, body: &'static str) -> Self {
        Self { file_name, content_type: "text/css; charset=utf-8", body }
    }

    /// A script.
    #[must_use]
    pub const fn script(file_name: &'static str, body: &'static str) -> Self {
        Self { file_name, content_type: "text/javascript; charset=utf-8", body }
    }

    /// A picture in SVG.
    #[must_use]
    pub const fn picture(file_name: &'static str, body: &'static str) -> Self {
        Self { file_name, content_type: "image/svg+xml", body }
    }

    /// The stylesheet of all pages of a role: the rules of both roles, [`joined`] with its own.
    #[must_use]
    pub const fn of_role(joined: &'static [u8]) -> Self {
        // It was joined from two texts.
        let body = match std::str::from_utf8(joined) {
            Ok(text) => text,
            Err(_) => SYSTEM_CSS,
        };
        Self::stylesheet(STYLESHEET_FILE, body)
    }

    /// The mark beside the name, unless the frame has another.
    #[must_use]
    pub const fn mark(body: &'static str) -> Self {
        Self::picture(MARK_FILE, body)
    }
}

pub(super) const STYLESHEET_FILE: &str = "pages.css";
pub(super) const MARK_FILE: &str = "mark.svg";

/// The look of the pages of both roles, the auto-submitted form of the POST binding included.
pub const SYSTEM_CSS: &str = include_str!("../../../templates/system.css");

/// The script that submits a form of the POST binding by itself, where scripts run.
pub const AUTO_SUBMIT: Asset = Asset::script("post.js", AUTO_SUBMIT_SCRIPT);

/// The value of `Cache-Control` to send with an [`Asset`]: pages ask for them by version.
pub const ASSET_CACHE_CONTROL: &str = "public, max-age=86400";

/// [`SYSTEM_CSS`] and a role's own rules after it, `N` octets together.
///
/// ```
/// use saml_provider::web::pages::{Asset, SYSTEM_CSS, joined};
///
/// const OWN_CSS: &str = ":root { --accent: #1d5868; }";
/// const ALL_CSS: [u8; SYSTEM_CSS.len() + OWN_CSS.len()] = joined(OWN_CSS);
/// const STYLESHEET: Asset = Asset::of_role(&ALL_CSS);
/// assert_eq!(STYLESHEET.body, format!("{SYSTEM_CSS}{OWN_CSS}"));
/// ```
#[must_use]
pub const fn joined<const N: usize>(own: &str) -> [u8; N] {
    let mut octets = [0; N];
    let (system, rest) = octets.split_at_mut(SYSTEM_CSS.len());
    system.copy_from_slice(SYSTEM_CSS.as_bytes());
    rest.copy_from_slice(own.as_bytes());
    octets
}

/// The file of this name among these.
#[must_use]
pub fn find(assets: &[Asset], file_name: &str) -> Option<Asset> {
    assets.iter().find(|asset| asset.file_name == file_name).copied()
}
