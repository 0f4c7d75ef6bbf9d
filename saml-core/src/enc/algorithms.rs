//! Floor 4: `xenc:EncryptionMethod` of the data and of the key [XMLEnc §3.2].

use super::EncryptionError;
use super::cipher_value::base64_of;
use crate::crypto::{ContentCipher, DigestAlgorithm, KeyEncryption, KeyTransport, KeyWrap, PolicyViolation};
use crate::xml::names::{ds, xenc, xenc11};
use crate::xml::{Element, ElementReader};

/// The cipher of an `EncryptedData`. It has no parameters beyond a key size that can only repeat the algorithm's own.
pub(super) fn read_content_cipher(method: Element<'_>) -> Result<ContentCipher, EncryptionError> {
    let parameters = Parameters::read(method)?;
    let cipher =
        ContentCipher::from_uri(parameters.algorithm).ok_or_else(|| unknown(parameters.algorithm))?;
    parameters.require_key_size(cipher.key_octets())?;
    parameters.require_bare("parameters of OAEP for a content cipher")?;
    Ok(cipher)
}

/// The algorithm of an `EncryptedKey`; `Err` within for one that has no name here, which others beside it may make up
/// for.
pub(super) fn read_key_encryption(
    method: Element<'_>,
) -> Result<Result<KeyEncryption, PolicyViolation>, EncryptionError> {
    let parameters = Parameters::read(method)?;
    if let Some(wrap) = KeyWrap::from_uri(parameters.algorithm) {
        parameters.require_key_size(wrap.key_octets())?;
        parameters.require_bare("parameters of OAEP for AES key wrap")?;
        return Ok(Ok(wrap.into()));
    }
    Ok(read_key_transport(parameters)?.map(KeyEncryption::Transport))
}

fn read_key_transport(
    parameters: Parameters<'_>,
) -> Result<Result<KeyTransport, PolicyViolation>, EncryptionError> {
    if parameters.key_size.is_some() {
        return Err(EncryptionError::NotInProfile { part: "a KeySize for RSA" });
    }
    match parameters.algorithm {
        KeyTransport::RSA_OAEP_MGF1P | KeyTransport::RSA_OAEP => {}
        KeyTransport::RSA_1_5 => {
            parameters.require_bare("parameters of OAEP for RSA PKCS#1 v1.5")?;
            return Ok(Ok(KeyTransport::Rsa15));
        }
        other => return Ok(Err(PolicyViolation::EncryptionAlgorithmUnknown { uri: other.to_owned() })),
    }
    let label = parameters.label.unwrap_or_default();
    let digest = named(parameters.digest, DigestAlgorithm::from_uri);
    let mask = named(parameters.mask, KeyTransport::mask_from_uri);
    let (digest, mask) = match (digest, mask) {
        (Ok(digest), Ok(mask)) => (digest, mask),
        (Err(violation), _) | (_, Err(violation)) => return Ok(Err(violation)),
    };
    if parameters.algorithm == KeyTransport::RSA_OAEP {
        return Ok(Ok(KeyTransport::RsaOaep { digest, mask, label }));
    }
    // The first form's name says MGF1 with SHA-1 [XMLEnc §5.5.2]; one that says otherwise beside it contradicts itself.
    if mask != DigestAlgorithm::Sha1 {
        return Err(EncryptionError::NotInProfile { part: "a mask generation function for rsa-oaep-mgf1p" });
    }
    Ok(Ok(KeyTransport::RsaOaepMgf1p { digest, label }))
}

/// What an absent parameter of OAEP means: SHA-1 [XMLEnc §5.5.2].
fn named(
    uri: Option<&str>,
    from_uri: impl FnOnce(&str) -> Option<DigestAlgorithm>,
) -> Result<DigestAlgorithm, PolicyViolation> {
    let Some(uri) = uri else { return Ok(DigestAlgorithm::Sha1) };
    from_uri(uri).ok_or_else(|| PolicyViolation::EncryptionAlgorithmUnknown { uri: uri.to_owned() })
}

fn unknown(uri: &str) -> EncryptionError {
    EncryptionError::Policy(PolicyViolation::EncryptionAlgorithmUnknown { uri: uri.to_owned() })
}

/// An `EncryptionMethod` with all that may stand in it.
struct Parameters<'d> {
    algorithm: &'d str,
    key_size: Option<usize>,
    label: Option<Vec<u8>>,
    digest: Option<&'d str>,
    mask: Option<&'d str>,
}

impl<'d> Parameters<'d> {
    fn read(method: Element<'d>) -> Result<Self, EncryptionError> {
        let mut reader = ElementReader::new(method);
        let algorithm = reader.required_attribute("Algorithm")?;
        let key_size = match reader.optional(xenc::KEY_SIZE)? {
            None => None,
            Some(element) => Some(number(element)?),
        };
        let label = match reader.optional(xenc::OAEP_PARAMS)? {
            None => None,
            Some(element) => Some(base64_of(element, "OAEPparams")?),
        };
        let (mut digest, mut mask) = (None, None);
        let either = [ds::DIGEST_METHOD.name, xenc11::MGF.name];
        while let Some(element) = reader.optional_any_of(&either)? {
            let slot = if element.is(ds::DIGEST_METHOD) { &mut digest } else { &mut mask };
            if slot.replace(algorithm_of(element)?).is_some() {
                return Err(EncryptionError::NotInProfile { part: "a parameter of OAEP twice" });
            }
        }
        reader.finish()?;
        Ok(Self { algorithm, key_size, label, digest, mask })
    }

    /// A size that is told can only repeat the algorithm's own.
    fn require_key_size(&self, octets: usize) -> Result<(), EncryptionError> {
        match self.key_size {
            Some(bits) if bits != octets.saturating_mul(8) => {
                Err(EncryptionError::NotInProfile { part: "a KeySize that is not the algorithm's" })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Requires that no parameter of OAEP is there; otherwise the error names `part`.
    fn require_bare(&self, part: &'static str) -> Result<(), EncryptionError> {
        let bare = self.label.is_none() && self.digest.is_none() && self.mask.is_none();
        if bare { Ok(()) } else { Err(EncryptionError::NotInProfile { part }) }
    }
}

fn algorithm_of(element: Element<'_>) -> Result<&str, EncryptionError> {
    let mut reader = ElementReader::new(element);
    let algorithm = reader.required_attribute("Algorithm")?;
    reader.finish()?;
    Ok(algorithm)
}

fn number(element: Element<'_>) -> Result<usize, EncryptionError> {
    let text = ElementReader::new(element).finish_text()?;
    text.parse()
        .map_err(|_not_a_number| EncryptionError::NotInProfile { part: "a KeySize that is no number" })
}
