//! How it may be written, and how it comes.

use super::*;
use crate::trust::{MetadataStreamError, read_published_entity};

#[test]
fn metadata_needs_no_prefix() {
    let xml = aggregate().replace("<md:", "<").replace("</md:", "</").replace("xmlns:md=", "xmlns=");
    let mut metadata = read(&signed(&xml)).unwrap();
    for id in ["https://a.example.org/", "https://b.example.org/", "urn:c"] {
        assert_eq!(metadata.entity(&name(id)).unwrap().entity_id, name(id));
    }
}

/// Octets that are still staged when an entity or a group begins belong to neither.
#[test]
fn extensions_may_stand_close_before_entities_and_groups() {
    let extensions = "<md:Extensions><q:x/></md:Extensions>";
    for before in ["<md:EntityDescriptor", "<md:EntitiesDescriptor validUntil='2029"] {
        let written = aggregate();
        let begin = written.find("PT6H'>").unwrap() + "PT6H'>".len();
        let (head, rest) = written.split_at(begin);
        let (_, rest) = rest.split_once(before).unwrap();
        let xml = signed(&format!("{head}{extensions}{before}{rest}"));
        let mut metadata = read(&xml).unwrap();
        let found: Vec<_> = metadata.entity_ids().map(str::to_owned).collect();
        assert!(found.len() > 1);
        for id in found {
            let entity = metadata.entity(&name(&id)).unwrap();
            assert_eq!(entity.entity_id, name(&id));
        }
    }
}

#[test]
fn the_one_entity_that_nobody_wanted_is_not_kept() {
    let entity = entity("urn:c", "ID='_c'").replacen(' ', &format!(" xmlns:md='{MD}' xmlns:q='urn:q' "), 1);
    let store = EntitiesInMemory::of([name("urn:d")]);
    let mut metadata = read_with(&signed(&entity), 1000, &Limits::AGGREGATE, store).unwrap();
    let refused = metadata.entity(&name("urn:c")).unwrap_err();
    assert_eq!(refused.code().as_str(), "metadata.entity_not_stored");
}

#[test]
fn the_piece_that_breaks_a_rule_is_the_last_that_is_taken() {
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let feed = |xml: &str| {
        let publisher = MetadataPublisher { keys: &keys, policy: &policy };
        let stream = MetadataStream::new(publisher, &Limits::AGGREGATE, EntitiesInMemory::of([]));
        // The parser may wait for more octets before it looks at those that it has.
        let piece = format!("{xml}{}", "<!-- more -->".repeat(20_000));
        stream.feed(piece.as_bytes()).map(|_| ()).map_err(|error| error.code().as_str())
    };
    let xml = signed(&aggregate());
    assert_eq!(feed(&xml), Ok(()));
    assert_eq!(feed(&xml.replace("</md:Extensions>", "</md:Extension>")), Err("xml.not_well_formed"));
    assert_eq!(feed(&xml.replace("<?in a group?>", "text")), Err("schema.unexpected_text"));
}

#[derive(Debug, PartialEq, Eq)]
struct Unplugged;

/// Reads one entity from pieces. The reader may fail after the last piece.
fn published(xml: &str, fails: bool) -> Result<EntityDescriptor, MetadataStreamError<Unplugged>> {
    let keys = PeerKeys::new([signer().public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let mut pieces = xml.as_bytes().chunks(700);
    let next = |buffer: &mut Vec<u8>| {
        assert!(buffer.is_empty());
        match pieces.next() {
            Some(piece) => buffer.extend_from_slice(piece),
            None if fails => return Err(Unplugged),
            None => {}
        }
        Ok(())
    };
    let publisher = MetadataPublisher { keys: &keys, policy: &policy };
    read_published_entity(&name("urn:c"), publisher, next).map(Verified::into_inner)
}

#[test]
fn an_entity_is_read_from_whatever_brings_its_octets() {
    let xml = signed(&aggregate());
    assert_eq!(published(&xml, false).unwrap().entity_id, name("urn:c"));
    assert!(matches!(published(&xml, true), Err(MetadataStreamError::Source(Unplugged))));
    for (xml, code) in [
        (xml.replace("2031-01-01", "2041-01-01"), "signature.digest_mismatch"),
        (xml.replace("</md:Extensions>", ""), "xml.not_well_formed"),
        (String::new(), "xml.not_well_formed"),
    ] {
        match published(&xml, false) {
            Err(MetadataStreamError::Refused(error)) => assert_eq!(error.code().as_str(), code, "{xml}"),
            other => panic!("{other:?}"),
        }
    }
}
