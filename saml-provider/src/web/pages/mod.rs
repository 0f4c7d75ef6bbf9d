//! The common parts of both roles' pages: how they are sent, their frame, their style, and the pages that are the same in
//! both. No handler, no protocol; of this crate it imports the texts.
//!
//! Every page works without a script, loads only same-origin files ([`Asset`]), and is sent with [`HEADERS`] and with
//! its own [`Page::CONTENT_SECURITY_POLICY`]. Every word comes from [`texts`](crate::texts). Text is escaped by the template engine where it is written; links go
//! through a function that lets no script address pass.

mod assets;
mod error;
mod frame;
mod href;
mod marked;
mod page;
mod post;
mod shell;
#[cfg(test)]
mod tests;

pub use assets::{ASSET_CACHE_CONTROL, AUTO_SUBMIT, Asset, SYSTEM_CSS, find, joined};
pub use error::{ErrorPage, Failure};
pub use frame::Frame;
pub use href::{local_path, web_address};
pub use marked::{Mark, Marked};
pub use page::{
    CONTENT_SECURITY_POLICY, FORM_CONTENT_SECURITY_POLICY, HEADERS, ONWARD_CONTENT_SECURITY_POLICY, Page,
    monogram,
};
pub use post::PostPage;
pub use shell::{Shell, SignOut, Width};
