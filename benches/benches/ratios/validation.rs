//! From the posted form to the verdict.

use std::path::Path;
use std::time::Duration;

use saml_benches::{
    Failure, Identity, Pair, RelyingParty, Sample, Samples, alone, generated_hostile, generated_samples,
    paired, scale, scan, shared_hostile, shared_samples,
};

/// For each figure.
const TIME: Duration = Duration::from_millis(1500);
/// For each of the many hostile documents.
const SHORT: Duration = Duration::from_millis(30);

pub fn run() -> Result<(), Failure> {
    let shared = shared_samples()?;
    if shared.is_empty() {
        println!("skipped: ../shared/bench is not there\n");
    } else {
        table("validation, shared documents", &shared)?;
    }
    table("validation, our own documents", &generated_samples()?)?;
    curve()?;
    hostile()
}

fn table(title: &str, groups: &[Samples]) -> Result<(), Failure> {
    println!("{title}\n{:<42}{:>9}{:>11}{:>11}{:>9}", "", "octets", "floor µs", "ours µs", "× floor");
    for Samples { identity, good, bad } in groups {
        let party = RelyingParty::of(identity)?;
        for sample in good {
            accepted(&party, sample)?;
            line(&sample.name, sample.xml.len(), measure(&party, identity, sample)?);
        }
        for sample in bad {
            refused(&party, sample)?;
            line(&format!("refusing {}", sample.name), sample.xml.len(), measure(&party, identity, sample)?);
        }
        if let Some(sample) = good.first() {
            for worse in bad {
                let pair = paired(TIME, || party.accept(&sample.form), || party.accept(&worse.form));
                println!("{:<42}{:>40.2}", format!("  refusing ÷ accepting a: {}", worse.name), pair.ratio);
            }
        }
    }
    println!();
    Ok(())
}

fn line(name: &str, octets: usize, pair: Pair) {
    println!(
        "{name:<42}{octets:>9}{:>11.1}{:>11.1}{:>9.2}",
        pair.floor.micros(),
        pair.subject.micros(),
        pair.ratio
    );
}

fn measure(party: &RelyingParty, identity: &Identity, sample: &Sample) -> Result<Pair, Failure> {
    let mut floor = sample.floor(identity)?;
    Ok(paired(TIME, || floor.run(), || party.accept(&sample.form)))
}

/// What is not accepted is not worth measuring.
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
    println!(
        "attribute values\n{:<42}{:>9}{:>11}{:>11}{:>9}",
        "", "octets", "floor µs", "ours µs", "× floor"
    );
    for values in [10, 100, 1000, 10_000] {
        let Samples { identity, good, .. } = scale(values)?;
        let party = RelyingParty::of(&identity)?;
        for sample in &good {
            accepted(&party, sample)?;
            let pair = measure(&party, &identity, sample)?;
            line(&sample.name, sample.xml.len(), pair);
        }
    }
    println!();
    Ok(())
}

fn hostile() -> Result<(), Failure> {
    println!(
        "hostile documents\n{:<58}{:>9}{:>11}{:>10}{:>9}  verdict",
        "", "octets", "ours µs", "ns/octet", "× scan"
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    match shared_hostile(&folder)? {
        None => println!("skipped: ../shared/bench/gen_corpus.py or Python's cryptography is not there"),
        Some((identity, samples)) => each_hostile(&identity, &samples)?,
    }
    let (identity, samples) = generated_hostile()?;
    each_hostile(&identity, &samples)?;
    println!();
    Ok(())
}

fn each_hostile(identity: &Identity, samples: &[Sample]) -> Result<(), Failure> {
    let party = RelyingParty::of(identity)?;
    for sample in samples {
        let verdict = match party.accept(&sample.form) {
            Ok(_) => "accepted".to_owned(),
            Err(rejected) => rejected.verdict.code().map_or("?".to_owned(), |code| code.to_string()),
        };
        let spent = alone(SHORT, || party.accept(&sample.form));
        let floor = alone(SHORT, || scan(&sample.xml));
        println!(
            "{:<58}{:>9}{:>11.0}{:>10.2}{:>9.2}  {verdict}",
            sample.name,
            sample.xml.len(),
            spent.micros(),
            spent.nanos_per(sample.xml.len()),
            spent.micros() / floor.micros(),
        );
    }
    Ok(())
}
