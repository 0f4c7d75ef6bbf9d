//! Work that grows with the input, measured at two sizes: it must cost no more nanoseconds an octet at the larger one.

use std::time::Duration;

use saml_benches::{Failure, Identity, Spent, alone, certified_role, prefixed_federation};
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
    for size in [1000, 8000] {
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
    println!();
    Ok(())
}

fn line(name: &str, octets: usize, spent: Spent) {
    println!("{name:<58}{octets:>9}{:>11.0}{:>10.2}", spent.micros(), spent.nanos_per(octets));
}
