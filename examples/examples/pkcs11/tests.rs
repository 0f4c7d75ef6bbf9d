//! Against SoftHSM, with a token made for the occasion.

use std::path::{Path, PathBuf};
use std::process::Command;

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use saml_core::assertion::{Assertion, Issuer, NameId, Subject, SubjectIdentifier};
use saml_core::base::{MessageId, RandomUnavailable, SamlInstant, SecureRandom};
use saml_core::crypto::{
    CryptoError, DigestAlgorithm, KeyTransport, PublicKey, Signer as _, verify_signature,
};
use saml_core::enc::{EncryptionTarget, seal_assertion};
use saml_core::protocol::{Response, ResponseAssertion, Status, StatusCode, StatusResponse};
use saml_core::trust::{PeerKeys, verify_element};
use saml_testkit::left_out::without_tool;

use super::*;

const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
const PIN: &str = "4711";
const LABEL: &str = "saml";
const ENTITY: &str = "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_m\" \
                      entityID=\"https://sp.example.com\"><md:Organization/></md:EntityDescriptor>";

/// Makes the token and runs the other test in a process of its own: the library finds its tokens by a variable of the
/// environment, which a running process can't change safely.
#[test]
fn signs_and_opens_with_keys_that_stay_in_their_token() {
    let Some(module) = MODULES.into_iter().find(|module| Path::new(module).exists()) else {
        without_tool("keys in a token", "SoftHSM");
        return;
    };
    let folder = std::env::temp_dir().join(format!("saml-pkcs11-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("tokens")).unwrap();
    let configuration = folder.join("softhsm2.conf");
    let tokens = folder.join("tokens");
    std::fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    let run = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).env("SOFTHSM2_CONF", &configuration);
        command.env("PKCS11_TEST_MODULE", module).env("PKCS11_TEST_FOLDER", &folder);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program:?} {arguments:?}: {said}");
        said.into_owned()
    };
    let softhsm = Path::new("softhsm2-util");
    run(softhsm, &["--init-token", "--free", "--label", LABEL, "--so-pin", PIN, "--pin", PIN]);
    for (number, (label, key)) in keys().into_iter().enumerate() {
        let file = folder.join(label);
        std::fs::write(&file, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let (file_name, id) = (file.to_str().unwrap(), format!("A{number}"));
        run(softhsm, &["--import", file_name, "--token", LABEL, "--label", label, "--id", &id, "--pin", PIN]);
        std::fs::write(&file, key.public_key_to_pem().unwrap()).unwrap();
    }
    let said = run(&std::env::current_exe().unwrap(), &["--ignored", "--exact", "tests::in_the_token"]);
    assert!(said.contains("1 passed"), "{said}");
    std::fs::remove_dir_all(&folder).unwrap();
}

fn keys() -> [(&'static str, PKey<Private>); 4] {
    let curve =
        |nid| PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(nid).unwrap()).unwrap()).unwrap();
    [
        ("rsa", PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()),
        ("p256", curve(Nid::X9_62_PRIME256V1)),
        ("p384", curve(Nid::SECP384R1)),
        ("p521", curve(Nid::SECP521R1)),
    ]
}

#[test]
#[ignore = "needs a token, and is run by the test that makes one"]
fn in_the_token() {
    let module = std::env::var("PKCS11_TEST_MODULE").unwrap();
    let folder = PathBuf::from(std::env::var("PKCS11_TEST_FOLDER").unwrap());
    let known =
        |label: &str| PublicKey::from_pem(&std::fs::read_to_string(folder.join(label)).unwrap()).unwrap();

    let token = Token::open(&module, LABEL, PIN.to_owned()).unwrap();
    assert!(token.key("nobody").is_err());
    for (label, algorithm) in [
        ("rsa", SignatureAlgorithm::RsaSha256),
        ("rsa", SignatureAlgorithm::RsaSha384),
        ("rsa", SignatureAlgorithm::RsaSha512),
        ("rsa", SignatureAlgorithm::RsaPssSha256),
        ("rsa", SignatureAlgorithm::RsaPssSha384),
        ("rsa", SignatureAlgorithm::RsaPssSha512),
        ("p256", SignatureAlgorithm::EcdsaSha256),
        ("p384", SignatureAlgorithm::EcdsaSha384),
        ("p521", SignatureAlgorithm::EcdsaSha512),
    ] {
        let signer = TokenSigner::new(token.key(label).unwrap(), algorithm).unwrap();
        assert_eq!(signer.public_key(), &known(label), "{label}");
        let signature = signer.sign(b"octets").unwrap();
        verify_signature(&known(label), algorithm, b"octets", &signature).unwrap();
        assert!(verify_signature(&known(label), algorithm, b"others", &signature).is_err());
    }
    let misfit = TokenSigner::new(token.key("rsa").unwrap(), SignatureAlgorithm::EcdsaSha256);
    assert!(matches!(misfit, Err(CryptoError::KeyAlgorithmMismatch { .. })));
    for label in ["rsa", "p256"] {
        let signed = sign(&token, label, ENTITY.as_bytes().to_vec()).unwrap();
        let pinned = PeerKeys::new([known(label)]).unwrap();
        verify_element(signed, None, &pinned, &PeerPolicy::default(), &Limits::METADATA).unwrap();
    }
    opens(&token, &known("rsa"));
}

fn opens(token: &Token, public_key: &PublicKey) {
    let us = "https://sp.example.com";
    let clear = open(token, "rsa", us, sealed(public_key)).unwrap();
    assert!(String::from_utf8(clear).unwrap().contains(">ada</saml:NameID>"));

    let altered = String::from_utf8(sealed(public_key)).unwrap();
    let (before, value) = altered.rsplit_once("<xenc:CipherValue>").unwrap();
    let (first, rest) = value.split_at(1);
    let altered = format!("{before}<xenc:CipherValue>{}{rest}", if first == "A" { "B" } else { "A" });
    assert!(open(token, "rsa", us, altered.into_bytes()).is_err());

    let decrypter = TokenDecrypter::new(token.key("rsa").unwrap()).unwrap();
    let wrapped = [7; 256];
    for transport in [
        KeyTransport::Rsa15,
        KeyTransport::oaep_for_any_peer(),
        KeyTransport::RsaOaep {
            digest: DigestAlgorithm::Sha256,
            mask: DigestAlgorithm::Sha1,
            label: vec![1],
        },
    ] {
        assert_eq!(decrypter.unwrap_key(&transport, &wrapped, 32), Err(CryptoError::OpenFailed));
    }
    assert!(TokenDecrypter::new(token.key("p256").unwrap()).is_err());
}

struct Counter(u8);

impl SecureRandom for Counter {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for octet in octets {
            self.0 = self.0.wrapping_add(1);
            *octet = self.0;
        }
        Ok(())
    }
}

fn sealed(public_key: &PublicKey) -> Vec<u8> {
    let id = |text: &str| MessageId::try_from(text).unwrap();
    let now = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
    let mut assertion = Assertion::new(id("_a"), now, Issuer(NameId::new("https://idp.example.com")));
    let identifier = Some(SubjectIdentifier::NameId(NameId::new("ada")));
    assertion.subject = Some(Subject { identifier, confirmations: Vec::new() });
    let envelope = StatusResponse::new(id("_r"), now, Status::new(StatusCode::Success));
    let assertions = vec![ResponseAssertion::Assertion(Box::new(assertion))];
    let mut written = Response { status_response: envelope, assertions }.to_xml().unwrap();
    seal_assertion(&mut written, "_a", &EncryptionTarget::new(public_key.clone()), &mut Counter(0)).unwrap();
    written.into_octets()
}
