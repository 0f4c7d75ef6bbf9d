//! The summary: the content of a message's parts, in the words of the specification.

use std::collections::BTreeMap;

use saml_core::xml::{Element, NodeId, names};

use super::walk::{self, child, descendants, labelled, text};

/// The facts of one element.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) is_metadata: bool,
    pub(super) facts: Vec<Fact>,
}

/// One fact.
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
}

/// Attributes of messages and assertions that are worth a line.
const ATTRIBUTES: [&str; 14] = [
    "IssueInstant",
    "Destination",
    "InResponseTo",
    "AssertionConsumerServiceURL",
    "AssertionConsumerServiceIndex",
    "ProtocolBinding",
    "ForceAuthn",
    "IsPassive",
    "NotOnOrAfter",
    "Reason",
    "Consent",
    "entityID",
    "validUntil",
    "cacheDuration",
];

/// One section for the message and one for each assertion or entity in it.
pub(super) fn sections(root: Element<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut groups = Groups::default();
    for element in descendants(root) {
        let name = element.name();
        let is_message = name.namespace == names::SAMLP && element.attribute("IssueInstant").is_some();
        if is_message {
            sections.push(Section::new(element, message(element)));
        } else if element.is(names::saml::ASSERTION) {
            sections.push(Section::new(element, assertion(element)));
        } else if element.is(names::md::ENTITY_DESCRIPTOR) {
            sections.push(Section::new(element, entity(element)));
        } else if element.is(names::md::ENTITIES_DESCRIPTOR) {
            let mut facts = attributes(element);
            facts.push(fact("Entities", groups.entities(element).to_string()));
            sections.push(Section::new(element, facts));
        }
    }
    if sections.is_empty() {
        sections.push(Section::new(root, attributes(root)));
    }
    sections
}

impl Section {
    fn new(element: Element<'_>, facts: Vec<Fact>) -> Self {
        let is_metadata = element.name().namespace == names::MD;
        Self { title: labelled(element), is_metadata, facts }
    }
}

fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into() }
}

fn attributes(element: Element<'_>) -> Vec<Fact> {
    ATTRIBUTES.iter().filter_map(|label| Some(fact(shortened(label), element.attribute(label)?))).collect()
}

/// Labels have a column of 16.
fn shortened(label: &'static str) -> &'static str {
    match label {
        "AssertionConsumerServiceURL" => "ACS URL",
        "AssertionConsumerServiceIndex" => "ACS index",
        other => other,
    }
}

fn issuer(element: Element<'_>) -> Option<Fact> {
    child(element, names::saml::ISSUER).map(|issuer| fact("Issuer", text(issuer)))
}

fn message(element: Element<'_>) -> Vec<Fact> {
    let mut facts: Vec<Fact> = issuer(element).into_iter().collect();
    facts.extend(attributes(element));
    if let Some(status) = child(element, names::samlp::STATUS) {
        let codes = descendants(status).filter(|inner| inner.is(names::samlp::STATUS_CODE));
        let codes: Vec<&str> = codes.filter_map(|code| code.attribute("Value")).map(last_part).collect();
        facts.push(fact("Status", codes.join(" / ")));
        if let Some(message) = child(status, names::samlp::STATUS_MESSAGE) {
            facts.push(fact("StatusMessage", text(message)));
        }
    }
    if let Some(policy) = child(element, names::samlp::NAME_ID_POLICY) {
        let format = policy.attribute("Format").map_or("any", last_part);
        facts.push(fact("NameIDPolicy", format));
    }
    if let Some(context) = child(element, names::samlp::REQUESTED_AUTHN_CONTEXT) {
        let comparison = context.attribute("Comparison").unwrap_or("exact");
        let classes: Vec<String> = context.child_elements().map(text).collect();
        facts.push(fact("AuthnContext", format!("{comparison} {}", classes.join(", "))));
    }
    facts.extend(name_id(element));
    let indexes = element.child_elements().filter(|inner| inner.is(names::samlp::SESSION_INDEX));
    facts.extend(indexes.map(|index| fact("SessionIndex", text(index))));
    if child(element, names::saml::ENCRYPTED_ASSERTION).is_some() {
        facts.push(fact("Assertion", "encrypted"));
    }
    facts
}

fn name_id(element: Element<'_>) -> Option<Fact> {
    if child(element, names::saml::ENCRYPTED_ID).is_some() {
        return Some(fact("NameID", "encrypted"));
    }
    let name = child(element, names::saml::NAME_ID)?;
    let format = name.attribute("Format").map_or("unspecified", last_part);
    Some(fact("NameID", format!("{} ({format})", text(name))))
}

fn assertion(element: Element<'_>) -> Vec<Fact> {
    let mut facts: Vec<Fact> = issuer(element).into_iter().collect();
    facts.extend(attributes(element));
    if let Some(subject) = child(element, names::saml::SUBJECT) {
        facts.extend(name_id(subject));
        let confirmations =
            subject.child_elements().filter(|inner| inner.is(names::saml::SUBJECT_CONFIRMATION));
        for confirmation in confirmations {
            facts.push(fact("Confirmation", confirmation.attribute("Method").map_or("none", last_part)));
            let data = child(confirmation, names::saml::SUBJECT_CONFIRMATION_DATA);
            let said = ["Recipient", "NotBefore", "NotOnOrAfter", "InResponseTo"];
            facts.extend(
                said.into_iter().filter_map(|label| Some(fact(indented(label), data?.attribute(label)?))),
            );
        }
    }
    if let Some(conditions) = child(element, names::saml::CONDITIONS) {
        facts.push(fact("Conditions", window(conditions)));
        let audiences = descendants(conditions).filter(|inner| inner.is(names::saml::AUDIENCE));
        facts.extend(audiences.map(|audience| fact("  Audience", text(audience))));
    }
    for statement in element.child_elements() {
        if statement.is(names::saml::AUTHN_STATEMENT) {
            facts.extend(authn(statement));
        } else if statement.is(names::saml::ATTRIBUTE_STATEMENT) {
            facts.extend(statement.child_elements().map(attribute));
        }
    }
    facts
}

fn indented(label: &'static str) -> &'static str {
    match label {
        "Recipient" => "  Recipient",
        "NotBefore" => "  NotBefore",
        "NotOnOrAfter" => "  NotOnOrAfter",
        _ => "  InResponseTo",
    }
}

fn window(conditions: Element<'_>) -> String {
    let begin = conditions.attribute("NotBefore").unwrap_or("any time");
    let end = conditions.attribute("NotOnOrAfter").unwrap_or("for ever");
    format!("from {begin} until {end}")
}

fn authn(statement: Element<'_>) -> Vec<Fact> {
    let class = descendants(statement).find(|inner| inner.is(names::saml::AUTHN_CONTEXT_CLASS_REF));
    let instant = statement.attribute("AuthnInstant").unwrap_or("no instant");
    let class = class.map(text);
    let mut facts = vec![fact(
        "Authenticated",
        format!("{instant}, {}", class.as_deref().map_or("by unknown means", last_part)),
    )];
    for (name, label) in [("SessionIndex", "  SessionIndex"), ("SessionNotOnOrAfter", "  until")] {
        facts.extend(statement.attribute(name).map(|value| fact(label, value)));
    }
    facts
}

/// `mail = ada@example.org`, the name as far as its last part where a friendly one is missing.
fn attribute(element: Element<'_>) -> Fact {
    if element.is(names::saml::ENCRYPTED_ATTRIBUTE) {
        return fact("Attribute", "encrypted");
    }
    let name = element.attribute("FriendlyName").or_else(|| element.attribute("Name")).unwrap_or("no name");
    let values = element.child_elements().filter(|value| value.is(names::saml::ATTRIBUTE_VALUE));
    fact("Attribute", format!("{name} = {}", values.map(text).collect::<Vec<_>>().join(" | ")))
}

/// How many entities each group describes, counted once for all groups around it.
#[derive(Default)]
struct Groups(BTreeMap<NodeId, usize>);

impl Groups {
    /// Recursion is bounded by the parser's limit on depth.
    fn entities(&mut self, group: Element<'_>) -> usize {
        if let Some(known) = self.0.get(&group.id()) {
            return *known;
        }
        let mut count = 0_usize;
        for member in group.child_elements() {
            walk::take_step();
            count = count.saturating_add(if member.is(names::md::ENTITIES_DESCRIPTOR) {
                self.entities(member)
            } else {
                usize::from(member.is(names::md::ENTITY_DESCRIPTOR))
            });
        }
        self.0.insert(group.id(), count);
        count
    }
}

fn entity(element: Element<'_>) -> Vec<Fact> {
    let mut facts = attributes(element);
    for role in element.child_elements().filter(|role| role.attribute("protocolSupportEnumeration").is_some())
    {
        facts.push(fact("Role", role.name().local));
        let endpoints = role.child_elements().filter(|service| service.attribute("Location").is_some());
        facts.extend(endpoints.map(|service| {
            let binding = service.attribute("Binding").map_or("", last_part);
            let location = service.attribute("Location").unwrap_or_default();
            fact("  endpoint", format!("{} {binding} {location}", service.name().local))
        }));
    }
    facts
}

/// What follows the last `:` of a URN; a URL stays whole.
fn last_part(uri: &str) -> &str {
    if uri.starts_with("urn:") { uri.rsplit(':').next().unwrap_or(uri) } else { uri }
}
