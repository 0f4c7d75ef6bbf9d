//! The genuine peer: what it signed, and the receiver that trusts it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use crate::tree::UNBOUNDED;
use saml_core::base::{
    EntityId, Limits, RandomUnavailable, Relaxation, Relaxations, SamlInstant, Secret, SecureRandom,
};
use saml_core::crypto::{Certificate, Decrypter, KeyName, LocalDecrypter, PeerPolicy, PrivateKey, SharedKey};
use saml_core::enc::{self, EncryptionTarget};
use saml_core::protocol::Response;
use saml_core::trust::{
    DecryptionKeys, EntitiesInMemory, MetadataPublisher, MetadataSource, MetadataStream, PeerKeys,
    ResponseVerification, SharedKeys, Unverified,
};
use saml_core::xml::names;
use saml_testkit::forge::{Context, Scene, Wire, decide};

/// Octets that are the same in every run.
#[derive(Debug)]
pub struct Seeded(pub u64);

impl SecureRandom for Seeded {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for octet in octets {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = self.0.to_be_bytes()[0];
        }
        Ok(())
    }
}

/// The login that every genuine message belongs to.
#[must_use]
pub fn scene() -> Scene {
    Scene::new(SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap(), &mut Seeded(1)).unwrap()
}

/// Where the program `seeds` writes: genuine messages, attacks on them, and the keys that they need.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("generated")
}

fn read(name: &str) -> Vec<u8> {
    let path = folder().join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run the program seeds", path.display()))
}

/// The receiver that has pinned the key of the generated messages.
static CONTEXT: LazyLock<Context> = LazyLock::new(|| {
    let certificate = Certificate::from_der(&read("genuine.crt")).unwrap();
    Context::of(&scene(), certificate.public_key()).unwrap()
});

/// Sends a message to a receiver, and returns the identity for which it is accepted, if any.
#[must_use]
pub fn send(wire: &Wire, context: &Context) -> Option<String> {
    decide(wire, context).accepted.map(|identity| identity.everything)
}

/// The identity of the genuine message of each kind.
struct Identities {
    response: String,
    request: String,
    logout_request: String,
    logout_response: String,
    metadata: String,
}

static IDENTITIES: LazyLock<Identities> = LazyLock::new(|| {
    let identity = |wire| send(&wire, &CONTEXT).expect("a genuine message is accepted");
    let query = String::from_utf8(read("genuine/request.query")).unwrap();
    Identities {
        response: identity(Wire::Response(read("genuine/response.xml"))),
        request: identity(Wire::RequestQuery(query)),
        logout_request: identity(Wire::LogoutRequest(read("logout/request.xml"))),
        logout_response: identity(Wire::LogoutResponse(read("logout/response.xml"))),
        metadata: identity(Wire::Metadata(read("genuine/metadata.xml"))),
    }
});

/// Reads every key and genuine message, before the time that an input takes is watched.
pub fn prepare() {
    LazyLock::force(&IDENTITIES);
    LazyLock::force(&RECORDED);
    LazyLock::force(&RECIPIENT);
}

/// Whatever is accepted, and nobody but the genuine peer could sign it, says what the genuine message says.
///
/// # Panics
/// It says something else.
pub fn accepted_is_genuine(wire: &Wire) {
    let identity = match wire {
        Wire::Response(_) | Wire::ResponseForm { .. } => &IDENTITIES.response,
        Wire::RequestQuery(_) | Wire::Request(_) => &IDENTITIES.request,
        Wire::LogoutRequest(_) => &IDENTITIES.logout_request,
        Wire::LogoutResponse(_) => &IDENTITIES.logout_response,
        Wire::Metadata(_) => &IDENTITIES.metadata,
    };
    if let Some(found) = send(wire, &CONTEXT) {
        assert_eq!(&found, identity, "accepted for somebody else");
    }
}

/// Metadata that comes in pieces is accepted for what the publisher signed, and as it is in one piece.
///
/// # Panics
/// It isn't.
pub fn published_is_genuine(octets: &[u8]) {
    let publisher = MetadataPublisher { keys: &CONTEXT.keys, policy: &PeerPolicy::default() };
    let wanted = EntitiesInMemory::of([CONTEXT.idp.clone()]);
    let stream = MetadataStream::new(publisher, &Limits::METADATA, wanted);
    let fed = octets.chunks(1 + octets.len() % 97).try_fold(stream, |stream, piece| stream.feed(piece).ok());
    let metadata = fed.and_then(|stream| stream.finish().ok());
    let entity = metadata.and_then(|mut metadata| metadata.entity(&CONTEXT.idp).ok());
    let found = entity.map(|descriptor| format!("{:?}", descriptor.content));
    assert!(found.as_ref().is_none_or(|found| *found == IDENTITIES.metadata), "nobody published {found:?}");
    // The stream also verifies entities that nobody asks for, so it may refuse more.
    let whole = send(&Wire::Metadata(octets.to_vec()), &CONTEXT);
    assert!(found.is_none() || found == whole, "in pieces {found:?}, as a whole {whole:?}");
}

/// The keys of the recorded messages.
struct Recorded {
    keys: PeerKeys,
    decryption_keys: DecryptionKeys,
    policy: PeerPolicy,
    recipient: EntityId,
}

static RECORDED_WITH: LazyLock<Recorded> = LazyLock::new(|| {
    // Each product's folder has its own files; the products of one run share their keys.
    let distinct = |name| -> BTreeSet<Vec<u8>> {
        products().into_iter().filter_map(|folder| fs::read(folder.join(name)).ok()).collect()
    };
    let certificates = distinct("idp.crt");
    let signers =
        certificates.iter().map(|octets| Certificate::from_octets(octets).unwrap().public_key().clone());
    let secrets = distinct("enc.key");
    let decrypters = secrets
        .iter()
        .map(|octets| decrypter(PrivateKey::from_pem(std::str::from_utf8(octets).unwrap()).unwrap()));
    Recorded {
        keys: PeerKeys::new(signers).unwrap(),
        decryption_keys: DecryptionKeys::new(decrypters).unwrap(),
        policy: lenient(),
        recipient: scene().sp,
    }
});

fn decrypter(key: PrivateKey) -> Arc<dyn Decrypter> {
    Arc::new(LocalDecrypter::new(key).unwrap())
}

/// The policy under which every algorithm verifies or is opened.
fn lenient() -> PeerPolicy {
    let granted = [Relaxation::Sha1, Relaxation::AesCbc, Relaxation::TripleDesCbc, Relaxation::Rsa15];
    PeerPolicy::relaxed(granted.into_iter().collect::<Relaxations>())
}

/// The assertions in the recorded messages, which those keys have signed.
static RECORDED: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let files = products().into_iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let responses = files
        .map(|file| file.unwrap())
        .filter(|file| file.file_name().to_string_lossy().starts_with("response-"));
    // A message that needs a missing relaxation is refused and yields no identity.
    let signed = responses.filter_map(|file| verify_recorded(fs::read(file.path()).unwrap()));
    let signed: BTreeSet<String> = signed.collect();
    assert!(signed.len() > 30, "too few recorded messages");
    signed
});

/// The folder of each product whose messages are recorded.
fn products() -> Vec<PathBuf> {
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/peers");
    let entries = fs::read_dir(recorded).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

/// Without an assertion, nothing is believed.
fn verify_recorded(octets: Vec<u8>) -> Option<String> {
    let Recorded { keys, decryption_keys, policy, recipient } = &*RECORDED_WITH;
    let verification =
        ResponseVerification { keys, policy, decryption_keys, recipient, limits: &Limits::MESSAGE };
    let message = Unverified::<Response>::parse(octets, &Limits::MESSAGE).ok()?;
    let received = message.verify(&verification).ok()?;
    received.assertion().map(|assertion| format!("{:?}", **assertion))
}

/// What verifies under the key of the recorded messages is one of the assertions that it signed.
///
/// # Panics
/// It is another one.
pub fn verified_is_recorded(octets: &[u8]) {
    if let Some(assertion) = verify_recorded(octets.to_vec()) {
        assert!(RECORDED.contains(&assertion), "nobody signed {assertion}");
    }
}

static RECIPIENT_KEY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_pem(&String::from_utf8(read("recipient.pem")).unwrap()).unwrap());

/// The recipient of everything sealed: its key, those that it shares, and a policy that lets every algorithm be opened.
static RECIPIENT: LazyLock<(DecryptionKeys, PeerPolicy, EntityId)> = LazyLock::new(|| {
    let shared = SharedKeys::new(shared_keys()).unwrap();
    let keys = DecryptionKeys::new([decrypter(RECIPIENT_KEY.clone())]).unwrap();
    (keys.with_shared_keys(shared), lenient(), scene().sp)
});

/// Shared keys of each length.
#[must_use]
pub fn shared_keys() -> [SharedKey; 3] {
    [16, 24, 32].map(|octets| {
        let mut secret = vec![0; octets];
        Seeded(5).fill(&mut secret).unwrap();
        SharedKey::new(Secret::new(secret)).unwrap().named(KeyName::try_from("shared").unwrap())
    })
}

/// Decrypts content for the recipient; `None` if it can't be opened.
#[must_use]
pub fn open(octets: &[u8]) -> Option<Vec<u8>> {
    let (keys, policy, recipient) = &*RECIPIENT;
    let opened =
        saml_core::trust::open_document(octets.to_vec(), keys, recipient, policy, &Limits::MESSAGE).ok()?;
    Some(opened.octets)
}

/// Metadata from a file, written anew, says the same.
///
/// # Panics
/// It doesn't.
pub fn metadata_survives(octets: &[u8]) {
    let read = |octets: Vec<u8>, limits| {
        saml_core::trust::read_entity_descriptor(octets, None, MetadataSource::LocalFile, limits).ok()
    };
    let Some(descriptor) = read(octets.to_vec(), &Limits::METADATA) else { return };
    let written = descriptor.to_xml().expect("what was read can be written").into_octets();
    assert_eq!(*read(written, &UNBOUNDED).expect("metadata"), *descriptor);
}

/// Seals octets, whatever they are, as the assertion of a Response that binds prefixes of its own.
#[must_use]
pub fn seal(octets: &[u8]) -> Vec<u8> {
    let recipient = EncryptionTarget::new(RECIPIENT_KEY.public_key().clone());
    let sealed = enc::seal(octets, names::saml::ENCRYPTED_ASSERTION, &recipient, &mut Seeded(3)).unwrap();
    [b"<o:out xmlns:o='urn:o' xmlns='urn:d' xml:lang='en' ID='_o'>".as_slice(), &sealed, b"</o:out>"].concat()
}
