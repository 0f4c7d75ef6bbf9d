//! The same-origin files that the pages load.

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

/// The stylesheet of all pages, the auto-submitted form of the POST binding included.
pub const STYLESHEET: Asset = Asset {
    file_name: "pages.css",
    content_type: "text/css; charset=utf-8",
    body: concat!(include_str!("../../../templates/system.css"), include_str!("../../../templates/idp.css")),
};

/// The mark beside the name, unless the frame has another.
pub const MARK: Asset = Asset {
    file_name: "mark.svg",
    content_type: "image/svg+xml",
    body: include_str!("../../../templates/mark.svg"),
};

/// Comforts of the login page, which works without it.
pub const LOGIN_SCRIPT: Asset = Asset {
    file_name: "login.js",
    content_type: "text/javascript; charset=utf-8",
    body: include_str!("../../../templates/login.js"),
};

/// All files that the pages load.
pub const ASSETS: [Asset; 3] = [STYLESHEET, MARK, LOGIN_SCRIPT];

/// The value of `Cache-Control` to send with an [`Asset`]: pages ask for them by version.
pub const ASSET_CACHE_CONTROL: &str = "public, max-age=86400";

/// The file of this name.
#[must_use]
pub fn asset(file_name: &str) -> Option<Asset> {
    ASSETS.into_iter().find(|asset| asset.file_name == file_name)
}
