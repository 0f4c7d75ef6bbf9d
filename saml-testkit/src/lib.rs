//! Makes, attacks and replays SAML messages.

#![forbid(unsafe_code)]
