//! Trying an acceptor against a corpus.

use std::fmt;

use saml_core::base::VerdictCode;

use super::{Expected, ForgedMessage, Outcome};

/// What an acceptor did with a corpus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// Hostile messages that were refused with the code that they name.
    pub refused: usize,
    /// Decoys that were accepted for the genuine identity.
    pub decoys: usize,
    /// Everything else.
    pub faults: Vec<Fault>,
}

/// One message that was not dealt with as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which message.
    pub id: String,
    /// In which way.
    pub kind: FaultKind,
}

/// In which way an acceptor fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A hostile message was accepted.
    LetIn {
        /// For whom.
        identity: String,
    },
    /// A hostile message was refused for another reason than its own.
    WrongCode {
        /// The reason that it names.
        expected: VerdictCode,
        /// The reasons that were given, the verdict's own first.
        found: Vec<VerdictCode>,
    },
    /// A decoy was refused.
    RefusedDecoy {
        /// The reasons that were given.
        found: Vec<VerdictCode>,
    },
    /// A decoy was accepted for somebody else.
    OtherIdentity {
        /// For whom.
        identity: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.id)?;
        match &self.kind {
            FaultKind::LetIn { identity } => write!(f, "LET IN as {identity}"),
            FaultKind::WrongCode { expected, found } => write!(f, "expected {expected}, found {found:?}"),
            FaultKind::RefusedDecoy { found } => write!(f, "a decoy, refused: {found:?}"),
            FaultKind::OtherIdentity { identity } => write!(f, "a decoy, accepted as {identity}"),
        }
    }
}

/// Hands every message to `acceptor`, and compares each outcome with the expected one.
///
/// The code of a message must be the verdict's own, that is the first: a refusal for a later reason would hide that
/// the rule under attack did not hold.
pub fn examine(corpus: &[ForgedMessage], acceptor: impl Fn(&ForgedMessage) -> Outcome) -> Examination {
    let mut examination = Examination::default();
    for message in corpus {
        match (&message.expected, acceptor(message)) {
            (Expected::Refused(code), Outcome::Refused(found)) if found.first() == Some(code) => {
                examination.refused = examination.refused.saturating_add(1);
            }
            (Expected::Accepted(genuine), Outcome::Accepted(identity)) if *genuine == identity => {
                examination.decoys = examination.decoys.saturating_add(1);
            }
            (Expected::Refused(_), Outcome::Accepted(identity)) => {
                examination.fault(message, FaultKind::LetIn { identity });
            }
            (Expected::Refused(expected), Outcome::Refused(found)) => {
                examination.fault(message, FaultKind::WrongCode { expected: *expected, found });
            }
            (Expected::Accepted(_), Outcome::Refused(found)) => {
                examination.fault(message, FaultKind::RefusedDecoy { found });
            }
            (Expected::Accepted(_), Outcome::Accepted(identity)) => {
                examination.fault(message, FaultKind::OtherIdentity { identity });
            }
        }
    }
    examination
}

impl Examination {
    fn fault(&mut self, message: &ForgedMessage, kind: FaultKind) {
        self.faults.push(Fault { id: message.id.clone(), kind });
    }
}
