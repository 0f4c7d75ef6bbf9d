//! How often validating a message asks for memory. A test, too: these numbers are the same everywhere.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use saml_benches::{Failure, RelyingParty, Sample, generated_samples, shared_samples};

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
            let blocks = count(&party, sample);
            if sample.name.starts_with("a  ") && blocks > MOST_BLOCKS {
                failure = Some(format!("{}: {blocks} blocks, at most {MOST_BLOCKS}", sample.name));
            }
        }
    }
    match failure {
        Some(failure) => Err(failure.into()),
        None => Ok(()),
    }
}

fn count(party: &RelyingParty, sample: &Sample) -> u64 {
    // Blocks that are made once per process or key are not counted.
    drop(party.accept(&sample.form));
    let profiler = dhat::Profiler::builder().testing().build();
    drop(party.accept(&sample.form));
    let heap = dhat::HeapStats::get();
    drop(profiler);
    println!("{:<42}{:>9}{:>9}{:>12}", sample.name, heap.total_blocks, heap.total_bytes, heap.max_bytes);
    heap.total_blocks
}
