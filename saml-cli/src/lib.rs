//! The `saml` command as a library: wiring only, no protocol logic.

#![forbid(unsafe_code)]

pub mod answer;
pub mod arguments;
pub mod c14n;
pub mod capsule;
pub mod demo;
pub mod encrypt;
pub mod explain;
pub mod forge;
pub mod hash_password;
pub mod idp;
pub mod input;
pub mod inspect;
pub mod keygen;
pub mod manual;
pub mod metadata;
pub mod output;
pub mod replay;
pub mod screen;
pub mod setting;
pub mod sign;
pub mod verdicts;
pub mod verify;

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
