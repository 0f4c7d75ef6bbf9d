//! The cost of verifying the metadata of a federation, 10 000 entities in about 98 MB, and of looking one up: the time
//! as a ratio to a floor, and the peak memory of a process that does nothing else.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use openssl::sha::Sha256;
use quick_xml::Reader;
use quick_xml::events::Event;
use saml_benches::{Failure, Identity, entity_id, paired, write_aggregate};
use saml_core::base::EntityId;
use saml_core::crypto::{Certificate, PeerPolicy};
use saml_core::trust::{MetadataPublisher, PeerKeys, read_published_entity};

const ENTITIES: u32 = 10_000;
/// The entity that is looked up.
const WANTED: u32 = 7_777;
/// How often its own floor verifying an aggregate may take, and the most memory in MiB.
const MOST_TIME: f64 = 2.5;
const MOST_MEMORY: u64 = 32;
/// Octets that are read at once.
const PIECE: u64 = 64 * 1024;
/// What the process whose memory is measured is told.
const ALONE: &str = "--alone";

fn main() -> Result<(), Failure> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (aggregate, certificate) = (folder.join("aggregate.xml"), folder.join("aggregate.pem"));
    if std::env::args().any(|argument| argument == ALONE) {
        verify(&aggregate, &certificate)?;
        println!("{}", most_memory()?);
        return Ok(());
    }
    let identity = Identity::rsa()?;
    std::fs::write(&certificate, identity.certificate.to_pem())?;
    write_aggregate(&aggregate, ENTITIES, &identity)?;
    let octets = std::fs::metadata(&aggregate)?.len();
    verify(&aggregate, &certificate)?;
    floor(&aggregate)?;

    let pair = paired(
        Duration::from_secs(10),
        || floor(&aggregate).map_err(|error| error.to_string()),
        || verify(&aggregate, &certificate).map_err(|error| error.to_string()),
    );
    let alone = Command::new(std::env::current_exe()?).arg(ALONE).output()?;
    let memory: u64 = String::from_utf8(alone.stdout)?.trim().parse()?;
    println!(
        "an aggregate of {ENTITIES} entities, {octets} octets, verified as a stream and one entity looked up"
    );
    println!("{:<34}{:>10}{:>10}{:>10}", "", "", "measured", "at most");
    println!("{:<34}{:>7.0} ms", "floor: SHA-256, one quick-xml pass", pair.floor.micros() / 1e3);
    println!(
        "{:<34}{:>7.0} ms{:>8.2} x{:>8.2} x",
        "verified",
        pair.subject.micros() / 1e3,
        pair.ratio,
        MOST_TIME
    );
    println!(
        "{:<34}{:>10}{:>6} MiB{:>6} MiB",
        "memory, whole process",
        "",
        memory.div_ceil(1024),
        MOST_MEMORY
    );
    if memory > MOST_MEMORY * 1024 {
        return Err(format!("{memory} KiB of memory, at most {MOST_MEMORY} MiB").into());
    }
    Ok(())
}

/// Verifies the aggregate, and reads one entity.
fn verify(aggregate: &Path, certificate: &Path) -> Result<usize, Failure> {
    let certificate = Certificate::from_pem(&std::fs::read_to_string(certificate)?)?;
    let keys = PeerKeys::new([certificate.public_key().clone()])?;
    let publisher = MetadataPublisher { keys: &keys, policy: &PeerPolicy::default() };
    let name = EntityId::try_from(entity_id(WANTED).as_str())?;
    let mut file = File::open(aggregate)?;
    let entity = read_published_entity(&name, publisher, |buffer| {
        file.by_ref().take(PIECE).read_to_end(buffer).map(|_octets| ())
    })?;
    Ok(entity.contact_persons.len())
}

/// The work that no implementation can leave out: SHA-256 of the octets, and one pass for XML events over the same
/// stream.
fn floor(aggregate: &Path) -> Result<usize, Failure> {
    let tee = Tee { file: File::open(aggregate)?, sha256: Sha256::new() };
    let mut reader = Reader::from_reader(BufReader::with_capacity(64 * 1024, tee));
    let mut buffer = Vec::new();
    let mut events = 0;
    while !matches!(reader.read_event_into(&mut buffer)?, Event::Eof) {
        events += 1;
        buffer.clear();
    }
    let digest = reader.into_inner().into_inner().sha256.finish();
    Ok(events + digest.len())
}

/// Digests what is read.
struct Tee {
    file: File,
    sha256: Sha256,
}

impl Read for Tee {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.file.read(buffer)?;
        self.sha256.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}

/// The most memory that this process had, in KiB, as Linux counts it.
fn most_memory() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
