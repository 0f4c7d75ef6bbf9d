//! `saml forge`: hostile messages from a good one, in files or on a service provider.

mod against;
mod corpus;
mod material;
mod report;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use saml_testkit::forge::{Family, Signed};

pub use against::AgainstOptions;

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::sign::SignerOptions;

/// Options of `saml forge`.
#[derive(Args, Clone, Debug)]
pub struct ForgeOptions {
    /// A good Response with its assertion in clear, in any form, as the mould; `-` is standard input. Without it,
    /// messages are made from the options alone.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The identity provider's key and certificate: every message is signed afresh.
    #[command(flatten)]
    pub signer: SignerOptions,
    /// The identity provider's entity ID, in place of the message's.
    #[arg(long, value_name = "NAME")]
    pub idp_entity_id: Option<String>,
    /// The service provider's entity ID, in place of the message's.
    #[arg(long, value_name = "NAME")]
    pub sp_entity_id: Option<String>,
    /// The service provider's endpoint, in place of the message's.
    #[arg(long, value_name = "URL")]
    pub acs_url: Option<String>,
    /// Who logs in, in place of the message's subject.
    #[arg(long, value_name = "NAME")]
    pub name_id: Option<String>,
    /// The instant of the login, RFC 3339; that of the message, or now, if left out.
    #[arg(long, value_name = "INSTANT", conflicts_with = "against")]
    pub now: Option<String>,
    /// What is signed; as in the message, or each in turn, if left out.
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    pub signed: Vec<SignedElements>,
    /// Only these families of attacks.
    #[arg(long, value_name = "FAMILY", value_delimiter = ',', value_parser = family)]
    pub only: Vec<Family>,
    /// An empty or new folder for the messages and their manifest, which `saml replay` runs.
    #[arg(long, value_name = "FOLDER", required_unless_present = "against")]
    pub out: Option<PathBuf>,
    /// Print JSON: what was written, or what became of every message.
    #[arg(long)]
    pub json: bool,
    /// A service provider of your own to try them on.
    #[command(flatten)]
    pub against: AgainstOptions,
}

/// What is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignedElements {
    /// The Response.
    Response,
    /// The Assertion.
    Assertion,
    /// Both.
    Both,
}

impl From<SignedElements> for Signed {
    fn from(elements: SignedElements) -> Self {
        match elements {
            SignedElements::Response => Self::Response,
            SignedElements::Assertion => Self::Assertion,
            SignedElements::Both => Self::Both,
        }
    }
}

fn family(text: &str) -> Result<Family, String> {
    Family::ALL.into_iter().find(|family| family.name() == text).ok_or_else(|| {
        let names: Vec<&str> = Family::ALL.iter().map(|family| family.name()).collect();
        format!("not a family: {}", names.join(", "))
    })
}

/// Forges, writes, and tries.
///
/// # Errors
/// Something can't be read, used or written; the service provider can't be reached, may not be, or takes no good
/// message.
pub fn run(options: &ForgeOptions) -> Result<Answer, CommandError> {
    let material = material::Material::of(options)?;
    let written =
        options.out.as_deref().map(|folder| corpus::write(folder, options, &material)).transpose()?;
    let course = options.against.course(options, &material)?;
    let Some(course) = course else {
        if let Some(written) = &written {
            report::written(written, options.json)?;
        }
        return Ok(Answer::Accepted);
    };
    let tried = against::run(&course)?;
    report::tried(&tried, written.as_ref(), options.json)?;
    if let (Some(lost), None) = (&tried.lost, tried.let_in().next()) {
        return Err(failed(saml_testkit::pentest::PentestError::Control(format!(
            "the service provider was lost, so that refusals since the last control say nothing: {lost}"
        ))));
    }
    Ok(Answer::of(tried.let_in().next().is_none()))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> CommandError {
    CommandError::Command(Box::new(error))
}

const fn missing(option: &'static str) -> CommandError {
    CommandError::Option { option, reason: InvalidValue::Other("is needed where no message says it") }
}
