//! The common parts of both roles' pages: how they are sent, their frame, their style. No handler, no protocol; imports
//! nothing of this crate.
//!
//! Every page works without a script, loads only same-origin files ([`Asset`]), and is sent with [`HEADERS`] and with
//! its own [`Page::CONTENT_SECURITY_POLICY`]. Text is escaped by the template engine where it is written; links go
//! through a function that lets no script address pass.

mod assets;
mod frame;
mod href;
mod page;
#[cfg(test)]
mod tests;

pub use assets::{ASSET_CACHE_CONTROL, AUTO_SUBMIT, Asset, SYSTEM_CSS, find, joined};
pub use frame::Frame;
pub use href::{local_path, web_address};
pub use page::{
    CONTENT_SECURITY_POLICY, FORM_CONTENT_SECURITY_POLICY, HEADERS, ONWARD_CONTENT_SECURITY_POLICY, Page,
    monogram,
};
