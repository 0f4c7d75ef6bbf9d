//! Encryption of any shape, beside that of the product itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::pkey::{PKey, Public};
use openssl::rand::rand_bytes;
use openssl::rsa::Padding;
use openssl::symm::{Cipher, Crypter, Mode, encrypt_aead};
use saml_core::base::{RandomUnavailable, Secret, SecureRandom};
use saml_core::crypto::{CipherMode, ContentCipher, DigestAlgorithm, KeyTransport, PublicKey};
use saml_core::xml::{QName, XmlElement, names};

use super::{ForgeError, Tree};

/// The `Type` of a ciphertext that stands for one element.
pub(super) const ELEMENT: &str = "http://www.w3.org/2001/04/xmlenc#Element";
/// The `Type` of a pointer to a key.
pub(super) const ENCRYPTED_KEY: &str = "http://www.w3.org/2001/04/xmlenc#EncryptedKey";

/// How to seal. The default is the way of the product.
#[derive(Clone)]
pub(super) struct Seal<'a> {
    /// For whom.
    pub(super) recipient: &'a PublicKey,
    /// The cipher of the content.
    pub(super) cipher: ContentCipher,
    /// How the session key is wrapped.
    pub(super) transport: KeyTransport,
}

impl<'a> Seal<'a> {
    /// What everybody can open.
    pub(super) fn plain(recipient: &'a PublicKey) -> Self {
        Self { recipient, cipher: ContentCipher::Aes256Gcm, transport: KeyTransport::oaep_for_any_peer() }
    }

    /// With another cipher.
    pub(super) fn with_cipher(self, cipher: ContentCipher) -> Self {
        Self { cipher, ..self }
    }

    /// With another transport of the key.
    pub(super) fn with_transport(self, transport: KeyTransport) -> Self {
        Self { transport, ..self }
    }

    /// Encrypts.
    pub(super) fn seal(&self, plaintext: &[u8]) -> Result<Sealed, ForgeError> {
        let session_key = self.cipher.generate_key(&mut Library)?;
        let content = match self.cipher.mode() {
            CipherMode::Gcm => self.cipher.seal(&session_key, plaintext, &mut Library)?,
            CipherMode::Cbc => cbc(self.cipher, &session_key, plaintext)?,
        };
        let wrapped = wrap(self.recipient, &self.transport, session_key.expose())?;
        let (cipher, transport) = (self.cipher, self.transport.clone());
        Ok(Sealed { session_key, content, wrapped, cipher, transport })
    }
}

/// OpenSSL's own generator.
struct Library;

impl SecureRandom for Library {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        rand_bytes(octets).map_err(|_library| RandomUnavailable)
    }
}

/// Something encrypted, in its parts.
#[derive(Clone)]
pub(super) struct Sealed {
    /// The cipher of the content.
    pub(super) session_key: Secret,
    /// Vector, ciphertext, and the tag if the cipher has one.
    pub(super) content: Vec<u8>,
    /// The session key, wrapped.
    pub(super) wrapped: Vec<u8>,
    /// The cipher that it is said to be encrypted with.
    pub(super) cipher: ContentCipher,
    /// The key transport that the message names.
    pub(super) transport: KeyTransport,
}

impl Sealed {
    /// The element of SAML that stands for it, the key inside the data.
    pub(super) fn element(&self, wrapper: QName<'_>) -> XmlElement {
        let key_info = XmlElement::new(names::ds::KEY_INFO).holding(self.key());
        let data = XmlElement::new(names::xenc::ENCRYPTED_DATA)
            .with("Type", ELEMENT)
            .holding(algorithm(names::xenc::ENCRYPTION_METHOD, self.cipher.uri()))
            .holding(key_info)
            .holding(cipher_data(&self.content));
        XmlElement::new(wrapper).holding(data)
    }

    /// The `EncryptedAssertion`.
    pub(super) fn assertion(&self) -> XmlElement {
        self.element(names::saml::ENCRYPTED_ASSERTION)
    }

    /// The wrapped key.
    pub(super) fn key(&self) -> XmlElement {
        encrypted_key(&self.transport, &self.wrapped)
    }

    /// The same session key, wrapped for somebody else too.
    pub(super) fn key_for(&self, recipient: &PublicKey) -> Result<XmlElement, ForgeError> {
        let wrapped = wrap(recipient, &self.transport, self.session_key.expose())?;
        Ok(encrypted_key(&self.transport, &wrapped))
    }
}

/// An element that names an algorithm.
pub(super) fn algorithm(name: QName<'_>, uri: &str) -> XmlElement {
    XmlElement::new(name).with("Algorithm", uri)
}

/// A wrapped key.
pub(super) fn encrypted_key(transport: &KeyTransport, wrapped: &[u8]) -> XmlElement {
    XmlElement::new(names::xenc::ENCRYPTED_KEY).holding(key_method(transport)).holding(cipher_data(wrapped))
}

/// How a key is said to be wrapped, with every parameter.
pub(super) fn key_method(transport: &KeyTransport) -> XmlElement {
    let mut method = algorithm(names::xenc::ENCRYPTION_METHOD, transport.uri());
    let (digest, mask, label): (_, _, &[u8]) = match transport {
        KeyTransport::RsaOaepMgf1p { digest, label } => (Some(*digest), None, label),
        KeyTransport::RsaOaep { digest, mask, label } => (Some(*digest), Some(*mask), label),
        KeyTransport::Rsa15 => (None, None, &[]),
    };
    if !label.is_empty() {
        method.append(XmlElement::new(names::xenc::OAEP_PARAMS).saying(&STANDARD.encode(label)));
    }
    if let Some(digest) = digest {
        method.append(algorithm(names::ds::DIGEST_METHOD, digest.uri()));
    }
    if let Some(mask) = mask {
        method.append(algorithm(names::xenc11::MGF, KeyTransport::mask_uri(mask)));
    }
    method
}

/// Octets where XML Encryption has them.
pub(super) fn cipher_data(octets: &[u8]) -> XmlElement {
    let value = XmlElement::new(names::xenc::CIPHER_VALUE).saying(&STANDARD.encode(octets));
    XmlElement::new(names::xenc::CIPHER_DATA).holding(value)
}

/// Wraps octets for `recipient`, whether or not they are a key.
pub(super) fn wrap(
    recipient: &PublicKey,
    transport: &KeyTransport,
    octets: &[u8],
) -> Result<Vec<u8>, ForgeError> {
    match transport {
        KeyTransport::Rsa15 => raw_rsa(recipient, octets, Padding::PKCS1),
        KeyTransport::RsaOaepMgf1p { .. } | KeyTransport::RsaOaep { .. } => {
            Ok(transport.wrap_key(recipient, &Secret::new(octets.to_vec()))?)
        }
    }
}

/// RSA as it is, for padding of any kind.
pub(super) fn raw_rsa(recipient: &PublicKey, octets: &[u8], padding: Padding) -> Result<Vec<u8>, ForgeError> {
    let key: PKey<Public> = PKey::public_key_from_der(recipient.spki_der())?;
    let rsa = key.rsa()?;
    let mut out = vec![0; usize::try_from(rsa.size()).unwrap_or_default()];
    let written = rsa.public_encrypt(octets, &mut out, padding)?;
    out.truncate(written);
    Ok(out)
}

/// AES-256-GCM with a vector and a tag of any length.
pub(super) fn gcm(key: &Secret, iv: &[u8], plaintext: &[u8], tag: usize) -> Result<Vec<u8>, ForgeError> {
    let mut tag = vec![0; tag];
    let body = encrypt_aead(Cipher::aes_256_gcm(), key.expose(), Some(iv), &[], plaintext, &mut tag)?;
    Ok([iv, &body, &tag].concat())
}

/// Padded as XML Encryption wants it: only the last octet says how far.
fn cbc(cipher: ContentCipher, key: &Secret, plaintext: &[u8]) -> Result<Vec<u8>, ForgeError> {
    let library = match cipher {
        ContentCipher::Aes128Cbc => Cipher::aes_128_cbc(),
        ContentCipher::Aes192Cbc => Cipher::aes_192_cbc(),
        ContentCipher::Aes256Cbc => Cipher::aes_256_cbc(),
        ContentCipher::TripleDesCbc => Cipher::des_ede3_cbc(),
        ContentCipher::Aes128Gcm | ContentCipher::Aes192Gcm | ContentCipher::Aes256Gcm => {
            return Err(ForgeError::Unusable { what: "a cipher that does not chain blocks" });
        }
    };
    let block = library.block_size();
    let padding = block.saturating_sub(plaintext.len().checked_rem(block).unwrap_or_default());
    let mut padded = plaintext.to_vec();
    padded.resize(plaintext.len().saturating_add(padding), u8::try_from(padding).unwrap_or_default());
    let mut iv = vec![0; block];
    rand_bytes(&mut iv)?;
    let mut crypter = Crypter::new(library, Mode::Encrypt, key.expose(), Some(&iv))?;
    crypter.pad(false);
    let mut out = vec![0; padded.len().saturating_add(block)];
    let written = crypter.update(&padded, &mut out)?;
    out.truncate(written);
    Ok([iv, out].concat())
}

/// Every way of OAEP, with these octets as label.
pub(super) fn oaep_transports(label: &[u8]) -> Vec<KeyTransport> {
    let digests = DigestAlgorithm::ALL;
    let first = digests.map(|digest| KeyTransport::RsaOaepMgf1p { digest, label: label.to_vec() });
    let second = digests
        .into_iter()
        .flat_map(|digest| digests.map(|mask| KeyTransport::RsaOaep { digest, mask, label: label.to_vec() }));
    first.into_iter().chain(second).collect()
}
