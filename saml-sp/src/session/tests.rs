use saml_core::assertion::{Attribute, AttributeStatement, Issuer, StatedAttribute, Statement};
use saml_core::base::{EntityId, MessageId, NonEmpty};

use super::*;

#[test]
fn a_session_that_may_begin_has_not_ended() {
    let at = |text| SamlInstant::try_from(text).unwrap();
    let now = at("2026-11-20T12:00:00Z");
    let end = |stated| end_of_session(now, stated, Duration::from_secs(3600), ClockSkew::default());
    assert_eq!(end(None), at("2026-11-20T13:00:00Z"));
    assert_eq!(end(Some(at("2026-11-20T18:00:00Z"))), at("2026-11-20T13:00:00Z"));
    // The last instant that the check of SessionNotOnOrAfter lets pass with three minutes of skew.
    assert!(end(Some(at("2026-11-20T11:57:00.001Z"))) > now);
}

fn stated(name: &str, friendly_name: Option<&str>, value: &str) -> StatedAttribute {
    StatedAttribute::Attribute(Attribute {
        friendly_name: friendly_name.map(str::to_owned),
        ..Attribute::new(name, [value])
    })
}

// Attacks 195 and 196: all values of a name are kept in their order, and a label is no name. ENTRA-23.
#[test]
fn attributes_of_one_name_are_joined_and_their_labels_mean_nothing() {
    let issuer = Issuer::entity(&EntityId::try_from("https://idp.example.com").unwrap());
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    let mut assertion = Assertion::new(MessageId::try_from("_a").unwrap(), now, issuer);
    let mut attributes = NonEmpty::new(stated("role", Some("mail"), "user"));
    attributes.push(stated("urn:x", Some("role"), "admin"));
    attributes.push(stated("role", Some("role"), "guest"));
    let more = NonEmpty::new(stated("role", None, "auditor"));
    for attributes in [attributes, more] {
        assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
    }
    let joined = attributes_of(&assertion);
    let named: Vec<(&str, Vec<&str>)> = joined
        .iter()
        .map(|attribute| (attribute.name.as_str(), attribute.values.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(named, [("role", vec!["user", "guest", "auditor"]), ("urn:x", vec!["admin"])]);
}

#[test]
fn a_persistent_or_transient_name_is_for_nobodys_eyes() {
    let of = |format: Option<&str>| SessionNameId {
        format: format.map(NameIdFormat::from_uri),
        ..SessionNameId::of(&NameId::new("ada"))
    };
    for (format, shown) in [
        (None, true),
        (Some("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"), true),
        (Some("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"), true),
        (Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"), false),
        (Some("urn:oasis:names:tc:SAML:2.0:nameid-format:transient"), false),
        (Some("urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"), false),
        (Some("urn:other"), false),
    ] {
        assert_eq!(of(format).readable(), shown.then_some("ada"), "{format:?}");
    }
}

/// A key that counts how often it is compared.
#[derive(Clone)]
struct Counted<'c>(usize, &'c std::cell::Cell<usize>);

impl PartialEq for Counted<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.1.set(self.1.get() + 1);
        self.0 == other.0
    }
}

impl Eq for Counted<'_> {}

impl std::hash::Hash for Counted<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// Distinct attributes, the same one again and again, and each twice: no more comparisons than there are attributes,
/// but for the few of a hash that meets another by chance.
#[test]
fn attributes_are_joined_without_comparing_each_with_each() {
    const MANY: usize = 20_000;
    let compared = std::cell::Cell::new(0);
    for distinct in [1, MANY / 2, MANY] {
        compared.set(0);
        let keyed = (0..MANY).map(|n| (Counted(n % distinct, &compared), vec![n]));
        let joined = super::joined(keyed, |first, another| first.extend(another));
        assert_eq!(joined.len(), distinct);
        assert_eq!(joined[0], (0..MANY).filter(|n| n % distinct == 0).collect::<Vec<_>>());
        assert!(compared.get() < 2 * MANY, "{} comparisons for {distinct} names", compared.get());
    }
}
