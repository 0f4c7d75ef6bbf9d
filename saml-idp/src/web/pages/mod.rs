//! The pages that a person sees: typed views and their templates. No handler, no protocol; imports nothing of this crate.
//!
//! Every page works without a script, loads only same-origin files ([`ASSETS`]), and is sent with [`HEADERS`] and
//! with its own [`Page::CONTENT_SECURITY_POLICY`]. Every word comes from [`texts`](saml_provider::texts). Text is escaped by the template engine where it is written;
//! links go through a function that lets no script address pass.

mod assets;
mod error;
mod home;
mod logged_out;
mod login;
#[cfg(test)]
mod tests;

pub use assets::{ASSETS, LOGIN_SCRIPT, MARK, STYLESHEET, asset};
pub use error::ErrorKind;
pub use home::{HomePage, Service};
pub use logged_out::{LoggedOutPage, LogoutOutcome};
pub use login::{LoginError, LoginPage};
pub use saml_provider::web::pages::{
    ASSET_CACHE_CONTROL, Asset, CONTENT_SECURITY_POLICY, ErrorPage, FORM_CONTENT_SECURITY_POLICY, Failure,
    Frame, HEADERS, ONWARD_CONTENT_SECURITY_POLICY, Page, PostPage, local_path, web_address,
};
