//! The output of a replay: each mismatch, a table, and the two numbers.

use saml_testkit::manifest::{Case, Expectation, Mismatch, Outcome, Replayed};
use serde_json::{Value, json};

use super::{Ending, Run};
use crate::screen::{ACCEPTED, DIM, REJECTED, STRONG, Screen, clip, styled};
use crate::verify::chain;

/// The report on the screen.
pub(super) fn screen(runs: &[Run]) -> Screen {
    let mut screen = Screen::default();
    for run in runs {
        for (case, ending) in run.cases.iter().filter(|(_, ending)| !ending.is_passed()) {
            show(&mut screen, case, ending);
        }
    }
    screen.blank();
    table(&mut screen, runs);
    let passed: usize = runs.iter().map(Run::passed).sum();
    let failed: usize = runs.iter().map(Run::failed).sum();
    screen.blank();
    let style = if failed == 0 { ACCEPTED } else { REJECTED };
    screen.line(&styled(style, &format!("{passed} passed, {failed} failed")));
    screen
}

fn show(screen: &mut Screen, case: &Case, ending: &Ending) {
    screen.blank();
    screen.line(&format!("{} {}", styled(REJECTED, "✗"), styled(STRONG, &crate::screen::plain(&case.id))));
    match ending {
        Ending::Unusable(error) => screen.fact_at(2, 10, "unusable", &chain(error)),
        Ending::Replayed(replayed, mismatch) => {
            screen.fact_at(2, 10, "expected", &expected(case));
            let found = mismatch.as_ref().map(describe).unwrap_or_default();
            screen.fact_at(2, 10, "found", &found);
            if let Some(note) = &case.note {
                screen.fact_at(2, 10, "note", note);
            }
            verdict(screen, replayed);
        }
    }
}

fn verdict(screen: &mut Screen, replayed: &Replayed) {
    if replayed.verdict.checks().is_empty() {
        screen.fact_at(2, 10, "verdict", "refused before any check: no message, or no key to pin");
    }
    let mut label = "verdict";
    for check in replayed.verdict.failures() {
        screen.fact_at(2, 10, label, &check.to_string());
        label = "";
    }
}

fn expected(case: &Case) -> String {
    match (case.expect, &case.name_id, &case.code) {
        (Expectation::Accept, Some(name), _) => format!("accepted as {name}"),
        (Expectation::Accept, None, _) => "accepted".to_owned(),
        (Expectation::Reject, _, Some(code)) => format!("rejected with {code}"),
        (Expectation::Reject, _, None) => "rejected".to_owned(),
    }
}

fn describe(mismatch: &Mismatch) -> String {
    match mismatch {
        Mismatch::Refused => "rejected".to_owned(),
        Mismatch::Accepted => "ACCEPTED".to_owned(),
        Mismatch::NameId { found, .. } => format!("accepted as {found}"),
        Mismatch::Code { found, .. } => format!("rejected with {}", found.join(", ")),
    }
}

/// One line for each manifest.
fn table(screen: &mut Screen, runs: &[Run]) {
    const NUMBERS: usize = 50;
    let room = screen.columns().saturating_sub(NUMBERS).max(12);
    let head = format!(
        "{:<room$}{:>8}{:>10}{:>10}{:>8}{:>12}",
        "manifest", "cases", "accepted", "rejected", "failed", "time"
    );
    screen.line(&styled(DIM, &head));
    for run in runs {
        let name = clip(&run.path.display().to_string(), room.saturating_sub(1));
        let (accepted, rejected) = (count(run, true), count(run, false));
        let seconds = format!("{:.2} s", run.took.as_secs_f64());
        screen.line(&format!(
            "{name:<room$}{:>8}{accepted:>10}{rejected:>10}{:>8}{seconds:>12}",
            run.cases.len(),
            run.failed()
        ));
    }
}

fn count(run: &Run, accepted: bool) -> usize {
    let came_out = run.cases.iter().filter(|(_, ending)| match ending {
        Ending::Replayed(replayed, _) => matches!(replayed.outcome, Outcome::Accepted { .. }) == accepted,
        Ending::Unusable(_) => false,
    });
    came_out.count()
}

/// The report as data.
pub(super) fn json(runs: &[Run]) -> Value {
    let manifests: Vec<Value> = runs
        .iter()
        .map(|run| {
            let cases: Vec<Value> = run.cases.iter().map(|(case, ending)| case_json(case, ending)).collect();
            json!({
                "manifest": run.path.display().to_string(),
                "passed": run.passed(),
                "failed": run.failed(),
                "cases": cases,
            })
        })
        .collect();
    json!({
        "passed": runs.iter().map(Run::passed).sum::<usize>(),
        "failed": runs.iter().map(Run::failed).sum::<usize>(),
        "manifests": manifests,
    })
}

fn case_json(case: &Case, ending: &Ending) -> Value {
    match ending {
        Ending::Unusable(error) => {
            json!({ "id": case.id, "passed": false, "unusable": chain(error) })
        }
        Ending::Replayed(replayed, mismatch) => {
            let name_id = match &replayed.outcome {
                Outcome::Accepted { name_id } => Some(name_id),
                Outcome::Rejected => None,
            };
            json!({
                "id": case.id,
                "passed": ending.is_passed(),
                "expect": case.expect,
                "accepted": name_id.is_some(),
                "nameId": name_id,
                "mismatch": mismatch.as_ref().map(describe),
                "verdict": replayed.verdict,
            })
        }
    }
}
