//! The report on written files, and on the outcomes of sent messages.

use saml_testkit::pentest::{Ending, Report, Tried};
use serde_json::json;

use super::corpus::Corpus;
use crate::answer::CommandError;
use crate::screen::{self, ACCEPTED, DIM, REJECTED, STRONG, Screen, WARNING, clip, styled};

/// Columns of a family's name.
const NAME: usize = 24;

/// Lists the content of the folder.
pub(super) fn written(corpus: &Corpus, json: bool) -> Result<(), CommandError> {
    if json {
        return screen::print_json(&written_json(corpus));
    }
    let mut screen = Screen::default();
    show_written(&mut screen, corpus);
    screen.print()
}

fn written_json(corpus: &Corpus) -> serde_json::Value {
    let families = corpus.families.iter().map(|(family, (hostile, decoys))| {
        (family.name().to_owned(), json!({ "mustBeRefused": hostile, "decoys": decoys }))
    });
    json!({
        "manifest": corpus.manifest.display().to_string(),
        "families": families.collect::<serde_json::Map<_, _>>(),
    })
}

fn show_written(screen: &mut Screen, corpus: &Corpus) {
    screen.line(&styled(DIM, &format!("{:<NAME$}{:>16}{:>10}", "family", "must be refused", "decoys")));
    let (mut hostile, mut decoys) = (0_usize, 0_usize);
    for (family, (refused, harmless)) in &corpus.families {
        screen.line(&format!("{:<NAME$}{refused:>16}{harmless:>10}", family.name()));
        (hostile, decoys) = (hostile.saturating_add(*refused), decoys.saturating_add(*harmless));
    }
    screen.line(&styled(STRONG, &format!("{:<NAME$}{hostile:>16}{decoys:>10}", "all")));
    screen.blank();
    screen.fact("manifest", &corpus.manifest.display().to_string());
    screen.fact(
        "keys",
        "keys/*.key are private keys that were made for this corpus; only you can read the files",
    );
    screen.fact("try it", &format!("saml replay {}", corpus.manifest.display()));
}

/// Says what became of everything.
pub(super) fn tried(report: &Report, written: Option<&Corpus>, json: bool) -> Result<(), CommandError> {
    if json {
        return screen::print_json(&json!({
            "sent": report.tried.len(),
            "letIn": report.let_in().count(),
            "report": report,
            "written": written.map(written_json),
        }));
    }
    let mut screen = Screen::default();
    if let Some(corpus) = written {
        show_written(&mut screen, corpus);
    }
    show(&mut screen, report);
    screen.print()
}

/// The report on the screen.
fn show(screen: &mut Screen, report: &Report) {
    screen.heading("Self-pentest");
    screen.fact("target", &report.target);
    screen.fact("a login is when", &report.evidence);
    screen.fact("controls", &format!("{} good messages got in", report.controls));
    if !report.not_taken.is_empty() {
        screen.fact("not taken", &format!("good messages of the kind {}", report.not_taken.join(", ")));
    }
    screen.blank();
    table(screen, report);
    for tried in report.let_in() {
        screen.blank();
        screen.line(&format!("{} {}", styled(REJECTED, "✗"), styled(STRONG, &clip(&tried.id, 76))));
        screen.fact_at(2, 10, "attack", &tried.title);
        screen.fact_at(2, 10, "LET IN", &how(tried));
    }
    let failures = report.tried.iter().filter(|tried| tried.status.is_some_and(|status| status >= 500));
    let failures: Vec<&str> = failures.map(|tried| tried.id.as_str()).collect();
    if let [first, ..] = failures.as_slice() {
        screen.blank();
        let text = format!("{} messages were answered with a server error, such as {first}", failures.len());
        screen.paragraph(0, &text);
    }
    screen.blank();
    if report.left_out > 0 {
        screen.line(&styled(WARNING, &format!("{} messages were not sent", report.left_out)));
    }
    if let Some(lost) = &report.lost {
        screen.line(&styled(WARNING, &format!("the service provider was lost: {lost}")));
    }
    let let_in = report.let_in().count();
    let style = if let_in == 0 { ACCEPTED } else { REJECTED };
    screen.line(&styled(style, &format!("{} sent, {let_in} let in", report.tried.len())));
}

fn how(tried: &Tried) -> String {
    let status = tried.status.map(|status| format!("status {status}")).unwrap_or_default();
    match &tried.ending {
        Ending::LetIn { named: Some(name) } => format!("as {name}, {status}"),
        Ending::LetIn { named: None } | Ending::Refused | Ending::Harmless | Ending::NoAnswer => status,
    }
}

/// One line for each family.
fn table(screen: &mut Screen, report: &Report) {
    let head = format!(
        "{:<NAME$}{:>8}{:>10}{:>10}{:>11}{:>8}",
        "family", "sent", "refused", "harmless", "no answer", "let in"
    );
    screen.line(&styled(DIM, &head));
    for (family, tried) in report.families() {
        let count = |is: fn(&Ending) -> bool| tried.iter().filter(|tried| is(&tried.ending)).count();
        let let_in = count(|ending| matches!(ending, Ending::LetIn { .. }));
        let line = format!(
            "{family:<NAME$}{:>8}{:>10}{:>10}{:>11}{let_in:>8}",
            tried.len(),
            count(|ending| *ending == Ending::Refused),
            count(|ending| *ending == Ending::Harmless),
            count(|ending| *ending == Ending::NoAnswer),
        );
        screen.line(&if let_in == 0 { line } else { styled(REJECTED, &line) });
    }
}
