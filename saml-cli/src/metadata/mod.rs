//! `saml metadata`: look at, make, sign, verify and compare the descriptions of entities.

mod description;
mod diff;
mod make;
mod show;
mod sign;
mod verify;

use clap::Subcommand;

use crate::answer::{Answer, CommandError};
pub(crate) use make::name_id_format;

/// What to do with metadata.
#[derive(Clone, Debug, Subcommand)]
pub enum MetadataCommand {
    /// Show an entity, or list those of a federation.
    Show(show::ShowOptions),
    /// Describe a service provider or an identity provider of yours.
    #[command(subcommand)]
    Make(make::MakeCommand),
    /// Sign a metadata document.
    Sign(sign::SignOptions),
    /// Verify the publisher's signature, and that it has not expired.
    Verify(verify::VerifyOptions),
    /// Say what changed between two descriptions of an entity: exit code 1 if anything did.
    Diff(diff::DiffOptions),
}

/// Does it.
///
/// # Errors
/// A file or an option can't be used.
pub fn run(command: &MetadataCommand) -> Result<Answer, CommandError> {
    match command {
        MetadataCommand::Show(options) => show::run(options),
        MetadataCommand::Make(command) => make::run(command),
        MetadataCommand::Sign(options) => sign::run(options),
        MetadataCommand::Verify(options) => verify::run(options),
        MetadataCommand::Diff(options) => diff::run(options),
    }
}
