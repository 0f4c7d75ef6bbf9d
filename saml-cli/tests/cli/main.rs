//! The command line as its users meet it: the program is run, and what it says and how it ends is looked at.

mod bad_input;
mod capsule;
mod command;
mod explain;
mod forms;
mod idp;
mod inspect;
mod metadata;
mod replay;
mod sign_and_verify;
mod story;
