//! `saml completions` and `saml man`: what packages install beside the program.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::answer::{Answer, CommandError};
use crate::arguments::Arguments;
use crate::screen;

/// Options of `saml completions`.
#[derive(Args, Clone, Copy, Debug)]
pub struct CompletionsOptions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Options of `saml man`.
#[derive(Args, Clone, Debug)]
pub struct ManOptions {
    /// The folder that the pages go to: one for each command.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}

/// Prints a script that completes the command line.
///
/// # Errors
/// Standard output can't be written.
pub fn completions(options: CompletionsOptions) -> Result<Answer, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "saml", &mut script);
    screen::print_octets(&script)?;
    Ok(Answer::Accepted)
}

/// Writes the pages.
///
/// # Errors
/// The folder can't be written.
pub fn man(options: &ManOptions) -> Result<Answer, CommandError> {
    let failed = |source| CommandError::Write { path: options.out.clone(), source };
    std::fs::create_dir_all(&options.out).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), &options.out).map_err(failed)?;
    Ok(Answer::Accepted)
}
