//! Whole-system tests: parties that talk over sockets, a client that behaves as a browser does, and what they need.

#![forbid(unsafe_code)]

pub mod answer;
pub mod application;
pub mod catalogue;
pub mod client;
pub mod flow;
pub mod journal;
pub mod message;
pub mod page;
mod people;
pub mod question;
pub mod randomness;
pub mod raw;
pub mod scene;
pub mod served;
pub mod step;
mod url;
pub mod waiting;
pub mod watched;
pub mod world;
