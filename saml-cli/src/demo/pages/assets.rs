//! The same-origin files that the pages load: those of `saml_sp`'s pages and our own.

use saml_sp::web::pages::{self, Asset};

/// The path under which both applications serve them.
pub const ASSETS_PATH: &str = "/assets";

/// The rules that the demonstration adds to the stylesheet of `saml_sp`.
pub(super) const DEMO_STYLESHEET: Asset =
    Asset::stylesheet("demo.css", include_str!("../../../templates/demo.css"));

/// Our own files.
pub(super) const ASSETS: [Asset; 7] = [
    DEMO_STYLESHEET,
    Asset::stylesheet("orchard.css", include_str!("../../../templates/orchard.css")),
    Asset::stylesheet("harbour.css", include_str!("../../../templates/harbour.css")),
    Asset::picture("orchard.svg", include_str!("../../../templates/orchard.svg")),
    Asset::picture("harbour.svg", include_str!("../../../templates/harbour.svg")),
    Asset::picture("orchard-picture.svg", include_str!("../../../templates/orchard-picture.svg")),
    Asset::picture("harbour-picture.svg", include_str!("../../../templates/harbour-picture.svg")),
];

/// The file of this name.
pub fn asset(file_name: &str) -> Option<Asset> {
    ASSETS.into_iter().find(|asset| asset.file_name == file_name).or_else(|| pages::asset(file_name))
}
