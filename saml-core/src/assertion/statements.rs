//! Floor 5: the statements of an assertion by kind. May import `base` and `xml`.

use super::{
    Assertion, Attribute, AuthnContext, AuthnContextClassRef, AuthnStatement, Issuer, StatedAttribute,
    Statement,
};
use crate::base::{MessageId, SamlInstant};

impl Assertion {
    /// An assertion that says nothing yet.
    #[must_use]
    pub const fn new(id: MessageId, issue_instant: SamlInstant, issuer: Issuer) -> Self {
        Self {
            id,
            issue_instant,
            issuer,
            subject: None,
            conditions: None,
            advice: None,
            statements: Vec::new(),
        }
    }

    /// The authentication statements, in order.
    pub fn authn_statements(&self) -> impl Iterator<Item = &AuthnStatement> {
        self.statements.iter().filter_map(|statement| match statement {
            Statement::Authn(statement) => Some(statement),
            Statement::Attribute(_) | Statement::AuthzDecision(_) | Statement::Other(_) => None,
        })
    }

    /// The attributes of all attribute statements, in order, those that are still encrypted left out. The same name
    /// may come more than once.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        let statements = self.statements.iter().filter_map(|statement| match statement {
            Statement::Attribute(statement) => Some(statement),
            Statement::Authn(_) | Statement::AuthzDecision(_) | Statement::Other(_) => None,
        });
        statements.flat_map(|statement| &statement.attributes).filter_map(|stated| match stated {
            StatedAttribute::Attribute(attribute) => Some(attribute),
            StatedAttribute::Encrypted(_) => None,
        })
    }
}

impl AuthnContext {
    /// A context that is known by its class alone.
    #[must_use]
    pub const fn of_class(class_ref: AuthnContextClassRef) -> Self {
        Self { class_ref: Some(class_ref), declaration: None, authenticating_authorities: Vec::new() }
    }
}
