//! Collecting forged messages.

use std::collections::BTreeMap;

use saml_core::base::VerdictCode;
use saml_core::xml::XmlElement;

use super::{Context, Expected, Family, ForgeError, ForgedMessage, Outcome, Receiver, Tree, Wire, deliver};

/// The messages that were forged from one specimen so far.
pub(super) struct Corpus {
    family: Family,
    specimen: &'static str,
    context: Context,
    /// For whom the specimen itself is accepted.
    identity: String,
    names: BTreeMap<String, u32>,
    messages: Vec<ForgedMessage>,
}

impl Corpus {
    /// An empty corpus over a good message.
    pub(super) fn over(good: ForgedMessage, specimen: &'static str) -> Self {
        let identity = match good.expected {
            Expected::Accepted(identity) => identity,
            Expected::Refused(_) => String::new(),
        };
        Self {
            family: good.family,
            specimen,
            context: good.context,
            identity,
            names: BTreeMap::new(),
            messages: Vec::new(),
        }
    }

    /// An empty corpus over a specimen that is accepted as it is.
    pub(super) fn new(specimen: &'static str, context: Context, wire: Wire) -> Result<Self, ForgeError> {
        Ok(Self::over(good_message(specimen, context, wire)?, specimen))
    }

    /// What follows belongs to this section.
    pub(super) fn family(&mut self, family: Family) {
        self.family = family;
    }

    /// Begins a message.
    pub(super) fn attack(&mut self, number: u16, title: impl Into<String>) -> Draft<'_> {
        let context = self.context.clone();
        Draft { corpus: self, number, title: title.into(), context, receiver: Receiver::Any }
    }

    pub(super) fn into_messages(self) -> Vec<ForgedMessage> {
        self.messages
    }
}

/// A good message, with the identity for which it is accepted; an error if it is not.
pub(super) fn good_message(id: &str, context: Context, wire: Wire) -> Result<ForgedMessage, ForgeError> {
    let mut good = ForgedMessage {
        id: id.to_owned(),
        attack: 0,
        family: Family::FakeTrust,
        title: "a good message".to_owned(),
        wire,
        context,
        receiver: Receiver::Any,
        expected: Expected::Accepted(String::new()),
    };
    match deliver(&good) {
        Outcome::Accepted(identity) => {
            good.expected = Expected::Accepted(identity);
            Ok(good)
        }
        Outcome::Refused(codes) => Err(ForgeError::SpecimenRefused { codes }),
    }
}

/// A message in the making.
#[must_use]
pub(super) struct Draft<'c> {
    corpus: &'c mut Corpus,
    number: u16,
    title: String,
    context: Context,
    receiver: Receiver,
}

impl Draft<'_> {
    /// Changes what the receiver knows.
    pub(super) fn when(mut self, change: impl FnOnce(&mut Context)) -> Self {
        change(&mut self.context);
        self.receiver = Receiver::Arranged;
        self
    }

    /// A second more or less, and the message is a good one, or bad for another reason.
    pub(super) const fn at_the_second(mut self) -> Self {
        self.receiver = Receiver::AtTheSecond;
        self
    }

    /// A Response that must be refused with this code.
    pub(super) fn refused(self, code: &'static str, xml: impl IntoXml) -> Result<(), ForgeError> {
        let wire = Wire::Response(xml.into_xml()?);
        self.refused_on(code, wire);
        Ok(())
    }

    /// A Response that looks hostile and must be accepted for the genuine identity.
    pub(super) fn decoy(self, xml: impl IntoXml) -> Result<(), ForgeError> {
        let wire = Wire::Response(xml.into_xml()?);
        self.decoy_on(wire);
        Ok(())
    }

    /// Any message that must be refused with this code.
    pub(super) fn refused_on(self, code: &'static str, wire: Wire) {
        self.finish(wire, Expected::Refused(VerdictCode::new(code)));
    }

    /// Any message that looks hostile and must be accepted for the genuine identity.
    pub(super) fn decoy_on(self, wire: Wire) {
        let expected = Expected::Accepted(self.corpus.identity.clone());
        self.finish(wire, expected);
    }

    fn finish(self, wire: Wire, expected: Expected) {
        let mut name = format!("{:03}-{}", self.number, slug(&self.title));
        // Titles that differ only in punctuation get numbers.
        let uses = self.corpus.names.entry(name.clone()).or_insert(0_u32);
        *uses = uses.saturating_add(1);
        if *uses > 1 {
            name.push_str(&format!("-{uses}"));
        }
        let id = format!("{name}/{}", self.corpus.specimen);
        self.corpus.messages.push(ForgedMessage {
            id,
            attack: self.number,
            family: self.corpus.family,
            title: self.title,
            wire,
            context: self.context,
            receiver: self.receiver,
            expected,
        });
    }
}

/// The words joined by hyphens; case is kept, for `Id` and `id` are two attacks.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_matches('-').to_owned()
}

/// What can be sent as a document.
pub(super) trait IntoXml {
    fn into_xml(self) -> Result<Vec<u8>, ForgeError>;
}

impl IntoXml for XmlElement {
    fn into_xml(self) -> Result<Vec<u8>, ForgeError> {
        self.to_octets()
    }
}

impl IntoXml for String {
    fn into_xml(self) -> Result<Vec<u8>, ForgeError> {
        Ok(self.into_bytes())
    }
}

impl IntoXml for Vec<u8> {
    fn into_xml(self) -> Result<Vec<u8>, ForgeError> {
        Ok(self)
    }
}
