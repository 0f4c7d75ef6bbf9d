//! The pages that a person sees: typed views and their templates. No handler, no protocol; imports nothing of this crate.
//!
//! Every page works without a script, loads only same-origin files ([`ASSETS`]), and is sent with [`HEADERS`] and
//! with its own [`Page::CONTENT_SECURITY_POLICY`]. Every word comes from [`texts`](saml_provider::texts). Text is escaped by the template engine where it is written;
//! links go through a function that lets no script address pass.

mod already_signed_in;
mod assets;
mod choose_idp;
mod error;
mod kept_form;
mod logged_out;
#[cfg(test)]
mod tests;

pub use already_signed_in::AlreadySignedInPage;
pub use assets::{ASSETS, MARK, STYLESHEET, asset};
pub use choose_idp::{ChooseIdpPage, IdpChoice};
pub use error::ErrorKind;
pub use kept_form::{FormKeptPage, FormLostPage, FormReadyPage, SignedInPage};
pub use logged_out::{LoggedOutPage, LogoutOutcome};
pub use saml_provider::web::pages::{
    ASSET_CACHE_CONTROL, Asset, CONTENT_SECURITY_POLICY, ErrorPage, Failure, Frame, HEADERS,
    ONWARD_CONTENT_SECURITY_POLICY, Page, PostPage, local_path, web_address,
};
