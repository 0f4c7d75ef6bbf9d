//! Made-up values of every assertion type.

use super::source::{Source, attribute, element, key_info, saml_text};
use crate::assertion::*;
use crate::xml::names::{SAML, XSI};
use crate::xml::{KeptAttributes, NamespaceBinding, XmlElement, XmlNode};

const NONE: (&str, &str) = ("", "");

pub(crate) fn name_id(source: &mut Source) -> NameId {
    let formats = [
        NameIdFormat::Persistent,
        NameIdFormat::EmailAddress,
        NameIdFormat::Other("urn:example:format".to_owned()),
    ];
    NameId {
        value: source.text(),
        name_qualifier: source.optional(Source::text),
        sp_name_qualifier: source.optional(Source::text),
        format: source.optional(|source| source.pick(&formats)),
        sp_provided_id: source.optional(Source::text),
    }
}

pub(crate) fn issuer(source: &mut Source) -> Issuer {
    Issuer(name_id(source))
}

pub(crate) fn encrypted(source: &mut Source) -> EncryptedElement {
    EncryptedElement {
        encrypted_data: source.encrypted_data().into(),
        encrypted_keys: source.list(|source| source.encrypted_key().into()),
    }
}

/// Of the types that the schemas know; `BaseID` is abstract in them.
pub(crate) fn subject_identifier(source: &mut Source) -> SubjectIdentifier {
    match source.below(3) {
        0 => SubjectIdentifier::EncryptedId(EncryptedId(encrypted(source))),
        _ => SubjectIdentifier::NameId(name_id(source)),
    }
}

pub(crate) fn subject(source: &mut Source) -> Subject {
    let identifier = source.optional(subject_identifier);
    let confirmations = if identifier.is_some() {
        source.list(subject_confirmation)
    } else {
        source.non_empty(subject_confirmation).into_vec()
    };
    Subject { identifier, confirmations }
}

fn subject_confirmation(source: &mut Source) -> SubjectConfirmation {
    SubjectConfirmation {
        method: source.pick(&[ConfirmationMethod::Bearer, ConfirmationMethod::HolderOfKey]),
        identifier: source.optional(subject_identifier),
        data: source.optional(subject_confirmation_data),
    }
}

fn subject_confirmation_data(source: &mut Source) -> SubjectConfirmationData {
    let content = vec![XmlNode::Element(key_info()), XmlNode::Text(source.text())];
    SubjectConfirmationData {
        not_before: source.optional(Source::instant),
        not_on_or_after: source.optional(Source::instant),
        recipient: source.optional(Source::uri),
        in_response_to: source.optional(Source::id),
        address: source.optional(Source::text),
        other_attributes: other_attributes(source),
        content: source.optional(|_| content).unwrap_or_default().into(),
    }
}

pub(crate) fn conditions(source: &mut Source) -> Conditions {
    Conditions {
        not_before: source.optional(Source::instant),
        not_on_or_after: source.optional(Source::instant),
        audience_restrictions: source
            .list(|source| AudienceRestriction { audiences: source.non_empty(Source::uri) }),
        one_time_use: source.flag(),
        proxy_restriction: source.optional(|source| ProxyRestriction {
            count: source.optional(|source| source.number().into()),
            audiences: source.list(Source::uri),
        }),
        other: Vec::new(),
    }
}

fn authn_statement(source: &mut Source) -> AuthnStatement {
    AuthnStatement {
        authn_instant: source.instant(),
        session_index: source.optional(Source::text),
        session_not_on_or_after: source.optional(Source::instant),
        subject_locality: source.optional(|source| SubjectLocality {
            address: source.optional(Source::text),
            dns_name: source.optional(Source::text),
        }),
        authn_context: authn_context(source),
    }
}

pub(crate) fn class_ref(source: &mut Source) -> AuthnContextClassRef {
    let other = AuthnContextClassRef::from_uri(
        "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/windows",
    );
    source.pick(&[AuthnContextClassRef::PasswordProtectedTransport, other])
}

fn authn_context(source: &mut Source) -> AuthnContext {
    let declaration = source.optional(|source| match source.below(2) {
        0 => AuthnContextDeclaration::Reference(source.uri()),
        _ => {
            let content = vec![XmlNode::Element(source.foreign_element())];
            let declaration = element(("saml", SAML), "AuthnContextDecl", Vec::new(), content);
            AuthnContextDeclaration::Value(declaration.into())
        }
    });
    let class = if declaration.is_none() { Some(class_ref(source)) } else { source.optional(class_ref) };
    AuthnContext { class_ref: class, declaration, authenticating_authorities: source.list(Source::uri) }
}

fn other_attributes(source: &mut Source) -> KeptAttributes {
    source.optional(Source::foreign_attribute).into_iter().collect::<Vec<_>>().into()
}

pub(crate) fn attribute_with_values(source: &mut Source) -> Attribute {
    let formats = [AttributeNameFormat::Uri, AttributeNameFormat::Other("urn:example:name".to_owned())];
    Attribute {
        name: source.text(),
        name_format: source.optional(|source| source.pick(&formats)),
        friendly_name: source.optional(Source::text),
        values: source.list(attribute_value),
        other_attributes: other_attributes(source),
    }
}

fn attribute_value(source: &mut Source) -> AttributeValue {
    match source.below(4) {
        0 => AttributeValue::Nil,
        1 => AttributeValue::Text(String::new()),
        2 => AttributeValue::Text(source.text()),
        _ => {
            let text = XmlNode::Text(source.text());
            let name = XmlNode::Element(saml_text("NameID", Vec::new(), &source.text()));
            AttributeValue::Xml(vec![text, name].into())
        }
    }
}

fn attribute_statement(source: &mut Source) -> AttributeStatement {
    let attributes = source.non_empty(|source| match source.below(3) {
        0 => StatedAttribute::Encrypted(EncryptedAttribute(encrypted(source))),
        _ => StatedAttribute::Attribute(attribute_with_values(source)),
    });
    AttributeStatement { attributes }
}

fn authz_decision_statement() -> AuthzDecisionStatement {
    let namespace = attribute(NONE, "Namespace", "urn:oasis:names:tc:SAML:1.0:action:rwedc");
    let action = saml_text("Action", vec![namespace], "Read");
    let attributes =
        vec![attribute(NONE, "Resource", "https://a.example/"), attribute(NONE, "Decision", "Permit")];
    let content = vec![XmlNode::Element(action)];
    AuthzDecisionStatement(element(("saml", SAML), "AuthzDecisionStatement", attributes, content).into())
}

fn statement(source: &mut Source) -> Statement {
    match source.below(4) {
        0 => Statement::AuthzDecision(authz_decision_statement()),
        1 => Statement::Authn(authn_statement(source)),
        _ => Statement::Attribute(attribute_statement(source)),
    }
}

/// An assertion of nothing but types that the schemas know.
pub(crate) fn assertion(source: &mut Source) -> Assertion {
    Assertion {
        id: source.id(),
        issue_instant: source.instant(),
        issuer: issuer(source),
        subject: source.optional(subject),
        conditions: source.optional(conditions),
        advice: source.optional(|source| Advice(source.list(|source| source.foreign_element().into()))),
        statements: source.list(statement),
    }
}

/// An element of an abstract type, which says by `xsi:type` what it really is.
pub(crate) fn extended(local: &str) -> XmlElement {
    let mut extended = saml_text(local, vec![attribute(("xsi", XSI), "type", "ex:MyType")], "x");
    extended.declarations.push(NamespaceBinding { prefix: "ex".to_owned(), uri: "urn:example:ext".into() });
    extended
}

/// An assertion that also has what extensions may put in place of abstract types.
pub(crate) fn extended_assertion(source: &mut Source) -> Assertion {
    let mut assertion = assertion(source);
    assertion.statements.push(Statement::Other(extended("Statement").into()));
    if let Some(conditions) = &mut assertion.conditions {
        conditions.other.push(extended("Condition").into());
    }
    if let Some(subject) = &mut assertion.subject {
        subject.identifier = Some(SubjectIdentifier::BaseId(BaseId(extended("BaseID").into())));
    }
    assertion
}
