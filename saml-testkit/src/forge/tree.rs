//! Operations on element trees, from which attacks are composed.

use saml_core::xml::{ExpandedName, OwnedName, QName, Writer, XmlAttribute, XmlElement, XmlNode};

use super::ForgeError;

/// Moving, wrapping, duplicating and renaming the parts of a message.
///
/// Trees keep prefixes, so that an exclusively canonicalised signature survives being taken apart and written anew.
/// Whatever names a part means the first one in document order.
pub trait Tree: Sized {
    /// An element without content.
    fn new(name: QName<'_>) -> Self;
    /// This element with one more attribute.
    #[must_use]
    fn with(self, attribute: &str, value: &str) -> Self;
    /// This element with one more child.
    #[must_use]
    fn holding(self, child: XmlElement) -> Self;
    /// This element with this text in it.
    #[must_use]
    fn saying(self, text: &str) -> Self;

    /// The part of this name, perhaps the element itself.
    ///
    /// # Errors
    /// There is none.
    fn part(&self, name: QName<'_>) -> Result<&XmlElement, ForgeError>;
    /// The part of this name, to be changed.
    ///
    /// # Errors
    /// There is none.
    fn part_mut(&mut self, name: QName<'_>) -> Result<&mut XmlElement, ForgeError>;
    /// Cuts the child of this name out.
    ///
    /// # Errors
    /// There is none.
    fn cut(&mut self, name: QName<'_>) -> Result<XmlElement, ForgeError>;
    /// Removes every part of this name, however deep.
    fn strip(&mut self, name: QName<'_>);
    /// Puts a child before all others.
    fn prepend(&mut self, child: XmlElement);
    /// Puts a child after all others.
    fn append(&mut self, child: XmlElement);
    /// Puts `child` directly before the child of this name.
    ///
    /// # Errors
    /// There is no child of this name.
    fn insert_before(&mut self, name: QName<'_>, child: XmlElement) -> Result<(), ForgeError>;
    /// Puts `child` directly after the child of this name.
    ///
    /// # Errors
    /// There is no child of this name.
    fn insert_after(&mut self, name: QName<'_>, child: XmlElement) -> Result<(), ForgeError>;
    /// Replaces, or adds, an attribute in no namespace.
    fn set(&mut self, attribute: &str, value: &str);
    /// Adds an attribute in a namespace.
    fn set_in(&mut self, name: QName<'_>, value: &str);
    /// Removes an attribute in no namespace.
    fn unset(&mut self, attribute: &str);
    /// Replaces all content with a text.
    fn say(&mut self, text: &str);
    /// Gives the element another name.
    fn rename(&mut self, name: QName<'_>);
    /// Puts `prefix` in front of every identifier in it, so that a copy does not clash with the original.
    fn alienate(&mut self, prefix: &str);
    /// The document with this element as its root.
    ///
    /// # Errors
    /// It holds what no document can.
    fn to_octets(&self) -> Result<Vec<u8>, ForgeError>;
}

impl Tree for XmlElement {
    fn new(name: QName<'_>) -> Self {
        Self {
            name: name.name.to_owned_name(),
            prefix: name.prefix.to_owned(),
            declarations: Vec::new(),
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    fn with(mut self, attribute: &str, value: &str) -> Self {
        self.set(attribute, value);
        self
    }

    fn holding(mut self, child: XmlElement) -> Self {
        self.append(child);
        self
    }

    fn saying(mut self, text: &str) -> Self {
        self.say(text);
        self
    }

    fn part(&self, name: QName<'_>) -> Result<&XmlElement, ForgeError> {
        search(self, name.name).ok_or_else(|| ForgeError::absent(name.name.local))
    }

    fn part_mut(&mut self, name: QName<'_>) -> Result<&mut XmlElement, ForgeError> {
        search_mut(self, name.name).ok_or_else(|| ForgeError::absent(name.name.local))
    }

    fn cut(&mut self, name: QName<'_>) -> Result<XmlElement, ForgeError> {
        let index = position(self, name)?;
        match self.children.remove(index) {
            XmlNode::Element(element) => Ok(element),
            XmlNode::Text(_) => Err(ForgeError::absent(name.name.local)),
        }
    }

    fn strip(&mut self, name: QName<'_>) {
        self.children.retain(|child| !matches!(child, XmlNode::Element(element) if element.is(name)));
        for child in &mut self.children {
            if let XmlNode::Element(element) = child {
                element.strip(name);
            }
        }
    }

    fn prepend(&mut self, child: XmlElement) {
        self.children.insert(0, XmlNode::Element(child));
    }

    fn append(&mut self, child: XmlElement) {
        self.children.push(XmlNode::Element(child));
    }

    fn insert_before(&mut self, name: QName<'_>, child: XmlElement) -> Result<(), ForgeError> {
        let index = position(self, name)?;
        self.children.insert(index, XmlNode::Element(child));
        Ok(())
    }

    fn insert_after(&mut self, name: QName<'_>, child: XmlElement) -> Result<(), ForgeError> {
        let index = position(self, name)?;
        self.children.insert(index.saturating_add(1), XmlNode::Element(child));
        Ok(())
    }

    fn set(&mut self, attribute: &str, value: &str) {
        let name = ExpandedName::new("", attribute);
        match self.attributes.iter_mut().find(|known| known.name.as_name() == name) {
            Some(known) => value.clone_into(&mut known.value),
            None => self.attributes.push(XmlAttribute {
                name: name.to_owned_name(),
                prefix: String::new(),
                value: value.to_owned(),
            }),
        }
    }

    fn set_in(&mut self, name: QName<'_>, value: &str) {
        self.attributes.push(XmlAttribute {
            name: name.name.to_owned_name(),
            prefix: name.prefix.to_owned(),
            value: value.to_owned(),
        });
    }

    fn unset(&mut self, attribute: &str) {
        self.attributes.retain(|known| known.name.as_name() != ExpandedName::new("", attribute));
    }

    fn say(&mut self, text: &str) {
        self.children = vec![XmlNode::Text(text.to_owned())];
    }

    fn rename(&mut self, name: QName<'_>) {
        self.name = OwnedName::from(name.name);
        name.prefix.clone_into(&mut self.prefix);
    }

    fn alienate(&mut self, prefix: &str) {
        for attribute in &mut self.attributes {
            if matches!(attribute.name.local.as_str(), "ID" | "Id") {
                attribute.value.insert_str(0, prefix);
            }
        }
        for child in &mut self.children {
            if let XmlNode::Element(element) = child {
                element.alienate(prefix);
            }
        }
    }

    fn to_octets(&self) -> Result<Vec<u8>, ForgeError> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        Ok(writer.finish()?.into_octets())
    }
}

fn search<'t>(element: &'t XmlElement, name: ExpandedName<'_>) -> Option<&'t XmlElement> {
    if element.is(name) {
        return Some(element);
    }
    element.child_elements().find_map(|child| search(child, name))
}

fn search_mut<'t>(element: &'t mut XmlElement, name: ExpandedName<'_>) -> Option<&'t mut XmlElement> {
    if element.is(name) {
        return Some(element);
    }
    element.children.iter_mut().find_map(|child| match child {
        XmlNode::Element(child) => search_mut(child, name),
        XmlNode::Text(_) => None,
    })
}

fn position(element: &XmlElement, name: QName<'_>) -> Result<usize, ForgeError> {
    let found =
        element.children.iter().position(|child| matches!(child, XmlNode::Element(child) if child.is(name)));
    found.ok_or_else(|| ForgeError::absent(name.name.local))
}
