//! A login with everything that belongs to it, in files.

use saml_core::base::{RandomUnavailable, SamlInstant, SecureRandom};
use saml_testkit::forge::{Keyring, Scene, Signed, good};

use crate::command::{Folder, Ran, saml};

/// The instant of the login.
pub const NOW: &str = "2026-11-20T12:00:00Z";

struct Counter(u8);

impl SecureRandom for Counter {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        self.0 += 1;
        octets.fill(self.0);
        Ok(())
    }
}

/// A good Response in a folder, with the certificate that verifies it and one that doesn't.
pub struct Story {
    pub folder: Folder,
    pub scene: Scene,
    pub xml: Vec<u8>,
    pub response: String,
    pub cert: String,
    pub other_cert: String,
    pub metadata: String,
}

impl Story {
    pub fn new(signed: Signed) -> Self {
        let scene = Scene::new(SamlInstant::try_from(NOW).unwrap(), &mut Counter(0)).unwrap();
        let keyring = Keyring::p256().unwrap();
        let keys = keyring.keys();
        let xml = good::signed_response(&good::response(&scene), signed, keys.genuine).unwrap();
        let metadata = good::metadata(&scene, keys.genuine).to_xml().unwrap().into_octets();
        let folder = Folder::new();
        let pem = |signer: &dyn saml_core::crypto::Signer| signer.certificate().unwrap().to_pem();
        Self {
            response: folder.file("response.xml", &xml),
            cert: folder.file("idp.pem", pem(keys.genuine)),
            other_cert: folder.file("other.pem", pem(keys.attacker)),
            metadata: folder.file("idp.xml", metadata),
            folder,
            scene,
            xml,
        }
    }

    /// The options that make the Response acceptable, with the message as `file`.
    pub fn explain(&self, command: &[&str], file: &str) -> Vec<String> {
        let scene = &self.scene;
        let mut arguments: Vec<String> = command.iter().map(ToString::to_string).collect();
        arguments.extend(
            [
                file,
                "--idp-entity-id",
                scene.idp.as_str(),
                "--idp-cert",
                &self.cert,
                "--sp-entity-id",
                scene.sp.as_str(),
                "--acs-url",
                &scene.acs_url,
                "--in-response-to",
                scene.request_id.as_str(),
                "--now",
                NOW,
            ]
            .map(str::to_owned),
        );
        arguments
    }

    /// The name of the identity provider.
    pub fn idp(&self) -> &str {
        self.scene.idp.as_str()
    }

    /// What is made of the Response by whoever knows the identity provider from this metadata.
    pub fn explain_with_metadata(&self, metadata: &str) -> Ran {
        let scene = &self.scene;
        saml([
            "explain",
            &self.response,
            "--idp-metadata",
            metadata,
            "--sp-entity-id",
            scene.sp.as_str(),
            "--acs-url",
            &scene.acs_url,
            "--in-response-to",
            scene.request_id.as_str(),
            "--now",
            NOW,
        ])
    }
}

/// The arguments with one of them replaced.
pub fn with(mut arguments: Vec<String>, option: &str, value: &str) -> Vec<String> {
    let at = arguments.iter().position(|argument| argument == option).unwrap();
    arguments[at + 1] = value.to_owned();
    arguments
}

/// The arguments and more.
pub fn and(mut arguments: Vec<String>, more: &[&str]) -> Vec<String> {
    arguments.extend(more.iter().map(ToString::to_string));
    arguments
}
