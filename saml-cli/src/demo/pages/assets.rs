//! The same-origin files that the pages load: those of `saml_sp`'s pages and our own.

use saml_sp::web::pages::{self, Asset};

/// The path under which both applications serve them.
pub const ASSETS_PATH: &str = "/assets";

/// What the demonstration adds to the stylesheet of `saml_sp`.
pub(super) const DEMO_STYLESHEET: Asset = stylesheet("demo.css", include_str!("../../../templates/demo.css"));

/// Our own files.
pub(super) const ASSETS: [Asset; 7] = [
    DEMO_STYLESHEET,
    stylesheet("orchard.css", include_str!("../../../templates/orchard.css")),
    stylesheet("harbour.css", include_str!("../../../templates/harbour.css")),
    picture("orchard.svg", include_str!("../../../templates/orchard.svg")),
    picture("harbour.svg", include_str!("../../../templates/harbour.svg")),
    picture("orchard-picture.svg", include_str!("../../../templates/orchard-picture.svg")),
    picture("harbour-picture.svg", include_str!("../../../templates/harbour-picture.svg")),
];

/// The file of this name.
pub fn asset(file_name: &str) -> Option<Asset> {
    ASSETS.into_iter().find(|asset| asset.file_name == file_name).or_else(|| pages::asset(file_name))
}

const fn stylesheet(file_name: &'static str, body: &'static str) -> Asset {
    Asset { file_name, content_type: "text/css; charset=utf-8", body }
}

const fn picture(file_name: &'static str, body: &'static str) -> Asset {
    Asset { file_name, content_type: "image/svg+xml", body }
}
