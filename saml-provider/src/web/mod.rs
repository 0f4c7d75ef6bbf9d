//! What the actix-web handlers of both roles share: the only place of this crate that knows of HTTP.

pub mod body;
pub mod cookie;
pub mod document;
pub mod route;
