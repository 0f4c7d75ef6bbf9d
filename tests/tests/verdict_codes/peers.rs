//! Peers that can't be configured, or not for long.

use std::io::{Error, Read};

use saml_core::base::{Coded as _, EntityId, SamlInstant};
use saml_core::crypto::PeerPolicy;
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::trust::{MetadataPublisher, PeerKeys};
use saml_idp::{EncryptAssertions, SpPeer, SpPeerPolicy};
use saml_sp::{IdpPeer, IdpPeerPolicy};
use saml_testkit::forge::Keyring;

use crate::Reached;

const SAML: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// The description of an entity with these roles.
fn entity(attributes: &str, roles: &str) -> Vec<u8> {
    format!(
        "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" \
         entityID=\"urn:peer\" ID=\"_e\" {attributes}>{roles}</EntityDescriptor>"
    )
    .into_bytes()
}

fn idp_role(keys: &str, binding: &str, location: &str) -> String {
    format!(
        "<IDPSSODescriptor protocolSupportEnumeration=\"{SAML}\">{keys}<SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{location}\"/></IDPSSODescriptor>"
    )
}

fn sp_role(keys: &str) -> String {
    format!(
        "<SPSSODescriptor protocolSupportEnumeration=\"{SAML}\">{keys}<AssertionConsumerService index=\"0\" \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"https://sp.example.org/acs\"/>\
         </SPSSODescriptor>"
    )
}

/// A reader that is cut off.
struct CutOff;

impl Read for CutOff {
    fn read(&mut self, _buffer: &mut [u8]) -> std::io::Result<usize> {
        Err(Error::other("the line is down"))
    }
}

pub fn all(reached: &mut Reached) {
    identity_providers(reached);
    service_providers(reached);
    federations(reached);
}

fn identity_providers(reached: &mut Reached) {
    let url = "https://idp.example.org/sso";
    let configure = |roles: &str| IdpPeer::from_metadata(entity("", roles), IdpPeerPolicy::default());
    let good = idp_role("", "HTTP-Redirect", url);
    let keys: String = (0..17)
        .map(|_| {
            let keyring = Keyring::p256().unwrap();
            let certificate = keyring.keys().genuine.certificate().unwrap().to_base64();
            format!(
                "<KeyDescriptor><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
                 </ds:X509Data></ds:KeyInfo></KeyDescriptor>"
            )
        })
        .collect();
    for (what, roles) in [
        ("an entity that is something else", sp_role("")),
        ("a role of SAML 1.1", good.replace(SAML, "urn:oasis:names:tc:SAML:1.1:protocol")),
        ("two roles", good.repeat(2)),
        ("a role without a key", good.clone()),
        ("a role with seventeen keys", idp_role(&keys, "HTTP-Redirect", url)),
        ("a role without an endpoint for us", idp_role("", "SOAP", url)),
        ("an endpoint on plain HTTP", idp_role("", "HTTP-Redirect", "http://idp.example.org/sso")),
        ("an endpoint that is none", idp_role("", "HTTP-Redirect", "/sso")),
    ] {
        reached.error(what, &configure(&roles).unwrap_err());
    }
}

fn service_providers(reached: &mut Reached) {
    let always = SpPeerPolicy { encrypt_assertions: EncryptAssertions::Always, ..SpPeerPolicy::default() };
    let refused = SpPeer::from_metadata(entity("", &sp_role("")), always).unwrap_err();
    reached.error("nothing to encrypt with", &refused);
    let ending = entity("validUntil=\"2026-11-20T13:00:00Z\"", &sp_role(""));
    let sp = SpPeer::from_metadata(ending, SpPeerPolicy::default()).unwrap();
    for (what, now) in [("in an hour", "2026-11-20T12:00:00Z"), ("an hour ago", "2026-11-20T14:00:00Z")] {
        reached.error(what, &sp.expiry(SamlInstant::try_from(now).unwrap()).unwrap());
    }
}

fn federations(reached: &mut Reached) {
    let keyring = Keyring::p256().unwrap();
    let signer = keyring.keys().genuine;
    let signed = sign_document(entity("", &sp_role("")), None, signer, SigningOptions::default()).unwrap();
    let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let publisher = MetadataPublisher { keys: &keys, policy: &policy };
    let name = EntityId::try_from("urn:peer").unwrap();
    let find = |metadata: &mut dyn Read| {
        SpPeer::from_federation(metadata, &name, publisher, SpPeerPolicy::default()).unwrap_err()
    };
    let endless = find(&mut signed.as_slice());
    assert_eq!(endless.code().as_str(), "metadata.valid_until_missing");
    reached.error("metadata that never ends", &endless);
    reached.error("metadata that breaks off", &find(&mut CutOff));
}
