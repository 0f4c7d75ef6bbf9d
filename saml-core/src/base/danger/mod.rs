//! Floor 1: the named concessions to a peer. Every item says what it gives away.

mod relaxation;

pub use relaxation::{Relaxation, Relaxations, UnknownRelaxation};
