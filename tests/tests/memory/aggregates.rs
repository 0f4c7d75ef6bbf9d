//! Aggregates whose groups say something that holds for each entity in them, as somebody on the way has written it.

use std::convert::Infallible;
use std::ops::Range;

use saml_core::base::{Coded as _, Limits};
use saml_core::trust::{EntityStore, MetadataPublisher, MetadataStream};

use crate::scene::Scene;
use crate::{Ledger, MEBIBYTE, peak};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// Wants all, and keeps it elsewhere.
struct Elsewhere;

impl EntityStore for Elsewhere {
    type Error = Infallible;

    fn wants(&mut self, _entity_id: &str) -> bool {
        true
    }

    fn append(&mut self, _octets: &[u8]) -> Result<(), Infallible> {
        Ok(())
    }

    fn read(&mut self, _range: Range<u64>) -> Result<Vec<u8>, Infallible> {
        Ok(Vec::new())
    }
}

/// An entity of this number with a name that is so much longer.
fn member(number: usize, longer: usize) -> String {
    let name = format!("https://{number}.example.com/{}", "n".repeat(longer));
    format!("<md:EntityDescriptor entityID=\"{name}\"/>")
}

fn group(attributes: &str, content: &str) -> String {
    format!("<md:EntitiesDescriptor{attributes}>{content}</md:EntitiesDescriptor>")
}

/// Attributes of a group with this many prefixes, each bound to a long URI.
fn prefixes(number: usize, count: usize) -> String {
    let uri = "u".repeat(900);
    (0..count).map(|p| format!(" xmlns:p{p}=\"urn:{number}-{p}-{uri}\" p{p}:a=\"\"")).collect()
}

/// What a group hands down, and the most entities of it.
fn shapes() -> Vec<(&'static str, Vec<String>)> {
    let members = |count: usize| (0..count).map(|number| member(number, 0)).collect::<String>();
    let zeros = "0".repeat(100_000);
    let handed_down = [
        ("a long duration", format!(" cacheDuration=\"PT{zeros}1S\"")),
        ("a long fraction", format!(" cacheDuration=\"PT0.{zeros}S\"")),
        ("what is no duration", format!(" cacheDuration=\"{zeros}\"")),
        ("a short duration", " cacheDuration=\"PT1H\"".to_owned()),
        ("what is no instant", format!(" validUntil=\"{zeros}\"")),
        ("a long name", format!(" Name=\"{zeros}\"")),
        ("prefixes", prefixes(0, 60)),
    ];
    let mut shapes: Vec<(&'static str, Vec<String>)> = handed_down
        .into_iter()
        .map(|(name, attributes)| (name, vec![group(&attributes, &members(1000))]))
        .collect();
    shapes.push(("long names of entities", (0..300).map(|number| member(number, 100_000)).collect()));
    let nested = |number| {
        (0..4).fold(member(number, 0), |content, level| group(&prefixes(number + level * 1000, 60), &content))
    };
    shapes.push(("other prefixes around each", (0..100).map(nested).collect()));
    let few = |number| group(&prefixes(number, 5), &member(number, 0));
    shapes.push(("a few other prefixes around each", (0..5000).map(few).collect()));
    shapes
}

#[test]
fn what_a_group_says_is_not_held_for_each_entity() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let head = format!("<md:EntitiesDescriptor xmlns:md=\"{METADATA}\" ID=\"_g\">");
    let end = "</md:EntitiesDescriptor>";
    let signature = scene.signature(&format!("{head}{end}"), "_g");
    let publisher = MetadataPublisher { keys: scene.peer_keys(), policy: scene.policy() };
    let mut whole = 0;
    for (name, pieces) in shapes() {
        let (taken, code) = peak(|| {
            let mut stream = MetadataStream::new(publisher, &Limits::AGGREGATE, Elsewhere);
            stream = stream.feed(format!("{head}{signature}").as_bytes())?;
            for piece in &pieces {
                stream = stream.feed(piece.as_bytes())?;
            }
            stream.feed(end.as_bytes())?.finish()
        });
        let code = code.err().unwrap().code();
        whole += usize::from(code.as_str() == "signature.digest_mismatch");
        ledger.measured += 1;
        ledger.require(&format!("{name}: {code}"), taken, 16 * MEBIBYTE);
    }
    assert!(whole >= 7, "{whole}");
    ledger.close(10);
}
