//! The `saml` command as a library: wiring only, no protocol logic.

#![forbid(unsafe_code)]

pub mod answer;
pub mod arguments;
pub mod c14n;
pub mod capsule;
pub mod demo;
pub mod explain;
pub mod input;
pub mod inspect;
pub mod keygen;
pub mod replay;
pub mod screen;
pub mod setting;
pub mod sign;
pub mod verify;
