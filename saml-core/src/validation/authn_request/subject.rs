//! Floor 8: the person whom the answer must be about. [Core §3.3.4, §3.4.1.4]

use crate::assertion::{ConfirmationMethod, NameId, Subject, SubjectIdentifier};
use crate::protocol::AuthnRequest;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("request_subject", "[Core §3.4.1.4]");

/// The person whom a request asks about. The answer may be about nobody else.
///
/// It says nothing of who is there: whether the name is anybody's is to be found out after somebody has signed in, for
/// an answer before that would tell names that exist from names that don't.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestedSubject {
    /// The principal of this name, compared octet by octet and with all its attributes.
    Named(NameId),
    /// Somebody who can't be compared with anybody here: the name is encrypted or of an extension's type, or no
    /// confirmation that is asked for is the bearer's.
    Incomparable,
}

impl RequestedSubject {
    /// `None` for a subject that anybody is who bears the answer.
    pub(super) fn of(subject: &Subject) -> Option<Self> {
        // [Profiles §4.1.4.1] wants no confirmations there; many service providers write a bearer confirmation all the
        // same, and our assertions are confirmed that way.
        let confirmations = &subject.confirmations;
        let bearer =
            confirmations.iter().any(|confirmation| confirmation.method == ConfirmationMethod::Bearer);
        if !confirmations.is_empty() && !bearer {
            return Some(Self::Incomparable);
        }
        match &subject.identifier {
            None => None,
            Some(SubjectIdentifier::NameId(name)) => Some(Self::Named(name.clone())),
            Some(SubjectIdentifier::EncryptedId(_) | SubjectIdentifier::BaseId(_)) => {
                Some(Self::Incomparable)
            }
        }
    }
}

/// Passes for every name. Whether it is the right person is decided after somebody has signed in.
pub(super) fn check(request: &AuthnRequest) -> Check {
    match request.subject.as_ref().map(|subject| &subject.identifier) {
        None => RULE.not_applicable(),
        Some(None) => RULE.pass().found("a bearer"),
        Some(Some(SubjectIdentifier::NameId(_))) => RULE.pass().found("a NameID"),
        Some(Some(SubjectIdentifier::EncryptedId(_))) => RULE.pass().found("an EncryptedID"),
        Some(Some(SubjectIdentifier::BaseId(_))) => RULE.pass().found("a BaseID"),
    }
}
