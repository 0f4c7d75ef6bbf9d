//! Metadata of a federation, read as a stream into a store that may fail.

use std::ops::Range;

use saml_core::base::{EntityId, Limits, SamlInstant};
use saml_core::crypto::{PeerPolicy, Signer};
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::trust::{
    EntitiesInMemory, EntityStore, MetadataPublisher, MetadataSource, MetadataStream, PeerKeys, TrustError,
    VerifiedMetadata, read_entity_descriptor,
};
use saml_testkit::forge::Keyring;

use crate::Reached;

const FEDERATION: &str = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_f\" \
    validUntil=\"2026-12-01T00:00:00Z\"><md:EntityDescriptor entityID=\"urn:a\"><md:IDPSSODescriptor \
    protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:SingleSignOnService \
    Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://a.example.org/sso\"/>\
    </md:IDPSSODescriptor></md:EntityDescriptor></md:EntitiesDescriptor>";

/// A disk with this much room, which gives back what others wrote.
struct Disk {
    room: usize,
    octets: Vec<u8>,
}

impl Disk {
    const fn of(room: usize) -> Self {
        Self { room, octets: Vec::new() }
    }
}

impl EntityStore for Disk {
    type Error = std::io::Error;

    fn wants(&mut self, _entity_id: &str) -> bool {
        true
    }

    fn append(&mut self, octets: &[u8]) -> Result<(), std::io::Error> {
        self.octets.extend_from_slice(octets);
        if self.octets.len() > self.room { Err(std::io::Error::other("full")) } else { Ok(()) }
    }

    fn read(&mut self, range: Range<u64>) -> Result<Vec<u8>, std::io::Error> {
        Ok(vec![b'x'; usize::try_from(range.end - range.start).unwrap()])
    }
}

pub fn all(reached: &mut Reached) {
    let keyring = Keyring::p256().unwrap();
    let publisher = keyring.keys().genuine;
    let signed =
        sign_document(FEDERATION.as_bytes().to_vec(), None, publisher, SigningOptions::default()).unwrap();
    let keys = PeerKeys::new([publisher.public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let publisher = MetadataPublisher { keys: &keys, policy: &policy };
    let a = EntityId::try_from("urn:a").unwrap();
    let none = || EntitiesInMemory::of([]);

    let crowded = Limits { entities: 0, ..Limits::AGGREGATE };
    reached.error("more entities than may be", &read(publisher, &crowded, &signed, none()).err().unwrap());
    let full = read(publisher, &Limits::AGGREGATE, &signed, Disk::of(10)).err().unwrap();
    reached.error("a full disk", &full);
    let mut metadata = read(publisher, &Limits::AGGREGATE, &signed, Disk::of(usize::MAX)).unwrap();
    reached.error("a disk that others write to", &metadata.entity(&a).unwrap_err());
    let mut metadata = read(publisher, &Limits::AGGREGATE, &signed, none()).unwrap();
    reached.error("an entity that nobody wanted", &metadata.entity(&a).unwrap_err());
    let crowded =
        read(publisher, &Limits::AGGREGATE, &under_prefixes(keyring.keys().genuine), Disk::of(usize::MAX));
    reached.error("an entity under three hundred prefixes", &crowded.err().unwrap());
    let scattered =
        read(publisher, &Limits::AGGREGATE, &under_many_groups(keyring.keys().genuine), Disk::of(usize::MAX));
    reached.error("entities under five thousand namespaces", &scattered.err().unwrap());
    let spaced = FEDERATION.replace("entityID=\"urn:a\">", "entityID=\"urn:a\"><md:Extensions/>");
    let entity =
        read_entity_descriptor(spaced.into(), Some(&a), MetadataSource::LocalFile, &Limits::METADATA);
    let entity = entity.unwrap();
    assert_eq!(entity.extensions, None);
    reached.error("extensions without an extension", &entity.empty_parts[0]);
    let late = SamlInstant::try_from("2026-12-02T00:00:00Z").unwrap();
    reached.error("metadata of yesterday", &metadata.require_current(late).unwrap_err());
}

/// The federation in groups that declare sixty prefixes each.
fn under_prefixes(publisher: &dyn Signer) -> Vec<u8> {
    let (root, entity) = FEDERATION.split_once('>').unwrap();
    let entity = entity.strip_suffix("</md:EntitiesDescriptor>").unwrap();
    let content = (0..5).fold(entity.to_owned(), |inner, level| {
        let declared: String =
            (0..60).map(|n| format!(" xmlns:p{level}-{n}=\"urn:{n}\" p{level}-{n}:a=\"\"")).collect();
        format!("<md:EntitiesDescriptor{declared}>{inner}</md:EntitiesDescriptor>")
    });
    let whole = format!("{root}>{content}</md:EntitiesDescriptor>");
    sign_document(whole.into_bytes(), None, publisher, SigningOptions::default()).unwrap()
}

/// Many entities, each in a group with a long namespace of its own.
fn under_many_groups(publisher: &dyn Signer) -> Vec<u8> {
    let (root, entity) = FEDERATION.split_once('>').unwrap();
    let entity = entity.strip_suffix("</md:EntitiesDescriptor>").unwrap();
    let long = "n".repeat(900);
    let content: String = (0..5000)
        .map(|number| {
            let entity = entity.replace("urn:a", &format!("urn:{number}"));
            format!(
                "<md:EntitiesDescriptor xmlns:p=\"urn:{number}-{long}\" p:a=\"\">{entity}</md:EntitiesDescriptor>"
            )
        })
        .collect();
    let whole = format!("{root}>{content}</md:EntitiesDescriptor>");
    sign_document(whole.into_bytes(), None, publisher, SigningOptions::default()).unwrap()
}

fn read<S: EntityStore>(
    publisher: MetadataPublisher<'_>,
    limits: &Limits,
    octets: &[u8],
    store: S,
) -> Result<VerifiedMetadata<S>, TrustError> {
    MetadataStream::new(publisher, limits, store).feed(octets)?.finish()
}
