//! libxmlsec1 agrees on what is good, changes no verdict of the attack corpus, and refuses what it is shown wrongly.

#![forbid(unsafe_code)]

#[cfg(test)]
mod corpora;
#[cfg(test)]
mod opinion;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod recorded;
