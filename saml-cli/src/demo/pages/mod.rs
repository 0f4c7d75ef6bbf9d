//! The pages of the demonstration applications: typed views and their templates, in the look of `saml_sp`'s pages.
//!
//! They are sent as those are: `saml_sp::web::pages::HEADERS`, and the policy of each `Page`.

mod app;
mod assets;
mod landing;
mod signed_in;
#[cfg(test)]
mod tests;

pub(crate) use app::App;
pub(crate) use assets::asset;
pub(crate) use landing::LandingPage;
pub(crate) use signed_in::{AttributeRow, CheckRow, Session, SignedInPage};
