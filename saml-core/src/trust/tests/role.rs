//! Which role of an entity counts.

use crate::base::{Coded as _, Limits};
use crate::metadata::EntityDescriptor;
use crate::trust::{MetadataSource, idp_role, read_entity_descriptor, sp_role};

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const OLD: &str = "urn:oasis:names:tc:SAML:1.1:protocol";

/// An entity with a role of each kind for each of these protocols.
fn entity(protocols: &[&str]) -> EntityDescriptor {
    let roles: String = protocols
        .iter()
        .enumerate()
        .map(|(index, protocols)| {
            format!(
                "<IDPSSODescriptor errorURL=\"{index}\" protocolSupportEnumeration=\"{protocols}\">\
                 <SingleSignOnService Binding=\"b\" Location=\"l\"/></IDPSSODescriptor>\
                 <SPSSODescriptor errorURL=\"{index}\" protocolSupportEnumeration=\"{protocols}\">\
                 <AssertionConsumerService index=\"0\" Binding=\"b\" Location=\"l\"/></SPSSODescriptor>"
            )
        })
        .collect();
    let xml = format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"urn:a\">{roles}</EntityDescriptor>"
    );
    read_entity_descriptor(xml.into_bytes(), None, MetadataSource::LocalFile, &Limits::METADATA)
        .unwrap()
        .into_inner()
}

#[test]
fn a_role_counts_by_its_protocol_and_not_by_its_place() {
    let both = format!("{OLD} {SAML}");
    let spaced = format!("\n{SAML}\n\t{OLD} ");
    for (protocols, chosen) in [
        (vec![SAML], "0"),
        (vec![OLD, SAML], "1"),
        (vec![SAML, OLD], "0"),
        (vec![OLD, "urn:x", both.as_str()], "2"),
        (vec!["urn:x", spaced.as_str()], "1"),
    ] {
        let entity = entity(&protocols);
        let idp = idp_role(&entity).unwrap().sso.role.error_url.as_deref();
        let sp = sp_role(&entity).unwrap().sso.role.error_url.as_deref();
        assert_eq!((idp, sp), (Some(chosen), Some(chosen)), "{protocols:?}");
    }
}

#[test]
fn no_role_of_another_protocol_counts_and_of_several_none() {
    let longer = format!("{SAML}x");
    let upper = SAML.to_uppercase();
    let shorter = SAML.trim_end_matches('l');
    let joined = format!("{OLD},{SAML}");
    for (protocols, code) in [
        (vec![OLD], "metadata.role_other_protocol"),
        (vec![OLD, "urn:x"], "metadata.role_other_protocol"),
        (vec![longer.as_str()], "metadata.role_other_protocol"),
        (vec![upper.as_str()], "metadata.role_other_protocol"),
        (vec![shorter], "metadata.role_other_protocol"),
        (vec![joined.as_str()], "metadata.role_other_protocol"),
        (vec![SAML, SAML], "metadata.role_ambiguous"),
        (vec![SAML, OLD, SAML], "metadata.role_ambiguous"),
    ] {
        let entity = entity(&protocols);
        let refused = [idp_role(&entity).unwrap_err(), sp_role(&entity).unwrap_err()];
        for error in refused {
            assert_eq!(error.code().as_str(), code, "{protocols:?}");
            assert!(error.expected().unwrap().contains(SAML) && error.found().is_some());
        }
    }
    let xml = b"<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"a\"><RoleDescriptor/></EntityDescriptor>";
    let other =
        read_entity_descriptor(xml.to_vec(), None, MetadataSource::LocalFile, &Limits::METADATA).unwrap();
    assert_eq!(idp_role(&other).unwrap_err().code().as_str(), "metadata.role_missing");
    assert_eq!(sp_role(&other).unwrap_err().code().as_str(), "metadata.role_missing");
}
