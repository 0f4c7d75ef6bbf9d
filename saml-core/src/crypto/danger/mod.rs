//! Floor 2: what weakens a check. Every item says what it gives away.

mod relaxation;

pub use relaxation::{Relaxation, Relaxations, UnknownRelaxation};
