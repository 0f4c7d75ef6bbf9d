use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::x509::{X509, X509Name};
use saml_core::base::Coded as _;
use saml_core::crypto::{LocalSigner, PrivateKey, SignatureAlgorithm, Signer as _};
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::validation::Outcome;

use super::*;

/// Metadata of an identity provider with a fresh key, and with these attributes on the entity and on its role.
pub(crate) fn metadata(entity: &str, role: &str) -> Vec<u8> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_text("CN", "idp.example.com").unwrap();
    let name = name.build();
    let mut certificate = X509::builder().unwrap();
    certificate.set_subject_name(&name).unwrap();
    certificate.set_issuer_name(&name).unwrap();
    certificate.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    certificate.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    certificate.set_pubkey(&key).unwrap();
    certificate.sign(&key, MessageDigest::sha256()).unwrap();
    let certificate = openssl::base64::encode_block(&certificate.build().to_der().unwrap());
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" entityID=\"https://idp.example.com\" {entity}>\
         <IDPSSODescriptor {role} protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo></KeyDescriptor><SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://idp.example.com/sso\"/>\
         </IDPSSODescriptor></EntityDescriptor>"
    )
    .into_bytes()
}

#[test]
fn people_are_sent_over_plain_http_only_by_name_or_on_this_machine() {
    let configure = |location: &str, policy| {
        let metadata = String::from_utf8(metadata("", "")).unwrap();
        let metadata =
            metadata.replace("Location=\"https://idp.example.com/sso\"", &format!("Location={location:?}"));
        IdentityProvider::from_metadata(metadata.into_bytes(), policy)
    };
    let exposed = "http://idp.example.com/sso";
    let refused = configure(exposed, IdentityProviderPolicy::default()).unwrap_err();
    assert!(matches!(refused, PeerError::EndpointPlainHttp { location } if location == exposed));
    let refused = configure("javascript:alert(1)", IdentityProviderPolicy::default()).unwrap_err();
    assert!(matches!(refused, PeerError::EndpointScheme { .. }));
    configure("http://[::1]:8080/sso", IdentityProviderPolicy::default()).unwrap();
    let algorithms = AlgorithmPolicy::relaxed(Relaxation::PlainHttp.into());
    configure(exposed, IdentityProviderPolicy { algorithms, ..IdentityProviderPolicy::default() }).unwrap();
}

fn is_current(idp: &IdentityProvider, now: SamlInstant) -> bool {
    idp.validity(now).is_none_or(|check| check.outcome() == Outcome::Pass)
}

#[test]
fn the_earlier_end_of_entity_and_role_counts() {
    let early = "validUntil=\"2026-11-20T12:00:00Z\"";
    let late = "validUntil=\"2026-12-20T12:00:00Z\"";
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    for (entity, role, current) in
        [("", "", true), (late, late, true), ("", early, false), (late, early, false), (early, late, false)]
    {
        let idp = IdentityProvider::from_metadata(metadata(entity, role), IdentityProviderPolicy::default());
        assert_eq!(is_current(&idp.unwrap(), now), current, "{entity} {role}");
    }
}

/// What was pinned outlives its metadata for the one peer whose policy says so, and for a login that begins too.
#[test]
fn expired_metadata_is_kept_by_its_relaxation() {
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    for (granted, outcome) in [
        (saml_core::crypto::Relaxations::NONE, Outcome::Fail),
        (Relaxation::ExpiredMetadata.into(), Outcome::Warning),
    ] {
        let algorithms = AlgorithmPolicy::relaxed(granted);
        let policy = IdentityProviderPolicy { algorithms, ..IdentityProviderPolicy::default() };
        let idp =
            IdentityProvider::from_metadata(metadata("validUntil=\"2026-11-20T12:00:00Z\"", ""), policy);
        let check = idp.unwrap().validity(now).unwrap();
        assert_eq!((check.outcome(), check.code().unwrap().as_str()), (outcome, "idp.metadata_expired"));
        assert_eq!(check.found_value(), Some("2026-11-20T12:00:00Z"));
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
fn an_identity_provider_is_found_in_a_federation_whose_publisher_is_known() {
    let member = |name: &str| {
        String::from_utf8(metadata("", ""))
            .unwrap()
            .replace("entityID=\"https://idp.example.com\"", &format!("entityID=\"{name}\""))
    };
    let (xml, keys) = federation(&[member("urn:one"), member("urn:two")]);
    let algorithms = AlgorithmPolicy::default();
    let find = |xml: &[u8], name: &str, keys: &PeerKeys| {
        let publisher = MetadataPublisher { keys, policy: &algorithms };
        let name = EntityId::try_from(name).unwrap();
        IdentityProvider::from_federation(xml, &name, publisher, IdentityProviderPolicy::default())
    };
    let found = find(&xml, "urn:two", &keys).unwrap();
    assert_eq!(found.entity_id().as_str(), "urn:two");
    assert!(is_current(&found, SamlInstant::try_from("2026-12-20T11:59:59Z").unwrap()));
    assert!(!is_current(&found, SamlInstant::try_from("2026-12-20T12:00:00Z").unwrap()));
    let code = |outcome: Result<IdentityProvider, PeerError>| match outcome {
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
