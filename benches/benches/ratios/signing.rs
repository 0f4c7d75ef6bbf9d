//! From the typed response to the octets that are sent.

use std::time::Duration;

use saml_benches::{Failure, Identity, SigningFloor, paired, sign, typed_response};

const TIME: Duration = Duration::from_secs(4);

pub fn run() -> Result<(), Failure> {
    println!("signing\n{:<51}{:>11}{:>11}{:>9}{:>9}", "", "floor µs", "ours µs", "× floor", "at most");
    let identity = Identity::rsa()?;
    let signer = identity.signer()?;
    let response = typed_response(20)?;
    let unsigned = response.to_xml()?;
    let mut floor = SigningFloor::new(&identity, unsigned.octets())?;
    let signed = paired(TIME, || floor.run(), || sign(&response, &signer));
    sign(&response, &signer)?;
    println!(
        "{:<51}{:>11.1}{:>11.1}{:>9.3}{:>9}",
        "a Response, written and signed, RSA-2048",
        signed.floor.micros(),
        signed.subject.micros(),
        signed.ratio,
        "1.10"
    );
    println!();
    Ok(())
}
