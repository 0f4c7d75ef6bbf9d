//! Collecting forged messages.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use saml_core::base::VerdictCode;
use saml_core::xml::XmlElement;

use super::gate::Gate;
use super::{Context, Expected, Family, ForgeError, ForgedMessage, Outcome, Receiver, Tree, Wire, deliver};

/// The messages that were forged from one specimen so far.
pub(super) struct Corpus {
    family: Family,
    specimen: &'static str,
    context: Context,
    /// The identity for which the specimen itself is accepted.
    identity: String,
    names: BTreeMap<String, u32>,
    messages: Vec<ForgedMessage>,
    /// The counter of signatures, if one is wanted, and its count after each message.
    gate: Option<Arc<Gate>>,
    counts: Vec<usize>,
    /// The one message that is kept, where only one is.
    only: Option<String>,
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
            gate: None,
            counts: Vec::new(),
            only: None,
        }
    }

    /// The same, counting the calls of signers.
    pub(super) fn counting(self, gate: &Arc<Gate>) -> Self {
        Self { gate: Some(Arc::clone(gate)), ..self }
    }

    /// The same, keeping only the message of this name: others are not even written.
    pub(super) fn keeping(self, id: &str) -> Self {
        Self { only: Some(id.to_owned()), ..self }
    }

    /// The messages, each with the calls of signers from the end of the one before it to its own.
    pub(super) fn into_counted(self) -> impl Iterator<Item = (ForgedMessage, Range<usize>)> {
        let begins = std::iter::once(0).chain(self.counts.clone());
        self.messages
            .into_iter()
            .zip(begins.zip(self.counts))
            .map(|(message, (begin, end))| (message, begin..end))
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
    /// Changes the setting of the receiver.
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
        self.finish(|| Ok(Wire::Response(xml.into_xml()?)), Expected::Refused(VerdictCode::new(code)))
    }

    /// A Response that looks hostile and must be accepted for the genuine identity.
    pub(super) fn decoy(self, xml: impl IntoXml) -> Result<(), ForgeError> {
        let expected = Expected::Accepted(self.corpus.identity.clone());
        self.finish(|| Ok(Wire::Response(xml.into_xml()?)), expected)
    }

    /// Any message that must be refused with this code.
    pub(super) fn refused_on(self, code: &'static str, wire: Wire) {
        let _written_already = self.finish(|| Ok(wire), Expected::Refused(VerdictCode::new(code)));
    }

    /// Any message that looks hostile and must be accepted for the genuine identity.
    pub(super) fn decoy_on(self, wire: Wire) {
        let expected = Expected::Accepted(self.corpus.identity.clone());
        let _written_already = self.finish(|| Ok(wire), expected);
    }

    /// Names the message and, if it is wanted, keeps it.
    fn finish(
        self,
        wire: impl FnOnce() -> Result<Wire, ForgeError>,
        expected: Expected,
    ) -> Result<(), ForgeError> {
        let mut name = format!("{:03}-{}", self.number, slug(&self.title));
        // Titles that differ only in punctuation get numbers.
        let uses = self.corpus.names.entry(name.clone()).or_insert(0_u32);
        *uses = uses.saturating_add(1);
        if *uses > 1 {
            name.push_str(&format!("-{uses}"));
        }
        let id = format!("{name}/{}", self.corpus.specimen);
        if self.corpus.only.as_ref().is_some_and(|only| *only != id) {
            return Ok(());
        }
        self.corpus.messages.push(ForgedMessage {
            id,
            attack: self.number,
            family: self.corpus.family,
            title: self.title,
            wire: wire()?,
            context: self.context,
            receiver: self.receiver,
            expected,
        });
        self.corpus.counts.extend(self.corpus.gate.as_ref().map(|gate| gate.calls()));
        Ok(())
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

/// A value that can be sent as a document.
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
