//! The metadata of a federation, read as a stream.

mod members;
mod work;
mod written;

use std::ops::Range;
use std::sync::Arc;

use super::scene::signer;
use crate::base::{Coded, EntityId, Limits, Relaxation, SamlInstant};
use crate::crypto::tests::keys;
use crate::crypto::{
    Dissent, LocalSigner, PeerPolicy, SecondOpinion, SignatureAlgorithm, SignedElement, Signer,
};
use crate::dsig::{SigningOptions, sign_document};
use crate::metadata::EntityDescriptor;
use crate::trust::{
    EntitiesInMemory, EntityStore, MetadataPublisher, MetadataSource, MetadataStream, PeerKeys, Provenance,
    TrustError, Verified, VerifiedMetadata, read_entity_descriptor,
};

const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

fn name(text: &str) -> EntityId {
    EntityId::try_from(text).unwrap()
}

fn instant(text: &str) -> SamlInstant {
    SamlInstant::try_from(text).unwrap()
}

/// The description of a service provider, with prefixes of its own and of the groups around it.
fn entity(id: &str, attributes: &str) -> String {
    format!(
        "<md:EntityDescriptor entityID='{id}' {attributes}><!-- {id} -->\r\n <md:SPSSODescriptor \
         xmlns:p='urn:p' protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>\n\
         <md:Extensions><p:x q:y='&lt;&#9;'>a &amp; <![CDATA[<b>]]></p:x></md:Extensions>\
         <md:AssertionConsumerService index='0' isDefault='true' Location='https://sp.example.org/?a=1&amp;b=2' \
         Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'/></md:SPSSODescriptor></md:EntityDescriptor>"
    )
}

/// A group of entities in a group.
fn aggregate() -> String {
    format!(
        "<?xml version='1.0'?>\n<!-- federation -->\n<md:EntitiesDescriptor xmlns:md='{MD}' xmlns:q='urn:q' ID='_f' \
         Name='federation' validUntil='2030-01-01T00:00:00Z' cacheDuration='PT6H'>\n {}\n \
         <md:EntitiesDescriptor validUntil='2029-01-01T00:00:00Z' xmlns:md='{MD}'><?in a group?>{}{}</md:EntitiesDescriptor>\n\
         </md:EntitiesDescriptor>\n<?end?>",
        entity("https://a.example.org/", ""),
        entity("https://b.example.org/", "validUntil='2028-01-01T00:00:00Z' cacheDuration='PT1H'"),
        entity("urn:c", "validUntil='2031-01-01T00:00:00Z' cacheDuration='P1D'"),
    )
}

fn signed_by(xml: &str, signer: &dyn Signer) -> String {
    let octets = sign_document(xml.as_bytes().to_vec(), None, signer, SigningOptions::default()).unwrap();
    String::from_utf8(octets).unwrap()
}

fn signed(xml: &str) -> String {
    signed_by(xml, &signer())
}

/// Reads metadata in pieces.
fn read_with<S: EntityStore>(
    xml: &str,
    piece: usize,
    limits: &Limits,
    store: S,
) -> Result<VerifiedMetadata<S>, TrustError> {
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let mut stream = MetadataStream::new(MetadataPublisher { keys: &keys, policy: &policy }, limits, store);
    for piece in xml.as_bytes().chunks(piece) {
        stream = stream.feed(piece)?;
    }
    stream.finish()
}

fn read(xml: &str) -> Result<VerifiedMetadata<EntitiesInMemory>, TrustError> {
    let wanted = ["https://a.example.org/", "https://b.example.org/", "urn:c"].map(name);
    read_with(xml, 1000, &Limits::AGGREGATE, EntitiesInMemory::of(wanted))
}

/// The code under which it is refused.
#[track_caller]
fn refused(xml: &str) -> &'static str {
    match read(xml) {
        Ok(_) => panic!("accepted: {xml}"),
        Err(error) => error.code().as_str(),
    }
}

#[test]
fn each_entity_is_what_the_whole_document_says_of_it() {
    let xml = signed(&aggregate());
    for piece in [1, 7, 100_000] {
        let wanted = ["https://a.example.org/", "https://b.example.org/", "urn:c", "urn:none"].map(name);
        let store = EntitiesInMemory::of(wanted);
        let mut metadata = read_with(&xml, piece, &Limits::AGGREGATE, store).unwrap();
        let names: Vec<&str> = metadata.entity_ids().collect();
        assert_eq!(names, ["https://a.example.org/", "https://b.example.org/", "urn:c"]);
        let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
        let policy = PeerPolicy::default();
        for (id, duration) in
            [("https://b.example.org/", "PT1H"), ("https://a.example.org/", "PT6H"), ("urn:c", "PT6H")]
        {
            let source = MetadataSource::SignedBy { keys: &keys, policy: &policy };
            let whole =
                read_entity_descriptor(xml.clone().into_bytes(), Some(&name(id)), source, &Limits::METADATA);
            let (whole, streamed) = (whole.unwrap(), metadata.entity(&name(id)).unwrap());
            assert_eq!(streamed.provenance(), whole.provenance());
            assert_eq!(streamed.cache_duration.as_ref().unwrap().as_str(), duration);
            let whole =
                EntityDescriptor { cache_duration: streamed.cache_duration.clone(), ..whole.into_inner() };
            assert_eq!(streamed.into_inner(), whole);
        }
        assert_eq!(
            metadata.entity(&name("urn:none")).unwrap_err().code().as_str(),
            "metadata.entity_unknown"
        );
    }
}

#[test]
fn metadata_of_one_entity_is_read_as_well() {
    let entity = entity("urn:c", "ID='_c' validUntil='2028-01-01T00:00:00Z'").replacen(
        ' ',
        &format!(" xmlns:md='{MD}' xmlns:q='urn:q' "),
        1,
    );
    let xml = signed(&entity);
    let mut metadata = read(&xml).unwrap();
    let descriptor: Verified<EntityDescriptor> = metadata.entity(&name("urn:c")).unwrap();
    assert_eq!(descriptor.valid_until, Some(instant("2028-01-01T00:00:00Z")));
    assert!(matches!(descriptor.provenance(), Provenance::Enveloped(_)));
    assert_eq!(refused(&xml.replace("isDefault='true'", "isDefault='false'")), "signature.digest_mismatch");
    let signature = part(&xml);
    let twice = xml.replacen(&signature, &signature.repeat(2), 1);
    assert_eq!(refused(&twice), "signature.malformed");
}

/// The signature of a document.
fn part(xml: &str) -> String {
    let begin = xml.find("<ds:Signature ").unwrap();
    let end = xml.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
    xml.get(begin..end).unwrap().to_owned()
}

#[test]
fn what_the_publisher_did_not_sign_is_refused() {
    let xml = signed(&aggregate());
    let stranger = LocalSigner::new(keys::rsa(3072), SignatureAlgorithm::RsaSha256).unwrap();
    assert_eq!(refused(&signed_by(&aggregate(), &stranger)), "signature.invalid");
    assert_eq!(refused(&aggregate()), "signature.missing");
    let tampered = [
        ("an entity", xml.replacen("sp.example.org", "sp.example.com", 1)),
        ("a name", xml.replace("entityID='urn:c'", "entityID='urn:d'")),
        ("a date", xml.replace("2028-01-01", "2038-01-01")),
        ("the root", xml.replace("Name='federation'", "Name='Federation'")),
        ("the date of the root", xml.replace("2030-01-01", "2040-01-01")),
        ("between entities", xml.replacen("</md:EntityDescriptor>\n", "</md:EntityDescriptor>", 1)),
        ("an instruction", xml.replace("<?in a group?>", "<?in the group?>")),
        ("no instruction", xml.replace("<?in a group?>", "")),
        ("another instruction", xml.replacen(" <md:SPSSODescriptor", " <?x?><md:SPSSODescriptor", 1)),
        ("one entity less", xml.replace(&entity("https://a.example.org/", ""), "")),
        (
            "one more",
            xml.replace(
                &entity("https://a.example.org/", ""),
                &[entity("urn:x", ""), entity("https://a.example.org/", "")].concat(),
            ),
        ),
    ];
    for (what, xml) in tampered {
        assert_eq!(refused(&xml), "signature.digest_mismatch", "{what}");
    }
    let digest = xml.find("<ds:DigestValue>").unwrap() + 16;
    let mut octets = xml.clone();
    octets.replace_range(digest..digest + 1, if xml.as_bytes()[digest] == b'A' { "B" } else { "A" });
    assert_eq!(refused(&octets), "signature.invalid");
}

/// Nothing of it is read as if it were not there, though nothing but the signature was looked at yet (attacks 70, 71).
#[test]
fn what_interrupts_the_value_of_the_signature_is_refused() {
    let xml = signed(&aggregate());
    for interruption in ["<!-- -->", "<?x?>"] {
        let cut = xml.replace("<ds:SignatureValue>", &format!("<ds:SignatureValue>{interruption}"));
        assert_eq!(refused(&cut), "signature.malformed", "{interruption}");
    }
}

/// A stranger can't have us remember what stands where a signature should.
#[test]
fn metadata_without_a_signature_is_refused_at_its_first_child() {
    let endless = format!(
        "<md:EntitiesDescriptor xmlns:md='{MD}' ID='_f'><md:EntityDescriptor entityID='urn:x'>{}",
        "<md:Extensions/>".repeat(20_000)
    );
    assert_eq!(refused(&endless), "signature.missing");
}

#[test]
fn what_is_not_signed_may_change() {
    let xml = signed(&aggregate());
    for changed in [
        xml.replace("<!-- federation -->", "<?other?>"),
        xml.replace("<?end?>", ""),
        xml.replace("<!-- urn:c -->", "<!-- another comment -->"),
        xml.replace("\r\n", "\n"),
    ] {
        assert!(read(&changed).is_ok(), "{changed}");
    }
}

#[test]
fn a_root_around_the_signed_one_is_refused() {
    let xml = signed(&aggregate());
    let root = xml.get(xml.find("<md:EntitiesDescriptor").unwrap()..).unwrap().replace("\n<?end?>", "");
    let signature = part(&root);
    let evil = entity("urn:evil", "");
    let open = |id: &str| format!("<md:EntitiesDescriptor xmlns:md='{MD}' xmlns:q='urn:q' ID='{id}'>");
    let around = |head: &str| format!("{head}{evil}{root}</md:EntitiesDescriptor>");
    assert_eq!(refused(&around(&open("_e"))), "signature.missing");
    assert_eq!(refused(&around(&format!("{}{signature}", open("_e")))), "signature.reference_not_parent");
    assert_eq!(refused(&around(&format!("{}{signature}", open("_f")))), "xml.duplicate_id");
    let moved = format!(
        "{}{signature}{evil}{}</md:EntitiesDescriptor>",
        open("_f"),
        root.replace(&signature, "").replace("ID='_f'", "")
    );
    assert_eq!(refused(&moved), "signature.digest_mismatch");
    assert_eq!(refused(&format!("<x>{root}</x>")), "message.unexpected");
    assert_eq!(refused(&format!("{root}{root}")), "xml.not_well_formed");
}

#[test]
fn a_signature_counts_at_its_place_and_once() {
    let xml = signed(&aggregate());
    let signature = part(&xml);
    let without = xml.replace(&signature, "");
    let first = entity("https://a.example.org/", "");
    assert_eq!(refused(&without), "signature.missing");
    let behind = without.replace(&first, &format!("{first}{signature}"));
    assert_eq!(refused(&behind), "signature.missing");
    let twice = xml.replace(&first, &format!("{signature}{first}"));
    assert_eq!(refused(&twice), "signature.malformed");
    let last =
        xml.replace("</md:EntitiesDescriptor>\n<?end?>", &format!("{signature}</md:EntitiesDescriptor>"));
    assert_eq!(refused(&last), "signature.malformed");
    let deeper = without.replacen("<md:EntityDescriptor", &format!("{signature}<md:EntityDescriptor"), 1);
    assert!(read(&deeper).is_ok(), "the signature is where it was but for white space");
}

#[test]
fn an_aggregate_that_breaks_off_yields_nothing() {
    let xml = signed(&aggregate());
    let end = xml.find("\n<?end?>").unwrap();
    for end in (0..end).step_by(13).chain([end - 1]) {
        let (beginning, _) = xml.split_at(end);
        let code = refused(beginning);
        assert_eq!(code, "xml.not_well_formed", "{end}");
    }
    assert!(read(xml.get(..end).unwrap()).is_ok());
}

#[test]
fn what_has_no_place_in_a_group_is_refused() {
    let inside =
        |part: &str| aggregate().replacen("<md:EntityDescriptor", &format!("{part}<md:EntityDescriptor"), 1);
    assert!(read(&signed(&inside("<md:Extensions><q:x/></md:Extensions>"))).is_ok());
    for (part, code) in [
        ("<md:Extensions/><md:Extensions/>", "schema.unexpected_element"),
        ("<q:EntityDescriptor entityID='urn:x'/>", "schema.unexpected_element"),
        ("text", "schema.unexpected_text"),
    ] {
        let xml = inside(part);
        let found = read(&signed(&xml)).map(|_| ()).unwrap_err();
        assert_eq!(found.code().as_str(), code, "{part}: {found:?}");
    }
}

#[test]
fn limits_hold() {
    let xml = signed(&aggregate());
    let code = |limits: Limits| {
        let outcome = read_with(&xml, 100, &limits, EntitiesInMemory::of([]));
        outcome.map(|_| ()).unwrap_err().code().as_str()
    };
    assert_eq!(code(Limits { entities: 2, ..Limits::AGGREGATE }), "metadata.too_many_entities");
    let three = Limits { entities: 3, ..Limits::AGGREGATE };
    assert!(read_with(&xml, 100, &three, EntitiesInMemory::of([])).is_ok());
    assert_eq!(code(Limits { octets: 2000, ..Limits::AGGREGATE }), "xml.limit.octets");
    assert_eq!(code(Limits { nodes: 10, ..Limits::AGGREGATE }), "xml.limit.nodes");
    assert_eq!(code(Limits { canonical_octets: 1000, ..Limits::AGGREGATE }), "c14n.too_large");
    // A signature without end costs a stranger no memory of ours.
    let endless = format!(
        "<md:EntitiesDescriptor xmlns:md='{MD}' ID='_f'><ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>{}",
        "<ds:Object>x</ds:Object>".repeat(20_000)
    );
    assert_eq!(refused(&endless), "c14n.too_large");
}

/// A store that lies: it changes what it was given, forgets it, or fails.
struct Liar {
    octets: Vec<u8>,
    lie: fn(&mut Vec<u8>),
    full: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("the disk is full")]
struct DiskFull;

impl EntityStore for Liar {
    type Error = DiskFull;

    fn wants(&mut self, _: &str) -> bool {
        true
    }

    fn append(&mut self, octets: &[u8]) -> Result<(), DiskFull> {
        self.octets.extend_from_slice(octets);
        if self.octets.len() > self.full { Err(DiskFull) } else { Ok(()) }
    }

    fn read(&mut self, range: Range<u64>) -> Result<Vec<u8>, DiskFull> {
        let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        let mut octets = self.octets[range].to_vec();
        (self.lie)(&mut octets);
        Ok(octets)
    }
}

#[test]
fn a_store_can_only_refuse() {
    let xml = signed(&aggregate());
    let read = |lie: fn(&mut Vec<u8>), full| {
        let store = Liar { octets: Vec::new(), lie, full };
        read_with(&xml, 1000, &Limits::AGGREGATE, store)
    };
    let entity = |lie| read(lie, usize::MAX).unwrap().entity(&name("urn:c")).map(|_| ());
    assert!(entity(|_| ()).is_ok());
    let lies: [fn(&mut Vec<u8>); 4] = [
        |octets| octets[60] ^= 1,
        |octets| octets.clear(),
        |octets| octets.push(b' '),
        |octets| {
            *octets =
                String::from_utf8(octets.clone()).unwrap().replace("example.org", "example.com").into_bytes()
        },
    ];
    for lie in lies {
        assert_eq!(entity(lie).unwrap_err().code().as_str(), "metadata.stored_entity_changed");
    }
    let full = read(|_| (), 1000).map(|_| ()).unwrap_err();
    assert_eq!(full.code().as_str(), "metadata.store_failed");
}

/// A store that fails once, and goes on as if nothing had happened.
#[derive(Default)]
struct Hiccup {
    appended: usize,
}

impl EntityStore for Hiccup {
    type Error = DiskFull;

    fn wants(&mut self, _: &str) -> bool {
        true
    }

    fn append(&mut self, _: &[u8]) -> Result<(), DiskFull> {
        self.appended += 1;
        if self.appended == 1 { Err(DiskFull) } else { Ok(()) }
    }

    fn read(&mut self, _: Range<u64>) -> Result<Vec<u8>, DiskFull> {
        Ok(Vec::new())
    }
}

#[test]
fn a_failure_of_the_store_is_not_forgotten() {
    let refused = read_with(&signed(&aggregate()), 100_000, &Limits::AGGREGATE, Hiccup::default());
    assert_eq!(refused.map(|_| ()).unwrap_err().code().as_str(), "metadata.store_failed");
}

#[test]
fn an_entity_that_was_not_wanted_is_not_read() {
    let store = EntitiesInMemory::of([name("urn:c")]);
    let mut metadata = read_with(&signed(&aggregate()), 1000, &Limits::AGGREGATE, store).unwrap();
    assert!(metadata.entity(&name("urn:c")).is_ok());
    let error = metadata.entity(&name("https://a.example.org/")).unwrap_err();
    assert_eq!(error.code().as_str(), "metadata.entity_not_stored");
}

#[test]
fn what_the_publisher_needs_less_of_is_seen() {
    let options = SigningOptions {
        digest_algorithm: crate::crypto::DigestAlgorithm::Sha1,
        ..SigningOptions::default()
    };
    let xml = sign_document(aggregate().into_bytes(), None, &signer(), options).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert_eq!(refused(&xml), "digest.algorithm_refused");
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::relaxed(Relaxation::Sha1.into());
    let publisher = MetadataPublisher { keys: &keys, policy: &policy };
    let stream = MetadataStream::new(publisher, &Limits::AGGREGATE, EntitiesInMemory::of([]));
    let metadata = stream.feed(xml.as_bytes()).unwrap().finish().unwrap();
    assert!(metadata.signature().relaxations_used.contains(Relaxation::Sha1));
}

/// Another implementation, which has nothing against any signature.
#[derive(Debug)]
pub(crate) struct Agreeable;

impl SecondOpinion for Agreeable {
    fn name(&self) -> &str {
        "agreeable"
    }

    fn confirm(&self, _: &SignedElement<'_>) -> Result<(), Dissent> {
        Ok(())
    }
}

/// It would have to be given a document that is never held: whoever asks for it gets no metadata this way.
#[test]
fn a_second_opinion_that_cannot_be_had_is_not_left_out() {
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::default().cross_checked_by(Arc::new(Agreeable));
    let publisher = MetadataPublisher { keys: &keys, policy: &policy };
    let stream = MetadataStream::new(publisher, &Limits::AGGREGATE, EntitiesInMemory::of([]));
    let error = stream.feed(signed(&aggregate()).as_bytes()).and_then(MetadataStream::finish).map(|_| ());
    assert_eq!(error.unwrap_err().code().as_str(), "cross_check.unable");
}
