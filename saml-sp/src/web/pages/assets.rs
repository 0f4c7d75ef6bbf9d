//! The same-origin files that the pages load.

use saml_provider::web::pages::{Asset, SYSTEM_CSS, find, joined};

const OWN_CSS: &str = include_str!("../../../templates/sp.css");
static ALL_CSS: [u8; SYSTEM_CSS.len() + OWN_CSS.len()] = joined(OWN_CSS);

/// The stylesheet of all pages.
pub const STYLESHEET: Asset = Asset::of_role(&ALL_CSS);

/// The mark beside the name, unless the frame has another.
pub const MARK: Asset = Asset::mark(include_str!("../../../templates/mark.svg"));

/// All files that the pages load.
pub const ASSETS: [Asset; 2] = [STYLESHEET, MARK];

/// The file of this name.
#[must_use]
pub fn asset(file_name: &str) -> Option<Asset> {
    find(&ASSETS, file_name)
}
