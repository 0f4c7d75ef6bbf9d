//! The work that nobody can leave out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::cipher::Cipher;
use openssl::cipher_ctx::CipherCtx;
use openssl::md::{Md, MdRef};
use openssl::md_ctx::MdCtx;
use openssl::pkey::{Id, PKey, Private, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::{Failure, Identity};

/// What validating a message takes at least: its signature verifications, SHA-256 over its octets, one Base64 decode
/// and one scan for XML events; for an encrypted one, unwrapping the key and opening the ciphertext as well.
///
/// A hard floor: the context of the verification is prepared once, OpenSSL's digest is fetched once, the digest to be
/// signed is known. Calling OpenSSL in the usual way costs a tenth more.
pub struct Floor {
    context: PkeyCtx<Public>,
    sha256: Md,
    signature: Vec<u8>,
    digest: [u8; 32],
    verifications: usize,
    opening: Option<Opening>,
    xml: Vec<u8>,
    base64: String,
}

impl Floor {
    /// For a message with so many signatures by `identity`, perhaps sealed for `recipient`.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn new(
        identity: &Identity,
        recipient: &Identity,
        xml: &[u8],
        verifications: usize,
    ) -> Result<Self, Failure> {
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

        let public = PKey::public_key_from_der(&identity.key.public_key_to_der()?)?;
        let mut context = PkeyCtx::new(&public)?;
        context.verify_init()?;
        if identity.key.id() == Id::RSA {
            context.set_rsa_padding(Padding::PKCS1)?;
            context.set_signature_md(&sha256)?;
        }
        let opening = Sealed::of(xml).map(|sealed| Opening::new(recipient, sealed)).transpose()?;
        let (xml, base64) = (xml.to_vec(), STANDARD.encode(xml));
        Ok(Self { context, sha256, signature, digest, verifications, opening, xml, base64 })
    }

    /// Does it once. The sum is there so that nothing is optimised away.
    pub fn run(&mut self) -> usize {
        let mut sum = 0;
        for _ in 0..self.verifications {
            sum += usize::from(self.context.verify(&self.digest, &self.signature).is_ok_and(|valid| valid));
        }
        sum += self.opening.as_mut().map_or(0, Opening::run);
        let decoded = STANDARD.decode(&self.base64).unwrap_or_default();
        sum += sha256_of(&self.sha256, &decoded).map_or(0, |digest| digest.len());
        sum + scan(&self.xml)
    }
}

/// What is sealed in a message: the octets of its longest ciphertext, and of the key for it.
#[derive(Clone, Copy)]
struct Sealed {
    ciphertext: usize,
    key: usize,
}

impl Sealed {
    fn of(xml: &[u8]) -> Option<Self> {
        let xml = std::str::from_utf8(xml).ok()?;
        let values = xml.split("CipherValue>").skip(1).step_by(2);
        let ciphertext =
            values.map(|value| value.split('<').next().unwrap_or_default().len() / 4 * 3).max()?;
        Some(Self { ciphertext, key: if xml.contains("#aes128-gcm") { 16 } else { 32 } })
    }
}

/// RSA-OAEP and AES-GCM of a message of this size.
struct Opening {
    context: PkeyCtx<Private>,
    cipher: Cipher,
    wrapped: Vec<u8>,
    key: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: [u8; 16],
}

impl Opening {
    const IV: [u8; 12] = [7; 12];

    fn new(recipient: &Identity, sealed: Sealed) -> Result<Self, Failure> {
        let key = vec![1; sealed.key];
        let public = PKey::public_key_from_der(&recipient.key.public_key_to_der()?)?;
        let mut wrapping = PkeyCtx::new(&public)?;
        wrapping.encrypt_init()?;
        wrapping.set_rsa_padding(Padding::PKCS1_OAEP)?;
        let mut wrapped = Vec::new();
        wrapping.encrypt_to_vec(&key, &mut wrapped)?;
        let mut context = PkeyCtx::new(&recipient.key)?;
        context.decrypt_init()?;
        context.set_rsa_padding(Padding::PKCS1_OAEP)?;

        let cipher = Cipher::fetch(None, if sealed.key == 16 { "AES-128-GCM" } else { "AES-256-GCM" }, None)?;
        let mut sealing = CipherCtx::new()?;
        sealing.encrypt_init(Some(&cipher), Some(&key), Some(&Self::IV))?;
        let mut ciphertext = Vec::new();
        sealing.cipher_update_vec(&vec![b'x'; sealed.ciphertext], &mut ciphertext)?;
        sealing.cipher_final_vec(&mut ciphertext)?;
        let mut tag = [0; 16];
        sealing.tag(&mut tag)?;
        Ok(Self { context, cipher, wrapped, key, ciphertext, tag })
    }

    /// Does it once.
    fn run(&mut self) -> usize {
        let mut key = Vec::new();
        let unwrapped = self.context.decrypt_to_vec(&self.wrapped, &mut key).is_ok() && key == self.key;
        usize::from(unwrapped) + self.open(&key).unwrap_or_default()
    }

    fn open(&self, key: &[u8]) -> Result<usize, openssl::error::ErrorStack> {
        let mut context = CipherCtx::new()?;
        context.decrypt_init(Some(&self.cipher), Some(key), Some(&Self::IV))?;
        context.set_tag(&self.tag)?;
        let mut plain = Vec::with_capacity(self.ciphertext.len() + 16);
        context.cipher_update_vec(&self.ciphertext, &mut plain)?;
        context.cipher_final_vec(&mut plain)?;
        Ok(plain.len())
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
