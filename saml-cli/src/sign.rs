//! `saml sign`: an enveloped signature, every other octet left as it was.

use std::path::{Path, PathBuf};

use clap::Args;
use saml_core::crypto::{Certificate, KeyFamily, LocalSigner, SignatureAlgorithm};
use saml_core::dsig::{SigningError, SigningOptions, sign_document};
use saml_core::xml::names;

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::input;
use crate::output::{Readers, deliver};

/// Options of `saml sign`.
#[derive(Args, Clone, Debug)]
pub struct SignOptions {
    /// The document, in any form; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Who signs.
    #[command(flatten)]
    pub signer: SignerOptions,
    /// The element with this ID in place of the root.
    #[arg(long)]
    pub id: Option<String>,
    /// Where the signed document goes; standard output if left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print JSON: the signed document in Base64.
    #[arg(long, conflicts_with = "out")]
    pub json: bool,
}

/// Who signs.
#[derive(Args, Clone, Debug)]
pub struct SignerOptions {
    /// The private key.
    #[arg(long, value_name = "PEM")]
    pub key: PathBuf,
    /// A file with the key's passphrase.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Its certificate, which goes into the signature.
    #[arg(long, value_name = "PEM")]
    pub cert: Option<PathBuf>,
    /// The signature algorithm: rsa-sha256, rsa-pss-sha256, ecdsa-sha256, ed25519 …; what suits the key if left out.
    #[arg(long, value_name = "NAME")]
    pub algorithm: Option<String>,
}

impl SignerOptions {
    /// What signs.
    ///
    /// # Errors
    /// A file can't be used, or key, certificate and algorithm don't belong together.
    pub fn signer(&self) -> Result<LocalSigner, CommandError> {
        let key = input::private_key(&self.key, self.passphrase_file.as_deref())?;
        let name = input::name_of(&self.key);
        let algorithm = match &self.algorithm {
            Some(text) => algorithm(text)?,
            None => match key.kind().family() {
                KeyFamily::Rsa => SignatureAlgorithm::RsaSha256,
                KeyFamily::Ec => SignatureAlgorithm::EcdsaSha256,
                KeyFamily::Ed25519 => SignatureAlgorithm::Ed25519,
            },
        };
        let signer = LocalSigner::new(key, algorithm).map_err(|source| CommandError::Key { name, source })?;
        match &self.cert {
            None => Ok(signer),
            Some(path) => signer
                .with_certificate(certificate(path)?)
                .map_err(|source| CommandError::Certificate { name: input::name_of(path), source }),
        }
    }
}

/// The first certificate of a file: its own, where a chain follows.
///
/// # Errors
/// It can't be read, or holds none.
pub fn certificate(path: &Path) -> Result<Certificate, CommandError> {
    let missing = || CommandError::Certificate {
        name: input::name_of(path),
        source: saml_core::crypto::CryptoError::CertificateMalformed,
    };
    input::certificates(path)?.into_iter().next().ok_or_else(missing)
}

fn algorithm(text: &str) -> Result<SignatureAlgorithm, CommandError> {
    SignatureAlgorithm::ALL
        .into_iter()
        .find(|algorithm| algorithm.to_string() == text || algorithm.uri() == text)
        .ok_or_else(|| CommandError::option("--algorithm", InvalidValue::SignatureAlgorithm))
}

/// Signs and writes the document.
///
/// # Errors
/// Something can't be read, used or written.
pub fn run(options: &SignOptions) -> Result<Answer, CommandError> {
    let signer = options.signer.signer()?;
    let message = input::message(&options.file)?;
    let readers = match message.document()?.root().name().namespace {
        names::MD => Readers::Everybody,
        _message => Readers::OF_A_MESSAGE,
    };
    let signed =
        sign_document(message.received.xml, options.id.as_deref(), &signer, SigningOptions::default())
            .map_err(|source| match (source, &options.id) {
                (SigningError::NoSuchElement, Some(id)) => CommandError::NoSuchId { id: id.clone() },
                (source, _) => CommandError::Sign { name: message.name, source: Box::new(source) },
            })?;
    deliver(&signed, options.out.as_deref(), options.json, readers)?;
    Ok(Answer::Accepted)
}
