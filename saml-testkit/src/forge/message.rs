//! A forged message, and its expected outcome.

use saml_core::base::VerdictCode;

use super::Context;

/// A complete hostile message: its octets, its receiver, and the expected outcome.
#[derive(Clone, Debug)]
pub struct ForgedMessage {
    /// Its name: the attack's number and title, and the specimen that it was made from.
    pub id: String,
    /// The number in the attack catalogue.
    pub attack: u16,
    /// The section of the catalogue.
    pub family: Family,
    /// The attack in a few words.
    pub title: String,
    /// What is sent.
    pub wire: Wire,
    /// The setting of the receiver.
    pub context: Context,
    /// Which receivers can be attacked with it.
    pub receiver: Receiver,
    /// The expected outcome.
    pub expected: Expected,
}

impl ForgedMessage {
    /// Whether it is hostile, or a decoy, as it claims, if the product has come to this `outcome`.
    ///
    /// A message that was made like an existing one may say the very same thing, or something that every receiver with
    /// our tolerance of clocks takes for the same. It is then not hostile.
    #[must_use]
    pub fn is_what_it_is_meant_to_be(&self, outcome: &Outcome) -> bool {
        match (&self.expected, outcome) {
            (Expected::Refused(_), Outcome::Refused(_)) => true,
            (Expected::Accepted(genuine), Outcome::Accepted(identity)) => genuine == identity,
            (Expected::Refused(_), Outcome::Accepted(_)) | (Expected::Accepted(_), Outcome::Refused(_)) => {
                false
            }
        }
    }
}

impl Outcome {
    /// Whether both are acceptances, or refusals for the same reasons.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Accepted(_), Self::Accepted(_)) => true,
            (Self::Refused(one), Self::Refused(other)) => one == other,
            (Self::Accepted(_), Self::Refused(_)) | (Self::Refused(_), Self::Accepted(_)) => false,
        }
    }
}

/// Which receivers a message is hostile to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Every one that takes the good message.
    Any,
    /// A receiver with the setting of [`ForgedMessage::context`], where that differs from the good message's.
    Arranged,
    /// A receiver whose clock shows the instant of the context, with our tolerance. One second decides.
    AtTheSecond,
}

/// The sections of the attack catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// §1: missing or fake trust.
    FakeTrust,
    /// §2: signature wrapping.
    Wrapping,
    /// §3: reference and ID resolution.
    Reference,
    /// §4: signature structure.
    SignatureStructure,
    /// §5: canonicalisation and parser differentials.
    ParserDifferential,
    /// §6: transforms.
    Transform,
    /// §7: keys and algorithms.
    KeysAndAlgorithms,
    /// §8: XML Encryption.
    Encryption,
    /// §9: parser and resource attacks.
    Resource,
    /// §10: bindings and transport.
    Binding,
    /// §11: message semantics at the service provider.
    Semantics,
    /// §13: metadata.
    Metadata,
}

impl Family {
    /// All of them, in the catalogue's order.
    pub const ALL: [Self; 12] = [
        Self::FakeTrust,
        Self::Wrapping,
        Self::Reference,
        Self::SignatureStructure,
        Self::ParserDifferential,
        Self::Transform,
        Self::KeysAndAlgorithms,
        Self::Encryption,
        Self::Resource,
        Self::Binding,
        Self::Semantics,
        Self::Metadata,
    ];

    /// A short name for a table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FakeTrust => "fake-trust",
            Self::Wrapping => "wrapping",
            Self::Reference => "reference",
            Self::SignatureStructure => "signature-structure",
            Self::ParserDifferential => "parser-differential",
            Self::Transform => "transform",
            Self::KeysAndAlgorithms => "keys-and-algorithms",
            Self::Encryption => "encryption",
            Self::Resource => "resource",
            Self::Binding => "binding",
            Self::Semantics => "semantics",
            Self::Metadata => "metadata",
        }
    }
}

/// The octets that are sent, and the kind of receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wire {
    /// A Response for the assertion consumer service, already taken out of its binding.
    Response(Vec<u8>),
    /// The body of a POST to the assertion consumer service.
    ResponseForm {
        /// The content type, if the request names one.
        content_type: Option<String>,
        /// The body.
        body: Vec<u8>,
    },
    /// The query of a GET to the single sign-on service.
    RequestQuery(String),
    /// An AuthnRequest for the single sign-on service, already taken out of a POST.
    Request(Vec<u8>),
    /// A LogoutRequest that came by POST. Of it, only the signature is judged.
    LogoutRequest(Vec<u8>),
    /// A LogoutResponse that came by POST. Of it, only the signature is judged.
    LogoutResponse(Vec<u8>),
    /// A metadata document.
    Metadata(Vec<u8>),
}

/// The expected outcome of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It is refused, and the verdict bears this code.
    Refused(VerdictCode),
    /// It is a decoy: hostile in looks only. It is accepted, for exactly this identity and nothing of the attacker's.
    Accepted(String),
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was accepted for this identity: all that the receiver would act on, in one text.
    Accepted(String),
    /// It was refused; the codes of the broken rules, the verdict's own first.
    Refused(Vec<VerdictCode>),
}
