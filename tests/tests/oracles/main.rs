//! Other implementations of XML Signature and XML Encryption as judges, in both directions: messages that are made here
//! hold there, and messages that are made there hold here.

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
