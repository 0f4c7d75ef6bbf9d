//! Floor 5: assertions. May import `base` and `xml`.

use super::advice::Advice;
use super::conditions::Conditions;
use super::name_id::Issuer;
use super::statement::Statement;
use super::subject::Subject;
use crate::base::{MessageId, SamlInstant};
use crate::xml::names::{ds, saml};
use crate::xml::schema::{VERSION, id, instant, optional, version};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// What an issuer says about a subject [Core §2.3.3].
///
/// Its version is always 2.0. A signature is not part of the value. It is skipped in its place, directly after the
/// issuer, and refused elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The name of this assertion, never used for another.
    pub id: MessageId,
    /// When it was issued.
    pub issue_instant: SamlInstant,
    /// Who says it.
    pub issuer: Issuer,
    /// Whom it is about.
    pub subject: Option<Subject>,
    /// Under which conditions it may be used.
    pub conditions: Option<Conditions>,
    /// Advice, which a receiver may ignore.
    pub advice: Option<Advice>,
    /// The statements, in document order.
    pub statements: Vec<Statement>,
}

impl Assertion {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        Self::read_parts(element, |_| true)
    }

    /// Reads the parts that the rules of a profile look at, for an assertion that is refused: of the statements only
    /// those about authentication, and no advice. The rest may be large, and nobody has signed it.
    pub(crate) fn read_judged(element: Element<'_>) -> Result<Self, SchemaError> {
        Self::read_parts(element, |part| part.is(saml::AUTHN_STATEMENT))
    }

    /// Reads an assertion without the advice and the statements that are not wanted.
    fn read_parts(element: Element<'_>, wanted: fn(Element<'_>) -> bool) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, saml::ASSERTION)?;
        version(&mut reader)?;
        let id = reader.parse_required_attribute("ID", id)?;
        let issue_instant = reader.parse_required_attribute("IssueInstant", instant)?;
        let issuer = Issuer::read(reader.required(saml::ISSUER)?)?;
        reader.optional(ds::SIGNATURE)?;
        let subject = optional(&mut reader, saml::SUBJECT, Subject::read)?;
        let conditions = optional(&mut reader, saml::CONDITIONS, Conditions::read)?;
        let advice = reader.optional(saml::ADVICE)?.filter(|advice| wanted(*advice));
        let advice = advice.map(Advice::read).transpose()?;
        let mut statements = Vec::with_capacity(reader.run(wanted));
        while let Some(statement) = reader.optional_any_of(&Statement::CHOICE)? {
            if wanted(statement) {
                statements.push(Statement::read(statement)?);
            }
        }
        reader.finish()?;
        Ok(Self { id, issue_instant, issuer, subject, conditions, advice, statements })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::ASSERTION);
        writer.attribute("ID", self.id.as_str());
        writer.attribute("Version", VERSION);
        writer.attribute("IssueInstant", &self.issue_instant.to_string());
        self.issuer.write(writer);
        writer.signature_slot(self.id.as_str());
        if let Some(subject) = &self.subject {
            subject.write(writer);
        }
        if let Some(conditions) = &self.conditions {
            conditions.write(writer);
        }
        if let Some(advice) = &self.advice {
            advice.write(writer);
        }
        for statement in &self.statements {
            statement.write(writer);
        }
        writer.end();
    }
}
