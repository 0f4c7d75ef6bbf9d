use super::*;
use crate::validation::Verdict;

fn row(verdict: &Verdict, rule: &str) -> (Outcome, Option<&'static str>) {
    let check = verdict.checks().iter().find(|check| check.name() == rule).unwrap();
    (check.outcome(), check.code().map(|code| code.as_str()))
}

/// An unsigned envelope may lack these parts.
#[test]
fn an_unsigned_envelope_may_leave_out_its_issuer_and_its_destination() {
    let mut scene = Scene { signed: vec!["_a"], ..Scene::good() };
    scene.envelope().issuer = None;
    scene.envelope().destination = None;
    let accepted = scene.judge().unwrap();
    assert_eq!(row(accepted.verdict(), "response_issuer"), (Outcome::NotApplicable, None));
    assert_eq!(row(accepted.verdict(), "destination"), (Outcome::NotApplicable, None));
}

/// Without an issuer, the signature stands where only a relaxation takes it.
#[test]
fn a_signed_envelope_without_an_issuer_is_remarked_upon() {
    let mut scene = Scene { relaxations: Relaxation::SignaturePosition.into(), ..Scene::good() };
    scene.envelope().issuer = None;
    let accepted = scene.judge().unwrap();
    let remark = (Outcome::Warning, Some("response.issuer_missing"));
    assert_eq!(row(accepted.verdict(), "response_issuer"), remark);
}
