//! Floor 7: the HTTP POST binding [Bindings §3.5]. Imports `base`.

mod decode;
mod form;
mod html;

pub use decode::{PostMessage, decode, require_form};
pub use form::{AUTO_SUBMIT_SCRIPT, PostForm, RedirectsAfterSubmission, check_destination};

#[cfg(test)]
mod tests;
