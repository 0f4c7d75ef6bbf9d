//! `saml metadata diff`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::description::{Line, describe};
use super::show::entity_id;
use crate::answer::{Answer, CommandError};
use crate::screen::{self, ACCEPTED, DIM, REJECTED, Screen, plain, styled, wrap};
use crate::setting;

/// Options of `saml metadata diff`.
#[derive(Args, Clone, Debug)]
pub struct DiffOptions {
    /// The description that is in use.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The one that is to replace it.
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Which entity, where there are several.
    #[arg(long, value_name = "NAME")]
    pub entity_id: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Compares what matters to a peer; order and signatures don't.
///
/// # Errors
/// A file can't be read or holds no metadata.
pub fn run(options: &DiffOptions) -> Result<Answer, CommandError> {
    let wanted = entity_id(options.entity_id.as_deref())?;
    let old = describe(&*setting::descriptor(&options.old, wanted.as_ref())?);
    let new = describe(&*setting::descriptor(&options.new, wanted.as_ref())?);
    let removed = missing(&old, &new);
    let added = missing(&new, &old);
    let is_same = removed.is_empty() && added.is_empty();
    if options.json {
        screen::print_json(&json!({ "same": is_same, "removed": removed, "added": added }))?;
    } else {
        show(&removed, &added).print()?;
    }
    Ok(Answer::of(is_same))
}

/// Those that are not among the others, each looked up by its order.
fn missing<'l, L: Ord>(from: &'l [L], others: &[L]) -> Vec<&'l L> {
    let others: BTreeSet<&L> = others.iter().collect();
    from.iter().filter(|line| !others.contains(line)).collect()
}

/// The lines of each part, the removed ones before the added ones, in the order of the parts.
fn by_part<'l>(removed: &[&'l Line], added: &[&'l Line]) -> Vec<(&'l str, Vec<(Mark, &'l Line)>)> {
    let mut parts: Vec<(&str, Vec<(Mark, &Line)>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let marked = removed.iter().map(|line| (Mark::Removed, *line));
    for (mark, line) in marked.chain(added.iter().map(|line| (Mark::Added, *line))) {
        let place = *places.entry(&line.part).or_insert(parts.len());
        match parts.get_mut(place) {
            Some((_, lines)) => lines.push((mark, line)),
            None => parts.push((&line.part, vec![(mark, line)])),
        }
    }
    parts
}

/// On which side a line is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Removed,
    Added,
}

fn show(removed: &[&Line], added: &[&Line]) -> Screen {
    let mut screen = Screen::default();
    for (part, lines) in by_part(removed, added) {
        screen.heading(part);
        for (mark, line) in lines {
            let (mark, style) = match mark {
                Mark::Removed => ("-", REJECTED),
                Mark::Added => ("+", ACCEPTED),
            };
            let mut label = format!("{mark} {:<16}", line.name);
            for piece in wrap(&plain(&line.value), screen.columns().saturating_sub(18)) {
                screen.line(&styled(style, &format!("{label}{piece}")));
                label = " ".repeat(18);
            }
        }
    }
    if removed.is_empty() && added.is_empty() {
        screen.line(&styled(DIM, "no difference that matters to a peer"));
    }
    screen
}

#[cfg(test)]
mod tests;
