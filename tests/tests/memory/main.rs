//! The peak memory of a message, whoever sent it: a multiple of its size, and never a product of two numbers that it
//! chooses.
//!
//! The allocator counts every block; a vector that moves counts twice while it does.

#![forbid(unsafe_code)]

mod aggregates;
mod corpora;
mod encrypted;
mod growing;
mod http;
mod messages;
mod metadata;
mod records;
mod redirect;
mod scene;
mod settings;
mod shapes;
mod starts;
mod strangers;
mod tools;

use std::sync::{Mutex, MutexGuard, PoisonError};

use peak_alloc::PeakAlloc;
use saml_core::base::Limits;
use saml_core::xml::Document;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// One test at a time: all threads share the count.
static TURN: Mutex<()> = Mutex::new(());

const MEBIBYTE: usize = 1 << 20;

/// The peak of the heap above its present size, while `work` ran and before its result was dropped.
fn peak<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let result = work();
    (HEAP.peak_usage().saturating_sub(before), result)
}

/// As [`peak`], of what takes several turns.
async fn peak_of<T>(work: impl Future<Output = T>) -> (usize, T) {
    let before = HEAP.current_usage();
    HEAP.reset_peak_usage();
    let result = work.await;
    (HEAP.peak_usage().saturating_sub(before), result)
}

/// How many nodes a document has, as far as anybody reads it.
fn nodes(octets: &[u8], limits: &Limits) -> usize {
    let unbounded = Limits {
        octets: usize::MAX,
        depth: usize::MAX,
        nodes: usize::MAX,
        attributes: usize::MAX,
        namespace_declarations: usize::MAX,
        total_namespace_declarations: usize::MAX,
        prefixes: usize::MAX,
        namespace_octets: usize::MAX,
        ..Limits::AGGREGATE
    };
    let nodes = Document::parse(octets.to_vec(), &unbounded).map_or(0, |document| document.node_count());
    nodes.min(limits.nodes)
}

/// What reading so many octets of XML with so many nodes may take.
const fn bound(nodes: usize, octets: usize) -> usize {
    256 * nodes + 8 * octets + MEBIBYTE
}

/// The measured and the allowed values of a test's cases, which are reported together. A test begins with it, for no
/// other runs meanwhile.
struct Ledger {
    _turn: MutexGuard<'static, ()>,
    measured: usize,
    faults: Vec<String>,
}

impl Ledger {
    fn new() -> Self {
        Self { _turn: TURN.lock().unwrap_or_else(PoisonError::into_inner), measured: 0, faults: Vec::new() }
    }

    /// Records the memory that a reader of `octets` took.
    fn add(&mut self, case: &str, octets: &[u8], limits: &Limits, taken: usize) {
        self.measured += 1;
        let nodes = nodes(octets, limits);
        let most = bound(nodes, octets.len()).min(64 * MEBIBYTE);
        if std::env::var_os("MEMORY_SHOW").is_some() {
            let octets = octets.len();
            println!(
                "{:>5} % {taken:>10} of {most:>10}  {octets:>8} octets {nodes:>7} nodes  {case}",
                taken * 100 / most
            );
        }
        self.require(case, taken, most);
    }

    /// Notes a measurement against a bound of its own.
    fn require(&mut self, case: &str, taken: usize, most: usize) {
        if taken > most {
            self.faults.push(format!("{case}: {taken} octets, at most {most}"));
        }
    }

    /// Fails with all that was too much.
    fn close(self, at_least: usize) {
        assert!(self.measured >= at_least, "only {} cases", self.measured);
        assert!(self.faults.is_empty(), "{:#?}", self.faults);
    }
}
