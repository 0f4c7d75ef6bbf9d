//! The pages of the demonstration applications: typed views and their templates, in the look of `saml_sp`'s pages.
//!
//! They are sent as those are: `saml_sp::web::pages::HEADERS`, and the policy of each `Page`.

mod app;
mod assets;
mod landing;
mod signed_in;
#[cfg(test)]
mod tests;

pub use app::App;
pub use assets::asset;
pub use landing::LandingPage;
pub use signed_in::{AttributeRow, CheckRow, Session, SignedInPage};
