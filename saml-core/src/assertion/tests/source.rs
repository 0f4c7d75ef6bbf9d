//! Made-up values: reproducible, and either as full as can be or of any shape.

use crate::base::{Binding, EntityId, MessageId, NonEmpty, SamlInstant};
use crate::xml::names::{DS, SAML, XENC};
use crate::xml::{OwnedName, XmlAttribute, XmlElement, XmlNode};

/// Where made-up values come from.
#[derive(Debug)]
pub(crate) struct Source {
    state: u64,
    shape: Shape,
    ids: u32,
}

/// How many of the optional parts a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// All of it.
    Full,
    /// Some of it.
    Any,
}

/// Texts that a careless writer or reader spoils.
const TEXTS: [&str; 10] = [
    "plain",
    " kept white space ",
    "tab\tline\nreturn\r.",
    "<saml:NameID>admin</saml:NameID>",
    "a & b &amp; c",
    "quotes \" and '",
    "]]>",
    "<!-- no comment -->",
    "Zoë 名前 🦀",
    "user@example.com",
];

const URIS: [&str; 4] = [
    "https://sp.example.com/acs?a=1&b=2",
    "urn:example:thing",
    "http://www.okta.com/exk1",
    "https://sts.windows.net/tenant/",
];

impl Source {
    /// Values with all optional parts. `turn` chooses among alternatives.
    pub(crate) const fn full(turn: u64) -> Self {
        Self { state: turn, shape: Shape::Full, ids: 0 }
    }

    /// Values of any shape.
    pub(crate) const fn any(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, shape: Shape::Any, ids: 0 }
    }

    /// The sources that tests of round trips use.
    pub(crate) fn many() -> impl Iterator<Item = Self> {
        (0..8).map(Self::full).chain((0..200).map(Self::any))
    }

    fn next(&mut self) -> u64 {
        match self.shape {
            Shape::Full => self.state = self.state.wrapping_add(1),
            Shape::Any => {
                self.state ^= self.state << 13;
                self.state ^= self.state >> 7;
                self.state ^= self.state << 17;
            }
        }
        self.state
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> if self.shape == Shape::Any { 20 } else { 0 }).unwrap() % bound
    }

    pub(crate) fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.shape == Shape::Full || self.below(2) == 0
    }

    pub(crate) fn optional<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }

    pub(crate) fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = if self.shape == Shape::Full { 2 } else { self.below(3) };
        (0..count).map(|_| make(self)).collect()
    }

    pub(crate) fn non_empty<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> NonEmpty<T> {
        NonEmpty::from_parts(make(self), self.list(make))
    }

    pub(crate) fn text(&mut self) -> String {
        self.pick(&TEXTS).to_owned()
    }

    pub(crate) fn uri(&mut self) -> String {
        self.pick(&URIS).to_owned()
    }

    pub(crate) fn entity_id(&mut self) -> EntityId {
        EntityId::try_from(self.pick(&URIS)).unwrap()
    }

    pub(crate) fn binding(&mut self) -> Binding {
        let other = Binding::Other("urn:mace:shibboleth:1.0:profiles:AuthnRequest".to_owned());
        self.pick(&[Binding::HttpPost, Binding::HttpRedirect, Binding::Soap, other])
    }

    pub(crate) fn number(&mut self) -> u16 {
        self.pick(&[0, 1, 7, u16::MAX])
    }

    /// A new identifier each time, as a document needs.
    pub(crate) fn id(&mut self) -> MessageId {
        self.ids += 1;
        MessageId::try_from(format!("_id-{}", self.ids).as_str()).unwrap()
    }

    /// Instants are written to the millisecond.
    pub(crate) fn instant(&mut self) -> SamlInstant {
        let instants = ["2026-11-20T12:00:00Z", "1970-01-01T00:00:00.007Z", "9999-12-31T23:59:59.999Z"];
        SamlInstant::try_from(self.pick(&instants)).unwrap()
    }

    /// An attribute that no schema here knows.
    pub(crate) fn foreign_attribute(&mut self) -> XmlAttribute {
        attribute(("ex", "urn:example:ext"), "note", &self.text())
    }

    /// An element that no schema here knows, with mixed content.
    pub(crate) fn foreign_element(&mut self) -> XmlElement {
        let inner = element(("", ""), "inner", Vec::new(), vec![XmlNode::Text(self.text())]);
        let children = vec![XmlNode::Text(self.text()), XmlNode::Element(inner), XmlNode::Text(self.text())];
        element(("ex", "urn:example:ext"), "thing", vec![attribute(("", ""), "a", &self.text())], children)
    }

    /// `xenc:EncryptedData` with nothing in it that could be decrypted.
    pub(crate) fn encrypted_data(&mut self) -> XmlElement {
        encrypted("EncryptedData", "http://www.w3.org/2009/xmlenc11#aes256-gcm")
    }

    /// `xenc:EncryptedKey` with nothing in it that could be decrypted.
    pub(crate) fn encrypted_key(&mut self) -> XmlElement {
        encrypted("EncryptedKey", "http://www.w3.org/2009/xmlenc11#rsa-oaep")
    }
}

/// An element as plain data; a name is a prefix and a namespace.
pub(crate) fn element(
    (prefix, namespace): (&str, &str),
    local: &str,
    attributes: Vec<XmlAttribute>,
    children: Vec<XmlNode>,
) -> XmlElement {
    XmlElement {
        name: OwnedName { namespace: namespace.into(), local: local.to_owned() },
        prefix: prefix.to_owned(),
        declarations: Vec::new(),
        attributes,
        children,
    }
}

/// An attribute as plain data.
pub(crate) fn attribute((prefix, namespace): (&str, &str), local: &str, value: &str) -> XmlAttribute {
    XmlAttribute {
        name: OwnedName { namespace: namespace.into(), local: local.to_owned() },
        prefix: prefix.to_owned(),
        value: value.to_owned(),
    }
}

/// A text in an element of the assertion namespace.
pub(crate) fn saml_text(local: &str, attributes: Vec<XmlAttribute>, text: &str) -> XmlElement {
    element(("saml", SAML), local, attributes, vec![XmlNode::Text(text.to_owned())])
}

/// `ds:KeyInfo` with a name in it.
pub(crate) fn key_info() -> XmlElement {
    let name = element(("ds", DS), "KeyName", Vec::new(), vec![XmlNode::Text("key".to_owned())]);
    element(("ds", DS), "KeyInfo", Vec::new(), vec![XmlNode::Element(name)])
}

fn encrypted(local: &str, algorithm: &str) -> XmlElement {
    let xenc = ("xenc", XENC);
    let method =
        element(xenc, "EncryptionMethod", vec![attribute(("", ""), "Algorithm", algorithm)], Vec::new());
    let value = element(xenc, "CipherValue", Vec::new(), vec![XmlNode::Text("AAAA".to_owned())]);
    let data = element(xenc, "CipherData", Vec::new(), vec![XmlNode::Element(value)]);
    element(xenc, local, Vec::new(), vec![XmlNode::Element(method), XmlNode::Element(data)])
}
