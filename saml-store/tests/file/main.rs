//! The file engine and other processes: rivals on the same file, processes that are killed, disks that are full or
//! read-only.
//!
//! A test starts this very program again as its child, with a role to play: see `child`.

#![forbid(unsafe_code)]

#[cfg(test)]
mod child;
#[cfg(test)]
mod contest;
#[cfg(test)]
mod disks;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod kill;
