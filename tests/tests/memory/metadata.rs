//! Metadata: whole documents, signed and not, and the aggregate of a federation that goes by as a stream.

use saml_core::base::{EntityId, Limits};
use saml_core::c14n::{CanonicalStream, CanonicalizationMethod, PrefixList};
use saml_core::trust::{
    EntitiesInMemory, MetadataPublisher, MetadataSource, MetadataStream, read_entity_descriptor,
};

use crate::scene::Scene;
use crate::shapes::SHAPES;
use crate::{Ledger, MEBIBYTE, peak};

const SIZE: usize = 150_000;

/// The optional parts of an EntityDescriptor.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    pub extensions: String,
    pub keys: String,
    pub logout: String,
    pub services: String,
    pub contacts: String,
}

type Fill = fn(&mut Parts);

pub fn entity(parts: &Parts, signature: &str) -> String {
    let Parts { extensions, keys, logout, services, contacts } = parts;
    format!(
        "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:x=\"urn:x\" \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" ID=\"_e\" entityID=\"https://idp.example.com/saml\">{signature}\
         {extensions}<md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">{keys}\
         {logout}<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" \
         Location=\"https://idp.example.com/sso\"/>{services}</md:IDPSSODescriptor>{contacts}</md:EntityDescriptor>"
    )
}

fn read(scene: &Scene, ledger: &mut Ledger, case: &str, parts: &Parts) {
    for is_signed in [false, true] {
        let mut xml = entity(parts, "");
        let mut source = MetadataSource::LocalFile;
        if is_signed {
            xml = entity(parts, &scene.signature(&xml, "_e"));
            source = MetadataSource::SignedBy { keys: scene.peer_keys(), policy: scene.policy() };
        }
        let (taken, _) =
            peak(|| read_entity_descriptor(xml.as_bytes().to_vec(), None, source, &Limits::METADATA));
        ledger.add(&format!("{case}, signed: {is_signed}"), xml.as_bytes(), &Limits::METADATA, taken);
    }
}

#[test]
fn metadata_of_any_shape_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    for shape in SHAPES {
        let content = (shape.content)(SIZE);
        let extensions = format!("<md:Extensions><x:any>{content}</x:any></md:Extensions>");
        read(&scene, &mut ledger, shape.name, &Parts { extensions, ..Parts::default() });
    }
    let lists: [(&str, Fill); 5] = [
        ("keys", |parts| {
            parts.keys =
                "<md:KeyDescriptor><ds:KeyInfo><ds:KeyName>a</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>"
                    .repeat(4000)
        }),
        ("names of keys", |parts| {
            let names = "<ds:KeyName>a</ds:KeyName>".repeat(16_000);
            parts.keys = format!("<md:KeyDescriptor><ds:KeyInfo>{names}</ds:KeyInfo></md:KeyDescriptor>");
        }),
        ("endpoints", |parts| {
            parts.logout = "<md:SingleLogoutService Binding=\"a\" Location=\"b\"/>".repeat(8000)
        }),
        ("formats", |parts| parts.logout = "<md:NameIDFormat>a</md:NameIDFormat>".repeat(10_000)),
        ("contacts", |parts| parts.contacts = "<md:ContactPerson contactType=\"other\"/>".repeat(10_000)),
    ];
    for (name, put) in lists {
        let mut parts = Parts::default();
        put(&mut parts);
        read(&scene, &mut ledger, name, &parts);
    }
    ledger.close(70);
}

/// A stream takes the same whether it is short or long.
#[test]
fn a_stream_of_any_length_takes_the_same() {
    let mut ledger = Ledger::new();
    for shape in SHAPES {
        let content = (shape.content)(60_000);
        let (taken, _) = peak(|| {
            let method = CanonicalizationMethod::EXCLUSIVE;
            let mut stream = CanonicalStream::new(method, PrefixList::EMPTY, &Limits::AGGREGATE, ());
            stream.feed(
                b"<md:EntitiesDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata' xmlns:x='urn:x'>",
            )?;
            for _ in 0..60 {
                stream.feed(b"<x:any>")?;
                stream.feed(content.as_bytes())?;
                stream.feed(b"</x:any>")?;
            }
            stream.feed(b"</md:EntitiesDescriptor>")?;
            stream.finish()
        });
        // Identifiers are held, as many octets of them as the limits admit.
        let identifiers =
            if shape.name == "identifiers" { 3 * Limits::AGGREGATE.identifier_octets } else { 0 };
        ledger.measured += 1;
        ledger.require(shape.name, taken, 2 * MEBIBYTE + identifiers);
    }
    ledger.close(25);
}

/// Of an aggregate that somebody on the way has filled with anything, the index alone may grow.
/// NET-23.
#[test]
fn an_aggregate_takes_sixteen_mebibytes_and_its_index() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    for (shape, entities) in SHAPES.iter().map(|shape| (shape, 12)).chain([(&SHAPES[3], 200)]) {
        let content = (shape.content)(if entities > 12 { 10_000 } else { 100_000 });
        let head = "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:x=\"urn:x\" ID=\"_g\">";
        let end = "</md:EntitiesDescriptor>";
        let signature = scene.signature(&format!("{head}{end}"), "_g");
        let publisher = MetadataPublisher { keys: scene.peer_keys(), policy: scene.policy() };
        let wanted = EntityId::try_from("https://0.example.com").unwrap();
        let (taken, _) = peak(|| {
            let store = EntitiesInMemory::of([wanted]);
            let mut stream = MetadataStream::new(publisher, &Limits::AGGREGATE, store);
            stream = stream.feed(format!("{head}{signature}").as_bytes())?;
            for number in 0..entities {
                let entity = entity(
                    &Parts {
                        extensions: format!("<md:Extensions><x:any>{content}</x:any></md:Extensions>"),
                        ..Parts::default()
                    },
                    "",
                );
                let entity = entity
                    .replace("https://idp.example.com/saml", &format!("https://{number}.example.com"))
                    .replace(" ID=\"_e\"", "");
                stream = stream.feed(entity.as_bytes())?;
            }
            stream.feed(end.as_bytes())?.finish()
        });
        ledger.measured += 1;
        ledger.require(&format!("{} in {entities} entities", shape.name), taken, 16 * MEBIBYTE);
    }
    ledger.close(25);
}
