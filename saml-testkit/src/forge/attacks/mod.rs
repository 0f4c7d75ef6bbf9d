//! The catalogue, one file per section.

mod fake_trust;
mod wrapping;

use super::corpus::Corpus;
use super::{Family, ForgeError, ForgedMessage, Specimen, Tree as _, Wire};

/// Every attack on a Response, made from this specimen.
///
/// # Errors
/// The specimen is refused as it is, or lacks a part that an attack works on.
pub fn attacks_on(specimen: &Specimen<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let good = Wire::Response(specimen.tree().to_octets()?);
    let mut corpus = Corpus::new(specimen.signed.name(), specimen.context.clone(), good)?;
    corpus.family(Family::FakeTrust);
    fake_trust::forge(specimen, &mut corpus)?;
    corpus.family(Family::Wrapping);
    wrapping::forge(specimen, &mut corpus)?;
    Ok(corpus.into_messages())
}
