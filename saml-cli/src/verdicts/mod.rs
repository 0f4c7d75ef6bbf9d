//! `saml verdicts`: what a code means, and what to change where.

mod catalogue;
#[cfg(test)]
mod tests;

use clap::Args;
use serde_json::{Value, json};

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::screen::{self, DIM, STRONG, Screen, styled, wrap};

pub use catalogue::{Entry, catalogue};

/// Options of `saml verdicts`.
#[derive(Args, Clone, Debug)]
pub struct VerdictsOptions {
    /// Codes such as `audience.mismatch`, or the beginning of several: `audience`. All of them if left out.
    #[arg(value_name = "CODE")]
    pub codes: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Shows one entry whole, and several as a list.
///
/// # Errors
/// A code is none.
pub fn run(options: &VerdictsOptions) -> Result<Answer, CommandError> {
    let mut wanted: Vec<&Entry> = Vec::new();
    for code in &options.codes {
        wanted.extend(matching(code)?);
    }
    let whole = !wanted.is_empty() && (wanted.len() == options.codes.len() || options.json);
    if options.codes.is_empty() {
        wanted.extend(catalogue());
    }
    if options.json {
        screen::print_json(&wanted.iter().map(|entry| as_json(entry)).collect::<Vec<_>>())?;
        return Ok(Answer::Accepted);
    }
    let mut screen = Screen::default();
    if whole {
        wanted.iter().for_each(|entry| show(&mut screen, entry));
    } else {
        list(&mut screen, &wanted);
    }
    screen.print()?;
    Ok(Answer::Accepted)
}

/// The entry of this code, or those of the codes that begin with it.
fn matching(code: &str) -> Result<Vec<&'static Entry>, CommandError> {
    if let Some(entry) = catalogue().iter().find(|entry| entry.code == code) {
        return Ok(vec![entry]);
    }
    let begins = |entry: &&Entry| entry.code.strip_prefix(code).is_some_and(|rest| rest.starts_with('.'));
    let several: Vec<&Entry> = catalogue().iter().filter(begins).collect();
    if several.is_empty() {
        let none = InvalidValue::Other("no verdict has this code; `saml verdicts` lists them all");
        return Err(CommandError::option("CODE", none));
    }
    Ok(several)
}

fn as_json(entry: &Entry) -> Value {
    json!({
        "code": entry.code,
        "group": entry.group,
        "meaning": entry.meaning,
        "rule": entry.fact("Rule"),
        "fault": entry.fact("Fault"),
        "lookAt": entry.fact("Look at"),
        "change": entry.fact("Change"),
        "recipes": entry.recipes().collect::<std::collections::BTreeMap<_, _>>(),
    })
}

/// One entry, whole.
fn show(screen: &mut Screen, entry: &Entry) {
    const LABEL: usize = 10;
    screen.blank();
    screen.line(&styled(STRONG, entry.code));
    screen.paragraph(2, &entry.meaning);
    screen.blank();
    for label in Entry::LABELS {
        screen.fact_at(2, LABEL, &label.to_lowercase(), entry.fact(label).unwrap_or_default());
    }
    let mut recipes = entry.recipes().peekable();
    if recipes.peek().is_some() {
        screen.blank();
    }
    for (product, recipe) in recipes {
        screen.fact_at(2, LABEL, product, recipe);
    }
}

/// One line for each entry, under the titles of the page.
fn list(screen: &mut Screen, entries: &[&Entry]) {
    const CODE: usize = 34;
    let room = screen.columns().saturating_sub(2 + CODE);
    let mut group = "";
    for entry in entries {
        if entry.group != group {
            group = entry.group;
            screen.heading(group);
        }
        let summary = styled(DIM, &beginning(entry.summary(), room));
        if entry.code.len() < CODE {
            screen.line(&format!("  {:<CODE$}{summary}", entry.code));
        } else {
            screen.line(&format!("  {}", entry.code));
            screen.line(&format!("  {:CODE$}{summary}", ""));
        }
    }
    screen.blank();
    screen.line("One of them in full: saml verdicts CODE");
}

/// As many whole words as fit, and a mark where some don't.
fn beginning(text: &str, columns: usize) -> String {
    let mut lines = wrap(text, columns.saturating_sub(2)).into_iter();
    let first = lines.next().unwrap_or_default();
    if lines.next().is_some() { format!("{first} …") } else { first }
}
