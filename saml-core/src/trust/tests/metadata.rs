//! Which description is chosen out of a metadata document.

use super::scene::{part, signer};
use crate::base::{Coded as _, EntityId, Limits, Relaxation, SamlInstant};
use crate::crypto::{PeerPolicy, Signer as _};
use crate::dsig::{SigningOptions, sign_document};
use crate::metadata::EntityDescriptor;
use crate::trust::{MetadataSource, PeerKeys, TrustError, idp_role, read_entity_descriptor, require_end};

fn entity(name: &str, attributes: &str) -> String {
    format!(
        "<m:EntityDescriptor xmlns:m=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{name}\"{attributes}>\
         <m:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <m:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://{name}/\"/></m:IDPSSODescriptor></m:EntityDescriptor>"
    )
}

fn group(attributes: &str, members: &str) -> String {
    let namespace = "urn:oasis:names:tc:SAML:2.0:metadata";
    format!("<m:EntitiesDescriptor xmlns:m=\"{namespace}\"{attributes}>{members}</m:EntitiesDescriptor>")
}

fn choose(xml: &str, name: Option<&str>) -> Result<EntityDescriptor, TrustError> {
    let name = name.map(|name| EntityId::try_from(name).unwrap());
    let octets = xml.as_bytes().to_vec();
    let source = MetadataSource::LocalFile;
    read_entity_descriptor(octets, name.as_ref(), source, &Limits::METADATA).map(|d| d.into_inner())
}

#[test]
fn the_entity_that_was_asked_for_is_chosen_and_no_other() {
    let nested = group("", &(entity("b", "") + &entity("c", "")));
    let xml = group("", &(entity("a", "") + &nested));
    for name in ["a", "b", "c"] {
        assert_eq!(choose(&xml, Some(name)).unwrap().entity_id.as_str(), name);
    }
    assert!(matches!(choose(&xml, Some("d")), Err(TrustError::EntityUnknown { .. })));
    assert!(matches!(choose(&xml, None), Err(TrustError::EntityAmbiguous { found: 3 })));
    let twice = group("", &(entity("a", "") + &entity("a", "")));
    assert!(matches!(choose(&twice, Some("a")), Err(TrustError::EntityAmbiguous { found: 2 })));
    assert_eq!(choose(&entity("a", ""), None).unwrap().entity_id.as_str(), "a");
    assert!(matches!(choose(&entity("a", ""), Some("b")), Err(TrustError::EntityUnknown { .. })));
    assert!(matches!(choose("<a/>", None), Err(TrustError::UnexpectedMessage { .. })));
}

#[test]
fn an_entity_lives_no_longer_than_any_group_around_it() {
    let until = |instant: &str| format!(" validUntil=\"{instant}\"");
    let (early, late) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    let instant = Some(SamlInstant::try_from(early).unwrap());
    for (outer, inner, own) in [
        (until(early), until(late), until(late)),
        (until(late), until(early), until(late)),
        (until(late), until(late), until(early)),
        (until(early), String::new(), String::new()),
        (String::new(), until(early), String::new()),
        (String::new(), String::new(), until(early)),
    ] {
        let xml = group(&outer, &group(&inner, &entity("a", &own)));
        assert_eq!(choose(&xml, Some("a")).unwrap().valid_until, instant, "{xml}");
    }
    assert_eq!(choose(&group("", &entity("a", "")), None).unwrap().valid_until, None);
}

#[test]
fn extensions_of_a_group_describe_nobody() {
    let xml = group("", &format!("<m:Extensions><x xmlns=\"urn:x\"/></m:Extensions>{}", entity("a", "")));
    assert_eq!(choose(&xml, None).unwrap().entity_id.as_str(), "a");
}

#[test]
fn signed_metadata_has_its_signature_first() {
    let xml = group(" ID=\"_g\"", &entity("a", ""));
    let xml = sign_document(xml.into_bytes(), None, &signer(), SigningOptions::default()).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    let signature = part(&xml, "ds:Signature");
    let end = "</m:EntitiesDescriptor>";
    let moved = xml.replace(&signature, "").replace(end, &format!("{signature}{end}"));
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::relaxed(Relaxation::SignaturePosition.into());
    let read = |xml: &str| {
        let source = MetadataSource::SignedBy { keys: &keys, policy: &policy };
        let read = read_entity_descriptor(xml.as_bytes().to_vec(), None, source, &Limits::METADATA);
        read.map(|_| ()).map_err(|error| error.code().as_str())
    };
    assert_eq!(read(&xml), Ok(()));
    assert_eq!(read(&moved), Err("signature.position"));
}

/// A group without a readable end affects its own members only.
#[test]
fn a_group_without_a_readable_end_spoils_no_other() {
    let broken = group(" validUntil=\"soon\"", &entity("b", ""));
    let xml = group("", &(entity("a", "") + &broken));
    assert!(choose(&xml, Some("a")).is_ok());
    assert_eq!(choose(&xml, Some("b")).unwrap_err().code().as_str(), "schema.attribute_value");
    let broken = entity("b", " validUntil=\"soon\"");
    assert!(choose(&group("", &(entity("a", "") + &broken)), Some("a")).is_ok());
}

/// [MetaIOP §2.3]; of the entity, of the groups around it, or of the role.
#[test]
fn what_a_federation_publishes_ends_or_is_granted_not_to() {
    let until = " validUntil=\"2026-01-01T00:00:00Z\"";
    let strict = PeerPolicy::default();
    let required = |xml: &str, policy: &PeerPolicy| {
        let descriptor = choose(xml, None).unwrap();
        let role = idp_role(&descriptor).unwrap();
        require_end(&descriptor, &role.sso.role, policy).map_err(|error| error.code().as_str())
    };
    let of_role = entity("a", "").replace("<m:IDPSSODescriptor", &format!("<m:IDPSSODescriptor{until}"));
    for bounded in [entity("a", until), group(until, &entity("a", "")), of_role] {
        assert_eq!(required(&bounded, &strict), Ok(()));
    }
    let endless = group(" cacheDuration=\"PT1H\"", &entity("a", ""));
    assert_eq!(required(&endless, &strict), Err("metadata.valid_until_missing"));
    for relaxation in Relaxation::ALL {
        let granted = PeerPolicy::relaxed(relaxation.into());
        assert_eq!(required(&endless, &granted).is_ok(), relaxation == Relaxation::MetadataWithoutEnd);
    }
}
