//! Floor 2: what weakens encryption. Every item says what it gives away.

mod sealing;

pub use sealing::seal_content;
