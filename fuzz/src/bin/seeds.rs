//! Writes genuine messages, attacks on them, and the keys that they need, as seeds for the targets.
//!
//! Does nothing where all of them exist: what was found under one key is worth nothing under another.

// Instrumented code needs the fuzzer's runtime.
use libfuzzer_sys as _;

use std::fs;
use std::path::Path;

use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use saml_core::assertion::{Issuer, NameId, SubjectIdentifier};
use saml_core::base::Limits;
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_core::crypto::{ContentCipher, PrivateKey, Signer};
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::enc::{EncryptionTarget, seal, seal_document};
use saml_core::protocol::{
    LogoutRequest, LogoutResponse, RequestAbstract, Status, StatusCode, StatusResponse,
};
use saml_core::xml::{Document, XmlElement, names};
use saml_fuzz::genuine::{Seeded, folder, scene, shared_keys};
use saml_testkit::forge::{
    Family, ForgedMessage, Keyring, Scene, Signed, Specimen, Tree as _, Wire, attacks_on,
    attacks_on_metadata, attacks_on_requests, good,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Larger ones slow a fuzzer down and teach it nothing.
const MOST_OCTETS: usize = 16 * 1024;

/// An assertion in form only, that uses prefixes of the document around it, with everything that parsers differ on.
const BORROWING: &str = "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion' o:b='1\r\n2&#13;'>\r\n\
                         &lt;\rx<![CDATA[&\r\n]]>&#13;<o:c/><d/><e xmlns=''/></a:Assertion>\r";

const FOLDERS: [&str; 8] =
    ["genuine", "responses", "forms", "requests", "logout", "metadata", "plaintexts", "sealed"];

fn main() -> Result<()> {
    let (folder, unfinished) = (folder(), folder().with_extension("unfinished"));
    if FOLDERS.iter().all(|name| folder.join(name).is_dir()) {
        return Ok(());
    }
    let _absent = fs::remove_dir_all(&unfinished);
    generate(&unfinished)?;
    let _absent = fs::remove_dir_all(&folder);
    fs::rename(unfinished, folder)?;
    Ok(())
}

fn generate(folder: &Path) -> Result<()> {
    let (scene, keyring) = (scene(), Keyring::rsa()?);
    let genuine = keyring.keys().genuine;
    for name in FOLDERS {
        fs::create_dir_all(folder.join(name))?;
    }
    fs::write(folder.join("genuine.crt"), genuine.certificate().ok_or("no certificate")?.der())?;
    genuine_messages(&folder.join("genuine"), &scene, genuine)?;
    logout_messages(&folder.join("logout"), &scene, genuine)?;
    sealed_messages(folder, &scene)?;
    for signed in Signed::ALL {
        let specimen = Specimen::issue(&scene, keyring.keys(), signed)?;
        write(folder, &specimen.good()?)?;
        let attacks = attacks_on(&specimen)?;
        attacks
            .iter()
            .filter(|attack| is_by_a_stranger(attack))
            .try_for_each(|attack| write(folder, attack))?;
    }
    attacks_on_requests(&scene, keyring.keys())?.iter().try_for_each(|attack| write(folder, attack))?;
    attacks_on_metadata(&scene, keyring.keys())?.iter().try_for_each(|attack| write(folder, attack))
}

/// Other attacks are signed by the genuine peer: who takes them apart may find another identity that it vouches for.
fn is_by_a_stranger(attack: &ForgedMessage) -> bool {
    matches!(
        attack.family,
        Family::FakeTrust
            | Family::Wrapping
            | Family::SignatureStructure
            | Family::Reference
            | Family::Binding
    )
}

fn write(folder: &Path, message: &ForgedMessage) -> Result<()> {
    let (kind, octets) = match &message.wire {
        Wire::Response(xml) => ("responses", xml.as_slice()),
        Wire::ResponseForm { body, .. } => ("forms", body.as_slice()),
        Wire::RequestQuery(query) => ("requests", query.as_bytes()),
        Wire::Request(xml) => ("requests", xml.as_slice()),
        Wire::LogoutRequest(xml) | Wire::LogoutResponse(xml) => ("logout", xml.as_slice()),
        Wire::Metadata(xml) => ("metadata", xml.as_slice()),
    };
    if octets.len() <= MOST_OCTETS {
        fs::write(folder.join(kind).join(message.id.replace('/', "-")), octets)?;
    }
    Ok(())
}

/// What the receiver of every target accepts.
fn genuine_messages(folder: &Path, scene: &Scene, signer: &dyn Signer) -> Result<()> {
    let response = good::signed_response(&good::response(scene), Signed::Both, signer)?;
    fs::write(folder.join("response.xml"), response)?;
    let mut metadata = good::metadata(scene, signer).to_xml()?;
    sign_enveloped(&mut metadata, scene.response_id.as_str(), signer, SigningOptions::default())?;
    fs::write(folder.join("metadata.xml"), metadata.into_octets())?;
    let request = good::authn_request(scene).to_xml()?;
    let outgoing = OutgoingMessage {
        destination: &scene.sso_url,
        parameter: MessageParameter::SamlRequest,
        xml: request.octets(),
        relay_state: None,
    };
    let url = redirect::encode(&outgoing, Some(signer))?;
    fs::write(folder.join("request.query"), url.split_once('?').ok_or("no query")?.1)?;
    Ok(())
}

/// A LogoutRequest and a LogoutResponse of the peer.
fn logout_messages(folder: &Path, scene: &Scene, signer: &dyn Signer) -> Result<()> {
    let issuer = Some(Issuer::entity(&scene.idp));
    let request = LogoutRequest {
        request: RequestAbstract {
            issuer: issuer.clone(),
            ..RequestAbstract::new(scene.request_id.clone(), scene.now)
        },
        reason: None,
        not_on_or_after: None,
        identifier: SubjectIdentifier::NameId(NameId::new(scene.name_id.clone())),
        session_indexes: vec!["_session".to_owned()],
    };
    let status = Status::new(StatusCode::Success);
    let status_response =
        StatusResponse { issuer, ..StatusResponse::new(scene.response_id.clone(), scene.now, status) };
    let response = LogoutResponse { status_response };
    for (name, mut written, id) in [
        ("request.xml", request.to_xml()?, &scene.request_id),
        ("response.xml", response.to_xml()?, &scene.response_id),
    ] {
        sign_enveloped(&mut written, id.as_str(), signer, SigningOptions::default())?;
        fs::write(folder.join(name), written.into_octets())?;
    }
    Ok(())
}

/// A Response whose assertion is sealed by each cipher that seals and under each shared key, and that assertion.
fn sealed_messages(folder: &Path, scene: &Scene) -> Result<()> {
    let pem = PKey::from_rsa(Rsa::generate(2048)?)?.private_key_to_pem_pkcs8()?;
    fs::write(folder.join("recipient.pem"), &pem)?;
    let key = PrivateKey::from_pem(&String::from_utf8(pem)?)?;
    let xml = good::response(scene).to_xml()?.into_octets();
    let message = XmlElement::read(Document::parse(xml.clone(), &Limits::MESSAGE)?.root());
    let assertion = message.part(names::saml::ASSERTION)?.to_octets()?;
    fs::write(folder.join("plaintexts/assertion.xml"), assertion)?;
    fs::write(folder.join("plaintexts/borrowed-prefixes-and-line-ends.xml"), BORROWING)?;
    for (number, cipher) in
        [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm].into_iter().enumerate()
    {
        let recipient = EncryptionTarget { cipher, ..EncryptionTarget::new(key.public_key().clone()) };
        let sealed = seal_document(xml.clone(), None, &recipient, &mut Seeded(7))?;
        fs::write(folder.join("sealed").join(number.to_string()), sealed)?;
    }
    for shared in shared_keys() {
        let name = shared.algorithm().to_string();
        let sealed = seal_document(xml.clone(), None, &EncryptionTarget::sharing(shared), &mut Seeded(7))?;
        fs::write(folder.join("sealed").join(name), sealed)?;
    }
    let recipient = EncryptionTarget::new(key.public_key().clone());
    let sealed =
        |plaintext: &[u8]| seal(plaintext, names::saml::ENCRYPTED_ASSERTION, &recipient, &mut Seeded(7));
    let inner =
        String::from_utf8(sealed(b"<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'/>")?)?;
    let outer = format!("<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'>{inner}</a:Assertion>");
    let outer = String::from_utf8(sealed(outer.as_bytes())?)?;
    fs::write(folder.join("sealed/one-in-another-beside-a-third"), format!("<r>{outer}{inner}</r>"))?;
    Ok(())
}
