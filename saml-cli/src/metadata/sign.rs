//! `saml metadata sign`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use saml_core::base::Limits;
use saml_core::crypto::{Digest, DigestAlgorithm, DigestValue};
use saml_core::dsig::{SignedHead, SigningError, SigningOptions, SigningStream};

use super::make::fresh_id;
use crate::answer::{Answer, CommandError};
use crate::output::{self, Readers};
use crate::sign::SignerOptions;
use crate::{input, screen};

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

/// Signs the root, which gets an ID if it has none. The metadata is read twice, in pieces: once for the digest, and once
/// to be written behind the signature.
///
/// # Errors
/// Something can't be read, used or written.
pub fn run(options: &SignOptions) -> Result<Answer, CommandError> {
    let signer = options.signer.signer()?;
    let document = input::Repeatable::open(&options.file)?;
    let name = document.name().to_owned();
    let failed = |source| match source {
        SigningError::Parse(source) => CommandError::Xml { name: name.clone(), source },
        SigningError::NoPlace => {
            CommandError::NoRole { name: name.clone(), role: "entity: its root is no metadata, or is empty" }
        }
        source @ (SigningError::NoSuchElement
        | SigningError::ElementWithoutId
        | SigningError::SignedAlready
        | SigningError::Canonicalization(_)
        | SigningError::Crypto(_)
        | SigningError::Write(_)
        | _) => CommandError::Sign { name: name.clone(), source: Box::new(source) },
    };
    let mut stream = SigningStream::new(&fresh_id()?, &Limits::AGGREGATE, SigningOptions::default());
    let read = each_piece(&document, |piece| stream.feed(piece).map_err(failed))?;
    let head = stream.finish(&signer).map_err(failed)?;
    let signed = Signed { document, head, read };
    match options.out.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => signed.write_file(path)?,
        None if options.json => {
            let mut octets = Vec::new();
            signed.write(&mut octets, CommandError::Output)?;
            output::deliver(&octets, None, true, Readers::Everybody)?;
        }
        None => signed.print()?,
    }
    Ok(Answer::Accepted)
}

/// Reads a document once, and digests it, so that a second reading can be compared.
fn each_piece(
    document: &input::Repeatable,
    mut take: impl FnMut(&[u8]) -> Result<(), CommandError>,
) -> Result<DigestValue, CommandError> {
    let mut source = document.source()?;
    let mut digest = Digest::new(DigestAlgorithm::Sha256);
    let mut piece = Vec::new();
    loop {
        piece.clear();
        source
            .next_octets(&mut piece)
            .map_err(|source| CommandError::Read { name: document.name().to_owned(), source })?;
        if piece.is_empty() {
            return digest.finish().map_err(|error| CommandError::Command(Box::new(error)));
        }
        digest.update(&piece);
        take(&piece)?;
    }
}

/// A document and the signature over it.
struct Signed {
    document: input::Repeatable,
    head: SignedHead,
    /// The digest of the input at the first reading.
    read: DigestValue,
}

impl Signed {
    /// Writes the signed document.
    fn write(
        &self,
        to: &mut impl Write,
        failed: impl Fn(std::io::Error) -> CommandError,
    ) -> Result<(), CommandError> {
        to.write_all(&self.head.octets).map_err(&failed)?;
        let mut skip = self.head.replaces;
        let read = each_piece(&self.document, |piece| {
            let (_replaced, rest) = piece.split_at_checked(skip).unwrap_or((piece, &[]));
            skip = skip.saturating_sub(piece.len());
            to.write_all(rest).map_err(&failed)
        })?;
        to.flush().map_err(&failed)?;
        if read.as_octets() == self.read.as_octets() {
            return Ok(());
        }
        let changed = "it changed while it was read, and its signature does not hold";
        Err(CommandError::Read {
            name: self.document.name().to_owned(),
            source: std::io::Error::other(changed),
        })
    }

    /// Into a file beside its place, which it takes when it is whole: who serves the old file never sees half a new one.
    fn write_file(&self, path: &Path) -> Result<(), CommandError> {
        let failed = |source| CommandError::Write { path: path.to_owned(), source };
        let mut beside = path.as_os_str().to_owned();
        beside.push(".unfinished");
        let beside = PathBuf::from(beside);
        let written = File::create(&beside)
            .map_err(failed)
            .and_then(|file| self.write(&mut BufWriter::new(file), failed))
            .and_then(|()| std::fs::rename(&beside, path).map_err(failed));
        if written.is_err() {
            let _left = std::fs::remove_file(&beside);
        }
        written
    }

    fn print(&self) -> Result<(), CommandError> {
        let mut stdout = std::io::stdout().lock();
        match self.write(&mut stdout, CommandError::Output) {
            Err(CommandError::Output(error)) => screen::done(Err(error)),
            written => written,
        }
    }
}
