//! `saml c14n`: canonical octets on standard output, nothing else.

use std::path::PathBuf;

use clap::Args;
use saml_core::base::Limits;
use saml_core::c14n::{CanonicalizationMethod, PrefixList, canonical_octets, canonicalize_document};

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::{input, screen};

/// Options of `saml c14n`.
#[derive(Args, Clone, Debug)]
pub struct C14nOptions {
    /// The document; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// exc, exc-comments, inc, inc-comments, inc11, inc11-comments, or the URI of the algorithm.
    #[arg(long, default_value = "exc", value_name = "NAME")]
    pub algorithm: String,
    /// Prefixes that exclusive canonicalisation renders wherever they are in scope; `#default` is one.
    #[arg(long, default_value = "", value_name = "\"PREFIX…\"", hide_default_value = true)]
    pub inclusive_prefixes: String,
    /// Only the element with this ID; the whole document if left out.
    #[arg(long)]
    pub id: Option<String>,
    /// Print JSON: the octets in Base64, and how many.
    #[arg(long)]
    pub json: bool,
}

/// Writes the canonical form.
///
/// # Errors
/// The document can't be read, has no such element, or no canonical form.
pub fn run(options: &C14nOptions) -> Result<Answer, CommandError> {
    let method = method(&options.algorithm)
        .ok_or_else(|| CommandError::option("--algorithm", InvalidValue::Canonicalization))?;
    let prefixes = PrefixList::parse(&options.inclusive_prefixes)
        .map_err(|error| CommandError::option("--inclusive-prefixes", error))?;
    let message = input::message(&options.file)?;
    let document = message.document()?;
    let octets = match &options.id {
        None => {
            let mut octets = Vec::new();
            canonicalize_document(&document, method, &prefixes, &Limits::METADATA, &mut octets)
                .map(|()| octets)
        }
        Some(id) => {
            let element =
                document.element_by_id(id).ok_or_else(|| CommandError::NoSuchId { id: id.clone() })?;
            canonical_octets(element, None, method, &prefixes, &Limits::METADATA)
        }
    };
    let octets = octets.map_err(|source| CommandError::C14n { name: message.name, source })?;
    if options.json {
        use base64::Engine as _;
        screen::print_json(&serde_json::json!({
            "algorithm": method.uri(),
            "octets": octets.len(),
            "base64": base64::engine::general_purpose::STANDARD.encode(&octets),
        }))?;
    } else {
        screen::print_octets(&octets)?;
    }
    Ok(Answer::Accepted)
}

fn method(name: &str) -> Option<CanonicalizationMethod> {
    Some(match name {
        "exc" => CanonicalizationMethod::Exclusive { comments: false },
        "exc-comments" => CanonicalizationMethod::Exclusive { comments: true },
        "inc" => CanonicalizationMethod::Inclusive10 { comments: false },
        "inc-comments" => CanonicalizationMethod::Inclusive10 { comments: true },
        "inc11" => CanonicalizationMethod::Inclusive11 { comments: false },
        "inc11-comments" => CanonicalizationMethod::Inclusive11 { comments: true },
        uri => return CanonicalizationMethod::from_uri(uri),
    })
}
