//! The `saml` command.

#![forbid(unsafe_code)]

use std::io::IsTerminal as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser as _;
use saml_cli::arguments::Arguments;
use saml_cli::{screen, verify};
use tracing_subscriber::EnvFilter;

/// The exit code of a fault of this program.
const INTERNAL: u8 = 3;

fn main() -> ExitCode {
    log();
    let arguments = Arguments::parse();
    // The user sees a fault of ours as one line, which has its place in the source.
    std::panic::set_hook(Box::new(|panic| {
        screen::remark(&format!("saml: internal error, please report it: {panic}"));
    }));
    let code = match catch_unwind(AssertUnwindSafe(|| arguments.command.run())) {
        Ok(Ok(answer)) => answer.exit_code(),
        Ok(Err(error)) => {
            screen::remark(&format!("saml: {}", verify::chain(&error)));
            error.exit_code()
        }
        Err(_panic) => INTERNAL,
    };
    ExitCode::from(code)
}

fn log() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_unset| EnvFilter::new("info,actix_server=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .init();
}
