//! `saml capsule`: one decision in one file, to be taken again anywhere, at any time.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use saml_testkit::capsule::{Capsule, Difference, RecordedVerdict, Redaction};
use serde_json::json;

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::explain::unusable;
use crate::input;
use crate::output::{Readers, deliver};
use crate::screen::{self, ACCEPTED, REJECTED, STRONG, Screen, styled};
use crate::setting::SettingOptions;

/// What to do with capsules.
#[derive(Clone, Debug, Subcommand)]
pub enum CapsuleCommand {
    /// Judge a Response, and keep the octets, the setting, the clock and the verdict in one file.
    Make(Box<MakeOptions>),
    /// Judge what is in a capsule again, and compare.
    Replay(ReplayOptions),
}

/// Options of `saml capsule make`.
#[derive(Args, Clone, Debug)]
pub struct MakeOptions {
    /// The Response, in any form; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Both sides.
    #[command(flatten)]
    pub setting: SettingOptions,
    /// Where the capsule goes: a new file that only you can read; `-` is standard output. If left out, a file in this
    /// folder that is called like the message: response.capsule.json.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Put your decryption keys and the keys that you share with the peer into the capsule: whoever has it can then
    /// open what is encrypted to you. Without it, a decision that hangs on them needs --redact.
    #[arg(long, conflicts_with = "redact")]
    pub with_keys: bool,
    /// Replace names, attribute values and addresses, and keep the verdict: the message may be signed anew for it.
    #[arg(long)]
    pub redact: bool,
    /// Accepted for uniformity: a capsule is JSON.
    #[arg(long, hide = true)]
    pub json: bool,
}

/// Options of `saml capsule replay`.
#[derive(Args, Clone, Debug)]
pub struct ReplayOptions {
    /// Capsules; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Makes or replays.
///
/// # Errors
/// A file can't be used.
pub fn run(command: &CapsuleCommand) -> Result<Answer, CommandError> {
    match command {
        CapsuleCommand::Make(options) => make(options),
        CapsuleCommand::Replay(options) => replay(options),
    }
}

fn make(options: &MakeOptions) -> Result<Answer, CommandError> {
    let setting = options.setting.setting()?;
    let message = input::message(&options.file)?;
    let mut capsule = Capsule::record(&message.octets, setting).map_err(unusable)?;
    if options.redact {
        capsule = capsule.redacted().map_err(unusable)?;
    } else if capsule.setting.holds_keys() && !options.with_keys {
        capsule = without_keys(&capsule)?;
    }
    let text = screen::inert_json(&capsule.to_text().map_err(unusable)?);
    let path = options.out.clone().unwrap_or_else(|| name_like(&options.file));
    deliver(text.as_bytes(), Some(&path), false, Readers::OwnerAlone { holds: holdings(&capsule) })?;
    if path != Path::new("-") {
        let verdict = &capsule.verdict;
        let code = verdict.code.as_deref().map_or("accepted", |code| code);
        screen::remark(&format!("{}: {code}{}", path.display(), describe(&capsule.redacted)));
    }
    Ok(Answer::Accepted)
}

/// The same decision without our keys, if it doesn't hang on them.
fn without_keys(capsule: &Capsule) -> Result<Capsule, CommandError> {
    let octets = capsule.octets().map_err(unusable)?;
    let without = Capsule::record(&octets, capsule.setting.without_keys()).map_err(unusable)?;
    if capsule.verdict.differences(&without.verdict).is_empty() {
        return Ok(without);
    }
    let reason = "the verdict hangs on your private or shared keys: say that they are to be in the capsule, or take \
                  --redact, which puts keys of the capsule's own in their place";
    Err(CommandError::option("--with-keys", InvalidValue::Other(reason)))
}

/// `response.capsule.json` for `messages/response.xml`.
fn name_like(message: &Path) -> PathBuf {
    let stem = message.file_stem().filter(|_| message != Path::new("-"));
    let mut name = stem.map_or_else(|| "message".into(), std::ffi::OsStr::to_os_string);
    name.push(".capsule.json");
    PathBuf::from(name)
}

/// A sentence on the content of a capsule, for a person who wants to hand it on.
fn holdings(capsule: &Capsule) -> &'static str {
    match (capsule.redacted.is_empty(), capsule.setting.holds_keys()) {
        (true, true) => "YOUR PRIVATE OR SHARED KEYS, the message and what it says of a person",
        (true, false) => "the message and what it says of a person, and no private key",
        (false, true) => "the message without personal values, and keys that were made for it",
        (false, false) => "the message without personal values, and no private key",
    }
}

fn describe(redacted: &[Redaction]) -> &'static str {
    match redacted {
        [] => "",
        [Redaction::PersonalValues] => ", personal values replaced",
        _ => ", personal values replaced, signed anew",
    }
}

fn replay(options: &ReplayOptions) -> Result<Answer, CommandError> {
    let mut screen = Screen::default();
    let mut results = Vec::new();
    let mut is_same = true;
    for path in &options.files {
        let capsule = Capsule::parse(&input::text(path)?).map_err(unusable)?;
        let replayed = RecordedVerdict::of(&capsule.replay().map_err(unusable)?);
        let differences = capsule.verdict.differences(&replayed);
        is_same &= differences.is_empty();
        let name = input::name_of(path);
        show(&mut screen, &name, &capsule, &differences);
        results.push(json!({
            "capsule": name,
            "same": differences.is_empty(),
            "recorded": capsule.verdict,
            "replayed": replayed,
            "differences": differences,
        }));
    }
    if options.json {
        screen::print_json(&results)?;
    } else {
        screen.print()?;
    }
    Ok(Answer::of(is_same))
}

fn show(screen: &mut Screen, name: &str, capsule: &Capsule, differences: &[Difference]) {
    let verdict = capsule.verdict.code.as_deref().unwrap_or("accepted");
    let (word, style) = if differences.is_empty() { ("same", ACCEPTED) } else { ("differs", REJECTED) };
    let name = styled(STRONG, &screen::plain(name));
    screen.line(&format!("{}  {name}  {verdict}{}", styled(style, word), describe(&capsule.redacted)));
    screen.fact("at", &capsule.setting.now);
    for difference in differences {
        let side = |ending: &Option<String>| ending.clone().unwrap_or_else(|| "not checked".to_owned());
        let (then, now) = (side(&difference.recorded), side(&difference.replayed));
        screen.fact(&difference.check, &format!("{then}, now {now}"));
    }
}
