//! The section on metadata, as the two roles take it from an administrator.

use std::sync::Arc;
use std::time::Duration;

use saml_core::base::{Coded as _, EntityId, Limits, Relaxation, SamlInstant};
use saml_core::bindings::post::{self, PostMessage};
use saml_core::crypto::{PeerPolicy, Signer};
use saml_core::metadata::{
    Endpoint, EntityDescriptor, IndexedEndpoint, KeyDescriptor, KeyUse, Role, SpSsoDescriptor,
};
use saml_core::protocol::ResponseAssertion;
use saml_core::trust::{MetadataSource, NoPeerKeys, NoRole, read_entity_descriptor};
use saml_core::xml::{Document, XmlElement, names};
use saml_idp::SpPeerPolicy;
use saml_sp::{
    ConfigError, IdpPeer, IdpPeerPolicy, PeerError, PeerFault, ServiceProvider, ServiceProviderConfig,
    StartLogin,
};
use saml_store::{MemoryStore, Token};
use saml_testkit::forge::{Scene, Signed, Tree, good};
use saml_tests::client::encode;
use saml_tests::message;
use saml_tests::step::step;

use super::{RSA, scene};

/// Where the one who logs in goes.
struct Login {
    scene: Scene,
    config: ServiceProviderConfig,
}

impl Login {
    fn new() -> Self {
        let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
        let scene = Scene { sp: config.site.entity_id.clone(), acs_url: config.acs_url(), ..scene() };
        Self { scene, config }
    }

    /// The identity provider's metadata with the genuine key.
    fn descriptor(&self) -> EntityDescriptor {
        good::metadata(&self.scene, RSA.keys().genuine)
    }

    fn service_provider(&self, idps: Vec<IdpPeer>) -> Result<ServiceProvider, ConfigError> {
        ServiceProvider::builder(self.config.clone())
            .identity_providers(idps)
            .store(Arc::new(MemoryStore::new()))
            .build()
    }

    /// The code that refuses an answer of the identity provider, signed by `signer`, at a service provider that was
    /// configured with `metadata`.
    fn refusal(&self, metadata: &XmlElement, signer: &dyn Signer) -> Option<String> {
        let sp = self.service_provider(vec![configured(metadata).unwrap()]).unwrap();
        let received = step(sp.receive_response(self.answer(signer), self.scene.now));
        received.err().map(|refusal| refusal.code().to_string())
    }

    /// An answer that nobody asked for, which the policy takes.
    fn answer(&self, signer: &dyn Signer) -> PostMessage {
        let mut response = good::response(&self.scene);
        response.status_response.in_response_to = None;
        for assertion in &mut response.assertions {
            let ResponseAssertion::Assertion(assertion) = assertion else { panic!("an assertion in clear") };
            let confirmation = &mut assertion.subject.as_mut().unwrap().confirmations[0];
            confirmation.data.as_mut().unwrap().in_response_to = None;
        }
        let xml = good::signed_response(&response, Signed::Both, signer).unwrap();
        let body = format!("SAMLResponse={}", encode(&message::encode(xml)));
        post::decode(Some("application/x-www-form-urlencoded"), body.as_bytes(), &Limits::MESSAGE).unwrap()
    }
}

fn policy(relaxations: impl IntoIterator<Item = Relaxation>) -> IdpPeerPolicy {
    let algorithms = PeerPolicy::relaxed(relaxations.into_iter().collect());
    IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() }
}

fn configured(metadata: &XmlElement) -> Result<IdpPeer, PeerError> {
    IdpPeer::from_metadata(metadata.to_octets().unwrap(), policy([Relaxation::Unsolicited]))
}

fn tree(descriptor: &EntityDescriptor) -> XmlElement {
    let octets = descriptor.to_xml().unwrap().into_octets();
    XmlElement::read(Document::parse(octets, &Limits::METADATA).unwrap().root())
}

/// The description of a service provider, with this signature key.
fn service_provider_role(acs_url: &str, signer: &dyn Signer) -> SpSsoDescriptor {
    let endpoint = Endpoint {
        binding: saml_core::base::Binding::HttpPost,
        location: acs_url.to_owned(),
        response_location: None,
    };
    let mut role = SpSsoDescriptor::new(IndexedEndpoint { endpoint, index: 0, is_default: None });
    let certificate = signer.certificate().unwrap().to_base64();
    role.sso.role.key_descriptors.push(KeyDescriptor::of_certificate(KeyUse::Signing, certificate));
    role
}

/// The entity of `login` as a service provider, whose key is the attacker's.
fn as_service_provider(login: &Login) -> XmlElement {
    let role = service_provider_role("https://idp.example.com/acs", RSA.keys().attacker);
    tree(&EntityDescriptor::new(login.scene.idp.clone(), Role::SpSso(Box::new(role))))
}

/// The instant so many seconds after now.
fn at(login: &Login, seconds: u64) -> SamlInstant {
    login.scene.now.saturating_add(Duration::from_secs(seconds))
}

// Attacks 223 and 225: of all the ends around a role, the earliest counts.
#[test]
fn metadata_ends_with_whatever_is_around_it() {
    let login = Login::new();
    let (now, soon) = (login.scene.now, at(&login, 1));
    let past = now.saturating_sub(Duration::from_secs(86_400));
    let late = at(&login, 86_400);
    let ends =
        [(None, true), (Some(late), true), (Some(soon), true), (Some(now), false), (Some(past), false)];
    let until = |element: &mut XmlElement, end: Option<SamlInstant>| {
        if let Some(end) = end {
            element.set("validUntil", &end.to_string());
        }
    };
    // The role, its entity, the group around that, and the group around the group; each once ended, all else late.
    for level in 0..4 {
        for (end, is_current) in ends {
            let of = |at: usize| if at == level { end } else { Some(late) };
            let mut entity = tree(&login.descriptor());
            until(entity.part_mut(names::md::IDP_SSO_DESCRIPTOR).unwrap(), of(0));
            until(&mut entity, of(1));
            let mut inner = XmlElement::new(names::md::ENTITIES_DESCRIPTOR).holding(entity);
            until(&mut inner, of(2));
            let mut outer = XmlElement::new(names::md::ENTITIES_DESCRIPTOR).holding(inner);
            until(&mut outer, of(3));
            let code = login.refusal(&outer, RSA.keys().genuine);
            let expected = (!is_current).then(|| "idp.metadata_expired".to_owned());
            assert_eq!(code, expected, "level {level}, end {end:?}");
            let sp = login.service_provider(vec![configured(&outer).unwrap()]).unwrap();
            let browser = Token::random().unwrap();
            let started = step(sp.start_login(StartLogin::new(&browser), now));
            let code = started.err().map(|refusal| refusal.code().to_string());
            assert_eq!(code, (!is_current).then(|| "idp.metadata_expired".to_owned()));
        }
    }
}

// Attack 226: the description of one role counts for that role only.
#[test]
fn a_service_provider_is_no_identity_provider() {
    let login = Login::new();
    let refused = configured(&as_service_provider(&login)).unwrap_err();
    assert!(matches!(refused.fault, PeerFault::Role(NoRole::Missing { .. })), "{refused:?}");
    let idp = tree(&login.descriptor()).to_octets().unwrap();
    let refused = saml_idp::SpPeer::from_metadata(idp, SpPeerPolicy::default());
    assert!(matches!(refused.unwrap_err().fault, PeerFault::Role(NoRole::Missing { .. })));

    // Picked out of an aggregate by its name.
    let mut other = tree(&login.descriptor());
    other.set("entityID", "https://other.example.com");
    other.unset("ID");
    let group =
        XmlElement::new(names::md::ENTITIES_DESCRIPTOR).holding(other).holding(as_service_provider(&login));
    let octets = group.to_octets().unwrap();
    let wanted = |id: &EntityId| {
        read_entity_descriptor(octets.clone(), Some(id), MetadataSource::LocalFile, &Limits::METADATA)
            .unwrap()
    };
    let refused = IdpPeer::from_descriptor(&wanted(&login.scene.idp), policy([])).unwrap_err();
    assert!(matches!(refused.fault, PeerFault::Role(NoRole::Missing { .. })));
    // And its neighbour speaks for nobody but itself.
    let neighbour = EntityId::try_from("https://other.example.com").unwrap();
    let neighbour = IdpPeer::from_descriptor(&wanted(&neighbour), policy([Relaxation::Unsolicited]));
    let sp = login.service_provider(vec![neighbour.unwrap()]).unwrap();
    let received = step(sp.receive_response(login.answer(RSA.keys().genuine), login.scene.now));
    assert_eq!(received.unwrap_err().code().as_str(), "issuer.unknown");
}

// Attack 226: an entity that is both has keys for each.
#[test]
fn the_key_of_one_role_signs_nothing_in_the_other() {
    let login = Login::new();
    let mut both = tree(&login.descriptor());
    let role = as_service_provider(&login).cut(names::md::SP_SSO_DESCRIPTOR).unwrap();
    for first in [false, true] {
        let mut both = both.clone();
        if first {
            both.insert_before(names::md::IDP_SSO_DESCRIPTOR, role.clone()).unwrap();
        } else {
            both.append(role.clone());
        }
        assert_eq!(login.refusal(&both, RSA.keys().genuine), None);
        assert_eq!(login.refusal(&both, RSA.keys().attacker).as_deref(), Some("signature.invalid"));
    }
    both.part_mut(names::md::IDP_SSO_DESCRIPTOR).unwrap().strip(names::md::KEY_DESCRIPTOR);
    both.append(role);
    let refused = configured(&both).unwrap_err();
    assert!(matches!(refused.fault, PeerFault::Keys(NoPeerKeys::None)), "{refused:?}");
}

// Attack 226: a role counts by the protocol that it lists, and the keys of any other verify nothing.
#[test]
fn the_key_of_a_role_of_another_protocol_signs_nothing() {
    let login = Login::new();
    let role = |signer: &dyn Signer, protocols: &str| {
        let mut role =
            tree(&good::metadata(&login.scene, signer)).cut(names::md::IDP_SSO_DESCRIPTOR).unwrap();
        role.set("protocolSupportEnumeration", protocols);
        role
    };
    let (saml, old) = ("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.1:protocol");
    let entity = |roles: &[XmlElement]| {
        let mut entity = tree(&login.descriptor());
        entity.cut(names::md::IDP_SSO_DESCRIPTOR).unwrap();
        roles.iter().for_each(|role| entity.append(role.clone()));
        entity
    };
    let (genuine, attacker) = (RSA.keys().genuine, RSA.keys().attacker);
    for protocols in
        [old, "urn:x", "urn:oasis:names:tc:SAML:2.0:protocolx", "URN:OASIS:NAMES:TC:SAML:2.0:PROTOCOL"]
    {
        let (ours, other) = (role(genuine, saml), role(attacker, protocols));
        for both in [entity(&[ours.clone(), other.clone()]), entity(&[other.clone(), ours.clone()])] {
            assert_eq!(login.refusal(&both, genuine), None, "{protocols}");
            assert_eq!(login.refusal(&both, attacker).as_deref(), Some("signature.invalid"), "{protocols}");
        }
        let refused = configured(&entity(&[other])).unwrap_err();
        assert_eq!(refused.code().as_str(), "metadata.role_other_protocol", "{protocols}");
    }
    // Neither key counts if two roles of one kind are described.
    let refused = configured(&entity(&[role(genuine, saml), role(attacker, saml)])).unwrap_err();
    assert_eq!(refused.code().as_str(), "metadata.role_ambiguous");
}

// Attack 227.
#[test]
fn people_are_sent_to_no_strange_place() {
    let login = Login::new();
    let located = |location: &str| {
        let mut metadata = tree(&login.descriptor());
        metadata.part_mut(names::md::SINGLE_SIGN_ON_SERVICE).unwrap().set("Location", location);
        configured(&metadata)
    };
    for location in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "javascript://idp.example.com/%0Aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://idp.example.com/sso",
        "blob:https://idp.example.com/sso",
        "about:blank",
        "//idp.example.com/sso",
        "/sso",
        "idp.example.com/sso",
        "https:idp.example.com/sso",
        "https:/idp.example.com/sso",
        "HTTPS://idp.example.com/sso",
        "\u{a0}https://idp.example.com/sso",
        "\u{200b}https://idp.example.com/sso",
    ] {
        let refused = located(location).unwrap_err();
        assert_eq!(refused.code().as_str(), "sso.scheme", "{location}: {refused:?}");
    }
    for location in [
        "http://idp.example.com/sso",
        "http://localhost.example.com/sso",
        "http://localhost@evil.example/sso",
        "http://127.0.0.1.example.com/sso",
        "http://evil.example/localhost",
        "http://evil.example\\@localhost/sso",
    ] {
        let refused = located(location).unwrap_err();
        assert_eq!(refused.code().as_str(), "sso.plain_http", "{location}: {refused:?}");
    }
    located("http://localhost:8080/sso").unwrap();
    // White space around a URI is not part of it. A URI of nothing else is missing.
    located("\n https://idp.example.com/sso ").unwrap();
    for nothing in ["", " "] {
        located(nothing).unwrap_err();
    }
}

// Attack 232: around the octets of a certificate anything white may stand, inside nothing may be wrong.
#[test]
fn a_certificate_that_is_none_is_no_key() {
    let login = Login::new();
    let der = RSA.keys().genuine.certificate().unwrap().der().to_vec();
    let said = |text: &str| {
        let mut metadata = tree(&login.descriptor());
        metadata.part_mut(names::ds::X509_CERTIFICATE).unwrap().say(text);
        metadata
    };
    let encoded = |octets: &[u8]| message::encode(octets);
    let flipped = |position: usize| {
        let mut other = der.clone();
        other[position] ^= 0x20;
        encoded(&other)
    };
    let key = RSA.keys().genuine.public_key();
    for (title, text) in [
        ("nothing", String::new()),
        ("a text", "certificate".to_owned()),
        ("cut short", encoded(&der[..der.len() - 1])),
        ("with an octet after it", encoded(&[der.as_slice(), &[0]].concat())),
        ("twice", encoded(&der.repeat(2))),
        ("with another tag", flipped(0)),
        ("with another length", flipped(3)),
        ("of indefinite length", encoded(&[&[0x30, 0x80], &der[4..], &[0, 0]].concat())),
        ("a bare key", encoded(key.spki_der())),
        ("a bare key as PEM", key.to_pem()),
        ("a PEM text without end", "-----BEGIN CERTIFICATE-----\nMIIB".to_owned()),
        ("with a character of no alphabet", format!("*{}", encoded(&der))),
    ] {
        let refused = configured(&said(&text));
        assert!(
            matches!(&refused, Err(error) if matches!(error.fault, PeerFault::Keys(_))),
            "{title}: {refused:?}"
        );
    }
    let spaced = format!("\n\t {} \n", encoded(&der).replacen("MII", "M I\nI", 1));
    assert_eq!(login.refusal(&said(&spaced), RSA.keys().genuine), None);
}

// Attacks 191 and 192: a name belongs to one peer, and to none once that was taken out.
#[test]
fn a_peer_has_one_name_and_answers_only_while_it_is_configured() {
    let login = Login::new();
    let genuine = configured(&tree(&login.descriptor())).unwrap();
    let tenant = configured(&tree(&good::metadata(&login.scene, RSA.keys().attacker))).unwrap();
    let twice = login.service_provider(vec![genuine.clone(), tenant]);
    assert!(matches!(twice.err(), Some(ConfigError::DuplicateIdentityProvider)));
    let mut other = tree(&login.descriptor());
    other.set("entityID", "https://other.example.com");
    let sp = login.service_provider(vec![configured(&other).unwrap()]).unwrap();
    let received = step(sp.receive_response(login.answer(RSA.keys().genuine), login.scene.now));
    assert_eq!(received.unwrap_err().code().as_str(), "issuer.unknown");
    let sp = login.service_provider(vec![genuine]).unwrap();
    step(sp.receive_response(login.answer(RSA.keys().genuine), login.scene.now)).unwrap();
}
