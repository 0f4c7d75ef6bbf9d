//! `saml metadata verify`.

use std::path::PathBuf;

use clap::Args;
use saml_core::base::{Coded as _, Limits, SamlInstant};
use saml_core::trust::verify_element;
use saml_core::xml::{Document, names};
use serde_json::json;

use crate::answer::{Answer, CommandError};
use crate::input;
use crate::screen::{self, ACCEPTED, REJECTED, STRONG, Screen, styled};
use crate::verify::chain;

/// Options of `saml metadata verify`.
#[derive(Args, Clone, Debug)]
pub struct VerifyOptions {
    /// The metadata; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Certificates of the publisher, received out of band.
    #[arg(long, required = true, value_name = "PEM")]
    pub cert: Vec<PathBuf>,
    /// Relaxations of the profile, such as sha1.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// The instant that validUntil is compared with, RFC 3339; now if left out.
    #[arg(long, value_name = "INSTANT")]
    pub now: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

struct Finding {
    code: &'static str,
    why: String,
    hint: Option<&'static str>,
}

/// Verifies the root's signature and its dates.
///
/// # Errors
/// A file or an option can't be used.
pub fn run(options: &VerifyOptions) -> Result<Answer, CommandError> {
    let keys = input::peer_keys(&options.cert)?;
    let policy = input::policy(&options.allow)?;
    let now = input::instant_or_now(options.now.as_deref())?;
    let message = input::message(&options.file)?;
    let verified = verify_element(message.received.xml, None, &keys, &policy, &Limits::METADATA);
    let finding = match verified {
        Err(error) => Some(Finding { code: error.code().as_str(), why: chain(&error), hint: error.hint() }),
        // Read from the octets that were signed, and from nothing else.
        Ok(octets) => expired(octets.into_inner(), now),
    };
    if options.json {
        screen::print_json(&json!({
            "verified": finding.is_none(),
            "code": finding.as_ref().map(|finding| finding.code),
            "why": finding.as_ref().map(|finding| &finding.why),
            "hint": finding.as_ref().and_then(|finding| finding.hint),
        }))?;
    } else {
        show(&message.name, finding.as_ref()).print()?;
    }
    Ok(Answer::of(finding.is_none()))
}

/// The first `validUntil` that has passed, of a group or an entity.
fn expired(octets: Vec<u8>, now: SamlInstant) -> Option<Finding> {
    let document = Document::parse(octets, &Limits::METADATA).ok()?;
    let mut open = vec![document.root()];
    while let Some(element) = open.pop() {
        let until = element.attribute("validUntil");
        let end = until.map(SamlInstant::try_from);
        if end.is_some_and(|end| end.is_ok_and(|end| end <= now) || end.is_err()) {
            let name = element.attribute("entityID").unwrap_or(element.name().local);
            let why = format!("{name} was valid until {}", until.unwrap_or_default());
            let hint = Some("get the metadata anew from where it is published");
            return Some(Finding { code: "metadata.expired", why, hint });
        }
        let is_group = element.is(names::md::ENTITIES_DESCRIPTOR);
        if is_group {
            open.extend(element.child_elements());
        }
    }
    None
}

fn show(name: &str, finding: Option<&Finding>) -> Screen {
    let mut screen = Screen::default();
    let name = screen::plain(name);
    match finding {
        None => screen.line(&format!("{}  {}", styled(ACCEPTED, "verified"), styled(STRONG, &name))),
        Some(finding) => {
            screen.line(&format!("{}  {}", styled(REJECTED, "refused"), styled(STRONG, finding.code)));
            screen.fact("file", &name);
            screen.fact("why", &finding.why);
            if let Some(hint) = finding.hint {
                screen.fact("hint", hint);
            }
        }
    }
    screen
}
