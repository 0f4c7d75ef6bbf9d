//! The XPath subsets of the vectors, as far as they select what this floor can canonicalise.

use super::*;
use crate::xml::{ExpandedName, NodeId};

/// Elements with all that is in them, in document order, and perhaps less one element in them.
pub(super) struct Subset<'d> {
    pub(super) apexes: Vec<Element<'d>>,
    pub(super) omit: Option<NodeId>,
}

impl<'d> Subset<'d> {
    /// What an XPath file selects, if it has the form `(//. | //@* | //namespace::*)[P or Q …]` or
    /// `(//. | //@* | //namespace::*)[P and not(Q or R …)]`, where each letter is `ancestor-or-self::name`.
    pub(super) fn select(document: &'d Document, xpath: &Document) -> Option<Self> {
        let expression: String = xpath
            .root()
            .children()
            .filter_map(|node| if let crate::xml::Node::Text(text) = node { Some(text) } else { None })
            .collect();
        let words: Vec<&str> = expression.split_whitespace().collect();
        let normal =
            words.join(" ").replace("( ", "(").replace(" )", ")").replace("[ ", "[").replace(" ]", "]");
        let normal = normal.replace(") [", ")[").replace(" | ", "|");
        let predicate = normal.strip_prefix("(//.|//@*|//namespace::*)[")?.strip_suffix(']')?;
        let (kept, dropped) = match predicate.split_once(" and not(") {
            Some((kept, dropped)) => (kept, Some(dropped.strip_suffix(')')?)),
            None => (predicate, None),
        };
        let apexes = outermost(document.root(), &names(kept, xpath)?);
        let omitted = match dropped {
            Some(dropped) => outermost(document.root(), &names(dropped, xpath)?),
            None => Vec::new(),
        };
        if omitted.len() > 1 {
            return None;
        }
        Some(Self { apexes, omit: omitted.first().map(|element| element.id()) })
    }
}

/// The names in `ancestor-or-self::p:a or ancestor-or-self::p:b …`.
fn names<'x>(steps: &'x str, xpath: &'x Document) -> Option<Vec<ExpandedName<'x>>> {
    steps
        .split(" or ")
        .map(|step| {
            let name = step.strip_prefix("ancestor-or-self::")?;
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            if !crate::base::is_nc_name(local) {
                return None;
            }
            // A name without prefix is in no namespace [XPath §2.3].
            let namespace = if prefix.is_empty() { "" } else { xpath.root().lookup_prefix(prefix)? };
            Some(ExpandedName::new(namespace, local))
        })
        .collect()
}

/// The elements with one of these names that are not inside another such.
fn outermost<'d>(element: Element<'d>, names: &[ExpandedName<'_>]) -> Vec<Element<'d>> {
    if names.contains(&element.name()) {
        return vec![element];
    }
    element.child_elements().flat_map(|child| outermost(child, names)).collect()
}
