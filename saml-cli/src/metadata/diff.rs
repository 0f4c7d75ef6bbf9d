//! `saml metadata diff`.

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

fn missing<'l>(from: &'l [Line], others: &[Line]) -> Vec<&'l Line> {
    from.iter().filter(|line| !others.contains(line)).collect()
}

fn show(removed: &[&Line], added: &[&Line]) -> Screen {
    let mut screen = Screen::default();
    let mut parts: Vec<&str> = Vec::new();
    for line in removed.iter().chain(added) {
        if !parts.contains(&line.part.as_str()) {
            parts.push(&line.part);
        }
    }
    for part in parts {
        screen.heading(part);
        let marks = [("-", REJECTED, removed), ("+", ACCEPTED, added)];
        for (mark, style, lines) in marks {
            for line in lines.iter().filter(|line| line.part == part) {
                let mut label = format!("{mark} {:<16}", line.name);
                for piece in wrap(&plain(&line.value), screen.columns().saturating_sub(18)) {
                    screen.line(&styled(style, &format!("{label}{piece}")));
                    label = " ".repeat(18);
                }
            }
        }
    }
    if removed.is_empty() && added.is_empty() {
        screen.line(&styled(DIM, "no difference that matters to a peer"));
    }
    screen
}
