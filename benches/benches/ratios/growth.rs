//! Work that grows with the input, measured at two sizes: it must cost no more nanoseconds an octet at the larger one.

use std::time::Duration;

use saml_benches::{
    Failure, Identity, RelyingParty, Samples, Spent, alone, attributed_response, certified_role,
    filled_signed_info, prefixed_federation,
};
use saml_core::base::Limits;
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::KeyDescriptor;
use saml_core::trust::{EntitiesInMemory, MetadataPublisher, MetadataStream, PeerKeys};

/// For each figure.
const TIME: Duration = Duration::from_millis(500);

pub fn run() -> Result<(), Failure> {
    println!(
        "growth: ns for each octet must not grow\n{:<58}{:>9}{:>11}{:>10}",
        "", "octets", "ours µs", "ns/octet"
    );
    let identity = Identity::rsa()?;
    // As many prefixes as a document may have that is signed.
    for size in [400, 4000] {
        let xml = prefixed_federation(&identity, size)?;
        let keys = PeerKeys::new([identity.private_key.public_key().clone()])?;
        let policy = PeerPolicy::default();
        let read = || {
            let publisher = MetadataPublisher { keys: &keys, policy: &policy };
            MetadataStream::new(publisher, &Limits::AGGREGATE, EntitiesInMemory::of([]))
                .feed(&xml)
                .and_then(MetadataStream::finish)
                .map(drop)
                .map_err(Box::new)
        };
        read()?;
        line(&format!("aggregate: {size} prefixes, then {size} groups"), xml.len(), alone(TIME, read));
    }
    for size in [200, 2000] {
        let role: KeyDescriptor = certified_role(&identity, size)?;
        let octets = role.certificates.iter().map(String::len).sum();
        let descriptors = [role];
        PeerKeys::of_descriptors(&descriptors)?;
        let spent = alone(TIME, || PeerKeys::of_descriptors(&descriptors).map(drop));
        line(&format!("one role: {size} certificates"), octets, spent);
    }
    messages(identity)?;
    println!();
    Ok(())
}

/// Messages, genuine with many attributes and of a stranger with much that is hashed before he is known to be one.
fn messages(identity: Identity) -> Result<(), Failure> {
    let samples = Samples { recipient: identity.clone(), identity, good: Vec::new(), bad: Vec::new() };
    let party = RelyingParty::of(&samples)?;
    for attributes in [100, 1000, 10_000] {
        let sample = attributed_response(&samples.identity, attributes)?;
        party.accept(&sample.form).map_err(|rejected| format!("refused: {:?}", rejected.verdict.code()))?;
        line(&sample.name, sample.xml.len(), alone(TIME, || party.accept(&sample.form)));
    }
    let strangers = (0..PeerKeys::MAX)
        .map(|_| Ok(Identity::rsa()?.private_key.public_key().clone()))
        .collect::<Result<Vec<_>, Failure>>()?;
    for count in [1, PeerKeys::MAX] {
        let party =
            RelyingParty::of(&samples)?.pinning(PeerKeys::new(strangers.iter().take(count).cloned())?);
        for octets in [6000, 60_000] {
            let sample = filled_signed_info(&samples.identity, octets)?;
            if party.accept(&sample.form).is_ok() {
                return Err("a stranger's message is accepted".into());
            }
            let name = format!("{octets} octets in SignedInfo, pinned keys: {count}");
            line(&name, sample.xml.len(), alone(TIME, || party.accept(&sample.form)));
        }
    }
    Ok(())
}

fn line(name: &str, octets: usize, spent: Spent) {
    println!("{name:<58}{octets:>9}{:>11.0}{:>10.2}", spent.micros(), spent.nanos_per(octets));
}
