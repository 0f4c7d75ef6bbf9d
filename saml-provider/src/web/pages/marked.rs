//! A filled text with its values set off from its words.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::texts::{Filled, Piece, Placeholder};

/// A filled text as markup: its words as they are, its values set off, all of it escaped.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "marked.html")]
pub struct Marked<'a> {
    text: Filled<'a>,
}

/// The template engine escaped what it is made of.
impl HtmlSafe for Marked<'_> {}

/// A text that can be marked.
pub trait Mark<'a> {
    /// The text with its values set off: names are strong, a reference can be copied, a time is one.
    fn marked(self) -> Marked<'a>;
}

impl<'a> Mark<'a> for Filled<'a> {
    fn marked(self) -> Marked<'a> {
        Marked { text: self }
    }
}
