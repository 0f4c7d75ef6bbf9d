use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::x509::{X509, X509Name};
use saml_core::base::{Coded as _, Relaxation};
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
        IdpPeer::from_metadata(metadata.into_bytes(), policy)
    };
    let exposed = "http://idp.example.com/sso";
    let refused = configure(exposed, IdpPeerPolicy::default()).unwrap_err();
    assert_eq!((refused.code().as_str(), refused.found().as_deref()), ("sso.plain_http", Some(exposed)));
    let refused = configure("javascript:alert(1)", IdpPeerPolicy::default()).unwrap_err();
    assert_eq!(refused.code().as_str(), "sso.scheme");
    configure("http://[::1]:8080/sso", IdpPeerPolicy::default()).unwrap();
    let algorithms = PeerPolicy::relaxed(Relaxation::PlainHttp.into());
    configure(exposed, IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() }).unwrap();
}

fn is_current(idp: &IdpPeer, now: SamlInstant) -> bool {
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
        let idp = IdpPeer::from_metadata(metadata(entity, role), IdpPeerPolicy::default());
        assert_eq!(is_current(&idp.unwrap(), now), current, "{entity} {role}");
    }
}

/// Pinned keys and endpoints outlive their metadata for the one peer whose policy says so, also for new logins.
#[test]
fn expired_metadata_is_kept_by_its_relaxation() {
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    for (granted, outcome) in [
        (saml_core::base::Relaxations::NONE, Outcome::Fail),
        (Relaxation::ExpiredMetadata.into(), Outcome::Warning),
    ] {
        let algorithms = PeerPolicy::relaxed(granted);
        let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
        let idp = IdpPeer::from_metadata(metadata("validUntil=\"2026-11-20T12:00:00Z\"", ""), policy);
        let check = idp.unwrap().validity(now).unwrap();
        assert_eq!((check.outcome(), check.code().unwrap().as_str()), (outcome, "idp.metadata_expired"));
        assert_eq!(check.found_value(), Some("2026-11-20T12:00:00Z"));
    }
}

const ENDS: &str = "validUntil=\"2026-12-20T12:00:00Z\"";

/// Signed metadata of a federation, with the key that its publisher is known by.
fn federation(members: &[String], ends: &str) -> (Vec<u8>, PeerKeys) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    let signer = LocalSigner::new(key, SignatureAlgorithm::EcdsaSha256).unwrap();
    let xml = format!(
        "<EntitiesDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_f\" {ends}>{}</EntitiesDescriptor>",
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
    let (xml, keys) = federation(&[member("urn:one"), member("urn:two")], ENDS);
    let algorithms = PeerPolicy::default();
    let find = |xml: &[u8], name: &str, keys: &PeerKeys| {
        let publisher = MetadataPublisher { keys, policy: &algorithms };
        let name = EntityId::try_from(name).unwrap();
        IdpPeer::from_federation(xml, &name, publisher, IdpPeerPolicy::default())
    };
    let found = find(&xml, "urn:two", &keys).unwrap();
    assert_eq!(found.entity_id().as_str(), "urn:two");
    assert!(is_current(&found, SamlInstant::try_from("2026-12-20T11:59:59Z").unwrap()));
    assert!(!is_current(&found, SamlInstant::try_from("2026-12-20T12:00:00Z").unwrap()));
    let code = |outcome: Result<IdpPeer, PeerError>| match outcome {
        Err(error) => error.code().as_str(),
        Ok(found) => panic!("{found:?}"),
    };
    assert_eq!(code(find(&xml, "urn:three", &keys)), "metadata.entity_unknown");
    let (_, strangers) = federation(&[], ENDS);
    assert_eq!(code(find(&xml, "urn:two", &strangers)), "signature.invalid");
    let changed = String::from_utf8(xml.clone()).unwrap().replace("urn:one", "urn:1");
    assert_eq!(code(find(changed.as_bytes(), "urn:two", &keys)), "signature.digest_mismatch");
    let (cut, _) = xml.split_at(xml.len() - 1);
    assert_eq!(code(find(cut, "urn:two", &keys)), "xml.not_well_formed");
}

/// Who can hand over an old copy would bring a withdrawn key back.
#[test]
fn what_a_federation_publishes_for_ever_needs_a_relaxation() {
    let member = String::from_utf8(metadata("", "")).unwrap();
    let name = EntityId::try_from("https://idp.example.com").unwrap();
    let publisher_policy = PeerPolicy::default();
    let find = |ends: &str, members: &[String], relaxations: &[Relaxation]| {
        let (xml, keys) = federation(members, ends);
        let publisher = MetadataPublisher { keys: &keys, policy: &publisher_policy };
        let algorithms = PeerPolicy::relaxed(relaxations.iter().copied().collect());
        let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
        IdpPeer::from_federation(xml.as_slice(), &name, publisher, policy)
            .map_err(|error| error.code().as_str())
    };
    let endless = Err("metadata.valid_until_missing");
    assert_eq!(find("", std::slice::from_ref(&member), &[]).map(|_| ()), endless);
    assert_eq!(find("cacheDuration=\"PT1H\"", std::slice::from_ref(&member), &[]).map(|_| ()), endless);
    assert_eq!(find(ENDS, std::slice::from_ref(&member), &[]).map(|_| ()), Ok(()));
    let own = String::from_utf8(metadata(ENDS, "")).unwrap();
    assert_eq!(find("", &[own], &[]).map(|_| ()), Ok(()));
    let of_role = String::from_utf8(metadata("", ENDS)).unwrap();
    assert_eq!(find("", &[of_role], &[]).map(|_| ()), Ok(()));
    for relaxation in Relaxation::ALL {
        let found = find("", std::slice::from_ref(&member), &[relaxation]).map(|_| ());
        assert_eq!(found.is_ok(), relaxation == Relaxation::MetadataWithoutEnd, "{relaxation}");
    }
}

/// The keys and endpoints of a role of another protocol don't count, even if that role comes first.
#[test]
fn a_role_of_another_protocol_is_passed_over_wherever_it_stands() {
    let both = |first: &str, second: &str| {
        let role = |protocol: &str, host: &str| {
            let xml = String::from_utf8(metadata("", "")).unwrap();
            let begin = xml.find("<IDPSSODescriptor").unwrap();
            let end = xml.find("</IDPSSODescriptor>").unwrap() + "</IDPSSODescriptor>".len();
            xml.get(begin..end)
                .unwrap()
                .replace(
                    "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
                    &format!("protocolSupportEnumeration=\"{protocol}\""),
                )
                .replace("idp.example.com/sso", host)
        };
        let xml = String::from_utf8(metadata("", "")).unwrap();
        let begin = xml.find("<IDPSSODescriptor").unwrap();
        let end = xml.find("</IDPSSODescriptor>").unwrap() + "</IDPSSODescriptor>".len();
        format!(
            "{}{}{}{}",
            xml.get(..begin).unwrap(),
            role(first, "one.example.com/sso"),
            role(second, "two.example.com/sso"),
            xml.get(end..).unwrap()
        )
        .into_bytes()
    };
    let (saml, old) = ("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol");
    let configure = |first, second| IdpPeer::from_metadata(both(first, second), IdpPeerPolicy::default());
    for (first, second, host) in [(old, saml, "two"), (saml, old, "one")] {
        let peer = configure(first, second).unwrap();
        assert!(peer.sso.location.contains(host), "{first} {second}");
    }
    for (first, second, code) in
        [(old, old, "metadata.role_other_protocol"), (saml, saml, "metadata.role_ambiguous")]
    {
        assert_eq!(configure(first, second).unwrap_err().code().as_str(), code);
    }
}

/// One endpoint that nobody is sent to is told, and the next is taken; a login meets the same check.
#[test]
fn an_endpoint_that_can_t_be_used_is_passed_over_and_told() {
    let with = |locations: &[(&str, &str)]| {
        let services: String = locations
            .iter()
            .map(|(binding, location)| {
                format!(
                    "\n<SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{location}\"/>"
                )
            })
            .collect();
        let xml = String::from_utf8(metadata("", "")).unwrap();
        let begin = xml.find("<SingleSignOnService").unwrap();
        let end = xml.find("</IDPSSODescriptor>").unwrap();
        let xml = format!("{}{services}{}", xml.get(..begin).unwrap(), xml.get(end..).unwrap());
        IdpPeer::from_metadata(xml.into_bytes(), IdpPeerPolicy::default())
    };
    let good = "https://idp.example.com/sso";
    for (bad, code) in [
        ("http://idp.example.com/sso", "sso.plain_http"),
        ("javascript:alert(1)", "sso.scheme"),
        ("/sso", "sso.scheme"),
        ("https://idp.example.com/s so", "binding.destination"),
        ("https://ada@idp.example.com/sso", "binding.destination"),
        ("https://idp.example.com/\u{fc}", "binding.destination"),
        ("https://idp.example.com/sso#x", "binding.destination"),
        ("https://idp.example.com/sso?SAMLRequest=x", "binding.destination"),
        ("https://idp.example.com:0/sso", "binding.destination"),
    ] {
        let refused = with(&[("HTTP-Redirect", bad)]).unwrap_err();
        assert_eq!((refused.code().as_str(), refused.line), (code, Some(2)), "{refused}");
        assert_eq!(refused.element().as_deref(), Some("SingleSignOnService 1"));
        for others in [
            [("SOAP", good), ("HTTP-Redirect", bad), ("HTTP-Redirect", good)],
            [("HTTP-Redirect", bad), ("SOAP", bad), ("HTTP-POST", good)],
        ] {
            let idp = with(&others).unwrap();
            assert_eq!(idp.sso.location, good);
            let told: Vec<&str> = idp.warnings().map(|warning| warning.code().as_str()).collect();
            assert_eq!(told, [code]);
            assert!(idp.warnings().all(|warning| warning.line.is_some()));
        }
    }
    assert_eq!(with(&[("SOAP", good), ("PAOS", good)]).unwrap_err().code().as_str(), "sso.none_in_metadata");
}

/// What decides where a login asks for no kind of name: our policy, and among that the metadata; else nobody.
/// GOOG-08.
#[test]
fn a_kind_of_name_is_asked_for_by_login_then_policy_then_metadata() {
    use NameIdFormat::{EmailAddress, Persistent, Transient};
    let idp = |policy: &[NameIdFormat], listed: &[NameIdFormat]| {
        let formats: String =
            listed.iter().map(|format| format!("<NameIDFormat>{}</NameIDFormat>", format.uri())).collect();
        let xml = String::from_utf8(metadata("", "")).unwrap();
        let xml = xml.replacen("<SingleSignOnService", &format!("{formats}<SingleSignOnService"), 1);
        let policy = IdpPeerPolicy { name_id_formats: policy.to_vec(), ..IdpPeerPolicy::default() };
        IdpPeer::from_metadata(xml.into_bytes(), policy).unwrap()
    };
    for (asked, policy, listed, expected) in [
        (None, &[][..], &[][..], None),
        (None, &[], &[Persistent, EmailAddress], None),
        (None, &[Persistent, Transient], &[], Some(Persistent)),
        (None, &[Persistent, Transient], &[Transient], Some(Transient)),
        (None, &[Persistent, Transient], &[Transient, Persistent], Some(Persistent)),
        (None, &[Persistent], &[EmailAddress], Some(Persistent)),
        (Some(EmailAddress), &[Persistent], &[Persistent], Some(EmailAddress)),
        (Some(EmailAddress), &[], &[], Some(EmailAddress)),
    ] {
        assert_eq!(
            idp(policy, listed).name_id_format(asked.clone()),
            expected,
            "{asked:?} {policy:?} {listed:?}"
        );
    }
}
