//! The command line.

use clap::{Parser, Subcommand};

use crate::answer::{Answer, CommandError};
use crate::c14n::C14nOptions;
use crate::capsule::CapsuleCommand;
use crate::demo::DemoOptions;
use crate::encrypt::{DecryptOptions, EncryptOptions};
use crate::explain::ExplainOptions;
use crate::forge::ForgeOptions;
use crate::hash_password::HashPasswordOptions;
use crate::idp::IdpOptions;
use crate::inspect::InspectOptions;
use crate::keygen::KeygenOptions;
use crate::manual::{CompletionsOptions, ManOptions};
use crate::metadata::MetadataCommand;
use crate::replay::ReplayOptions;
use crate::sign::SignOptions;
use crate::verdicts::VerdictsOptions;
use crate::verify::VerifyOptions;

/// SAML 2.0: look at messages, verify, explain, replay, sign and forge them; describe yourself; serve.
#[derive(Debug, Parser)]
#[command(name = "saml", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "Exit codes: 0 accepted or done, 1 rejected, 2 usage or input, 3 internal.
A FILE of - is standard input. Messages are recognised in any form: XML, Base64, \
DEFLATE, percent-encoded, SAMLResponse=…, the whole URL, a page with a form, a HAR, a cURL line.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what a message says, and what of it is signed or encrypted.
    Inspect(InspectOptions),
    /// Write canonical XML to standard output.
    C14n(C14nOptions),
    /// Verify the signature of a message or of one element.
    Verify(VerifyOptions),
    /// Judge a Response as a service provider would, and show every check.
    Explain(ExplainOptions),
    /// Say what a verdict's code means, and what to change where.
    Verdicts(VerdictsOptions),
    /// Replay recorded cases and compare each with the verdict that it must get.
    Replay(ReplayOptions),
    /// Keep a decision in one file, and take it again.
    #[command(subcommand)]
    Capsule(CapsuleCommand),
    /// Forge hostile messages from a good one, and try them on a service provider of your own.
    Forge(Box<ForgeOptions>),
    /// Sign a document or one element of it.
    Sign(SignOptions),
    /// Encrypt an assertion.
    Encrypt(EncryptOptions),
    /// Decrypt whatever is encrypted in a message.
    Decrypt(DecryptOptions),
    /// Look at, make, sign, verify and compare metadata.
    #[command(subcommand)]
    Metadata(MetadataCommand),
    /// Start an identity provider and two applications on this machine, and say where to click.
    Demo(DemoOptions),
    /// Serve as an identity provider, from one file.
    Idp(IdpOptions),
    /// Make a key and a self-signed certificate.
    Keygen(KeygenOptions),
    /// Hash a password for a users file: it is read from standard input.
    HashPassword(HashPasswordOptions),
    /// Print a script that completes this command line in a shell.
    Completions(CompletionsOptions),
    /// Write the manual pages.
    Man(ManOptions),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// [`CommandError`].
    pub fn run(&self) -> Result<Answer, CommandError> {
        let done = |result: Result<(), Box<dyn std::error::Error + Send + Sync>>| {
            result.map(|()| Answer::Accepted).map_err(CommandError::Command)
        };
        match self {
            Self::Inspect(options) => crate::inspect::run(options),
            Self::C14n(options) => crate::c14n::run(options),
            Self::Verify(options) => crate::verify::run(options),
            Self::Explain(options) => crate::explain::run(options),
            Self::Verdicts(options) => crate::verdicts::run(options),
            Self::Replay(options) => crate::replay::run(options),
            Self::Capsule(command) => crate::capsule::run(command),
            Self::Forge(options) => crate::forge::run(options),
            Self::Sign(options) => crate::sign::run(options),
            Self::Encrypt(options) => crate::encrypt::encrypt(options),
            Self::Decrypt(options) => crate::encrypt::decrypt(options),
            Self::Metadata(command) => crate::metadata::run(command),
            Self::Demo(options) => done(crate::demo::run(options)),
            Self::Idp(options) => crate::idp::run(options),
            Self::HashPassword(options) => crate::hash_password::run(options),
            Self::Completions(options) => crate::manual::completions(*options),
            Self::Man(options) => crate::manual::man(options),
            Self::Keygen(options) => crate::keygen::run(options),
        }
    }
}
