//! How often validating a message asks for memory, and what an entry of the memory engine takes. A test, too: these numbers are the same everywhere.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::time::Duration;

use saml_benches::{Failure, RelyingParty, Sample, generated_samples, scale, shared_samples};
use saml_store::{Entry, MemoryStore, Namespace, Store, StoreInstant};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// The most blocks for a message like `a`: a third of what the best known implementation takes to check its signature.
const MOST_BLOCKS: u64 = 250;

fn main() -> Result<(), Failure> {
    println!("heap, per validation\n{:<42}{:>9}{:>9}{:>12}", "", "blocks", "octets", "at a time");
    let mut failure = None;
    for samples in shared_samples()?.iter().chain(&generated_samples()?) {
        let party = RelyingParty::of(samples)?;
        for sample in samples.good.iter().chain(&samples.bad) {
            let blocks = count(&party, sample).total_blocks;
            if sample.name.starts_with("a  ") && blocks > MOST_BLOCKS {
                failure = Some(format!("{}: {blocks} blocks, at most {MOST_BLOCKS}", sample.name));
            }
        }
    }
    failure = failure.or(growth()?).or(place_of_an_entry()?);
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

/// How much more of memory an octet of a message may ask for if there is ten times as much of it.
const MOST_GROWTH: f64 = 1.05;

/// A message of ten times as many values asks for memory ten times as often, and for ten times as much.
fn growth() -> Result<Option<String>, Failure> {
    let mut failure = None;
    let mut before: Option<[f64; 2]> = None;
    for values in [1000, 10_000] {
        let samples = scale(values)?;
        let party = RelyingParty::of(&samples)?;
        for sample in &samples.good {
            let heap = count(&party, sample);
            let each = [heap.total_blocks, heap.total_bytes].map(|total| per_octet(total, sample));
            if let Some(before) = before.replace(each) {
                let grown = before.iter().zip(each).any(|(before, each)| each > before * MOST_GROWTH);
                failure = grown.then(|| format!("{}: {before:?} an octet, then {each:?}", sample.name));
            }
        }
    }
    Ok(failure)
}

/// Octets that an entry takes beside those of its key and its value, at most.
const MOST_BESIDE: usize = 300;

/// Sessions in the memory engine.
fn place_of_an_entry() -> Result<Option<String>, Failure> {
    const ENTRIES: usize = 10_000;
    const KEY: usize = 43;
    println!("\nmemory engine, {ENTRIES} entries\n{:<42}{:>9}", "", "octets beside key and value");
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let now = StoreInstant::from_unix_millis(1_795_176_000_000);
    let expires_at = now.saturating_add(Duration::from_secs(600));
    let mut failure = None;
    for octets in [0, 200, 2_500] {
        let profiler = dhat::Profiler::builder().testing().build();
        let store = MemoryStore::new();
        for number in 0..ENTRIES {
            let (namespace, key) = (Namespace::new("bench"), format!("{number:0KEY$}"));
            let entry = Entry { namespace, key: &key, value: vec![0; octets], expires_at };
            let _new = runtime.block_on(store.insert_if_absent(entry, now))?;
        }
        let beside = dhat::HeapStats::get().curr_bytes / ENTRIES - KEY - octets;
        drop(profiler);
        println!("{:<42}{beside:>9}", format!("a value of {octets} octets"));
        if beside > MOST_BESIDE {
            failure = Some(format!("an entry takes {beside} octets beside its own, at most {MOST_BESIDE}"));
        }
    }
    Ok(failure)
}

fn per_octet(total: u64, sample: &Sample) -> f64 {
    let octets = u32::try_from(sample.xml.len()).unwrap_or(u32::MAX);
    u32::try_from(total).map_or(f64::INFINITY, f64::from) / f64::from(octets)
}

fn count(party: &RelyingParty, sample: &Sample) -> dhat::HeapStats {
    // Blocks that are made once per process or key are not counted.
    drop(party.accept(&sample.form));
    let profiler = dhat::Profiler::builder().testing().build();
    drop(party.accept(&sample.form));
    let heap = dhat::HeapStats::get();
    drop(profiler);
    println!("{:<42}{:>9}{:>9}{:>12}", sample.name, heap.total_blocks, heap.total_bytes, heap.max_bytes);
    heap
}
