//! The tree on the screen.

use saml_core::base::VerdictCode;
use saml_core::validation::{Basis, Check, Outcome};

use super::Explanation;
use super::group::Group;
use crate::screen::{
    ACCEPTED, DIM, REJECTED, STRONG, Screen, WARNING, clip, is_terminal, styled, visible, wrap,
};

/// Columns of a check's name, from its mark on.
const NAME: usize = 25;
/// Columns of a section.
const SECTION: usize = 20;

/// The explanation as lines; `brief` leaves out what holds.
#[must_use]
pub fn show(explanation: &Explanation<'_>, brief: bool) -> Screen {
    let mut screen = Screen::default();
    summary(&mut screen, explanation);
    let branches: Vec<(Group, Vec<(&Check, String)>)> = Group::ALL
        .into_iter()
        .map(|group| (group, members(explanation, group, brief)))
        .filter(|(_, checks)| !checks.is_empty())
        .collect();
    if !branches.is_empty() {
        screen.blank();
    }
    let last = branches.len().saturating_sub(1);
    for (index, (group, checks)) in branches.iter().enumerate() {
        let (branch, trunk) = if index == last { ("└─", "   ") } else { ("├─", "│  ") };
        screen.line(&format!("{} {}", styled(DIM, branch), styled(STRONG, group.title())));
        let last = checks.len().saturating_sub(1);
        for (index, (check, name)) in checks.iter().enumerate() {
            let (twig, below) = if index == last { ("└─", "  ") } else { ("├─", "│ ") };
            leaf(&mut screen, check, name, &format!("{trunk}{twig}"), &format!("{trunk}{below}"));
        }
    }
    conclusion(&mut screen, explanation);
    if let Some(code) = explanation.code() {
        screen.blank();
        screen.line(&format!("What to do: {}", styled(STRONG, &format!("saml verdicts {code}"))));
    }
    screen
}

/// The verdict again, for the first line of a long tree has scrolled away.
fn conclusion(screen: &mut Screen, explanation: &Explanation<'_>) {
    const LINES_OF_A_SMALL_TERMINAL: usize = 23;
    if screen.text().lines().count() <= LINES_OF_A_SMALL_TERMINAL {
        return;
    }
    screen.blank();
    if explanation.is_accepted() {
        screen.line(&styled(ACCEPTED, "ACCEPTED"));
        return;
    }
    let failed = explanation.checks().filter(|check| check.outcome() == Outcome::Fail);
    let codes: Vec<&str> = failed.filter_map(Check::code).map(VerdictCode::as_str).collect();
    let mut lines = wrap(&codes.join(", "), screen.columns().saturating_sub(10)).into_iter();
    let first = lines.next().unwrap_or_default();
    screen.line(&format!("{}  {}", styled(REJECTED, "REJECTED"), styled(STRONG, &first)));
    for line in lines {
        screen.line(&format!("          {}", styled(STRONG, &line)));
    }
}

fn members<'e>(explanation: &'e Explanation<'_>, group: Group, brief: bool) -> Vec<(&'e Check, String)> {
    let all = explanation.checks().filter_map(|check| {
        let (own, name) = Group::of(check.name());
        (own == group).then_some((check, name))
    });
    let tells = |check: &Check| matches!(check.outcome(), Outcome::Fail | Outcome::Warning);
    all.filter(|(check, _)| !brief || tells(check)).collect()
}

fn summary(screen: &mut Screen, explanation: &Explanation<'_>) {
    let (word, style) =
        if explanation.is_accepted() { ("ACCEPTED", ACCEPTED) } else { ("REJECTED", REJECTED) };
    let code = explanation.code().map(|code| format!("  {}", styled(STRONG, code))).unwrap_or_default();
    screen.line(&format!("{}{code}", styled(style, word)));
    screen.fact_at(2, 9, "message", &format!("{} ({})", explanation.subject, explanation.wrapping));
    let setting = explanation.setting;
    screen.fact_at(2, 9, "from", &setting.idp.entity_id);
    screen.fact_at(2, 9, "to", &setting.sp.acs_url);
    screen.fact_at(2, 9, "at", &format!("{}, clocks may differ by {} s", setting.now, setting.clock_skew));
    screen.fact_at(2, 9, "checks", &count(explanation));
    if let Some(found) = explanation.headline().and_then(Check::found_value) {
        screen.fact_at(2, 9, "found", &shown(found));
    }
    if explanation.checks().any(|check| check.basis() == Basis::Claimed) {
        screen.blank();
        let is_unsigned = explanation.verdicts.iter().any(|verdict| verdict.has_failure("signature.missing"));
        let note = if is_unsigned {
            "The message is not signed: the other checks are about what it claims, whoever wrote it."
        } else {
            "The signature does not hold: the other checks are about what the message claims, whoever wrote it."
        };
        for line in wrap(note, screen.columns()) {
            screen.line(&styled(WARNING, &line));
        }
    }
}

fn count(explanation: &Explanation<'_>) -> String {
    let with = |outcome| explanation.checks().filter(|check| check.outcome() == outcome).count();
    let mut parts = vec![format!("{} passed", with(Outcome::Pass))];
    for (outcome, words) in [
        (Outcome::Fail, "failed"),
        (Outcome::Warning, "with a warning"),
        (Outcome::NotApplicable, "not applicable"),
    ] {
        if with(outcome) > 0 {
            parts.push(format!("{} {words}", with(outcome)));
        }
    }
    parts.join(", ")
}

fn leaf(screen: &mut Screen, check: &Check, name: &str, twig: &str, below: &str) {
    let (mark, style) = match check.outcome() {
        Outcome::Pass => ("✓", ACCEPTED),
        Outcome::Fail => ("✗", REJECTED),
        Outcome::Warning => ("!", WARNING),
        Outcome::NotApplicable => ("–", DIM),
    };
    let padded = format!("{mark} {name:<NAME$}");
    let section = check.section();
    let tells = matches!(check.outcome(), Outcome::Fail | Outcome::Warning);
    let label = if tells {
        styled(style, &padded)
    } else {
        format!("{}{}", styled(style, mark), rest(&padded, mark))
    };
    let head = format!("{} {label} {}", styled(DIM, twig), styled(DIM, section));
    if tells {
        screen.line(&head);
        details(screen, check, below);
        return;
    }
    let used = twig.chars().count() + 1 + 2 + NAME + 1 + SECTION + 1;
    let value = check.found_value().map(shown).unwrap_or_default();
    if value.is_empty() {
        screen.line(&head);
        return;
    }
    let gap = " ".repeat(SECTION.saturating_sub(section.chars().count()));
    let value = if is_terminal() { clip(&value, screen.columns().saturating_sub(used)) } else { value };
    screen.line(&format!("{head}{gap} {}", styled(DIM, &value)));
}

/// A value of a check, in which two quotation marks stand for an empty value.
fn shown(value: &str) -> String {
    if value.is_empty() { String::new() } else { visible(value) }
}

fn rest<'t>(padded: &'t str, mark: &str) -> &'t str {
    padded.strip_prefix(mark).unwrap_or(padded)
}

/// The details of a failing check, below its line.
fn details(screen: &mut Screen, check: &Check, below: &str) {
    const LABEL: usize = 9;
    let facts = [
        ("code", check.code().map(VerdictCode::as_str)),
        ("expected", check.expected_value()),
        ("found", check.found_value()),
        ("hint", check.hint_text()),
    ];
    let indent = format!("{below}   ");
    let room = screen.columns().saturating_sub(indent.chars().count() + LABEL);
    for (label, value) in facts.into_iter().filter_map(|(label, value)| Some((label, value?))) {
        let mut label = format!("{label:<LABEL$}");
        for line in wrap(&shown(value), room) {
            screen.line(&format!("{}{}{line}", styled(DIM, &indent), styled(DIM, &label)));
            label = " ".repeat(LABEL);
        }
    }
}
