//! Floor 5: the types of the SAML assertion schema. May import `base`, `xml` and the data types of `dsig` and `enc`.
//!
//! Plain data, as [Core §2] names it: nothing here judges. A value that was read has the order and the cardinality that
//! the schema asks for; whether it may be believed is for `trust` to say, whether it may be used for `validation`.

mod advice;
#[expect(
    clippy::module_inception,
    reason = "the schema's root type gives both the floor and the file their name"
)]
mod assertion;
mod attribute;
mod attribute_statement;
mod authn_context;
mod authn_statement;
mod conditions;
mod encrypted;
mod kind;
mod name_id;
mod statement;
mod statements;
mod subject;
mod subject_confirmation;

pub use advice::Advice;
pub use assertion::Assertion;
pub use attribute::{Attribute, AttributeNameFormat, AttributeValue};
pub use attribute_statement::{AttributeStatement, StatedAttribute};
pub use authn_context::{AuthnContext, AuthnContextClassRef, AuthnContextDeclaration};
pub use authn_statement::{AuthnStatement, SubjectLocality};
pub use conditions::{AudienceRestriction, Conditions, ProxyRestriction};
pub use encrypted::{EncryptedAssertion, EncryptedAttribute, EncryptedElement, EncryptedId};
pub(crate) use kind::kind_of;
pub use name_id::{BaseId, Issuer, NameId, NameIdFormat};
pub use statement::{AuthzDecisionStatement, Statement};
pub use subject::{Subject, SubjectIdentifier};
pub use subject_confirmation::{ConfirmationMethod, SubjectConfirmation, SubjectConfirmationData};

#[cfg(test)]
pub(crate) mod tests;
