//! The costs of validating, refusing, signing and remembering, as ratios to their floors.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the tables are the result")]

#[path = "ratios/engines.rs"]
mod engines;
#[path = "ratios/growth.rs"]
mod growth;
#[path = "ratios/signing.rs"]
mod signing;
#[path = "ratios/store.rs"]
mod store;
#[path = "ratios/validation.rs"]
mod validation;

use saml_benches::Failure;

fn main() -> Result<(), Failure> {
    println!("each figure: median of the ratios of neighbouring turns; µs: medians of this run\n");
    validation::run()?;
    growth::run()?;
    signing::run()?;
    store::run()?;
    engines::run()
}
