//! Each rule is broken once, on a message that is genuinely signed, and must be named by its code.

mod authn_request;
mod response;
mod verdict;
