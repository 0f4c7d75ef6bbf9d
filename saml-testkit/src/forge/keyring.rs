//! Keys for a corpus, for callers without keys of their own.

use std::sync::Arc;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rand::rand_bytes;
use openssl::rsa::Rsa;
use openssl::x509::{X509Builder, X509NameBuilder};
use saml_core::base::Secret;
use saml_core::crypto::{
    Certificate, Curve, Decrypter, KeyKind, KeyName, LocalDecrypter, LocalSigner, PrivateKey, PublicKey,
    SharedKey, SignatureAlgorithm, Signer as _,
};
use saml_core::trust::{DecryptionKeys, SharedKeys};

use super::{ForgeError, Keys, Recipients};

/// Signers of all the roles of a corpus, each with a certificate of the same subject.
///
/// Made once and kept: RSA keys take their time. They are neither secret nor lasting.
#[derive(Debug)]
pub struct Keyring {
    genuine: LocalSigner,
    attacker: LocalSigner,
    other_family: LocalSigner,
    short_rsa: LocalSigner,
}

impl Keyring {
    /// A peer with RSA of 2048 bits.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn rsa() -> Result<Self, ForgeError> {
        Ok(Self { genuine: rsa(2048)?, attacker: rsa(2048)?, other_family: p256()?, short_rsa: rsa(1024)? })
    }

    /// A peer with ECDSA on P-256.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn p256() -> Result<Self, ForgeError> {
        Ok(Self { genuine: p256()?, attacker: p256()?, other_family: rsa(2048)?, short_rsa: rsa(1024)? })
    }

    /// A peer with this signer; the others are made beside it.
    ///
    /// # Errors
    /// OpenSSL failed, or the signer shows no certificate.
    pub fn beside(genuine: LocalSigner) -> Result<Self, ForgeError> {
        if genuine.certificate().is_none() {
            return Err(ForgeError::absent("certificate"));
        }
        let (attacker, other_family) = match genuine.public_key().kind() {
            KeyKind::Rsa { .. } => (rsa(2048)?, p256()?),
            KeyKind::Ec { curve } => (ec(curve)?, rsa(2048)?),
            KeyKind::Ed25519 => {
                (signer(&PKey::generate_ed25519()?, SignatureAlgorithm::Ed25519)?, rsa(2048)?)
            }
        };
        Ok(Self { genuine, attacker, other_family, short_rsa: rsa(1024)? })
    }

    /// Four signers that exist, in the order of [`Keys`].
    #[must_use]
    pub fn of([genuine, attacker, other_family, short_rsa]: [LocalSigner; 4]) -> Self {
        Self { genuine, attacker, other_family, short_rsa }
    }

    /// The certificates with the names of their roles.
    pub fn certificates(&self) -> impl Iterator<Item = (&'static str, &Certificate)> {
        [
            ("genuine", &self.genuine),
            ("attacker", &self.attacker),
            ("other-family", &self.other_family),
            ("short-rsa", &self.short_rsa),
        ]
        .into_iter()
        .filter_map(|(role, signer)| Some((role, signer.certificate()?)))
    }

    /// The signers.
    #[must_use]
    pub fn keys(&self) -> Keys<'_> {
        Keys {
            genuine: &self.genuine,
            attacker: &self.attacker,
            other_family: &self.other_family,
            short_rsa: &self.short_rsa,
        }
    }
}

/// The decryption keys of a receiver, for callers without keys of their own, and the key of a third party.
///
/// Made once and kept, like a [`Keyring`].
#[derive(Debug)]
pub struct DecryptionKeyring {
    current: LocalDecrypter,
    former: LocalDecrypter,
    stranger: PublicKey,
    /// The receiver's two keys, as PEM.
    pems: [String; 2],
    /// Of 256 and of 128 bits.
    shared: [SharedKey; 2],
    shared_octets: [Secret; 2],
}

impl DecryptionKeyring {
    /// RSA of 2048 bits: the receiver's key, the one that it had before and keeps for a while, and a stranger's.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn generate() -> Result<Self, ForgeError> {
        let pems = [rsa_pem()?, rsa_pem()?];
        let [current, former] = &pems;
        let shared_octets = [random(32)?, random(16)?];
        let [long, short] = &shared_octets;
        Ok(Self {
            shared: [SharedKey::new(long.clone())?.named(shared_name()?), SharedKey::new(short.clone())?],
            shared_octets,
            current: LocalDecrypter::new(PrivateKey::from_pem(current)?)?,
            former: LocalDecrypter::new(PrivateKey::from_pem(former)?)?,
            stranger: PrivateKey::from_pem(&rsa_pem()?)?.public_key().clone(),
            pems,
        })
    }

    /// The receiver's private keys as PEM, with names for their files, in the order of
    /// [`DecryptionKeyring::decryption_keys`].
    pub fn pems(&self) -> impl Iterator<Item = (&'static str, &str)> {
        ["receiver", "former-receiver"].into_iter().zip(self.pems.iter().map(String::as_str))
    }

    /// The keys that the receiver shares with the peer, in hexadecimal digits, with names for their files, in the order
    /// in which it tries them.
    pub fn shared_texts(&self) -> impl Iterator<Item = (&'static str, String)> {
        let text = |secret: &Secret| secret.expose().iter().map(|octet| format!("{octet:02x}")).collect();
        ["shared-256", "shared-128"].into_iter().zip(self.shared_octets.iter().map(text))
    }

    /// The receiver's keys, as it has them itself, and those that it shares with the peer.
    ///
    /// # Errors
    /// None: two of each are never too many.
    pub fn decryption_keys(&self) -> Result<DecryptionKeys, ForgeError> {
        let current: Arc<dyn Decrypter> = Arc::new(self.current.clone());
        let former: Arc<dyn Decrypter> = Arc::new(self.former.clone());
        let unusable = || ForgeError::Unusable { what: "a set of decryption keys" };
        let own = DecryptionKeys::new([current, former]).map_err(|_too_many| unusable())?;
        Ok(own.with_shared_keys(SharedKeys::new(self.shared.clone()).map_err(|_too_many| unusable())?))
    }

    /// The keys to encrypt to: those that everybody knows from metadata, and those that only the peer has.
    #[must_use]
    pub fn recipients(&self) -> Recipients<'_> {
        let ([shared, short_shared], [shared_octets, _]) = (&self.shared, &self.shared_octets);
        Recipients {
            shared,
            short_shared,
            shared_octets,
            receiver: self.current.public_key(),
            former: self.former.public_key(),
            stranger: &self.stranger,
        }
    }
}

fn random(octets: usize) -> Result<Secret, ForgeError> {
    let mut drawn = vec![0; octets];
    rand_bytes(&mut drawn)?;
    Ok(Secret::new(drawn))
}

fn shared_name() -> Result<KeyName, ForgeError> {
    KeyName::try_from("shared").map_err(|_invalid| ForgeError::Unusable { what: "the name of a key" })
}

fn rsa_pem() -> Result<String, ForgeError> {
    pem(&PKey::from_rsa(Rsa::generate(2048)?)?)
}

fn pem(key: &PKey<Private>) -> Result<String, ForgeError> {
    String::from_utf8(key.private_key_to_pem_pkcs8()?)
        .map_err(|_invalid| ForgeError::Unusable { what: "a private key" })
}

/// A signer for one occasion, with a certificate.
pub(crate) fn throwaway_signer() -> Result<LocalSigner, ForgeError> {
    p256()
}

/// A decryption key for one use: the recipient, and the private key as PEM.
pub(crate) fn throwaway_recipient() -> Result<(Certificate, String), ForgeError> {
    let key = PKey::from_rsa(Rsa::generate(2048)?)?;
    let pem = pem(&key)?;
    Ok((Certificate::from_der(&certificate(&key)?)?, pem))
}

fn rsa(bits: u32) -> Result<LocalSigner, ForgeError> {
    signer(&PKey::from_rsa(Rsa::generate(bits)?)?, SignatureAlgorithm::RsaSha256)
}

fn p256() -> Result<LocalSigner, ForgeError> {
    ec(Curve::P256)
}

fn ec(curve: Curve) -> Result<LocalSigner, ForgeError> {
    let (nid, algorithm) = match curve {
        Curve::P256 => (Nid::X9_62_PRIME256V1, SignatureAlgorithm::EcdsaSha256),
        Curve::P384 => (Nid::SECP384R1, SignatureAlgorithm::EcdsaSha384),
        Curve::P521 => (Nid::SECP521R1, SignatureAlgorithm::EcdsaSha512),
    };
    signer(&PKey::from_ec_key(EcKey::generate(&*EcGroup::from_curve_name(nid)?)?)?, algorithm)
}

fn signer(key: &PKey<Private>, algorithm: SignatureAlgorithm) -> Result<LocalSigner, ForgeError> {
    let certificate = Certificate::from_der(&certificate(key)?)?;
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8()?)?;
    Ok(LocalSigner::new(key, algorithm)?.with_certificate(certificate)?)
}

fn certificate(key: &PKey<Private>) -> Result<Vec<u8>, ForgeError> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, "idp.example.com")?;
    let name = name.build();
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    let serial = BigNum::from_u32(1)?.to_asn1_integer()?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    let (begin, end) = (Asn1Time::from_unix(1_600_000_000)?, Asn1Time::from_unix(2_500_000_000)?);
    builder.set_not_before(&begin)?;
    builder.set_not_after(&end)?;
    builder.set_pubkey(key)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build().to_der()?)
}
