//! Metadata of real deployments, and what other projects test with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::assertion::tests::manifest::{Case, cases};
use crate::assertion::tests::round_trip::written;
use crate::assertion::tests::schema;
use crate::base::{Limits, SamlInstant};
use crate::metadata::*;
use crate::xml::names::{ds, md};
use crate::xml::{Document, Element, SchemaError, Writer, XmlElement};

/// An entity or a group of them.
#[derive(Debug, PartialEq)]
enum Root {
    Entity(Box<EntityDescriptor>),
    Entities(Box<EntitiesDescriptor>),
}

impl Root {
    /// `None` for anything else.
    fn read(element: Element<'_>) -> Option<Result<Self, SchemaError>> {
        if element.is(md::ENTITY_DESCRIPTOR) {
            return Some(EntityDescriptor::read(element).map(Box::new).map(Self::Entity));
        }
        element
            .is(md::ENTITIES_DESCRIPTOR)
            .then(|| EntitiesDescriptor::read(element).map(Box::new).map(Self::Entities))
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Entity(entity) => entity.write(writer),
            Self::Entities(entities) => entities.write(writer),
        }
    }

    fn entities(&self) -> Vec<&EntityDescriptor> {
        match self {
            Self::Entity(entity) => vec![entity],
            Self::Entities(entities) => entities.entities(),
        }
    }

    fn valid_until(&self) -> Option<SamlInstant> {
        match self {
            Self::Entity(entity) => entity.valid_until,
            Self::Entities(entities) => entities.valid_until,
        }
    }

    fn cache_duration(&self) -> Option<&str> {
        match self {
            Self::Entity(entity) => entity.cache_duration.as_ref(),
            Self::Entities(entities) => entities.cache_duration.as_ref(),
        }
        .map(CacheDuration::as_str)
    }
}

/// The names of the roles, and how many certificates they have.
fn roles_and_certificates(entity: &EntityDescriptor) -> (BTreeSet<String>, usize) {
    let typed = |role: &RoleDescriptor| role.key_descriptors.iter().map(|key| key.certificates.len()).sum();
    let mut names = BTreeSet::new();
    let mut certificates = 0;
    for role in entity.roles() {
        let (name, count) = match role {
            Role::IdpSso(idp) => ("IDPSSODescriptor", typed(&idp.sso.role)),
            Role::SpSso(sp) => ("SPSSODescriptor", typed(&sp.sso.role)),
            Role::Other(element) => (element.name().local, certificates_in(&element.tree())),
        };
        names.insert(name.to_owned());
        certificates += count;
    }
    if let EntityContent::Affiliation(element) = &entity.content {
        names.insert(element.name().local.to_owned());
        certificates += certificates_in(&element.tree());
    }
    (names, certificates)
}

fn certificates_in(element: &XmlElement) -> usize {
    let here = usize::from(element.is(ds::X509_CERTIFICATE));
    here + element.child_elements().map(certificates_in).sum::<usize>()
}

/// Certificates of signatures and in extensions, which the manifest counts too.
fn certificates_elsewhere(element: Element<'_>) -> usize {
    if element.is(md::KEY_DESCRIPTOR) {
        return 0;
    }
    let here = usize::from(element.is(ds::X509_CERTIFICATE));
    here + element.child_elements().map(certificates_elsewhere).sum::<usize>()
}

/// Compares the values that were read with those in the manifest.
fn require_manifest(case: &Case, document: &Document, root: &Root) {
    let expected = &case.entry["metadata"];
    let entities = root.entities();
    let ids: Vec<&str> = entities.iter().map(|entity| entity.entity_id.as_str()).collect();
    let mut names = BTreeSet::new();
    let mut certificates = certificates_elsewhere(document.root());
    for (more, count) in entities.iter().map(|entity| roles_and_certificates(entity)) {
        names.extend(more);
        certificates += count;
    }
    let id = case.id();
    let strings = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let expected_ids = strings(&expected["entity_ids"]);
    assert_eq!(u64::try_from(ids.len()).unwrap(), expected["entities"].as_u64().unwrap(), "{id}");
    // The manifest names five at most.
    assert_eq!(ids[..expected_ids.len().min(ids.len())], expected_ids, "{id}");
    assert_eq!(names, strings(&expected["roles"]).into_iter().collect(), "{id}");
    assert_eq!(u64::try_from(certificates).unwrap(), expected["certs"].as_u64().unwrap(), "{id}");
    let valid_until = expected["valid_until"].as_str().map(|text| SamlInstant::try_from(text).unwrap());
    assert_eq!(root.valid_until(), valid_until, "{id}");
    assert_eq!(root.cache_duration(), expected["cache_duration"].as_str(), "{id}");
}

/// The rule that refuses a document which the manifest expects to be read.
fn rule(error: &SchemaError) -> String {
    match error {
        SchemaError::AttributeValue { attribute: "validUntil", found, .. } => {
            assert!(SamlInstant::try_from(format!("{found}Z").as_str()).is_ok(), "{found}");
            "an instant without a time zone is not in UTC [Core §1.3.3]".to_owned()
        }
        SchemaError::AttributeValue { attribute, .. } => format!("{attribute} is not of its type"),
        SchemaError::MissingAttribute { element, attribute } => {
            format!("{} without {attribute}", element.local)
        }
        SchemaError::UnexpectedElement { element, found } => {
            format!("{} has {} out of order", element.local, found.local)
        }
        SchemaError::MissingElement { element, expected, found } => match found {
            Some(found) if found.local == expected[0].local => {
                format!("{} has {} of another namespace", element.local, found.local)
            }
            Some(found) => format!("{} has {} before {}", element.local, found.local, expected[0].local),
            None => format!(
                "{} without {}",
                element.local,
                expected.first().map_or("content", |name| &name.local)
            ),
        },
        SchemaError::InMetadata { error, .. } => rule(error),
        SchemaError::WrongElement { .. }
        | SchemaError::SamlInExtensions { .. }
        | SchemaError::UnexpectedAttribute { .. }
        | SchemaError::UnexpectedText { .. }
        | SchemaError::NotSimpleText { .. }
        | SchemaError::Text { .. } => panic!("{error:?}"),
    }
}

/// The reasons for refusing documents that the manifest expects to be read, and how often each occurs. Each document
/// breaks its schema, as `xmllint` says too, except the one whose instant has no time zone.
const REFUSED: [(&str, usize); 20] = [
    ("AssertionConsumerService without Binding", 2),
    ("AttributeConsumingService without RequestedAttribute", 3),
    ("EntitiesDescriptor without EntityDescriptor", 3),
    ("EntityDescriptor has Signature out of order", 1),
    ("EntityDescriptor without RoleDescriptor", 3),
    ("EntityDescriptor without entityID", 1),
    ("Extensions has Extensions out of order", 1),
    ("ID is not of its type", 4),
    ("IDPSSODescriptor has SingleLogoutService out of order", 1),
    ("IDPSSODescriptor has SingleLogoutService before SingleSignOnService", 1),
    ("IDPSSODescriptor without SingleSignOnService", 3),
    ("KeyDescriptor has KeyInfo of another namespace", 11),
    ("KeyDescriptor has EncryptionMethod before KeyInfo", 1),
    ("Organization has OrganizationDisplayName before OrganizationName", 5),
    ("Organization without OrganizationURL", 3),
    ("SPSSODescriptor has SingleLogoutService out of order", 1),
    ("SPSSODescriptor has AttributeConsumingService before AssertionConsumerService", 1),
    ("an instant without a time zone is not in UTC [Core §1.3.3]", 1),
    ("cacheDuration is not of its type", 2),
    ("contactType is not of its type", 2),
];

#[test]
fn reads_the_metadata_that_is_to_be_read() {
    let Some(cases) = cases("metadata.json") else { return };
    let (mut refused, mut read) = (BTreeMap::<String, usize>::new(), 0);
    for case in cases.iter().filter(|case| case.must_read()) {
        let document = Document::parse(case.octets().unwrap(), &Limits::METADATA).unwrap();
        match Root::read(document.root()).unwrap() {
            Ok(root) => {
                read += 1;
                require_manifest(case, &document, &root);
                require_round_trip(case, &root);
            }
            Err(error) => *refused.entry(rule(&error)).or_default() += 1,
        }
    }
    let expected = REFUSED.map(|(rule, count)| (rule.to_owned(), count));
    assert_eq!((read, refused), (213, BTreeMap::from(expected)));
}

/// The values of a real document can be written, and are read back unchanged, except for the remarks on empty parts.
fn require_round_trip(case: &Case, root: &Root) {
    let octets = written(|writer| root.write(writer)).into_octets();
    let document = Document::parse(octets.clone(), &Limits::METADATA).unwrap();
    let again = Root::read(document.root()).unwrap().unwrap();
    let is_remarked = |root: &Root| root.entities().iter().any(|entity| !entity.empty_parts.is_empty());
    assert!(!is_remarked(&again), "{}", case.id());
    assert!(is_remarked(root) || again == *root, "{}", case.id());
    assert!(written(|writer| again.write(writer)).into_octets() == octets, "{}", case.id());
}

/// Faults in parts of a document that are not read here.
fn passed_over(fault: &str) -> bool {
    const ELSEWHERE: [&str; 6] = [
        // Signatures and certificates are not read here.
        "Element '{http://www.w3.org/2000/09/xmldsig#}",
        // Kept as they are.
        "Element '{urn:oasis:names:tc:SAML:2.0:metadata}RoleDescriptor'",
        "Element '{urn:oasis:names:tc:SAML:2.0:metadata}AttributeAuthorityDescriptor'",
        "Element '{urn:oasis:names:tc:SAML:2.0:metadata}AffiliationDescriptor'",
        // Attributes that a type doesn't know are passed over; a URI may be any text.
        "' is not allowed.",
        "attribute 'protocolSupportEnumeration': ",
    ];
    // The continuation of a fault whose value has line breaks in it.
    ELSEWHERE.iter().any(|elsewhere| fault.contains(elsewhere)) || !fault.contains("error : Element")
}

#[test]
fn agrees_with_the_schema_on_every_document_good_or_bad() {
    let Some(cases) = cases("metadata.json") else { return };
    let (mut documents, mut ours) = (Vec::new(), Vec::new());
    for case in &cases {
        let octets = case.octets().unwrap();
        let Ok(document) = Document::parse(octets.clone(), &Limits::METADATA) else { continue };
        if let Some(read) = Root::read(document.root()) {
            documents.push(octets);
            ours.push((case.id(), read.map(drop)));
        }
    }
    let Some(faults) = schema::faults("metadata", &documents) else { return };
    for ((id, read), faults) in ours.iter().zip(faults) {
        match read {
            Ok(()) => assert!(faults.iter().all(|fault| passed_over(fault)), "{id}: {faults:#?}"),
            // Where the specification asks for more: a text that the schema lets be empty must say something [Core §1.3.1].
            Err(SchemaError::InMetadata { error, .. })
                if matches!(**error, SchemaError::AttributeValue { attribute: "validUntil", .. })
                    || matches!(&**error, SchemaError::AttributeValue { found, .. } | SchemaError::Text { found, .. }
                        if found.trim().is_empty()) => {}
            Err(error) => assert!(!faults.is_empty(), "{id}: {error:?}"),
        }
    }
    assert!(ours.len() > 280, "{}", ours.len());
}
