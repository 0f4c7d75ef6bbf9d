//! `saml metadata sign`.

use std::path::PathBuf;

use clap::Args;
use saml_core::base::Limits;
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::xml::{Document, names};

use super::make::fresh_id;
use crate::answer::{Answer, CommandError};
use crate::input;
use crate::sign::{SignerOptions, deliver};

/// Options of `saml metadata sign`.
#[derive(Args, Clone, Debug)]
pub struct SignOptions {
    /// The metadata; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub signer: SignerOptions,
    /// Where the signed document goes; standard output if left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print JSON: the signed document in Base64.
    #[arg(long, conflicts_with = "out")]
    pub json: bool,
}

/// Signs the root, which gets an ID if it has none.
///
/// # Errors
/// Something can't be read, used or written.
pub fn run(options: &SignOptions) -> Result<Answer, CommandError> {
    let signer = options.signer.signer()?;
    let message = input::message(&options.file)?;
    let is_metadata = message.document()?.root().name().namespace == names::MD;
    if !is_metadata {
        return Err(CommandError::NoRole { name: message.name, role: "entity: its root is no metadata" });
    }
    let name = message.name.clone();
    let failed = |source| CommandError::Sign { name: name.clone(), source: Box::new(source) };
    let identified = with_id(message.received.xml, &name)?;
    let signed = sign_document(identified, None, &signer, SigningOptions::default()).map_err(failed)?;
    deliver(&signed, options.out.as_deref(), options.json)?;
    Ok(Answer::Accepted)
}

/// The document with an ID on its root.
fn with_id(octets: Vec<u8>, name: &str) -> Result<Vec<u8>, CommandError> {
    let document = Document::parse(octets, &Limits::METADATA)
        .map_err(|source| CommandError::Xml { name: name.to_owned(), source })?;
    let place = document.root().place().filter(|_| document.root().attribute("ID").is_none());
    let mut octets = document.octets().to_vec();
    if let Some(place) = place {
        let attribute = format!(" ID=\"{}\"", fresh_id()?);
        let tail = octets.split_off(place.name_end);
        octets.extend_from_slice(attribute.as_bytes());
        octets.extend_from_slice(&tail);
    }
    Ok(octets)
}
