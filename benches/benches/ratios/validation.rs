//! From the posted form to the verdict.

use std::path::Path;
use std::time::Duration;

use saml_benches::{
    Failure, Pair, RelyingParty, Sample, Samples, alone, generated_hostile, generated_samples, paired, scale,
    scan, shared_hostile, shared_samples,
};

/// For each figure.
const TIME: Duration = Duration::from_millis(1500);
/// For each of the many hostile documents.
const SHORT: Duration = Duration::from_millis(30);

pub fn run() -> Result<(), Failure> {
    let shared = shared_samples()?;
    if shared.is_empty() {
        println!(
            "skipped: there is no folder shared/bench beside the repository, and no SAML_BENCH_CORPUS\n"
        );
    } else {
        table("validation, shared documents", &shared)?;
    }
    table("validation, our own documents", &generated_samples()?)?;
    curve()?;
    hostile()
}

fn table(title: &str, groups: &[Samples]) -> Result<(), Failure> {
    heading(title);
    for samples in groups {
        let party = RelyingParty::of(samples)?;
        for sample in &samples.good {
            accepted(&party, sample)?;
            line(&sample.name, sample, measure(&party, samples, sample)?);
        }
        for sample in &samples.bad {
            refused(&party, sample)?;
            line(&format!("refusing {}", sample.name), sample, measure(&party, samples, sample)?);
        }
        for worse in &samples.bad {
            let alike = |good: &&Sample| good.name.split(' ').next() == worse.name.split(',').next();
            if let Some(sample) = samples.good.iter().find(alike) {
                let pair = paired(TIME, || party.accept(&sample.form), || party.accept(&worse.form));
                let name = format!("  refusing ÷ accepting: {}", worse.name);
                println!("{name:<42}{:>40.2}{:>9}", pair.ratio, "1.00");
            }
        }
    }
    println!();
    Ok(())
}

fn heading(title: &str) {
    println!(
        "{title}\n{:<42}{:>9}{:>11}{:>11}{:>9}{:>9}",
        "", "octets", "floor µs", "ours µs", "× floor", "at most"
    );
}

fn line(name: &str, sample: &Sample, pair: Pair) {
    println!(
        "{name:<42}{:>9}{:>11.1}{:>11.1}{:>9.2}{:>9}",
        sample.xml.len(),
        pair.floor.micros(),
        pair.subject.micros(),
        pair.ratio,
        sample.target().map_or(String::new(), |target| format!("{target:.2}")),
    );
}

fn measure(party: &RelyingParty, samples: &Samples, sample: &Sample) -> Result<Pair, Failure> {
    let mut floor = sample.floor(samples)?;
    Ok(paired(TIME, || floor.run(), || party.accept(&sample.form)))
}

/// Only accepted messages are measured.
fn accepted(party: &RelyingParty, sample: &Sample) -> Result<(), Failure> {
    party.accept(&sample.form).map(drop).map_err(|rejected| {
        let checks: Vec<String> = rejected.verdict.failures().map(ToString::to_string).collect();
        format!("{} is refused: {}", sample.name, checks.join("; ")).into()
    })
}

fn refused(party: &RelyingParty, sample: &Sample) -> Result<(), Failure> {
    match party.accept(&sample.form) {
        Err(_) => Ok(()),
        Ok(_) => Err(format!("{} is accepted", sample.name).into()),
    }
}

/// Cost must grow with the message, not with its square.
fn curve() -> Result<(), Failure> {
    heading("attribute values: ns for each octet must not grow");
    for values in [10, 100, 1000, 10_000] {
        let samples = scale(values)?;
        let party = RelyingParty::of(&samples)?;
        for sample in &samples.good {
            accepted(&party, sample)?;
            let pair = measure(&party, &samples, sample)?;
            let each = pair.subject.nanos_per(sample.xml.len());
            line(&format!("{}, {each:.2} ns for each octet", sample.name), sample, pair);
        }
    }
    println!();
    Ok(())
}

/// The most time for a stranger's document below a megabyte.
const GATE: Duration = Duration::from_millis(10);

fn hostile() -> Result<(), Failure> {
    println!(
        "hostile documents: at most {} ms without the key; ns for each octet must not grow\n\
         {:<58}{:>9}{:>11}{:>10}{:>9}  verdict",
        GATE.as_millis(),
        "",
        "octets",
        "ours µs",
        "ns/octet",
        "× scan"
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    match shared_hostile(&folder)? {
        None => println!("skipped: gen_corpus.py or Python's cryptography is not there"),
        Some(samples) => each_hostile(&samples)?,
    }
    each_hostile(&generated_hostile()?)?;
    println!();
    Ok(())
}

fn each_hostile(samples: &Samples) -> Result<(), Failure> {
    let party = RelyingParty::of(samples)?;
    for sample in &samples.bad {
        let verdict = match party.accept(&sample.form) {
            Ok(_) => "accepted".to_owned(),
            Err(rejected) => rejected.verdict.code().map_or("?".to_owned(), |code| code.to_string()),
        };
        let spent = alone(SHORT, || party.accept(&sample.form));
        let floor = alone(SHORT, || scan(&sample.xml));
        let late = if spent.0 > GATE { "  more than 10 ms" } else { "" };
        println!(
            "{:<58}{:>9}{:>11.0}{:>10.2}{:>9.2}  {verdict}{late}",
            sample.name,
            sample.xml.len(),
            spent.micros(),
            spent.nanos_per(sample.xml.len()),
            spent.micros() / floor.micros(),
        );
    }
    Ok(())
}
