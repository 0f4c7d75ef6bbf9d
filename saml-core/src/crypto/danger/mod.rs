//! Floor 2: what weakens a check. Every item says what it gives away.

mod relaxation;
mod sealing;

pub use relaxation::{Relaxation, Relaxations, UnknownRelaxation};
pub use sealing::seal_content;
