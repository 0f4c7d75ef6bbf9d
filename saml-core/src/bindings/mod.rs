//! Floor 7: how messages travel. May import the floors below.

mod base64_text;
mod deflate;
mod error;
mod field;
mod message;
mod parameter;
mod parameters;
mod percent;
pub mod post;
pub mod redirect;
mod web_url;

pub use base64_text::Base64Fault;
pub use deflate::DeflateFault;
pub use error::{BindingError, Measured};
pub use field::{FieldError, FieldFault, fields, first_named, secret_fields};
pub use message::OutgoingMessage;
pub use parameter::{MessageParameter, Parameter};
pub use web_url::DestinationFault;

#[cfg(test)]
mod tests;
