//! What white space and emptiness mean at each place of metadata that has a type.

use std::collections::BTreeSet;

use super::examples::{entities_descriptor, entity_descriptor};
use crate::assertion::tests::lexical::{
    ASSERTION, Empty, Kind, Place, emptied, outcome, require, require_all, tree,
};
use crate::assertion::tests::source::Source;
use crate::base::Limits;
use crate::metadata::*;
use crate::xml::names::MD;
use crate::xml::{Document, XmlElement, XmlNode};

/// The places that metadata adds to those of assertions.
const METADATA: [Place; 37] = [
    ("EntityDescriptor", "entityID", Kind::Uri, Empty::Refused),
    ("*", "validUntil", Kind::Form, Empty::Refused),
    ("*", "cacheDuration", Kind::Form, Empty::Refused),
    ("EntitiesDescriptor", "Name", Kind::String, Empty::Absent),
    ("*", "protocolSupportEnumeration", Kind::Uri, Empty::Refused),
    ("*", "errorURL", Kind::Uri, Empty::Absent),
    ("*", "WantAuthnRequestsSigned", Kind::Form, Empty::Refused),
    ("*", "AuthnRequestsSigned", Kind::Form, Empty::Refused),
    ("*", "WantAssertionsSigned", Kind::Form, Empty::Refused),
    ("*", "Binding", Kind::Uri, Empty::Refused),
    ("*", "Location", Kind::Uri, Empty::Refused),
    ("*", "ResponseLocation", Kind::Uri, Empty::Absent),
    ("*", "index", Kind::Form, Empty::Refused),
    ("*", "isDefault", Kind::Form, Empty::Refused),
    ("*", "isRequired", Kind::Form, Empty::Refused),
    ("KeyDescriptor", "use", Kind::Word, Empty::Refused),
    ("EncryptionMethod", "Algorithm", Kind::Uri, Empty::Refused),
    ("DigestMethod", "Algorithm", Kind::Uri, Empty::Refused),
    ("MGF", "Algorithm", Kind::Uri, Empty::Refused),
    ("KeySize", "", Kind::Form, Empty::Absent),
    // Base64, whose white space the decoder skips.
    ("OAEPparams", "", Kind::String, Empty::Absent),
    ("NameIDFormat", "", Kind::Uri, Empty::Absent),
    ("AttributeProfile", "", Kind::Uri, Empty::Absent),
    ("ServiceName", "", Kind::String, Empty::Refused),
    ("ServiceDescription", "", Kind::String, Empty::Absent),
    // The form of a language tag is not checked.
    ("*", "lang", Kind::Uri, Empty::Kept),
    // One that is empty takes its organization with it, and no more.
    ("OrganizationName", "", Kind::String, Empty::Kept),
    ("OrganizationDisplayName", "", Kind::String, Empty::Kept),
    ("OrganizationURL", "", Kind::Uri, Empty::Kept),
    ("ContactPerson", "contactType", Kind::Word, Empty::Refused),
    ("Company", "", Kind::String, Empty::Absent),
    ("GivenName", "", Kind::String, Empty::Absent),
    ("SurName", "", Kind::String, Empty::Absent),
    ("EmailAddress", "", Kind::Uri, Empty::Absent),
    ("TelephoneNumber", "", Kind::String, Empty::Absent),
    ("AdditionalMetadataLocation", "namespace", Kind::Uri, Empty::Refused),
    ("AdditionalMetadataLocation", "", Kind::Uri, Empty::Absent),
];

/// The values, without the remarks on empty parts.
fn unremarked(mut entity: EntityDescriptor) -> EntityDescriptor {
    entity.empty_parts.clear();
    entity
}

fn trees() -> Vec<XmlElement> {
    (0..4).map(|turn| tree(|writer| entity_descriptor(&mut Source::full(turn)).write(writer))).collect()
}

#[test]
fn each_place_of_metadata_does_with_white_space_what_its_type_says() {
    let tables: [&[Place]; 2] = [&METADATA, &ASSERTION];
    let mut met = require(&trees(), &tables, &|element| EntityDescriptor::read(element).map(unremarked));
    let groups: Vec<XmlElement> = (0..2)
        .map(|turn| tree(|writer| entities_descriptor(&mut Source::full(turn), 0).write(writer)))
        .collect();
    let read = |element: crate::xml::Element<'_>| {
        let group = EntitiesDescriptor::read(element)?;
        let entities: Vec<_> = group.entities().into_iter().cloned().map(unremarked).collect();
        Ok((group.id, group.valid_until, group.cache_duration, group.name, entities))
    };
    met.extend(require(&groups, &tables, &read));
    require_all(&met, &[&METADATA]);
}

#[test]
fn each_optional_part_that_is_empty_is_remarked_upon() {
    for root in trees() {
        for (changed, element, attribute) in emptied(&root, &[&METADATA, &ASSERTION]) {
            let entity = outcome(&changed, &|element| EntityDescriptor::read(element)).unwrap();
            assert_eq!(entity.empty_parts, [EmptyPart { element, attribute }]);
        }
    }
}

#[test]
fn an_organization_with_an_empty_text_is_none_and_remarked_upon() {
    const NAMES: [&str; 3] = ["OrganizationName", "OrganizationDisplayName", "OrganizationURL"];
    let whole = NAMES.map(|name| format!("<{name} xml:lang='en'>urn:x</{name}>")).concat();
    for name in NAMES {
        for blank in ["", " \n"] {
            let texts = whole.replace(&format!("'en'>urn:x</{name}>"), &format!("'en'>{blank}</{name}>"));
            assert_ne!(texts, whole);
            let xml = format!(
                "<EntityDescriptor xmlns='{MD}' entityID='urn:a'><SPSSODescriptor \
                 protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'><AssertionConsumerService \
                 index='0' Binding='urn:b' Location='urn:l'/></SPSSODescriptor><Organization>{texts}</Organization>\
                 </EntityDescriptor>"
            );
            let document = Document::parse(xml.into_bytes(), &Limits::METADATA).unwrap();
            let entity = EntityDescriptor::read(document.root()).unwrap();
            assert_eq!(entity.organization, None);
            assert_eq!(
                entity.empty_parts,
                [EmptyPart { element: "Organization".to_owned(), attribute: None }]
            );
        }
    }
}

/// Children that may be absent, and have something else in them than text.
const OPTIONAL: [&str; 13] = [
    "Extensions",
    "Organization",
    "ContactPerson",
    "KeyDescriptor",
    "EncryptionMethod",
    "ArtifactResolutionService",
    "SingleLogoutService",
    "ManageNameIDService",
    "NameIDMappingService",
    "AssertionIDRequestService",
    "AttributeConsumingService",
    "AdditionalMetadataLocation",
    "NameIDFormat",
];

#[test]
fn an_optional_element_with_nothing_in_it_is_as_good_as_absent() {
    let mut met = BTreeSet::new();
    for root in trees() {
        for path in paths(&root) {
            let (last, outer) = path.split_last().unwrap();
            let (mut bare, mut without) = (root.clone(), root.clone());
            let XmlNode::Element(element) = &mut inner(&mut bare, outer).children[*last] else { continue };
            if !OPTIONAL.contains(&element.name.local.as_str()) {
                continue;
            }
            met.insert(element.name.local.clone());
            element.attributes.clear();
            element.children = vec![XmlNode::Text("\n ".to_owned())];
            inner(&mut without, outer).children.remove(*last);
            let read = |root: &XmlElement| outcome(root, &|element| EntityDescriptor::read(element)).unwrap();
            let (bare, without) = (read(&bare), read(&without));
            assert_eq!(bare.empty_parts.len(), 1, "{:?}", bare.empty_parts);
            assert_eq!(unremarked(bare), without);
        }
    }
    assert_eq!(met.len(), OPTIONAL.len(), "{met:?}");
}

/// The element at the end of a path.
fn inner<'t>(root: &'t mut XmlElement, path: &[usize]) -> &'t mut XmlElement {
    path.iter().fold(root, |element, index| match &mut element.children[*index] {
        XmlNode::Element(child) => child,
        XmlNode::Text(_) => panic!("a path leads to text"),
    })
}

/// The paths of all elements of metadata, the root left out.
fn paths(root: &XmlElement) -> Vec<Vec<usize>> {
    let mut paths = Vec::new();
    let mut open = vec![(Vec::new(), root)];
    while let Some((path, element)) = open.pop() {
        for (index, child) in element.children.iter().enumerate() {
            let XmlNode::Element(child) = child else { continue };
            if &*child.name.namespace != MD || child.name.local == "AffiliationDescriptor" {
                continue;
            }
            let path = [path.clone(), vec![index]].concat();
            if child.name.local != "Extensions" && child.name.local != "AttributeAuthorityDescriptor" {
                open.push((path.clone(), child));
            }
            paths.push(path);
        }
    }
    paths
}
