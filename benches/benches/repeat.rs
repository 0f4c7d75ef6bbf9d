//! One thing again and again, for a profiler that counts instructions: `repeat NAME RUNS`.
//!
//! NAME is how the document is called in the tables, or its beginning (`a  `, `refusing` is not part of it); `floor:NAME`
//! does the floor of it; `sign` and `floor:sign` sign a Response. With
//! `valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*repeated*'` only what is measured is counted.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the answer of a program")]

use std::hint::black_box;

use saml_benches::{
    Failure, Identity, RelyingParty, Samples, SigningFloor, generated_hostile, generated_samples, scale,
    shared_samples, sign, typed_response,
};

/// Where documents come from.
type Source = fn() -> Result<Vec<Samples>, Failure>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let (Some(name), Some(runs)) = (arguments.next(), arguments.next()) else { return Ok(()) };
    let runs: u32 = runs.parse()?;
    let (floor_too, wanted) = match name.strip_prefix("floor:") {
        Some(wanted) => (true, wanted),
        None => (false, name.as_str()),
    };
    if wanted == "sign" {
        return signing(floor_too, runs);
    }
    let hostile = || Ok(vec![generated_hostile()?]);
    let scaled = || [1000, 10_000].into_iter().map(scale).collect();
    let sources: [Source; 4] = [shared_samples, generated_samples, hostile, scaled];
    for samples in sources {
        for samples in samples()? {
            let party = RelyingParty::of(&samples)?;
            let mut all = samples.good.iter().chain(&samples.bad);
            let Some(sample) = all.find(|sample| sample.name.starts_with(wanted)) else { continue };
            if floor_too {
                let mut floor = sample.floor(&samples)?;
                repeat(runs, &mut || floor.run() > 0);
            } else {
                repeat(runs, &mut || party.accept(black_box(&sample.form)).is_ok());
            }
            println!("{runs} × {}, {} octets", sample.name, sample.xml.len());
            return Ok(());
        }
    }
    Err(format!("no document is called {name}").into())
}

fn signing(floor_too: bool, runs: u32) -> Result<(), Failure> {
    let identity = Identity::rsa()?;
    let response = typed_response(20)?;
    let mut floor = SigningFloor::new(&identity, response.to_xml()?.octets())?;
    let signer = identity.signer()?;
    if floor_too {
        repeat(runs, &mut || floor.run() > 0);
    } else {
        repeat(runs, &mut || sign(&response, &signer).is_ok());
    }
    Ok(())
}

fn repeat(runs: u32, routine: &mut dyn FnMut() -> bool) {
    routine();
    for _ in 0..runs {
        black_box(repeated(routine));
    }
}

#[inline(never)]
fn repeated(routine: &mut dyn FnMut() -> bool) -> bool {
    routine()
}
