//! Floor 6: the encrypted parts of a verified assertion.

use super::TrustError;
use crate::assertion::{
    Assertion, Attribute, AttributeStatement, NameId, StatedAttribute, Statement, Subject, SubjectIdentifier,
};
use crate::base::NonEmpty;
use crate::enc::{DecryptionFacts, Opener};
use crate::xml::{Element, names};

/// Opens the name and the attributes of `assertion`, which was read from `element`; both are verified, and so are the
/// opened parts. One that stays closed refuses the assertion: who would use it meant it to be read.
///
/// The names in subject confirmations stay closed: they are for those who confirm, and a bearer needs none.
pub(super) fn open_parts(
    assertion: &mut Assertion,
    element: Element<'_>,
    opener: &mut Opener<'_>,
) -> Result<Vec<DecryptionFacts>, TrustError> {
    let mut facts = Vec::new();
    if let Some(subject) = &mut assertion.subject {
        open_name(subject, element, opener, &mut facts)?;
    }
    // Statements were read in document order, each from one of these.
    let statements = element.child_elements().filter(|e| Statement::CHOICE.iter().any(|name| e.is(*name)));
    for (statement, element) in assertion.statements.iter_mut().zip(statements) {
        if let Statement::Attribute(statement) = statement {
            open_attributes(statement, element, opener, &mut facts)?;
        }
    }
    Ok(facts)
}

fn open_name(
    subject: &mut Subject,
    assertion: Element<'_>,
    opener: &mut Opener<'_>,
    facts: &mut Vec<DecryptionFacts>,
) -> Result<(), TrustError> {
    let Some(SubjectIdentifier::EncryptedId(_)) = subject.identifier else { return Ok(()) };
    let element = assertion.child_elements().find(|e| e.is(names::saml::SUBJECT));
    let encrypted = element.and_then(|e| e.child_elements().find(|e| e.is(names::saml::ENCRYPTED_ID)));
    if let Some(encrypted) = encrypted {
        let opened = opener.open(encrypted, names::saml::NAME_ID)?;
        subject.identifier = Some(SubjectIdentifier::NameId(NameId::read(opened.document.root())?));
        facts.push(opened.facts);
    }
    Ok(())
}

fn open_attributes(
    statement: &mut AttributeStatement,
    element: Element<'_>,
    opener: &mut Opener<'_>,
    facts: &mut Vec<DecryptionFacts>,
) -> Result<(), TrustError> {
    if !statement.attributes.iter().any(|stated| matches!(stated, StatedAttribute::Encrypted(_))) {
        return Ok(());
    }
    let mut attributes = Vec::with_capacity(statement.attributes.len());
    for (stated, element) in statement.attributes.iter().zip(element.child_elements()) {
        attributes.push(match stated {
            StatedAttribute::Attribute(_) => stated.clone(),
            StatedAttribute::Encrypted(_) => {
                let opened = opener.open(element, names::saml::ATTRIBUTE)?;
                facts.push(opened.facts);
                StatedAttribute::Attribute(Attribute::read(opened.document.root())?)
            }
        });
    }
    if let Some(attributes) = NonEmpty::from_vec(attributes) {
        statement.attributes = attributes;
    }
    Ok(())
}
