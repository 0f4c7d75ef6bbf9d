//! Small programs, one per task: see the `examples` targets of this package.

#![forbid(unsafe_code)]

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The settings of the guide to the pages do what it says.
#[cfg(doctest)]
#[doc = include_str!("../../docs/pages.md")]
pub struct Pages;
