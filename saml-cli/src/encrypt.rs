//! `saml encrypt` and `saml decrypt`.

use std::path::PathBuf;

use clap::Args;
use saml_core::base::{EntityId, Limits, Relaxations};
use saml_core::crypto::{ContentCipher, KeyFamily, KeyName, KeyTransport};
use saml_core::enc::{EncryptionTarget, RecipientKey, SealingError, seal_document};
use saml_core::trust::open_document;
use serde_json::json;

use crate::answer::{Answer, CommandError, InvalidValue};
use crate::output::{Readers, deliver};
use crate::sign::certificate;
use crate::{input, screen};
use saml_provider::SystemRandom;

/// Options of `saml encrypt`.
#[derive(Args, Clone, Debug)]
pub struct EncryptOptions {
    /// The message, in any form; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The recipient's certificate, with an RSA key.
    #[arg(long, value_name = "PEM", required_unless_present = "shared_key")]
    pub cert: Option<PathBuf>,
    /// In its place a key that the recipient shares with us: 16, 24 or 32 octets in hexadecimal digits or Base64.
    #[arg(long, value_name = "FILE", conflicts_with = "cert")]
    pub shared_key: Option<PathBuf>,
    /// The name of the shared key, written beside it.
    #[arg(long, value_name = "NAME", requires = "shared_key", conflicts_with = "cert")]
    pub key_name: Option<String>,
    /// The recipient's entity ID, written beside the key.
    #[arg(long, value_name = "NAME")]
    pub recipient: Option<String>,
    /// The assertion with this ID, where there are several.
    #[arg(long)]
    pub id: Option<String>,
    /// The cipher: aes128-gcm or aes256-gcm.
    #[arg(long, default_value = "aes256-gcm", value_name = "NAME")]
    pub cipher: String,
    /// Where the document goes; standard output if left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print JSON: the document in Base64.
    #[arg(long, conflicts_with = "out")]
    pub json: bool,
}

/// Options of `saml decrypt`.
#[derive(Args, Clone, Debug)]
pub struct DecryptOptions {
    /// The message, in any form; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Private keys, tried in this order.
    #[arg(long, required_unless_present = "shared_key", value_name = "PEM")]
    pub key: Vec<PathBuf>,
    /// Keys that the sender shares with us, tried in this order: hexadecimal digits or Base64.
    #[arg(long, value_name = "FILE")]
    pub shared_key: Vec<PathBuf>,
    /// Our entity ID: a key that is marked as wrapped for it is tried first.
    #[arg(long, value_name = "NAME", default_value = "urn:nobody", hide_default_value = true)]
    pub recipient: String,
    /// Relaxations, such as aes-cbc or rsa-1_5.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Where the document goes; standard output if left out.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print JSON: the document in Base64, and how it was encrypted.
    #[arg(long, conflicts_with = "out")]
    pub json: bool,
}

/// Replaces an assertion by its ciphertext.
///
/// # Errors
/// Something can't be read, used or written.
pub fn encrypt(options: &EncryptOptions) -> Result<Answer, CommandError> {
    let key = recipient_key(options)?;
    let cipher = [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm]
        .into_iter()
        .find(|cipher| cipher.to_string() == options.cipher || cipher.uri() == options.cipher)
        .ok_or_else(|| {
            CommandError::option("--cipher", InvalidValue::Other("not aes128-gcm, aes192-gcm or aes256-gcm"))
        })?;
    let name = options.recipient.as_deref().map(entity_id).transpose()?;
    let recipient = EncryptionTarget { key, name, cipher, granted: Relaxations::NONE };
    let message = input::message(&options.file)?;
    message.document()?;
    let name = message.name;
    let sealed = seal_document(message.received.xml, options.id.as_deref(), &recipient, &mut SystemRandom)
        .map_err(|source| match (source, &options.id) {
            (SealingError::NoSuchElement, Some(id)) => CommandError::NoSuchId { id: id.clone() },
            (source, _) => CommandError::Seal { name, source: Box::new(source) },
        })?;
    deliver(&sealed, options.out.as_deref(), options.json, Readers::OF_A_MESSAGE)?;
    Ok(Answer::Accepted)
}

/// The key under which the session key is wrapped.
fn recipient_key(options: &EncryptOptions) -> Result<RecipientKey, CommandError> {
    if let Some(path) = &options.shared_key {
        let key = input::shared_key(path)?;
        let Some(name) = &options.key_name else { return Ok(RecipientKey::Shared(key)) };
        let name = KeyName::try_from(name.as_str())
            .map_err(|invalid| CommandError::option("--key-name", invalid))?;
        return Ok(RecipientKey::Shared(key.named(name)));
    }
    let missing = || CommandError::option("--cert", InvalidValue::Other("is missing"));
    let certificate = certificate(options.cert.as_deref().ok_or_else(missing)?)?;
    if certificate.public_key().kind().family() != KeyFamily::Rsa {
        return Err(CommandError::option(
            "--cert",
            InvalidValue::Other("nothing can be encrypted to a key that is not RSA"),
        ));
    }
    Ok(RecipientKey::of_certificate(certificate, KeyTransport::oaep_for_any_peer()))
}

/// A decrypted message is for its owner alone.
const PLAINTEXT: Readers = Readers::OwnerAlone { holds: "the message in clear" };

/// Replaces every ciphertext by its plaintext.
///
/// # Errors
/// Something can't be read, used or written, or none of the keys opens it.
pub fn decrypt(options: &DecryptOptions) -> Result<Answer, CommandError> {
    let keys =
        input::decryption_keys(&options.key)?.with_shared_keys(input::shared_keys(&options.shared_key)?);
    let policy = input::policy(&options.allow)?;
    let recipient = entity_id(&options.recipient)?;
    let message = input::message(&options.file)?;
    message.document()?;
    let name = message.name;
    let opened = open_document(message.received.xml, &keys, &recipient, &policy, &Limits::METADATA)
        .map_err(|source| CommandError::Open { name: name.clone(), source: Box::new(source) })?;
    if opened.facts.is_empty() {
        return Err(CommandError::NothingEncrypted { name });
    }
    if options.json {
        use base64::Engine as _;
        screen::print_json(&json!({
            "base64": base64::engine::general_purpose::STANDARD.encode(&opened.octets),
            "opened": opened.facts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }))?;
        return Ok(Answer::Accepted);
    }
    deliver(&opened.octets, options.out.as_deref(), false, PLAINTEXT)?;
    for facts in &opened.facts {
        screen::remark(&facts.to_string());
    }
    Ok(Answer::Accepted)
}

fn entity_id(name: &str) -> Result<EntityId, CommandError> {
    EntityId::try_from(name).map_err(|invalid| CommandError::option("--recipient", invalid))
}
