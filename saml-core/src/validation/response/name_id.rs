//! Floor 8: the subject has a name that is meant for us. [Core §2.2.2, §8.3]

use super::Facts;
use crate::assertion::kind_of;
use crate::assertion::{Assertion, NameId, SubjectIdentifier};
use crate::base::Relaxation;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("name_id", "[Core §2.4.1]");
const QUALIFIER: Rule = Rule::new("name_id_sp_name_qualifier", "[Core §2.2.2]");

/// A login is about somebody. A peer that identifies people by attributes alone (ADFS-07) needs a named relaxation.
pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let without_name = |found: &str| {
        if facts.expectation.policy.granted().contains(Relaxation::SubjectWithoutNameId) {
            RULE.warn("name_id.missing").found(found)
        } else {
            RULE.fail("name_id.missing").expected("a NameID in the Subject").found(found)
        }
    };
    match assertion.subject.as_ref().map(|subject| &subject.identifier) {
        None => RULE.fail("subject.missing").expected("a Subject").absent(),
        Some(None) => without_name("no identifier"),
        Some(Some(SubjectIdentifier::BaseId(base))) => without_name(&kind_of(&base.0)),
        Some(Some(SubjectIdentifier::EncryptedId(_))) => without_name("an EncryptedID that was not opened"),
        Some(Some(SubjectIdentifier::NameId(name))) if name.value.trim().is_empty() => {
            RULE.fail("name_id.empty").expected("a NameID with text").found("a NameID without any")
        }
        Some(Some(SubjectIdentifier::NameId(name))) => RULE.pass().found(&name.value),
    }
}

/// A name made for another service provider is not ours to use (attack 193); one made for an affiliation of ours is, if
/// the peer's policy names it [Core §8.3.7]. An empty qualifier qualifies nothing.
pub(super) fn check_qualifier(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let Some(found) = name_of(assertion).and_then(|name| name.sp_name_qualifier.as_deref()) else {
        return QUALIFIER.not_applicable();
    };
    let expectation = facts.expectation;
    let is_among = |names: &[String]| names.iter().any(|name| name == found);
    if found.is_empty() {
        QUALIFIER.not_applicable().found(found)
    } else if is_among(expectation.affiliations) {
        QUALIFIER.pass().found(&format!("{found}, an affiliation of ours"))
    } else if is_among(expectation.further_audiences) {
        QUALIFIER.pass().found(found)
    } else {
        let ours = expectation.service_provider.as_str();
        QUALIFIER
            .equal("name_id.sp_name_qualifier_mismatch", ours, found)
            .hint("if this is an affiliation that we belong to, name it among the affiliations of this peer's policy")
    }
}

fn name_of(assertion: &Assertion) -> Option<&NameId> {
    match assertion.subject.as_ref()?.identifier.as_ref()? {
        SubjectIdentifier::NameId(name) => Some(name),
        SubjectIdentifier::BaseId(_) | SubjectIdentifier::EncryptedId(_) => None,
    }
}
