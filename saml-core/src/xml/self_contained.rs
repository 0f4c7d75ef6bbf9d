//! Floor 2: an element as a document of its own. Imports nothing of this crate.

use super::element::Element;
use super::writer::escape_attribute_value;

impl Element<'_> {
    /// A document that holds this element octet for octet, and around it only the tags of its ancestors, so that
    /// namespaces, `xml:lang` and `xml:base` stay the same.
    ///
    /// Bindings that a decrypted document inherits from where its ciphertext stood are declared on its root element.
    /// Costs a pass over the document for each ancestor. `None` as for [`Element::place`].
    #[must_use]
    pub fn self_contained(self) -> Option<Vec<u8>> {
        let source = self.document().octets();
        let mut ancestors = Vec::new();
        let mut above = self.parent();
        while let Some(ancestor) = above {
            ancestors.push(ancestor);
            above = ancestor.parent();
        }
        let mut octets = Vec::new();
        let mut end_tags = Vec::new();
        for ancestor in ancestors.iter().rev() {
            let place = ancestor.place()?;
            let name = source.get(place.start.checked_add(1)?..place.name_end)?;
            let end_tag = [b"</", name, b">"].concat();
            ancestor.copy(place.start..place.content, place.name_end, &mut octets)?;
            end_tags.push(end_tag);
        }
        let place = self.place()?;
        self.copy(place.start..place.end, place.name_end, &mut octets)?;
        for end_tag in end_tags.iter().rev() {
            octets.extend_from_slice(end_tag);
        }
        Some(octets)
    }

    /// Copies a piece of the source that begins at this element; a root element takes its inherited bindings along.
    fn copy(self, piece: std::ops::Range<usize>, name_end: usize, octets: &mut Vec<u8>) -> Option<()> {
        let source = self.document().octets();
        octets.extend_from_slice(source.get(piece.start..name_end)?);
        if self.parent().is_none() {
            octets.extend_from_slice(self.inherited_declarations()?.as_bytes());
        }
        octets.extend_from_slice(source.get(name_end..piece.end)?);
        Some(())
    }

    fn inherited_declarations(self) -> Option<String> {
        let mut text = String::new();
        for inherited in self.document().context() {
            if self.namespace_declarations().any(|own| own.prefix == inherited.prefix) {
                continue;
            }
            text.push_str(" xmlns");
            if !inherited.prefix.is_empty() {
                text.push(':');
                text.push_str(inherited.prefix);
            }
            text.push_str("=\"");
            escape_attribute_value(inherited.uri, &mut text).ok()?;
            text.push('"');
        }
        Some(text)
    }
}
