//! Floor 7: the HTTP Redirect binding with the DEFLATE encoding [Bindings §3.4]. Imports `base`, `crypto`,
//! `dsig`, `protocol` and `trust`.

mod decode;
mod encode;
mod received;

pub use super::parameter::DEFLATE_ENCODING;
pub use decode::{RedirectMessage, decode};
pub use encode::{check_destination, encode};
pub use received::{ReceivedByRedirect, Redirectable};

#[cfg(test)]
mod tests;
