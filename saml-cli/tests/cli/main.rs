//! The command line as its users meet it: the program is run, and what it says and how it ends is looked at.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod capsule;
#[cfg(test)]
mod command;
#[cfg(test)]
mod encrypt;
#[cfg(test)]
mod erased;
#[cfg(test)]
mod every_command;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod forge;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod idp;
#[cfg(test)]
mod idp_state;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod metadata;
#[cfg(test)]
mod private_files;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod sign_and_verify;
#[cfg(test)]
mod story;
#[cfg(test)]
mod verdicts;
