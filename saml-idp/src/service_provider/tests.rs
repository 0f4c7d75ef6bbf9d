use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use saml_core::base::Coded as _;
use saml_core::crypto::{LocalSigner, PrivateKey, SignatureAlgorithm, Signer as _};
use saml_core::dsig::{SigningOptions, sign_document};

use super::*;

/// Metadata of a service provider with these attributes on the entity and on its role.
pub(crate) fn metadata(entity: &str, role: &str) -> Vec<u8> {
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sp.example.com\" {entity}>\
         <SPSSODescriptor {role} protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <AssertionConsumerService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"https://sp.example.com/acs\"/></SPSSODescriptor></EntityDescriptor>"
    )
    .into_bytes()
}

fn is_current(sp: &ServiceProvider, now: SamlInstant) -> bool {
    sp.valid_until.is_none_or(|end| now < end)
}

#[test]
fn the_earlier_end_of_entity_and_role_counts() {
    let early = "validUntil=\"2026-11-20T12:00:00Z\"";
    let late = "validUntil=\"2026-12-20T12:00:00Z\"";
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    for (entity, role, current) in
        [("", "", true), (late, late, true), ("", early, false), (late, early, false), (early, late, false)]
    {
        let sp = ServiceProvider::from_metadata(metadata(entity, role), ServiceProviderPolicy::default());
        assert_eq!(is_current(&sp.unwrap(), now), current, "{entity} {role}");
    }
}

/// Signed metadata of a federation, with the key that its publisher is known by.
fn federation(members: &[String]) -> (Vec<u8>, PeerKeys) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    let signer = LocalSigner::new(key, SignatureAlgorithm::EcdsaSha256).unwrap();
    let xml = format!(
        "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_f\" \
         validUntil=\"2026-12-20T12:00:00Z\">{}</EntitiesDescriptor>",
        members.concat()
    );
    let signed = sign_document(xml.into_bytes(), None, &signer, SigningOptions::default()).unwrap();
    (signed, PeerKeys::new([signer.public_key().clone()]).unwrap())
}

#[test]
fn a_service_provider_is_found_in_a_federation_whose_publisher_is_known() {
    let member = |name: &str| {
        String::from_utf8(metadata("", ""))
            .unwrap()
            .replace("entityID=\"https://sp.example.com\"", &format!("entityID=\"{name}\""))
    };
    let (xml, keys) = federation(&[member("urn:one"), member("urn:two")]);
    let algorithms = AlgorithmPolicy::default();
    let find = |xml: &[u8], name: &str, keys: &PeerKeys| {
        let publisher = MetadataPublisher { keys, policy: &algorithms };
        let name = EntityId::try_from(name).unwrap();
        ServiceProvider::from_federation(xml, &name, publisher, ServiceProviderPolicy::default())
    };
    let found = find(&xml, "urn:two", &keys).unwrap();
    assert_eq!(found.entity_id().as_str(), "urn:two");
    assert!(is_current(&found, SamlInstant::try_from("2026-12-20T11:59:59Z").unwrap()));
    assert!(!is_current(&found, SamlInstant::try_from("2026-12-20T12:00:00Z").unwrap()));
    let code = |outcome: Result<ServiceProvider, PeerError>| match outcome {
        Err(PeerError::Metadata(error)) => error.code().as_str(),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(find(&xml, "urn:three", &keys)), "metadata.entity_unknown");
    let (_, strangers) = federation(&[]);
    assert_eq!(code(find(&xml, "urn:two", &strangers)), "signature.invalid");
    let changed = String::from_utf8(xml.clone()).unwrap().replace("urn:one", "urn:1");
    assert_eq!(code(find(changed.as_bytes(), "urn:two", &keys)), "signature.digest_mismatch");
    let (cut, _) = xml.split_at(xml.len() - 1);
    assert_eq!(code(find(cut, "urn:two", &keys)), "xml.not_well_formed");
}
