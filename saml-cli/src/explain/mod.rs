//! `saml explain`: the verdict on a Response, as a tree of all checks.

mod group;
#[cfg(test)]
mod tests;
mod tree;

use std::path::PathBuf;

use clap::Args;
use saml_core::validation::{Check, Verdict};
use saml_testkit::capsule::{CapsuleError, Setting};
use saml_testkit::wire::Received;
use serde_json::json;

use crate::answer::{Answer, CommandError};
use crate::setting::SettingOptions;
use crate::{input, screen};

pub use tree::show;

/// Options of `saml explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainOptions {
    /// The Response, in any form; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Both sides.
    #[command(flatten)]
    pub setting: SettingOptions,
    /// Show the checks only that fail or warn.
    #[arg(long)]
    pub brief: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// A verdict with further facts for its reader.
#[derive(Debug)]
pub struct Explanation<'a> {
    /// The verdict of the binding, if it refused; then the verdict on the message.
    pub verdicts: Vec<Verdict>,
    /// What was known.
    pub setting: &'a Setting,
    /// The kind of message and its ID.
    pub subject: String,
    /// How it was wrapped.
    pub wrapping: String,
}

impl Explanation<'_> {
    /// All checks, in the order of the specification.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.verdicts.iter().flat_map(Verdict::checks)
    }

    /// Whether every verdict accepts.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.verdicts.iter().all(Verdict::is_accepted)
    }

    /// The code of the likeliest cause: the binding comes before the message.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        self.headline().and_then(Check::code).map(saml_core::base::VerdictCode::as_str)
    }

    /// The broken rule that is the likeliest cause.
    #[must_use]
    pub fn headline(&self) -> Option<&Check> {
        self.verdicts.iter().find_map(Verdict::headline)
    }
}

/// Judges the message and shows how.
///
/// # Errors
/// There is no message, or an option can't be used.
pub fn run(options: &ExplainOptions) -> Result<Answer, CommandError> {
    let setting = options.setting.setting()?;
    let message = input::message(&options.file)?;
    let explanation = explain(&message.received, &setting)?;
    if options.json {
        screen::print_json(&json!({
            "accepted": explanation.is_accepted(),
            "code": explanation.code(),
            "message": explanation.subject,
            "wrapping": explanation.wrapping,
            "now": setting.now,
            "checks": explanation.checks().collect::<Vec<_>>(),
        }))?;
    } else {
        show(&explanation, options.brief).print()?;
    }
    Ok(Answer::of(explanation.is_accepted()))
}

/// The verdict of the binding, if it refuses, and that of the message.
///
/// # Errors
/// The setting can't be used.
pub fn explain<'a>(received: &Received, setting: &'a Setting) -> Result<Explanation<'a>, CommandError> {
    let mut verdicts: Vec<Verdict> = received.fault.iter().map(|fault| Verdict::refused(fault)).collect();
    let judged = setting.judge(received.xml.clone()).map_err(unusable)?;
    verdicts.push(judged.verdict);
    let document = saml_core::xml::Document::parse(received.xml.clone(), &saml_core::base::Limits::MESSAGE);
    let subject = match &document {
        Ok(document) => crate::inspect::labelled(document.root()),
        Err(_refused) => "a document that can't be read".to_owned(),
    };
    Ok(Explanation { verdicts, setting, subject, wrapping: received.describe() })
}

/// A fault of a setting or a capsule, as a fault of the command's input.
#[must_use]
pub fn unusable(error: CapsuleError) -> CommandError {
    CommandError::Command(Box::new(error))
}
