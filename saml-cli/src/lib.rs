//! The `saml` command as a library: wiring only, no protocol logic.

#![forbid(unsafe_code)]

pub mod answer;
pub mod arguments;
pub mod c14n;
pub mod demo;
pub mod input;
pub mod inspect;
pub mod keygen;
pub mod screen;
pub mod verify;
