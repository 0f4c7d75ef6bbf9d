//! Floor 7: what a front-channel binding is given to send. Imports `base`.

use super::MessageParameter;
use crate::base::RelayState;

/// A message on its way to a peer through a browser.
#[derive(Clone, Copy, Debug)]
pub struct OutgoingMessage<'a> {
    /// The peer's endpoint: an absolute `http:` or `https:` URL, from its metadata or configuration.
    pub destination: &'a str,
    /// Request or response.
    pub parameter: MessageParameter,
    /// The message. With the redirect binding it carries no `ds:Signature` of its own [Bindings §3.4.4.1].
    pub xml: &'a [u8],
    /// The value that the peer must send back, or that it sent and expects back.
    pub relay_state: Option<&'a RelayState>,
}
