//! Signs and opens documents with a key that never leaves its token (PKCS#11: an HSM, a smart card, SoftHSM).
//!
//! ```text
//! PKCS11_PIN=… cargo run --example pkcs11 -- sign MODULE TOKEN KEY < metadata.xml > signed.xml
//! PKCS11_PIN=… cargo run --example pkcs11 -- open MODULE TOKEN KEY OUR_ENTITY_ID < response.xml > clear.xml
//! ```
//!
//! MODULE is the library of the token's maker, such as `/usr/lib/softhsm/libsofthsm2.so`; TOKEN and KEY are labels.
//! In a service, [`TokenSigner`] and [`TokenDecrypter`] go where a `LocalSigner` and a `LocalDecrypter` would.

#![forbid(unsafe_code)]

mod decrypter;
mod mechanism;
mod signer;
#[cfg(test)]
mod tests;
mod token;

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::sync::Arc;

use saml_core::base::{EntityId, Limits};
use saml_core::crypto::{Decrypter, KeyFamily, PeerPolicy, SignatureAlgorithm};
use saml_core::dsig::{KeyInfoContent, SigningOptions, sign_document};
use saml_core::trust::{DecryptionKeys, open_document};

use decrypter::TokenDecrypter;
use signer::TokenSigner;
use token::Token;

const USAGE: &str = "usage: pkcs11 sign|open MODULE TOKEN KEY [OUR_ENTITY_ID], the PIN in PKCS11_PIN";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut document = Vec::new();
    std::io::stdin().read_to_end(&mut document)?;
    let pin = || std::env::var("PKCS11_PIN").map_err(|_unset| USAGE);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        ["sign", module, token, key] => sign(&Token::open(module, token, pin()?)?, key, document)?,
        ["open", module, token, key, us] => open(&Token::open(module, token, pin()?)?, key, us, document)?,
        _ => return Err(USAGE.into()),
    };
    Ok(std::io::stdout().write_all(&result)?)
}

/// Signs the root element with SHA-256 and whatever kind of key this is.
fn sign(token: &Token, key: &str, document: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
    let key = token.key(key)?;
    let algorithm = match key.public_key().kind().family() {
        KeyFamily::Rsa => SignatureAlgorithm::RsaSha256,
        KeyFamily::Ec => SignatureAlgorithm::EcdsaSha256,
        KeyFamily::Ed25519 => SignatureAlgorithm::Ed25519,
    };
    let signer = TokenSigner::new(key, algorithm)?;
    let options = SigningOptions { key_info: KeyInfoContent::None, ..SigningOptions::default() };
    Ok(sign_document(document, None, &signer, options)?)
}

/// Opens everything that is encrypted to this key.
fn open(token: &Token, key: &str, us: &str, document: Vec<u8>) -> Result<Vec<u8>, Box<dyn Error>> {
    let decrypter = TokenDecrypter::new(token.key(key)?)?;
    let decrypter: Arc<dyn Decrypter> = Arc::new(decrypter);
    let keys = DecryptionKeys::new([decrypter])?;
    let us = EntityId::try_from(us)?;
    let opened = open_document(document, &keys, &us, &PeerPolicy::default(), &Limits::MESSAGE)?;
    Ok(opened.octets)
}
