//! The words of all pages that people see, by name, in several languages. No web framework, no markup.
//!
//! English and German are shipped. An application replaces single texts, adds a language, or says which one is the
//! default, with [`Texts`]; what can't be right is refused there, never when a page is shown.

mod accept_language;
mod catalogue;
mod english;
mod error;
mod filled;
mod german;
mod language;
mod pieces;
mod placeholder;
#[cfg(test)]
mod tests;
mod text;

pub use accept_language::{AcceptLanguage, MAX_OCTETS, MAX_RANGES};
pub use catalogue::{Texts, Words};
pub use error::TextError;
pub use filled::Filled;
pub use pieces::Piece;
pub use placeholder::Placeholder;
pub use text::{Role, Text};
