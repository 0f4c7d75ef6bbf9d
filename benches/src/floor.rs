//! The work that nobody can leave out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::md::{Md, MdRef};
use openssl::md_ctx::MdCtx;
use openssl::pkey::{Id, Private, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::{Failure, Identity};

/// What validating a message takes at least: its signature verifications, SHA-256 over its octets, one Base64 decode
/// and one scan for XML events.
///
/// A hard floor: the context of the verification is prepared once, OpenSSL's digest is fetched once, the digest to be
/// signed is known. Whoever calls OpenSSL in the usual way has lost a tenth of it already.
pub struct Floor {
    context: PkeyCtx<Public>,
    sha256: Md,
    signature: Vec<u8>,
    digest: [u8; 32],
    verifications: usize,
    xml: Vec<u8>,
    base64: String,
}

impl Floor {
    /// For a message with so many signatures by `identity`.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn new(identity: &Identity, xml: &[u8], verifications: usize) -> Result<Self, Failure> {
        let sha256 = Md::fetch(None, "SHA256", None)?;
        let digest = sha256_of(&sha256, xml)?;
        let mut signing = PkeyCtx::new(&identity.key)?;
        signing.sign_init()?;
        if identity.key.id() == Id::RSA {
            signing.set_rsa_padding(Padding::PKCS1)?;
            signing.set_signature_md(&sha256)?;
        }
        let mut signature = Vec::new();
        signing.sign_to_vec(&digest, &mut signature)?;

        let public = openssl::pkey::PKey::public_key_from_der(&identity.key.public_key_to_der()?)?;
        let mut context = PkeyCtx::new(&public)?;
        context.verify_init()?;
        if identity.key.id() == Id::RSA {
            context.set_rsa_padding(Padding::PKCS1)?;
            context.set_signature_md(&sha256)?;
        }
        let (xml, base64) = (xml.to_vec(), STANDARD.encode(xml));
        Ok(Self { context, sha256, signature, digest, verifications, xml, base64 })
    }

    /// Does it once. The sum is there so that nothing is optimised away.
    pub fn run(&mut self) -> usize {
        let mut sum = 0;
        for _ in 0..self.verifications {
            sum += usize::from(self.context.verify(&self.digest, &self.signature).is_ok_and(|valid| valid));
        }
        let decoded = STANDARD.decode(&self.base64).unwrap_or_default();
        sum += sha256_of(&self.sha256, &decoded).map_or(0, |digest| digest.len());
        sum + scan(&self.xml)
    }
}

/// What signing a message takes at least: one signature, and SHA-256 over its octets.
pub struct SigningFloor {
    context: PkeyCtx<Private>,
    sha256: Md,
    xml: Vec<u8>,
    signature: Vec<u8>,
}

impl SigningFloor {
    /// For this message and key.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn new(identity: &Identity, xml: &[u8]) -> Result<Self, Failure> {
        let sha256 = Md::fetch(None, "SHA256", None)?;
        let mut context = PkeyCtx::new(&identity.key)?;
        context.sign_init()?;
        context.set_rsa_padding(Padding::PKCS1)?;
        context.set_signature_md(&sha256)?;
        Ok(Self { context, sha256, xml: xml.to_vec(), signature: Vec::new() })
    }

    /// Does it once.
    pub fn run(&mut self) -> usize {
        let digest = sha256_of(&self.sha256, &self.xml).unwrap_or_default();
        self.signature.clear();
        self.context.sign_to_vec(&digest, &mut self.signature).unwrap_or_default()
    }
}

fn sha256_of(md: &MdRef, octets: &[u8]) -> Result<[u8; 32], openssl::error::ErrorStack> {
    let mut context = MdCtx::new()?;
    let mut value = [0; 32];
    context.digest_init(md)?;
    context.digest_update(octets)?;
    context.digest_final(&mut value)?;
    Ok(value)
}

/// Counts the XML events.
#[must_use]
pub fn scan(xml: &[u8]) -> usize {
    let mut reader = Reader::from_reader(xml);
    let mut events = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return events,
            Ok(_) => events += 1,
        }
    }
}
