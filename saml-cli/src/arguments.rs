//! The command line.

use clap::{Parser, Subcommand};
use saml_cli::demo::DemoOptions;
use saml_cli::keygen::KeygenOptions;

/// SAML 2.0: a demonstration, and the keys for your own.
#[derive(Debug, Parser)]
#[command(name = "saml", version, about)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start an identity provider and two applications on this machine, and say where to click.
    Demo(DemoOptions),
    /// Make a key and a self-signed certificate.
    Keygen(KeygenOptions),
}
