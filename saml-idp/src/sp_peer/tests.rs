use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use saml_core::base::{Coded as _, Relaxation};
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

fn is_current(sp: &SpPeer, now: SamlInstant) -> bool {
    sp.valid_until().is_none_or(|end| now < end)
}

#[test]
fn the_earlier_end_of_entity_and_role_counts() {
    let early = "validUntil=\"2026-11-20T12:00:00Z\"";
    let late = "validUntil=\"2026-12-20T12:00:00Z\"";
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    for (entity, role, current) in
        [("", "", true), (late, late, true), ("", early, false), (late, early, false), (early, late, false)]
    {
        let sp = SpPeer::from_metadata(metadata(entity, role), SpPeerPolicy::default());
        assert_eq!(is_current(&sp.unwrap(), now), current, "{entity} {role}");
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
fn a_service_provider_is_found_in_a_federation_whose_publisher_is_known() {
    let member = |name: &str| {
        String::from_utf8(metadata("", ""))
            .unwrap()
            .replace("entityID=\"https://sp.example.com\"", &format!("entityID=\"{name}\""))
    };
    let (xml, keys) = federation(&[member("urn:one"), member("urn:two")], ENDS);
    let algorithms = PeerPolicy::default();
    let find = |xml: &[u8], name: &str, keys: &PeerKeys| {
        let publisher = MetadataPublisher { keys, policy: &algorithms };
        let name = EntityId::try_from(name).unwrap();
        SpPeer::from_federation(xml, &name, publisher, SpPeerPolicy::default())
    };
    let found = find(&xml, "urn:two", &keys).unwrap();
    assert_eq!(found.entity_id().as_str(), "urn:two");
    assert!(is_current(&found, SamlInstant::try_from("2026-12-20T11:59:59Z").unwrap()));
    assert!(!is_current(&found, SamlInstant::try_from("2026-12-20T12:00:00Z").unwrap()));
    let code = |outcome: Result<SpPeer, PeerError>| match outcome {
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
    let name = EntityId::try_from("https://sp.example.com").unwrap();
    let publisher_policy = PeerPolicy::default();
    let find = |ends: &str, members: &[String], relaxations: &[Relaxation]| {
        let (xml, keys) = federation(members, ends);
        let publisher = MetadataPublisher { keys: &keys, policy: &publisher_policy };
        let algorithms = PeerPolicy::relaxed(relaxations.iter().copied().collect());
        let policy = SpPeerPolicy { permitted: algorithms, ..SpPeerPolicy::default() };
        SpPeer::from_federation(xml.as_slice(), &name, publisher, policy)
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
            let begin = xml.find("<SPSSODescriptor").unwrap();
            let end = xml.find("</SPSSODescriptor>").unwrap() + "</SPSSODescriptor>".len();
            xml.get(begin..end)
                .unwrap()
                .replace(
                    "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
                    &format!("protocolSupportEnumeration=\"{protocol}\""),
                )
                .replace("sp.example.com/acs", host)
        };
        let xml = String::from_utf8(metadata("", "")).unwrap();
        let begin = xml.find("<SPSSODescriptor").unwrap();
        let end = xml.find("</SPSSODescriptor>").unwrap() + "</SPSSODescriptor>".len();
        format!(
            "{}{}{}{}",
            xml.get(..begin).unwrap(),
            role(first, "one.example.com/acs"),
            role(second, "two.example.com/acs"),
            xml.get(end..).unwrap()
        )
        .into_bytes()
    };
    let (saml, old) = ("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol");
    let configure = |first, second| SpPeer::from_metadata(both(first, second), SpPeerPolicy::default());
    for (first, second, host) in [(old, saml, "two"), (saml, old, "one")] {
        let peer = configure(first, second).unwrap();
        assert!(
            peer.role.assertion_consumer_services.first().endpoint.location.contains(host),
            "{first} {second}"
        );
    }
    for (first, second, code) in
        [(old, old, "metadata.role_other_protocol"), (saml, saml, "metadata.role_ambiguous")]
    {
        assert_eq!(configure(first, second).unwrap_err().code().as_str(), code);
    }
}

/// Metadata with these children of its role, after a line break each, and these attributes on it.
fn with_children(role: &str, children: &str) -> Vec<u8> {
    let xml = String::from_utf8(metadata("", role)).unwrap();
    let begin = xml.find("<AssertionConsumerService").unwrap();
    let end = xml.find("</SPSSODescriptor>").unwrap();
    format!("{}\n{children}{}", xml.get(..begin).unwrap(), xml.get(end..).unwrap()).into_bytes()
}

fn service(binding: &str, location: &str) -> String {
    format!(
        "<AssertionConsumerService index=\"0\" Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{location}\"/>\n"
    )
}

/// Every part that each login depends on is checked when the peer is configured. Each fault has its line and element.
#[test]
fn what_the_first_login_would_find_is_found_beforehand() {
    let good = "https://sp.example.com/acs";
    let configure = |role: &str, children: &str| {
        SpPeer::from_metadata(with_children(role, children), SpPeerPolicy::default())
    };
    // White space around a URI is no part of it.
    configure("", &service("HTTP-POST", " https://sp.example.com/acs\n")).unwrap();
    assert_eq!(
        configure("", &service("HTTP-POST", "")).unwrap_err().code().as_str(),
        "schema.attribute_value"
    );
    for (bad, code) in [
        ("http://sp.example.com/acs", "acs.plain_http"),
        ("http://localhost@evil.example/acs", "acs.plain_http"),
        ("myapp://callback", "acs.scheme"),
        ("javascript:alert(1)", "acs.scheme"),
        ("/acs", "acs.scheme"),
        ("//sp.example.com/acs", "acs.scheme"),
        ("https://sp.example.com/a cs", "binding.destination"),
        ("https://ada:x@sp.example.com/acs", "binding.destination"),
        ("https://sp.example.com/\u{fc}", "binding.destination"),
        ("https://\u{fc}.example.com/acs", "binding.destination"),
        ("https://sp.example.com/`x`", "binding.destination"),
        ("https://sp.example.com:99999/acs", "binding.destination"),
        ("https:///acs", "binding.destination"),
    ] {
        let refused = configure("", &service("HTTP-POST", bad)).unwrap_err();
        assert_eq!((refused.code().as_str(), refused.line), (code, Some(2)), "{bad}: {refused}");
        assert_eq!(refused.element().as_deref(), Some("AssertionConsumerService 1"));
        // One among others is told, and spoils none of them.
        let beside = [service("PAOS", bad), service("HTTP-POST", good), service("HTTP-POST", bad)].concat();
        let sp = configure("", &beside).unwrap();
        let told: Vec<(&str, Option<usize>)> = sp.warnings().map(|w| (w.code().as_str(), w.line)).collect();
        assert_eq!(told, [(code, Some(4))], "{bad}");
    }
    let none = [service("PAOS", good), service("HTTP-Artifact", good)].concat();
    assert_eq!(configure("", &none).unwrap_err().code().as_str(), "acs.none_in_metadata");
    let promised = "AuthnRequestsSigned=\"true\"";
    let refused = configure(promised, &service("HTTP-POST", good)).unwrap_err();
    assert_eq!((refused.code().as_str(), refused.line), ("metadata.no_signature_key", Some(1)));
    let initiated = SpPeerPolicy { idp_initiated: true, ..SpPeerPolicy::default() };
    let xml = with_children(promised, &service("HTTP-POST", good));
    let sp = SpPeer::from_metadata(xml, initiated).unwrap();
    assert_eq!(sp.warnings().count(), 1, "a login may still start here");
    for format in [NameIdFormat::Kerberos, NameIdFormat::Encrypted, NameIdFormat::Other("urn:x".to_owned())] {
        let policy = SpPeerPolicy { name_id_format: Some(format), ..SpPeerPolicy::default() };
        let refused = SpPeer::from_metadata(metadata("", ""), policy).unwrap_err();
        assert_eq!(refused.code().as_str(), "name_id_policy.format_unsupported");
    }
}

/// A malformed key is named with its element and line. Other keys beside it count.
#[test]
fn a_broken_key_is_named_and_spoils_no_other() {
    let good = service("HTTP-POST", "https://sp.example.com/acs");
    let key = |content: &str| {
        format!(
            "<KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{content}</ds:KeyInfo></KeyDescriptor>\n"
        )
    };
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let fresh = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let der = openssl::base64::encode_block(&fresh.public_key_to_der().unwrap());
    let usable = key(&format!(
        "<d:DEREncodedKeyValue xmlns:d=\"http://www.w3.org/2009/xmldsig11#\">{der}</d:DEREncodedKeyValue>"
    ));
    let broken = key("<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>");
    let configure = |keys: &str| {
        let children = format!("{keys}{good}");
        SpPeer::from_metadata(with_children("", &children), SpPeerPolicy::default())
    };
    let refused = configure(&broken).unwrap_err();
    assert_eq!((refused.code().as_str(), refused.line), ("certificate.malformed", Some(2)), "{refused}");
    let sp = configure(&format!("{usable}{broken}")).unwrap();
    assert_eq!(sp.keys.as_ref().unwrap().len(), 1);
    let told: Vec<_> = sp.warnings().map(|w| (w.code().as_str(), w.line, w.element().unwrap())).collect();
    assert_eq!(
        told,
        [("certificate.malformed", Some(3), "ds:X509Certificate in KeyDescriptor 2".to_owned())]
    );
    // A kind that nobody verifies with here is no reason to refuse who need not sign.
    let dsa = key("<ds:KeyValue><ds:DSAKeyValue/></ds:KeyValue>");
    let sp = configure(&dsa).unwrap();
    assert!(sp.keys.is_none() && sp.warnings().count() == 1);
}
