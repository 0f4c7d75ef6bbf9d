//! `saml hash-password`: the hash that stands in place of a password in a users file.

use std::io::Read as _;

use clap::Args;
use saml_core::base::Secret;
use serde_json::json;

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::screen;

/// More is no password.
const MAX_OCTETS: u64 = 1024;

/// Shorter passwords are hashed with a warning [NIST SP 800-63B-4 §3.1.1.2].
const FEWEST_CHARACTERS: usize = 8;

/// Options of `saml hash-password`. The password comes from standard input: arguments can be seen by others.
#[derive(Args, Clone, Copy, Debug)]
pub struct HashPasswordOptions {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// Reads the first line of standard input and prints its argon2id hash.
///
/// # Errors
/// There is no password, or no randomness.
pub fn run(options: &HashPasswordOptions) -> Result<Answer, CommandError> {
    let name = || "standard input".to_owned();
    let mut octets = Vec::new();
    let failed = |source| CommandError::Read { name: name(), source };
    std::io::stdin().lock().take(MAX_OCTETS + 1).read_to_end(&mut octets).map_err(failed)?;
    if u64::try_from(octets.len()).unwrap_or(u64::MAX) > MAX_OCTETS {
        return Err(CommandError::option("standard input", InvalidValue::Other("no password is that long")));
    }
    let end = octets.iter().position(|octet| matches!(octet, b'\n' | b'\r'));
    octets.truncate(end.unwrap_or(octets.len()));
    if octets.is_empty() {
        return Err(CommandError::option("standard input", InvalidValue::Other("holds no password")));
    }
    // A login form is UTF-8: any other password would never be typed right.
    if std::str::from_utf8(&octets).is_err() {
        return Err(CommandError::NotText { name: name() });
    }
    if let Ok(text) = std::str::from_utf8(&octets)
        && text.chars().count() < FEWEST_CHARACTERS
    {
        screen::remark(&format!(
            "the password has fewer than {FEWEST_CHARACTERS} characters: it can be guessed (NIST SP 800-63B §3.1.1.2)"
        ));
    }
    let hash = saml_idp::hash_password(&Secret::new(octets))
        .map_err(|error| CommandError::Command(Box::new(error)))?;
    if options.json {
        screen::print_json(&json!({ "hash": hash }))?;
    } else {
        screen::print(&format!("{hash}\n"))?;
    }
    Ok(Answer::Accepted)
}
