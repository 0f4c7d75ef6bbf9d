//! Other people's implementations of XML Signature and XML Encryption as judges, in both directions: what is made here
//! holds there, and what is made there holds here.

#![forbid(unsafe_code)]

#[cfg(test)]
mod algorithms;
#[cfg(test)]
mod bench;
#[cfg(test)]
mod encryption;
#[cfg(test)]
mod java;
#[cfg(test)]
mod xmlsec1;
