//! What opens, and that nothing else does.

mod keys;
mod plaintexts;
mod round_trips;
mod shapes;
mod shared_keys;
mod vectors;

use std::sync::Arc;

use openssl::encrypt::Encrypter;
use openssl::pkey::PKey;
use openssl::rsa::Padding;
use openssl::symm::{Cipher, Crypter, Mode};

use super::*;
use crate::base::{
    Budget, Coded as _, Limits, RandomUnavailable, Relaxation, Relaxations, Secret, SecureRandom,
};
use crate::crypto::tests::keys::rsa;
use crate::crypto::{
    ContentCipher, Decrypter, DigestAlgorithm, KeyTransport, LocalDecrypter, PeerPolicy, PrivateKey,
    SharedKey,
};
use crate::xml::names::saml;
use crate::xml::{Document, Element};

pub(crate) const SAML_NS: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// The assertion of most tests: nothing here reads more of it than its name.
pub(crate) const PLAIN: &str = "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a\">ü &amp; ä</saml:Assertion>";

/// Octets that never repeat, the same in every run.
pub(crate) struct Counter(pub(crate) u64);

impl SecureRandom for Counter {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for chunk in octets.chunks_mut(8) {
            self.0 += 1;
            let next = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
        Ok(())
    }
}

pub(crate) fn decrypter(key: PrivateKey) -> Arc<dyn Decrypter> {
    Arc::new(LocalDecrypter::new(key).unwrap())
}

/// The key that everything here is sealed to.
pub(crate) fn own_key() -> Arc<dyn Decrypter> {
    decrypter(rsa(2048))
}

pub(crate) fn recipient() -> EncryptionTarget {
    EncryptionTarget::new(rsa(2048).public_key().clone())
}

/// The same recipient, with this key transport.
pub(crate) fn recipient_by(transport: KeyTransport) -> EncryptionTarget {
    let key = rsa(2048).public_key().clone();
    EncryptionTarget { key: RecipientKey::Public { key, certificate: None, transport }, ..recipient() }
}

pub(crate) fn lenient() -> PeerPolicy {
    let granted = [Relaxation::AesCbc, Relaxation::TripleDesCbc, Relaxation::Rsa15];
    PeerPolicy::relaxed(granted.into_iter().collect::<Relaxations>())
}

/// `PLAIN`, or another plaintext, as an `EncryptedAssertion`.
pub(crate) fn sealed(plaintext: &str) -> String {
    sealed_with(plaintext.as_bytes(), &recipient())
}

pub(crate) fn sealed_with(plaintext: &[u8], recipient: &EncryptionTarget) -> String {
    let octets = seal(plaintext, saml::ENCRYPTED_ASSERTION, recipient, &mut Counter(7)).unwrap();
    String::from_utf8(octets).unwrap()
}

/// Seals with a cipher that the product only opens.
pub(crate) fn sealed_weakly(plaintext: &[u8], cipher: ContentCipher, transport: &KeyTransport) -> String {
    let key = cipher.generate_key(&mut Counter(3)).unwrap();
    let content = match cipher {
        ContentCipher::Aes128Gcm | ContentCipher::Aes192Gcm | ContentCipher::Aes256Gcm => {
            cipher.seal(&key, plaintext, &mut Counter(5)).unwrap()
        }
        ContentCipher::Aes128Cbc => cbc(Cipher::aes_128_cbc(), &key, plaintext),
        ContentCipher::Aes192Cbc => cbc(Cipher::aes_192_cbc(), &key, plaintext),
        ContentCipher::Aes256Cbc => cbc(Cipher::aes_256_cbc(), &key, plaintext),
        ContentCipher::TripleDesCbc => cbc(Cipher::des_ede3_cbc(), &key, plaintext),
    };
    let wrapped = match transport {
        KeyTransport::Rsa15 => rsa_1_5(&key),
        oaep @ (KeyTransport::RsaOaepMgf1p { .. } | KeyTransport::RsaOaep { .. }) => {
            oaep.wrap_key(rsa(2048).public_key(), &key).unwrap()
        }
    };
    element(cipher.uri(), transport.uri(), &base64(&wrapped), &base64(&content))
}

/// An `EncryptedAssertion` of these parts, the key inside the data.
pub(crate) fn element(cipher: &str, transport: &str, wrapped: &str, content: &str) -> String {
    format!(
        "<saml:EncryptedAssertion xmlns:saml=\"{SAML_NS}\"><xenc:EncryptedData \
         xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\"><xenc:EncryptionMethod Algorithm=\"{cipher}\"/>\
         <ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey><xenc:EncryptionMethod \
         Algorithm=\"{transport}\"/><xenc:CipherData><xenc:CipherValue>{wrapped}</xenc:CipherValue></xenc:CipherData>\
         </xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue>\
         </xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"
    )
}

pub(crate) fn base64(octets: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(octets)
}

/// Padded as [XMLEnc §5.2] wants it, with a vector of zeroes.
fn cbc(cipher: Cipher, key: &Secret, plaintext: &[u8]) -> Vec<u8> {
    let iv = vec![0; cipher.iv_len().unwrap()];
    let padding = cipher.block_size() - plaintext.len() % cipher.block_size();
    let mut padded = plaintext.to_vec();
    padded.resize(plaintext.len() + padding, u8::try_from(padding).unwrap());
    let mut crypter = Crypter::new(cipher, Mode::Encrypt, key.expose(), Some(&iv)).unwrap();
    crypter.pad(false);
    let mut out = vec![0; padded.len() + cipher.block_size()];
    let written = crypter.update(&padded, &mut out).unwrap();
    out.truncate(written);
    [iv, out].concat()
}

fn rsa_1_5(key: &Secret) -> Vec<u8> {
    let public = PKey::public_key_from_der(rsa(2048).public_key().spki_der()).unwrap();
    let mut encrypter = Encrypter::new(&public).unwrap();
    encrypter.set_rsa_padding(Padding::PKCS1).unwrap();
    let mut out = vec![0; encrypter.encrypt_len(key.expose()).unwrap()];
    let written = encrypter.encrypt(key.expose(), &mut out).unwrap();
    out.truncate(written);
    out
}

/// The text before the first element of this name, the element, and the text after it.
pub(crate) fn around<'a>(xml: &'a str, name: &str) -> (&'a str, &'a str, &'a str) {
    let start = xml.find(&format!("<{name}")).unwrap();
    let (before, rest) = xml.split_at(start);
    let end = format!("</{}>", name.trim_end());
    let (element, after) = rest.split_at(rest.find(&end).unwrap() + end.len());
    (before, element, after)
}

/// Opens the first `EncryptedAssertion` of a document.
pub(crate) fn open_with(
    xml: &str,
    keys: &[Arc<dyn Decrypter>],
    policy: &PeerPolicy,
) -> Result<(String, DecryptionFacts), EncryptionError> {
    open_sharing(xml, keys, &[], policy)
}

/// The same, with keys that we share with the sender.
pub(crate) fn open_sharing(
    xml: &str,
    keys: &[Arc<dyn Decrypter>],
    shared_keys: &[SharedKey],
    policy: &PeerPolicy,
) -> Result<(String, DecryptionFacts), EncryptionError> {
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
    let mut opener = Opener {
        keys,
        shared_keys,
        recipient: "https://sp.example.com",
        policy,
        limits: &Limits::MESSAGE,
        budget: &mut Budget::for_message(),
    };
    let opened = opener.open(find(document.root()).unwrap(), saml::ASSERTION)?;
    Ok((String::from_utf8(opened.document.octets().to_vec()).unwrap(), opened.facts))
}

fn find(element: Element<'_>) -> Option<Element<'_>> {
    if element.is(saml::ENCRYPTED_ASSERTION) {
        Some(element)
    } else {
        element.child_elements().find_map(find)
    }
}

pub(crate) fn open(xml: &str) -> Result<(String, DecryptionFacts), EncryptionError> {
    open_with(xml, &[own_key()], &PeerPolicy::default())
}

/// The code under which it is refused.
pub(crate) fn code_of(xml: &str) -> &'static str {
    open(xml).unwrap_err().code().as_str()
}
