//! Floor 7: the HTTP Redirect binding with the DEFLATE encoding [Bindings §3.4]. Imports `base`, `crypto`,
//! `dsig`, `protocol` and `trust`.

mod decode;
mod encode;
mod received;

pub use decode::{RedirectMessage, decode};
pub use encode::{check_destination, encode};
pub use received::{ReceivedByRedirect, Redirectable};

/// The only encoding that exists. A query without `SAMLEncoding` means this one [Bindings §3.4.4].
pub const DEFLATE_ENCODING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

#[cfg(test)]
mod tests;
