//! Floor 2: a prefix that everybody knows, bound to something else. Imports nothing of this crate.

use super::document::Document;
use super::names;

/// A prefix of XML Schema that a document binds to another namespace than everybody does, by a typing error.
///
/// It is lawful where a schema lets anything be, an attribute value above all, and says nothing there: `xsi:nil` is no null
/// value then. A reader that knows the schema passes over it, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MisboundPrefix {
    /// The prefix.
    pub prefix: &'static str,
    /// The namespace that it means elsewhere.
    pub usual: &'static str,
    /// The namespace that it is bound to.
    pub found: String,
}

const USUAL: [(&str, &str); 3] = [("xsi", names::XSI), ("xs", names::XS), ("xsd", names::XS)];

impl Document {
    /// The first of those prefixes that is declared for something else, anywhere in the document.
    #[must_use]
    pub fn misbound_prefix(&self) -> Option<MisboundPrefix> {
        self.declarations.iter().find_map(|declaration| {
            let (prefix, found) = (self.text(declaration.prefix), self.text(declaration.uri));
            let (prefix, usual) = USUAL.into_iter().find(|(known, _)| *known == prefix)?;
            (found != usual).then(|| MisboundPrefix { prefix, usual, found: super::error::excerpt(found) })
        })
    }
}
